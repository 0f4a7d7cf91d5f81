// Whatever can be done is done by keyboard: in every state each control is reached by Tab, or by the arrows inside its
// toolbar, and it is seen where the cursor is.

import assert from "node:assert/strict";
import type { ChatPage } from "./chat-page.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { STATES } from "./states.ts";

const MOST_STOPS = 300;

/** Goes round the page by Tab, and through each toolbar by its arrows; marks what was reached. */
async function goRound(chat: ChatPage): Promise<string[]> {
  const unseen: string[] = [];
  await chat.page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
  });
  let before = "";
  for (let stop = 0, rounds = 0; stop < MOST_STOPS; stop += 1) {
    await chat.page.keyboard.press("Tab");
    let at = await mark(chat);
    // It begins where the cursor was last, and is round when it left the page twice; outside may be several stops.
    if (at === "outside" && before !== "outside") rounds += 1;
    before = at;
    if (rounds === 2) return unseen;
    for (let step = 0; at === "toolbar" && step < 10; step += 1) {
      await chat.page.keyboard.press("ArrowRight");
      at = await mark(chat);
    }
    unseen.push(...(await chat.page.evaluate(notSeen)));
  }
  throw new Error(`Tab went through ${MOST_STOPS} stops and did not come round`);
}

/** Where the cursor is; in a toolbar only as long as its arrows bring something new. */
function mark(chat: ChatPage): Promise<"outside" | "toolbar" | "control"> {
  return chat.page.evaluate(() => {
    const now = document.activeElement;
    if (!now || now === document.body) return "outside";
    const known = now.hasAttribute("data-reached");
    now.setAttribute("data-reached", "");
    return !known && now.closest("[role=toolbar]") ? "toolbar" : "control";
  });
}

/** Runs in the page: the element with the cursor, if nothing shows that it is there. */
function notSeen(): string[] {
  const now = document.activeElement;
  if (!now || now === document.body) return [];
  const shownBy = [now, now.parentElement].filter((element) => element !== null);
  const seen = shownBy.some((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && outlineWidth !== "0px";
  });
  const clear = Number(getComputedStyle(now).opacity) > 0.5;
  return seen && clear ? [] : [now.outerHTML.slice(0, 120)];
}

function notReached(chat: ChatPage): Promise<string[]> {
  return chat.page.evaluate(() =>
    [...document.querySelectorAll("button:enabled, a[href], summary, textarea, input:enabled")]
      .filter((control) => control.checkVisibility() && !control.hasAttribute("data-reached"))
      .map((control) => control.outerHTML.slice(0, 120)),
  );
}

describe("the chat by keyboard", function () {
  this.timeout(300_000);
  const open = chatsOfThisFile();

  for (const [name, enter] of Object.entries(STATES)) {
    // An open list takes Tab to choose; composer.test.ts goes through it.
    if (name === "mention" || name === "command") continue;
    it(name, async () => {
      const chat = await open({ width: 800 });
      await enter(chat);
      assert.deepEqual(await goRound(chat), [], "the cursor is seen");
      assert.deepEqual(await notReached(chat), []);
    });
  }

  it("what cannot be reached would be found", async () => {
    const chat = await open();
    await chat.reset();
    await chat.page.evaluate(() => {
      const lost = document.createElement("button");
      lost.tabIndex = -1;
      lost.textContent = "lost";
      document.querySelector("main")?.append(lost);
    });
    await goRound(chat);
    assert.match((await notReached(chat)).join(), /lost/);
  });

  it("nothing moves for who wants no motion", async () => {
    const chat = await open({ reducedMotion: true });
    await STATES["waiting"]?.(chat);
    assert.equal(await chat.page.evaluate(() => document.getAnimations().length), 0);
    const moving = await open();
    await STATES["waiting"]?.(moving);
    assert.equal(await moving.page.evaluate(() => document.getAnimations().length), 1);
    await moving.page.evaluate(() => document.body.classList.add("vscode-reduce-motion"));
    assert.equal(await moving.page.evaluate(() => document.getAnimations().length), 0);
  });
});
