// Nothing that is read moves while an answer comes: what is finished of it stays where it was drawn, as large as it was
// drawn, to the end and after it.

import assert from "node:assert/strict";
import type { ChatPage } from "./chat-page.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { answer, begun, EXPLAINS, question, settled } from "./samples.ts";

interface Place {
  what: string;
  top: number;
  height: number;
}

/** Where each block of the answer stands below the answer's top; the one that still grows is the last. */
const places = (chat: ChatPage): Promise<Place[]> =>
  chat.page.locator('[data-role="assistant"]').evaluate((turn) => {
    const from = turn.getBoundingClientRect().top;
    const blocks = [...turn.querySelectorAll(".markdown > :not(.tail), .markdown > .tail > *")];
    return blocks.map((block) => {
      const { top, height } = block.getBoundingClientRect();
      return {
        what: `${block.tagName} ${block.textContent?.slice(0, 20)}`,
        top: Math.round(top - from),
        height: Math.round(height),
      };
    });
  });

describe("an answer that streams", function () {
  this.timeout(300_000);
  const open = chatsOfThisFile();

  for (const width of [320, 800]) {
    it(`${width} px wide: what is finished of it does not move`, async () => {
      const chat = await open({ width });
      const growing = begun();
      await chat.reset({ turns: [question("?"), growing] });
      let before: Place[] = [];
      const assertStill = async (when: string): Promise<void> => {
        const now = await places(chat);
        // The last of them was growing, and so may be another kind of block now.
        for (const [index, { what, top, height }] of before.slice(0, -1).entries()) {
          const { top: topNow, height: heightNow } = now[index] ?? {};
          assert.deepEqual({ top: topNow, height: heightNow }, { top, height }, `${what} ${when}`);
        }
        const last = before.at(-1);
        assert.equal(now[before.length - 1]?.top ?? last?.top, last?.top, `${last?.what} ${when}`);
        before = now;
      };
      for (let at = 0; at < EXPLAINS.length; at += 13) {
        await chat.say({ type: "delta", id: growing.id, text: EXPLAINS.slice(at, at + 13), reasoning: "" });
        await assertStill(`after "${EXPLAINS.slice(at, at + 13)}"`);
      }
      assert.ok(before.length >= 8, `${before.length} blocks`);
      await chat.say(settled({ ...answer(EXPLAINS), id: growing.id }));
      await assertStill("at the end");
    });
  }

  it("the cursor stays in a message that is being written while an answer comes and ends", async () => {
    const chat = await open();
    const growing = begun();
    await chat.reset({ turns: [question("?"), growing] });
    await chat.box.focus();
    for (const letter of "next") {
      await chat.page.keyboard.type(letter);
      await chat.say({ type: "delta", id: growing.id, text: "Some words. ", reasoning: "" });
    }
    await chat.say(settled({ ...answer("Some words. ".repeat(4)), id: growing.id }));
    await chat.page.keyboard.type("!");
    assert.equal(await chat.box.inputValue(), "next!");
  });
});
