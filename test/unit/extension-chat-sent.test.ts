// A message between Enter and the chat: it is sent once, with what came along, in its turn; until it stands there it is
// kept, and where it cannot go it is given back.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ToWebview } from "../../server/protocol/webview.ts";
import { Sessions } from "../../server/store/sessions.ts";
import type { Held } from "../../src/chat/composer.ts";
import { poll } from "../host/poll.ts";
import { temporaryFolder } from "../host/sample-workspace.ts";
import { END } from "./chat-harness.ts";
import { ChatWindow } from "./chat-window.ts";

function held(id: string): Held {
  return {
    attachment: { id, kind: "file", label: `${id}.ts`, detail: "1 KB", image: null },
    text: `of ${id}`,
  };
}

describe("a message that is sent", () => {
  let sessions: Sessions;
  let heldFolder: string;
  const windows: ChatWindow[] = [];
  beforeEach(() => {
    sessions = new Sessions(undefined, () => Date.now());
    heldFolder = temporaryFolder("unsent");
  });
  afterEach(() => {
    for (const { chat, streams } of windows.splice(0)) {
      for (const stream of streams) stream.finish(END);
      chat.dispose();
    }
  });

  async function open(session?: string): Promise<ChatWindow> {
    const window = await ChatWindow.begun(sessions, session, heldFolder);
    windows.push(window);
    return window;
  }

  /** One over a chat of before, whose backend is not there until this is called. */
  async function slow(): Promise<{ window: ChatWindow; start: () => void }> {
    const window = await open("of before");
    const { promise, resolve: start } = Promise.withResolvers<void>();
    window.started = promise;
    return { window, start };
  }

  /** Answer number `count` ends well. */
  async function answered({ streams }: ChatWindow, count: number): Promise<void> {
    await poll(`${count} calls`, 5_000, () => streams.length >= count);
    streams[count - 1]?.finish(END);
  }

  /** What a page is told that asks for everything. */
  function shown(window: ChatWindow): Extract<ToWebview, { type: "reset" }> {
    window.chat.show();
    return window.told("reset").at(-1) ?? assert.fail("nothing was said anew");
  }

  /** What it last put into the message box. */
  const put = (window: ChatWindow) => window.told("compose").at(-1);

  /** Words, and what they bring along. */
  function questions({ chat }: ChatWindow): [string, ...string[]][] {
    return chat.session.turns
      .filter(({ role }) => role === "user")
      .map(({ text, attachments }) => [text, ...attachments.map(({ id }) => id)]);
  }

  const onDisk = (): string => {
    try {
      return JSON.parse(readFileSync(join(heldFolder, "draft"), "utf8")).text;
    } catch {
      return "nothing";
    }
  };
  const keptAs = (text: string) => poll(`"${text}" to be kept`, 5_000, () => onDisk() === text);

  it("does not come back into the box of a window that was reloaded", async () => {
    (await open()).chat.typed("the question", 5);
    await keptAs("the question");
    const { window, start } = await slow();
    const told = window.chat.opened().then(() => shown(window));
    const sent = window.chat.send("the question", 9);
    start();
    const { draft, drafted } = await told;
    assert.deepEqual([draft, drafted], ["", 9], "what the page is told is as new as the page");
    await answered(window, 1);
    await sent;
    assert.deepEqual(questions(window), [["the question"]]);
    assert.equal(shown(window).draft, "");
    await keptAs("");
  });

  it("is kept until it stands in the chat: a window that ends before has it in the box again", async () => {
    const { window } = await slow();
    void window.chat.send("the question", 9);
    window.chat.typed("the next", 10);
    await keptAs("the question\n\nthe next");
    const again = await open();
    await again.chat.opened();
    assert.equal(shown(again).draft, "the question\n\nthe next");
  });

  it("is not kept where it only told what to do", async () => {
    const { chat } = await open();
    chat.typed("/history", 5);
    await keptAs("/history");
    await chat.send("/history", 9);
    await keptAs("");
  });

  it("takes what came along with it; a second before it stands is given back, and stops nothing", async () => {
    const { window, start } = await slow();
    const { chat } = window;
    await chat.attach(() => held("a"));
    const both = [chat.send("one", 1), chat.send("two", 2)];
    chat.typed("three", 3);
    start();
    await poll("the second to be given back", 5_000, () => put(window)?.draft === "two\n\nthree");
    assert.deepEqual([chat.composer.text, chat.session.busy], ["two\n\nthree", true]);
    await answered(window, 1);
    await Promise.all(both);
    assert.deepEqual(questions(window), [["one", "a"]]);
    assert.equal(chat.session.turns.at(-1)?.state, "done");
    const next = chat.send("two", 4);
    await answered(window, 2);
    await next;
    assert.deepEqual(questions(window), [["one", "a"], ["two"]]);
  });

  it("replaces an earlier one, and what follows it before that stands does not", async () => {
    const { window, start } = await slow();
    const { chat } = window;
    start();
    const first = chat.send("first", 1);
    await answered(window, 1);
    await first;
    chat.typed("set aside", 2);
    const id = chat.session.turns[0]?.id ?? assert.fail("it is there");
    await chat.edit(id, "set aside");
    const both = [chat.send("first, but better", 3), chat.send("another", 4)];
    await answered(window, 2);
    await Promise.all(both);
    assert.deepEqual(questions(window), [["first, but better"]]);
    assert.equal(chat.composer.text, "another\n\nset aside");
    assert.deepEqual([put(window)?.draft, put(window)?.editing], [chat.composer.text, null]);
  });

  it("a command that finds nothing to ask about is given back, before what was typed since", async () => {
    const { chat } = await open();
    const sent = chat.send("/explain this", 1);
    chat.typed("the next", 2);
    await assert.rejects(sent);
    assert.equal(chat.composer.text, "/explain this\n\nthe next");
  });

  it("what a command of the editor asks leaves an emptied edit, and what was set aside stands again", async () => {
    const window = await open();
    const { chat } = window;
    const first = chat.send("first", 1);
    await answered(window, 1);
    await first;
    chat.typed("set aside", 2);
    await chat.edit(chat.session.turns[0]?.id ?? "", "set aside");
    chat.typed("", 3);
    const asked = chat.ask("What is this?");
    await answered(window, 2);
    await asked;
    assert.deepEqual(questions(window), [["first"], ["What is this?"]]);
    assert.deepEqual([put(window)?.draft, put(window)?.editing], ["set aside", null]);
  });

  const far = async () => {
    const entries = Array.from({ length: 120 }, (_, index) => ({
      type: "message" as const,
      message: { id: `t${index}`, role: index % 2 === 0 ? "user" : "assistant", text: `text ${index}` },
    }));
    await sessions.append({ session_id: "of before", entries });
  };

  it("replaces one far back too, when the view was hidden meanwhile", async () => {
    await far();
    const window = await open("of before");
    const { chat } = window;
    await chat.opened();
    assert.equal(shown(window).turns.length, 50);
    await chat.showEarlier("t70");
    chat.typed("set aside", 2);
    await chat.attach(() => held("aside"));
    await chat.edit("t40", "set aside");
    chat.typed("text 40, but better", 3);
    // Hidden and shown again: the page asks for everything.
    await chat.opened();
    const { turns, editing, earlier } = shown(window);
    assert.deepEqual([turns[0]?.id, turns.length, editing, earlier], ["t40", 80, "t40", true]);
    const sent = chat.send("text 40, but better", 4);
    await answered(window, 1);
    await sent;
    assert.deepEqual(questions(window), [["text 40, but better"]]);
    assert.deepEqual(
      window.asked[0]?.messages.slice(-3).map(({ content }) => content),
      ["text 38", "text 39", "text 40, but better"],
    );
    assert.deepEqual([chat.composer.text, chat.composer.attachments[0]?.id], ["set aside", "aside"]);
    await chat.session.flush();
    const { messages } = await sessions.read({ session_id: "of before" });
    assert.deepEqual(
      messages.slice(-3, -1).map(({ text }) => text),
      ["text 39", "text 40, but better"],
    );
  });

  it("replaces one far back too, when the window was reloaded meanwhile; where it is gone nothing is lost", async () => {
    await far();
    const { chat } = await open("of before");
    await chat.opened();
    await chat.showEarlier("t70");
    chat.typed("set aside", 2);
    await chat.edit("t30", "set aside");
    chat.typed("text 30, but better", 3);
    await keptAs("text 30, but better");
    const again = await open("of before");
    await again.chat.opened();
    const { turns, editing, draft } = shown(again);
    assert.deepEqual([turns[0]?.id, editing, draft], ["t30", "t30", "text 30, but better"]);
    await sessions.append({ session_id: "of before", entries: [{ type: "cut", id: "t10" }] });
    const gone = await open("of before");
    await gone.chat.opened();
    assert.deepEqual([shown(gone).editing, shown(gone).draft], [null, "set aside\n\ntext 30, but better"]);
  });
});
