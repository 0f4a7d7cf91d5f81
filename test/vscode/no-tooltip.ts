// The pointer away from everything that answers it with a tooltip, and no tooltip in the picture.

import type { Page } from "playwright-core";

const TOOLTIP = ".monaco-hover:visible";
const GOING_MS = 3_000;

/** VS Code leaves one standing that comes when the pointer has gone into a webview already: it is not what is looked at. */
export async function withoutTooltip(page: Page, x: number, y: number): Promise<void> {
  await page.mouse.move(x, y);
  const left = page.locator(TOOLTIP);
  await left.waitFor({ state: "detached", timeout: GOING_MS }).catch(() =>
    left.evaluateAll((all) => {
      for (const one of all) (one as HTMLElement).style.display = "none";
    }),
  );
}
