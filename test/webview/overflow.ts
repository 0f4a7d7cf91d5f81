// What sticks out of the page to the right, unless it can be scrolled to or is cut off on purpose.

import type { ChatPage } from "./chat-page.ts";

export function overflow(chat: ChatPage): Promise<string[]> {
  return chat.page.evaluate(() => {
    const wide = innerWidth + 0.5;
    const kept = (element: Element): boolean => {
      for (let at = element.parentElement; at && at.tagName !== "MAIN"; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== "visible" && at.getBoundingClientRect().right <= wide)
          return true;
      }
      return false;
    };
    const out = [...document.querySelectorAll("body *")]
      .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > wide)
      .filter((element) => !kept(element))
      .map((element) => element.outerHTML.slice(0, 120));
    const main = document.querySelector("main");
    if (main && main.scrollWidth > main.clientWidth) out.push(`main is ${main.scrollWidth} wide`);
    if (document.documentElement.scrollWidth > innerWidth) out.push("the page scrolls sideways");
    return out;
  });
}
