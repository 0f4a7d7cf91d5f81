// A list or table that streams: what is finished of it stays the same element, and it is one list all along.

import assert from "node:assert/strict";
import type { ChatPage } from "./chat-page.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { answer, begun, settled } from "./samples.ts";

const html = (chat: ChatPage): Promise<string> =>
  chat.page
    .locator(".markdown")
    .evaluate((markdown) => markdown.innerHTML.replace(/\s+(?=<\/?(?:tr|tbody|li|ul|ol))/g, ""));

describe("a list that streams", () => {
  const open = chatsOfThisFile();

  for (const [what, text, list, item] of [
    ["tight", "Here:\n\n3. one `x`\n4. two\n5. three\n   - deep\n6. four\n7. five\n\nEnd.", "ol", "li"],
    ["loose", "- one\n\n- two\n\n  more of two\n\n- three\n\n- four\n\n- five\n\nEnd.", "ul", "li"],
    ["tight, and loose in the end", "- one\n- two\n- three\n- four\n- five\n\n- six\n\nEnd.", "ul", "li"],
    ["a table", "| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |\n\nEnd.", "table", "tbody tr"],
  ] as const) {
    it(`${what}: one list at every step, and in the end as if it had come at once`, async () => {
      const chat = await open();
      const growing = begun();
      await chat.reset({ turns: [growing] });
      const lists = chat.page.locator(`.markdown ${list}:not(${list} ${list}, li *)`);
      for (let at = 0; at < text.length; at += 3) {
        await chat.say({ type: "delta", id: growing.id, text: text.slice(at, at + 3), reasoning: "" });
        assert.ok((await lists.count()) <= 1, text.slice(0, at + 3));
      }
      assert.equal(await lists.count(), 1);
      await chat.say(settled({ ...answer(text), id: growing.id }));
      const streamed = await html(chat);
      await chat.reset({ turns: [answer(text)] });
      assert.equal(streamed, await html(chat));
      assert.ok((await chat.page.locator(`.markdown ${list} ${item}`).count()) >= 3);
    });
  }

  it("a finished item is not drawn again", async () => {
    const chat = await open();
    const growing = begun();
    await chat.reset({ turns: [growing] });
    const grow = (text: string): Promise<void> =>
      chat.say({ type: "delta", id: growing.id, text, reasoning: "" });
    await grow("- one\n- two\n- three\n- four\n");
    const first = chat.page.locator(".markdown li").first();
    await first.evaluate((item) => item.setAttribute("data-seen", ""));
    for (let index = 0; index < 20; index += 1) await grow(`- item ${index}\n`);
    assert.equal(await first.getAttribute("data-seen"), "");
    assert.equal(await chat.page.locator(".markdown li").count(), 24);
  });
});
