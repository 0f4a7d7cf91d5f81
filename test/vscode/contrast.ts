// Measures a webview as a person sees it: text against its ground, and what sticks out of the view's width.

import type { Frame } from "playwright-core";

/** WCAG AA for text. */
export const READABLE = 4.5;

/** Colours of what a webview lies on: its own document has none. */
export const SIDE_BAR = "--vscode-sideBar-background";
export const EDITOR = "--vscode-editor-background";

export interface Measured {
  ratio: number;
  text: string;
}

/** The lowest contrast of any text in the view, or in the part of it that `root` selects, with its words. */
export function lowestContrast(frame: Frame, ground = SIDE_BAR, root = "body"): Promise<Measured> {
  return frame.evaluate(
    ([groundName, selector]) => {
      type Color = [r: number, g: number, b: number, a: number];
      const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      // Whatever way a colour is written, a pixel of it is four numbers.
      const parse = (color: string): Color => {
        if (canvas === null) throw new Error("no canvas");
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
      };
      const over = ([r, g, b, a]: Color, [x, y, z]: Color): Color => [
        r * a + x * (1 - a),
        g * a + y * (1 - a),
        b * a + z * (1 - a),
        1,
      ];
      const luminance = ([r, g, b]: Color): number => {
        const [x = 0, y = 0, z = 0] = [r, g, b].map((value) => {
          const part = value / 255;
          return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
      };
      const root = document.querySelector(selector);
      if (root === null) throw new Error(`there is no ${selector}`);
      const page = parse(getComputedStyle(root).getPropertyValue(groundName).trim());
      const ground = (element: Element | null): Color =>
        element === null
          ? page
          : over(parse(getComputedStyle(element).backgroundColor), ground(element.parentElement));
      let lowest = { ratio: 21, text: "" };
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const text = node.textContent?.trim() ?? "";
        const element = node.parentElement;
        if (text === "" || element === null || element.closest("style, script, :disabled") !== null) continue;
        if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        const back = ground(element);
        const [light, dark] = [
          luminance(over(parse(getComputedStyle(element).color), back)),
          luminance(back),
        ];
        const ratio = (Math.max(light, dark) + 0.05) / (Math.min(light, dark) + 0.05);
        if (ratio < lowest.ratio) lowest = { ratio, text: text.slice(0, 60) };
      }
      return lowest;
    },
    [ground, root] as const,
  );
}

/** What is wider than the view, or than the part `root` selects, where nothing scrolls it, with how far it sticks out. */
export function overflowing(frame: Frame, root = "body"): Promise<string[]> {
  return frame.evaluate((selector) => {
    const width = document.documentElement.clientWidth;
    const part = document.querySelector(selector);
    if (part === null) throw new Error(`there is no ${selector}`);
    const whole = part === document.body;
    const box = part.getBoundingClientRect();
    const [from, to] = whole ? [0, width] : [Math.max(0, box.left), Math.min(width, box.right)];
    const found: string[] = [];
    if (document.documentElement.scrollWidth > width)
      found.push(`the page is ${document.documentElement.scrollWidth - width} px wider than the view`);
    if (!whole && (box.left < -1 || box.right > width + 1)) found.push(`${selector} is not all in view`);
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      (whole || part.contains(element)) &&
      (/auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    for (const element of part.querySelectorAll("*")) {
      if (!element.checkVisibility() || scrolls(element.parentElement)) continue;
      const { left, right, width: own } = element.getBoundingClientRect();
      const out = Math.max(right - to, from - left);
      // Texts for screen readers alone are small and far away.
      if (own > 1 && out > 1) found.push(`${element.tagName}.${element.className} by ${out.toFixed(0)} px`);
    }
    // Text that is cut off without a sign of it.
    for (const element of part.querySelectorAll("button, p, span, summary, li")) {
      const style = getComputedStyle(element);
      if (!element.checkVisibility() || style.overflowX !== "hidden" || style.textOverflow === "ellipsis")
        continue;
      // What is folded shows its heading alone.
      if (element.getAttribute("aria-expanded") === "false") continue;
      if (element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
        found.push(`${element.tagName} cuts "${element.textContent?.slice(0, 40)}"`);
    }
    return found;
  }, root);
}
