// Text put into a box of the page as typing puts it there, in one step. By the keyboard it would go wherever the focus is
// by then: on a slow machine a list that closes, or a command that ends, takes it away in between.

import type { Locator } from "playwright-core";
import { PATIENCE_MS, poll } from "../host/poll.ts";

/** Replaces what stands in this field, which has the cursor after it; one edit that the page can undo. */
export async function typeInto(field: Locator, text: string, timeout = PATIENCE_MS): Promise<void> {
  // A box that is just closing takes nothing.
  await poll(`"${text.slice(0, 40)}" to stand in the box`, timeout, async () => {
    const stands = await field.evaluate(
      (element, wanted) => {
        const box = element as HTMLInputElement | HTMLTextAreaElement;
        box.focus();
        box.select();
        if (wanted !== box.value)
          document.execCommand(wanted === "" ? "delete" : "insertText", false, wanted);
        box.setSelectionRange(box.value.length, box.value.length);
        return box.value;
      },
      text,
      { timeout },
    );
    return stands === text;
  });
}
