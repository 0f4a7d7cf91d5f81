// VS Code's own page around EdgeQuake: its lists, boxes and tabs in a theme, a width, and measured where `root` says.

import assert from "node:assert/strict";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { EDITOR, lowestContrast, overflowing, READABLE } from "./contrast.ts";
import type { Theme } from "./themes.ts";
import type { CodeWindow } from "./window.ts";

const ON_THE_WORKBENCH: Readonly<Record<string, string>> = {
  "vscode-light": "vs",
  "vscode-dark": "vs-dark",
  "vscode-high-contrast": "hc-black",
  "vscode-high-contrast-light": "hc-light",
};
/** Left of the editors. */
const ACTIVITY_BAR = 48;

export async function dress(window: CodeWindow, { theme, kind }: Theme): Promise<void> {
  await window.chooseTheme(theme);
  const name = ON_THE_WORKBENCH[kind] ?? assert.fail(`no theme is of the kind ${kind}`);
  await poll(`VS Code to wear ${theme}`, PATIENCE_MS, () =>
    window.page
      .locator(".monaco-workbench")
      .evaluate((workbench, wanted) => workbench.classList.contains(wanted), name),
  );
}

/** The window so narrow that its editors are `width` wide; the side bar must be closed. */
export async function editorsOf(window: CodeWindow, width: number): Promise<void> {
  await window.page.setViewportSize({ width: width + ACTIVITY_BAR, height: 800 });
  const editors = window.page.locator(".part.editor");
  await poll(`editors of ${width} px`, PATIENCE_MS, async () => {
    const box = await editors.boundingBox();
    return box !== null && Math.abs(box.width - width) < 24;
  });
}

export async function usualSize(window: CodeWindow): Promise<void> {
  await window.page.setViewportSize({ width: 1280, height: 800 });
}

/** Pictured, and all that is wrong with it at once. `words`: of an editor its text, whose margin is VS Code's own. */
export async function assertPart(
  window: CodeWindow,
  name: string,
  root: string,
  words = root,
): Promise<void> {
  // It fades in.
  await poll(`${root} to be there wholly`, PATIENCE_MS, () =>
    window.page
      .locator(root)
      .first()
      .evaluate((part) => getComputedStyle(part).opacity === "1"),
  );
  console.log(`      ${await window.screenshot(name)}`);
  const frame = window.page.mainFrame();
  const { ratio, text } = await lowestContrast(frame, EDITOR, words);
  assert.deepEqual(
    {
      contrast: ratio >= READABLE ? "readable" : `${ratio.toFixed(2)} for "${text}"`,
      overflow: await overflowing(frame, root),
    },
    { contrast: "readable", overflow: [] },
  );
}

/** WCAG for what is no text. */
export const SEEN = 3;

/** How the icon of a tab stands out from the tab: what is drawn there, pixel by pixel. */
export async function iconContrast(window: CodeWindow, tab: string): Promise<number> {
  const label = window.page.locator(".tab.active .monaco-icon-label", { hasText: tab }).first();
  const box = (await label.boundingBox()) ?? assert.fail(`there is no tab "${tab}"`);
  const png = await window.page.screenshot({ clip: { ...box, width: 16 } });
  return window.page.evaluate(async (bytes) => {
    const image = new Image();
    image.src = `data:image/png;base64,${bytes}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    if (canvas === null) throw new Error("no canvas");
    canvas.drawImage(image, 0, 0);
    const { data } = canvas.getImageData(0, 0, image.width, image.height);
    const part = (value = 0): number =>
      value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    const light = (at: number): number =>
      0.2126 * part(data[at]) + 0.7152 * part(data[at + 1]) + 0.0722 * part(data[at + 2]);
    const all = Array.from({ length: data.length / 4 }, (_, index) => light(index * 4));
    // The corner is the tab's own ground.
    const ground = all[0] ?? 0;
    const ratios = all.map((one) => (Math.max(one, ground) + 0.05) / (Math.min(one, ground) + 0.05));
    return Math.max(...ratios);
  }, png.toString("base64"));
}
