// The conversation and its messages to the webview, without VS Code: what is typed stands there at once, what came
// is kept however a call ends, and the messages rebuild exactly what the host has.

import assert from "node:assert/strict";
import { CompletionStream } from "../../server/protocol/completion-stream.ts";
import { APIConnectionError } from "../../server/protocol/errors.ts";
import type { CompletionParams } from "../../server/protocol/messages.ts";
import type { StreamEnd } from "../../server/protocol/results.ts";
import type { ToWebview, Turn } from "../../server/protocol/webview.ts";
import { Outbox } from "../../src/chat/outbox.ts";
import { ChatSession, type SessionListener } from "../../src/chat/session.ts";

const END: StreamEnd = {
  stream_id: "s1",
  chunks: 1,
  finish_reasons: ["stop"],
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  cost_usd: null,
  request_id: null,
  call_id: "c1",
  ms_first_chunk: 1,
  ms_total: 2,
  attempts: 1,
  warnings: [],
};

/** A host's side and the turns a webview makes of its messages. */
const NOTHING_ELSE = {
  earlier: false,
  model: null,
  compare: [],
  session: { id: "s", title: "" },
  context: null,
  attachments: [],
  draft: "",
  editing: null,
  l10n: {},
};

class Harness {
  readonly asked: CompletionParams[] = [];
  readonly streams: CompletionStream[] = [];
  readonly sent: ToWebview[] = [];
  readonly session: ChatSession;
  readonly outbox: Outbox;
  #shown: Turn[] = [];

  constructor() {
    this.outbox = new Outbox((message) => {
      assert.equal(message.seq, this.sent.length, "numbered without a gap");
      // As postMessage does: later changes at the host are not seen.
      this.#receive(structuredClone(message));
    });
    const { outbox } = this;
    const listener: SessionListener = {
      added: (turn) => outbox.added(turn),
      grew: (turn) => outbox.grew(turn),
      settled: (turn) => outbox.settled(turn),
      removed: (from) => outbox.send({ type: "removed", from }),
      reset: () => this.resync(),
    };
    this.session = new ChatSession((params) => {
      this.asked.push(params);
      const stream = new CompletionStream();
      this.streams.push(stream);
      return stream;
    }, listener);
  }

  resync(): void {
    const { turns } = this.session;
    this.outbox.reset({ ...NOTHING_ELSE, turns });
  }

  /** What the webview shows is what the host has. */
  same(): void {
    assert.deepEqual(this.#shown, structuredClone(this.session.turns));
  }

  #receive(message: ToWebview): void {
    this.sent.push(message);
    if (message.type === "reset") this.#shown = message.turns;
    else if (message.type === "turn") this.#shown.push(message.turn);
    else if (message.type === "removed") {
      const from = this.#shown.findIndex(({ id }) => id === message.from);
      this.#shown = this.#shown.slice(0, from);
    } else if (message.type === "delta" || message.type === "settled") {
      const id = message.type === "delta" ? message.id : message.turn.id;
      const turn = this.#shown.find((one) => one.id === id);
      assert.ok(turn !== undefined, "the turn is there");
      if (message.type === "settled") Object.assign(turn, message.turn);
      else {
        turn.text += message.text;
        turn.reasoning += message.reasoning;
      }
    }
  }
}

function chunk(content: string) {
  return {
    id: "x",
    created: 0,
    model: "m",
    object: "chat.completion.chunk" as const,
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  };
}

async function turnOfTheLoop(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe("chat session", () => {
  let harness: Harness;
  beforeEach(() => {
    harness = new Harness();
  });
  afterEach(() => harness.outbox.dispose());

  function last(): Turn {
    return harness.session.turns.at(-1) ?? assert.fail("no turn");
  }

  it("shows the question at once, also while the model is still being found", async () => {
    let found = (_model: string): void => {};
    const model = new Promise<string>((resolve) => {
      found = resolve;
    });
    const done = harness.session.send("hello", model);
    assert.deepEqual(
      harness.session.turns.map(({ role, text, state }) => [role, text, state]),
      [
        ["user", "hello", "done"],
        ["assistant", "", "streaming"],
      ],
    );
    found("mock/echo");
    await turnOfTheLoop();
    assert.deepEqual(harness.asked, [{ model: "mock/echo", messages: [{ role: "user", content: "hello" }] }]);
    harness.streams[0]?.push([chunk("hi")]);
    harness.streams[0]?.finish(END);
    await done;
    assert.deepEqual([last().text, last().state, last().model], ["hi", "done", "mock/echo"]);
    harness.same();
  });

  it("stopped before a model is found asks nobody", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const done = harness.session.send("hello", promise);
    harness.session.stop();
    resolve("mock/echo");
    await done;
    assert.equal(last().state, "stopped");
    assert.equal(harness.asked.length, 0);
    harness.same();
  });

  it("keeps what came when the call fails or is stopped, and tells the model so far", async () => {
    const failing = harness.session.send("one", "m");
    await turnOfTheLoop();
    harness.streams[0]?.push([chunk("par"), chunk("tial")]);
    harness.streams[0]?.fail(new APIConnectionError({ message: "cut \u001b[31mhere\u202e" }));
    await failing;
    assert.deepEqual([last().text, last().state], ["partial", "error"]);
    assert.deepEqual(last().error, { name: "APIConnectionError", message: "cut here" });

    const stopped = harness.session.send("two", "m");
    await turnOfTheLoop();
    harness.streams[1]?.push([chunk("so far")]);
    await turnOfTheLoop();
    harness.session.stop();
    await stopped;
    assert.deepEqual([last().text, last().state], ["so far", "stopped"]);
    harness.same();

    const third = harness.session.send("three", "m");
    await turnOfTheLoop();
    assert.deepEqual(
      harness.asked[2]?.messages.map(({ content }) => content),
      ["one", "partial", "two", "so far", "three"],
    );
    harness.streams[2]?.finish(END);
    await third;
    assert.equal(last().note, "empty", "an answer without text says so");
  });

  it("asks again in the place of a failed answer, and replaces a question with what followed", async () => {
    const failing = harness.session.send("one", "m");
    await turnOfTheLoop();
    harness.streams[0]?.fail(new APIConnectionError("no"));
    await failing;
    const again = harness.session.retry(last().id, "other");
    await turnOfTheLoop();
    harness.streams[1]?.push([chunk("yes")]);
    harness.streams[1]?.finish({ ...END, finish_reasons: ["length"] });
    await again;
    assert.deepEqual(
      harness.session.turns.map(({ text }) => text),
      ["one", "yes"],
    );
    assert.equal(last().note, "length");
    harness.same();

    const [question] = harness.session.turns;
    assert.ok(question);
    harness.session.takeBack(question.id);
    assert.deepEqual(harness.session.turns, []);
    harness.same();
  });

  it("sends growth as what is new only, and a resync in the middle changes nothing", async () => {
    const done = harness.session.send("count", "m");
    await turnOfTheLoop();
    let expected = "";
    for (let index = 0; index < 50; index += 1) {
      harness.streams[0]?.push([chunk(`${index} `)]);
      expected += `${index} `;
      await turnOfTheLoop();
      if (index === 25) harness.resync();
    }
    harness.streams[0]?.finish(END);
    await done;
    assert.equal(last().text, expected);
    harness.same();
    const deltas = harness.sent.filter((message) => message.type === "delta");
    assert.ok(deltas.length >= 1 && deltas.length < 50, `${deltas.length} updates for 50 chunks`);
  });

  it("New Chat during an answer: nothing of it comes after", async () => {
    const done = harness.session.send("one", "m");
    await turnOfTheLoop();
    harness.streams[0]?.push([chunk("text")]);
    await turnOfTheLoop();
    harness.session.clear();
    const before = harness.sent.filter((message) => message.type === "delta").length;
    await done;
    assert.deepEqual(harness.session.turns, []);
    assert.equal(harness.sent.filter((message) => message.type === "delta").length, before);
  });
});
