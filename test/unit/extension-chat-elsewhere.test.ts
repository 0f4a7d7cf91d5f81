// An answer that another window gets, as this one shows it: never as ended while it runs there, with what is stored of
// it, and its end by itself; and what each decides meanwhile stands.

import assert from "node:assert/strict";
import { APIConnectionError } from "../../server/protocol/errors.ts";
import type { ToWebview, Turn } from "../../server/protocol/webview.ts";
import { Elsewhere } from "../../src/chat/elsewhere.ts";
import { Outbox } from "../../src/chat/outbox.ts";
import type { Transcript } from "../../src/chat/transcript.ts";
import { poll } from "../host/poll.ts";
import { chunk, END, Harness } from "./chat-harness.ts";

class OtherWindow {
  readonly sent: ToWebview[] = [];
  readonly complete: number[] = [];
  readonly #outbox = new Outbox((message) => this.sent.push(structuredClone(message)));
  reads = 0;
  seen = true;
  different = 0;
  elsewhere: Elsewhere;
  transcript: Transcript;

  private constructor(window: Harness, transcript: Transcript) {
    this.transcript = transcript;
    const surroundings = {
      model: null,
      compare: [],
      session: { id: "", title: "" },
      context: null,
      l10n: {},
    };
    const draft = { attachments: [], draft: "", drafted: 0, editing: null };
    this.#outbox.reset({ ...surroundings, ...draft, turns: transcript.turns, earlier: false });
    this.elsewhere = new Elsewhere({
      transcript,
      read: (limit) => {
        this.reads += 1;
        return window.sessions.read({ session_id: "chat-1", limit });
      },
      seen: () => this.seen,
      grew: (turn) => this.#outbox.grew(turn),
      settled: (turn) => this.#outbox.settled(turn),
      complete: (updated) => this.complete.push(updated),
      different: () => {
        this.different += 1;
      },
    });
  }

  static async open(window: Harness): Promise<OtherWindow> {
    await window.session.flush();
    return new OtherWindow(window, await window.reopened());
  }

  get answers(): Pick<Turn, "state" | "text">[] {
    return this.transcript.turns
      .filter(({ role }) => role === "assistant")
      .map(({ state, text }) => ({ state, text }));
  }
  told(type: ToWebview["type"]): ToWebview[] {
    return this.sent.filter((message) => message.type === type);
  }
  close(): void {
    this.seen = false;
    this.#outbox.dispose();
  }
}

describe("an answer that another window gets", () => {
  let window: Harness;
  let other: OtherWindow;
  beforeEach(() => {
    window = new Harness();
  });
  afterEach(() => {
    other.close();
    window.outbox.dispose();
  });

  it("is shown as far as it came, grows, and ends with all that is told of it", async () => {
    const done = window.send("what is it?", "m");
    const stream = await window.calls(1);
    stream.push([chunk("a first")]);
    await poll("the answer at the window", 5_000, () => window.last().text === "a first");
    other = await OtherWindow.open(window);
    assert.deepEqual(other.answers, [{ state: "elsewhere", text: "a first" }]);
    const following = other.elsewhere.follow();
    stream.push([chunk(" and a second")]);
    await poll("its growth", 5_000, () => other.answers[0]?.text === "a first and a second");
    assert.equal(other.answers[0]?.state, "elsewhere");
    await poll("its growth on the page", 5_000, () => other.told("delta").length === 1);
    assert.deepEqual(
      other.told("delta").map((message) => message.type === "delta" && message.text),
      [" and a second"],
      "only what is new",
    );
    stream.push([chunk(".")]);
    stream.finish({ ...END, cost_usd: 0.25 });
    await done;
    await poll("its end", 5_000, () => other.told("settled").length > 0);
    await following;
    assert.deepEqual(structuredClone(other.transcript.turns), structuredClone(window.session.turns));
    assert.equal(other.told("settled").length, 1);
    assert.equal(other.different, 0);
    const { session } = await window.sessions.read({ session_id: "chat-1" });
    assert.equal(other.complete.at(-1), session.updated, "nothing is left to be read anew");
    const { reads } = other;
    await other.elsewhere.follow();
    assert.equal(other.reads, reads, "nothing is looked at any more");
  });

  it("is stopped where its window is gone, with what came", async () => {
    const done = window.send("what is it?", "m");
    const stream = await window.calls(1);
    stream.push([chunk("half")]);
    await poll("the answer at the window", 5_000, () => window.last().text === "half");
    other = await OtherWindow.open(window);
    const { id } = window.last();
    // What the store says of those who died: see the store's own tests.
    await window.sessions.append({
      session_id: "chat-1",
      entries: [{ type: "update", id, growing: false, fields: {} }],
    });
    assert.equal(await other.elsewhere.look(), true);
    assert.deepEqual(other.answers, [{ state: "stopped", text: "half" }]);
    stream.finish(END);
    await done;
  });

  it("that fails says so here too", async () => {
    const done = window.send("what is it?", "m");
    const stream = await window.calls(1);
    other = await OtherWindow.open(window);
    stream.fail(new APIConnectionError("no way there"));
    await done;
    await window.session.flush();
    await other.elsewhere.look();
    const turn = other.transcript.turns.at(-1);
    assert.deepEqual([turn?.state, turn?.error?.message], ["error", "no way there"]);
  });

  it("nobody looks at while nobody sees it", async () => {
    const done = window.send("what is it?", "m");
    const stream = await window.calls(1);
    other = await OtherWindow.open(window);
    other.seen = false;
    await other.elsewhere.follow();
    assert.equal(other.reads, 0);
    stream.finish(END);
    await done;
  });

  it("asked again there, or followed by a question, makes the chat another one", async () => {
    const done = window.send("one", "m");
    (await window.calls(1)).push([chunk("half")]);
    await poll("the answer at the window", 5_000, () => window.last().text === "half");
    other = await OtherWindow.open(window);
    assert.equal(await other.elsewhere.look(), true);
    const again = window.session.retry(window.last().id, "m");
    const stream = await window.calls(2);
    await done;
    await window.session.flush();
    assert.equal(await other.elsewhere.look(), false, "it is gone");
    other.close();
    other = await OtherWindow.open(window);
    const next = window.send("two", "m");
    (await window.calls(3)).finish(END);
    stream.finish(END);
    await Promise.all([again, next]);
    await window.session.flush();
    assert.equal(await other.elsewhere.look(), false, "another question follows");
  });

  it("of several side by side: what one window picks the other does not undo, and it ends none", async () => {
    const done = window.send("one", "m", "n");
    const slow = await window.calls(1);
    const quick = await window.calls(2);
    quick.push([chunk("quick")]);
    quick.finish(END);
    await poll("one to end", 5_000, () => window.last().state === "done");
    other = await OtherWindow.open(window);
    assert.deepEqual(
      other.answers.map(({ state }) => state),
      ["elsewhere", "done"],
    );
    const here = new Harness({ transcript: other.transcript }, window.sessions);
    here.session.pick(window.session.turns[1]?.id ?? "");
    await here.session.flush();
    assert.deepEqual(
      (await window.reopened()).turns.map(({ state, compare }) => [state, compare?.picked]),
      [
        ["done", undefined],
        ["elsewhere", true],
        ["done", false],
      ],
    );
    slow.push([chunk("slow")]);
    slow.finish(END);
    await done;
    await window.session.flush();
    assert.deepEqual(
      (await window.reopened()).turns.map(({ text, compare }) => [text, compare?.picked]),
      [
        ["one", undefined],
        ["slow", true],
        ["quick", false],
      ],
    );
    here.outbox.dispose();
  });
});
