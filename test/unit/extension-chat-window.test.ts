// A window's chat where its backend fails or loses what it kept: what is shown stays, and what failed can be asked again.

import assert from "node:assert/strict";
import { APIConnectionError } from "../../server/protocol/errors.ts";
import { Sessions } from "../../server/store/sessions.ts";
import { PAGE } from "../../src/chat/transcript.ts";
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
});
