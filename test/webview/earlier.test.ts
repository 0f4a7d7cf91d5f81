// A long conversation: its newest turns are shown, earlier ones come as a person goes back to them, and what is read
// stays where it is.

import assert from "node:assert/strict";
import type { Turn } from "../../server/protocol/webview.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import type { ChatPage } from "./chat-page.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { answer, begun, question } from "./samples.ts";

function talk(from: number, to: number): Turn[] {
  return Array.from({ length: to - from }, (_, index) => {
    const number = from + index;
    return number % 2 === 0
      ? question(`question ${number}`, { id: `t${number}` })
      : answer(`Answer **${number}**\n\n${"A sentence of some length. ".repeat(12)}`, { id: `t${number}` });
  });
}

const scrollBy = (chat: ChatPage, y: number): Promise<void> =>
  chat.page.locator("main").evaluate((main, by) => main.scrollBy({ top: by, behavior: "instant" }), y);

const shownTurns = (chat: ChatPage): Promise<number> => chat.page.locator(".turn").count();

/** How far below the top of the list the turn with these words stands. */
const placeOf = (chat: ChatPage, words: string): Promise<number> =>
  chat.page.locator(".turn", { hasText: words }).evaluate((turn) => turn.getBoundingClientRect().top);

describe("a long conversation", () => {
  const open = chatsOfThisFile();

  it("opens at its end, with a part of it on the page", async () => {
    const chat = await open();
    await chat.reset({ turns: talk(0, 5_000) });
    const left = await chat.page
      .locator("main")
      .evaluate((main) => main.scrollHeight - main.scrollTop - main.clientHeight);
    assert.ok(Math.abs(left) <= 2, `${left} px are left below`);
    assert.ok(await chat.page.locator(".turn", { hasText: "Answer 4999" }).isVisible());
    assert.ok((await shownTurns(chat)) < 200);
  });

  it("brings what is before from the host as it is scrolled back to, and keeps what is read in its place", async () => {
    const chat = await open();
    await chat.reset({ turns: talk(100, 140), earlier: true });
    await chat.forget();
    await poll("the host to be asked for what is before", PATIENCE_MS, async () => {
      await scrollBy(chat, -700);
      return (await chat.all("earlier")).length > 0;
    });
    assert.equal((await chat.posted("earlier")).before, "t100");
    await chat.page.locator("main").evaluate((main) => main.scrollTo({ top: 0, behavior: "instant" }));
    assert.equal((await chat.all("earlier")).length, 1, "it is asked once");
    const before = await placeOf(chat, "question 100");
    await chat.say({ type: "earlier", turns: talk(60, 100), earlier: false });
    await chat.page.locator(".turn", { hasText: "Answer 99" }).waitFor();
    const after = await placeOf(chat, "question 100");
    assert.ok(Math.abs(after - before) <= 2, `it moved from ${before} to ${after}`);
  });

  it("brings all of what is here before it asks the host", async () => {
    const chat = await open();
    await chat.reset({ turns: talk(0, 120), earlier: true });
    await chat.forget();
    await poll("the first turn to be on the page", PATIENCE_MS, async () => {
      await scrollBy(chat, -100_000);
      const all = await chat.page.locator(".turn", { hasText: "question 0" }).count();
      assert.ok(all > 0 || (await chat.all("earlier")).length === 0, "what is here comes first");
      return all > 0 && (await chat.all("earlier")).length > 0;
    });
  });

  it("asks again at the button where the host could not read it, and not by itself", async () => {
    const chat = await open();
    await chat.reset({ turns: talk(100, 106), earlier: true });
    await chat.posted("earlier");
    await chat.say({ type: "earlier", turns: [], earlier: true });
    assert.equal((await chat.all("earlier")).length, 1, "not by itself");
    await chat.button("Show earlier messages").click();
    assert.equal((await chat.all("earlier")).length, 2);
    await chat.say({ type: "earlier", turns: talk(60, 100), earlier: false });
    await chat.page.locator(".turn", { hasText: "Answer 99" }).waitFor();
  });

  it("an early question that is replaced leaves what came before it on the page", async () => {
    const chat = await open();
    await chat.reset({ turns: talk(0, 100) });
    await poll("the first turn to be on the page", PATIENCE_MS, async () => {
      await scrollBy(chat, -100_000);
      return (await chat.page.locator(".turn", { hasText: "question 0" }).count()) > 0;
    });
    await chat.button("Jump to end").click();
    await poll("the first ones to be let go", PATIENCE_MS, async () => (await shownTurns(chat)) < 100);
    await chat.say(
      { type: "removed", from: "t12" },
      { type: "turn", turn: question("another") },
      { type: "turn", turn: answer("Another answer") },
    );
    assert.ok((await shownTurns(chat)) >= 10, `${await shownTurns(chat)} turns are on the page`);
    assert.ok(await chat.page.locator(".turn", { hasText: "Answer 11" }).isVisible());
    assert.ok(await chat.page.locator(".turn", { hasText: "Another answer" }).isVisible());
  });

  it("by keyboard there is a button for it", async () => {
    const chat = await open();
    await chat.reset({ turns: talk(0, 100) });
    const before = await shownTurns(chat);
    const button = chat.button("Show earlier messages");
    await button.focus();
    await chat.page.keyboard.press("Enter");
    await poll("more turns", PATIENCE_MS, async () => (await shownTurns(chat)) > before);
  });

  it("who moves up in the very moment in which the end was gone to, leaves it", async () => {
    const chat = await open();
    await chat.reset();
    await chat.page.evaluate(() => {
      const [main, list] = [document.querySelector("main"), document.querySelector(".turns")];
      if (!main || !list) throw new Error("the page has no list of turns");
      // After the page's own, in the same frame: one scroll is told for both.
      const follow = new ResizeObserver(() => {
        if (main.scrollTop < 1_000) return;
        follow.disconnect();
        main.scrollBy({ top: -400, behavior: "instant" });
      });
      follow.observe(list);
    });
    await chat.reset({ turns: talk(0, 40) });
    await chat.button("Jump to end").waitFor();
  });

  it("an answer that comes does not pull who reads further up to the end; Jump to end does", async () => {
    const chat = await open();
    const growing = begun({ id: "growing" });
    await chat.reset({ turns: [...talk(0, 40), question("and?"), growing] });
    await scrollBy(chat, -900);
    const jump = chat.button("Jump to end");
    await jump.waitFor();
    const top = await chat.page.locator("main").evaluate((main) => main.scrollTop);
    for (let index = 0; index < 20; index += 1) {
      await chat.say({ type: "delta", id: growing.id, text: "One more line of it.\n\n", reasoning: "" });
    }
    assert.equal(await chat.page.locator("main").evaluate((main) => main.scrollTop), top);
    await jump.click();
    await poll("the end to be in sight", PATIENCE_MS, () =>
      chat.page
        .locator("main")
        .evaluate((main) => main.scrollHeight - main.scrollTop - main.clientHeight < 4),
    );
    await chat.say({ type: "delta", id: growing.id, text: "The last line.\n\n".repeat(30), reasoning: "" });
    await poll("the end to be followed", PATIENCE_MS, () =>
      chat.page
        .locator("main")
        .evaluate((main) => main.scrollHeight - main.scrollTop - main.clientHeight < 4),
    );
    assert.equal(await jump.count(), 0);
  });
});
