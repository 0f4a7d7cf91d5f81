// How long something takes for a person: from the moment the page got the click until what it asked for is drawn in the
// webview. Both moments are told by the browser itself: what drives it needs a quarter of a second to aim.

import type { Frame, Page } from "playwright-core";

/** Milliseconds of the epoch at which the next click came. Call it before the click. */
export function clickOf(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((clicked) => {
        const told = (event: MouseEvent): void => clicked(performance.timeOrigin + event.timeStamp);
        addEventListener("click", told, { capture: true, once: true });
      }),
  );
}

/** Milliseconds of the epoch at which a turn with these words was on the screen. Call it before they come. */
export function drawnWith(frame: Frame, words: string): Promise<number> {
  return frame.evaluate(
    (text) =>
      new Promise<number>((drawn) => {
        const look = new MutationObserver(() => {
          if (![...document.querySelectorAll("[data-role]")].some((turn) => turn.textContent?.includes(text)))
            return;
          look.disconnect();
          requestAnimationFrame(() => setTimeout(() => drawn(performance.timeOrigin + performance.now())));
        });
        look.observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
    words,
  );
}
