// A window's chat where its backend fails or loses what it kept: what is shown stays, and what failed can be asked again.

import assert from "node:assert/strict";
import { APIConnectionError } from "../../server/protocol/errors.ts";
import { Sessions } from "../../server/store/sessions.ts";
import { PAGE } from "../../src/chat/transcript.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { chunk, END } from "./chat-harness.ts";
import { ChatWindow } from "./chat-window.ts";

describe("a window's chat", () => {
  let sessions: Sessions;
  const windows: ChatWindow[] = [];
  beforeEach(() => {
    sessions = new Sessions(undefined, () => Date.now());
  });
  afterEach(() => {
    for (const window of windows.splice(0)) window.chat.dispose();
  });

  async function open(): Promise<ChatWindow> {
    const window = await ChatWindow.open(sessions, "chat-1");
    windows.push(window);
    return window;
  }

  async function kept(count: number): Promise<void> {
    const entries = Array.from({ length: count }, (_, index) => ({
      type: "message" as const,
      message: { id: `t${index}`, role: index % 2 === 0 ? "user" : "assistant", text: `message ${index}` },
    }));
    await sessions.append({ session_id: "chat-1", entries });
  }

  it("earlier messages that could not be read can be asked for again", async () => {
    await kept(2 * PAGE);
    const window = await open();
    window.chat.show();
    window.broken = new APIConnectionError("the backend is gone");
    await assert.rejects(window.chat.showEarlier(`t${PAGE}`), /the backend is gone/);
    assert.deepEqual(
      window.told("earlier").map(({ turns, earlier }) => [turns.length, earlier]),
      [[0, true]],
    );
    window.broken = undefined;
    await window.chat.showEarlier(`t${PAGE}`);
    const { turns, earlier } = window.told("earlier").at(-1) ?? assert.fail("nothing came");
    assert.deepEqual([turns.length, turns[0]?.text, earlier], [PAGE, "message 0", false]);
  });

  it("a picture that could not be read can be asked for again", async () => {
    const picture = {
      id: "p",
      kind: "image",
      label: "a.png",
      detail: "",
      image: "data:image/png;base64,AAAA",
    };
    const message = { id: "q", role: "user", text: "Who is it?", attachments: [picture] };
    await sessions.append({ session_id: "chat-1", entries: [{ type: "message", message }] });
    const window = await open();
    window.broken = new APIConnectionError("the backend is gone");
    await assert.rejects(window.chat.showPicture("p"), /the backend is gone/);
    window.broken = undefined;
    await window.chat.showPicture("p");
    assert.deepEqual(
      window.told("picture").map(({ id, image }) => [id, image]),
      [
        ["p", null],
        ["p", picture.image],
      ],
    );
  });

  it("that is deleted in another window while it gets an answer is gone, says so, and is not kept again", async () => {
    const window = await open();
    const done = window.chat.ask("What is it?");
    await poll("the call", PATIENCE_MS, () => window.streams.length === 1);
    const [stream] = window.streams;
    assert.ok(stream);
    stream.push([chunk("A part")]);
    const { id } = window.chat.session;
    await window.chat.session.flush();
    await sessions.delete({ session_id: id });
    stream.push([chunk(", and another.")]);
    await poll("the notice", PATIENCE_MS, () => window.told("notice").length > 0);
    assert.deepEqual(
      window.told("notice").map(({ text }) => text),
      ["This chat was deleted in another window."],
    );
    assert.deepEqual([window.texts, window.chat.session.id === id], [[], false]);
    stream.finish(END);
    await done;
    await poll("what was left to be given up", PATIENCE_MS, () => window.chat.session.isWritten);
    assert.deepEqual((await sessions.list()).sessions, []);
  });

  it("that was the only one and is deleted in another window does not come back", async () => {
    await kept(4);
    const window = await open();
    await sessions.delete({ session_id: "chat-1" });
    await window.chat.refresh();
    assert.equal(window.told("notice").at(-1)?.text, "This chat was deleted in another window.");
    assert.deepEqual([window.texts, (await sessions.list()).sessions], [[], []]);
  });

  it("stays where the store lost it, and the store gets it again", async () => {
    await kept(PAGE + 2);
    await sessions.rename({ session_id: "chat-1", title: "A title" });
    const window = await open();
    window.chat.show();
    const shown = window.texts;
    window.sessions = new Sessions(undefined, () => Date.now());
    await window.chat.refresh();
    await window.chat.refresh();
    assert.deepEqual([window.texts, window.told("notice")], [shown, []]);
    const again = async () => window.sessions.read({ session_id: "chat-1", limit: 500 });
    await poll("its title", PATIENCE_MS, async () => (await again()).session.title === "A title");
    assert.deepEqual(
      (await again()).messages.map(({ text }) => text),
      shown,
      "each once and in order",
    );
    assert.equal(window.chat.conversations.title, "A title");
    await window.chat.showEarlier("t2");
    assert.deepEqual(
      window.told("earlier").map(({ turns, earlier }) => [turns.length, earlier]),
      [[0, false]],
      "what was not here is not there either",
    );
    const done = window.chat.ask("And now?");
    await poll("the call", PATIENCE_MS, () => window.streams.length === 1);
    window.streams[0]?.finish(END);
    await done;
    await window.chat.session.flush();
    assert.deepEqual(
      (await again()).messages.map(({ text }) => text),
      [...shown, "And now?", ""],
    );
  });

  it("whose store is lost while an answer comes is whole in the next one", async () => {
    await kept(2);
    const window = await open();
    const done = window.chat.ask("What is it?");
    await poll("the call", PATIENCE_MS, () => window.streams.length === 1);
    const [stream] = window.streams;
    assert.ok(stream);
    stream.push([chunk("A part")]);
    await poll("the part", PATIENCE_MS, () => window.texts.at(-1) === "A part");
    await window.chat.session.flush();
    const next = new Sessions(undefined, () => Date.now());
    window.sessions = next;
    stream.push([chunk(", another")]);
    await poll("it to be there", PATIENCE_MS, async () => (await next.list()).sessions.length === 1);
    stream.push([chunk(", the last.")]);
    stream.finish(END);
    await done;
    await window.chat.session.flush();
    const { messages } = await next.read({ session_id: "chat-1" });
    assert.deepEqual(
      messages.map(({ text }) => text),
      ["message 0", "message 1", "What is it?", "A part, another, the last."],
    );
    assert.equal(messages.at(-1)?.["state"], "done");
    assert.deepEqual(window.told("notice"), []);
  });

  it("whose pictures were lost with the store tells the model none, and says so", async () => {
    const picture = {
      id: "p",
      kind: "image",
      label: "a.png",
      detail: "",
      image: "data:image/png;base64,AAAA",
    };
    const message = { id: "q", role: "user", text: "Who is it?", attachments: [picture] };
    await sessions.append({ session_id: "chat-1", entries: [{ type: "message", message }] });
    const window = await open();
    window.sessions = new Sessions(undefined, () => Date.now());
    await window.chat.refresh();
    const done = window.chat.ask("And now?");
    await poll("the call", PATIENCE_MS, () => window.streams.length === 1);
    window.streams[0]?.finish(END);
    await done;
    assert.deepEqual(window.chat.session.turns.at(-1)?.warnings, [
      "A picture of this chat is no longer kept, and was left out.",
    ]);
  });
});
