// Who comes to the chat can type at once: the cursor is in the message box, unless something else of the page has it or a
// pointer is about to choose.

import { wishFocus } from "./draft.ts";

export function giveFirstCursor(): void {
  let pointed = false;
  const give = (): void => {
    if (!pointed && document.hasFocus() && document.activeElement === document.body) wishFocus();
  };
  // A click on the page is told before the focus it brings: words that are being selected stay so.
  window.addEventListener("pointerdown", () => {
    pointed = true;
  });
  for (const end of ["pointerup", "pointercancel"] as const)
    window.addEventListener(end, () => {
      pointed = false;
    });
  window.addEventListener("focus", give);
  give();
}
