// The chat at the end of a streamed answer, in a light, a dark and a high-contrast theme: readable by measure
// (contrast of text against its ground), and pictured in test-results/ for people to look at.

import assert from "node:assert/strict";
import type { Frame } from "playwright-core";
import { poll } from "../host/poll.ts";
import { SAMPLE_FILE } from "../host/sample-workspace.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { startScriptedAnswers } from "./scripted-answers.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

/** WCAG AA for text. */
const CONTRAST = 4.5;

const THEMES = [
  { name: "light", theme: "Light Modern", kind: "vscode-light" },
  { name: "dark", theme: "Dark Modern", kind: "vscode-dark" },
  { name: "high-contrast", theme: "Dark High Contrast", kind: "vscode-high-contrast" },
];

/** The lowest contrast of any text below the answer, with its words. Runs in the page. */
function lowestContrast(frame: Frame): Promise<{ ratio: number; text: string }> {
  return frame.evaluate(() => {
    const parse = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = ([r = 0, g = 0, b = 0]: number[]): number => {
      const [x = 0, y = 0, z = 0] = [r, g, b].map((value) => {
        const part = value / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const ground = (element: Element | null): number[] => {
      for (let at = element; at !== null; at = at.parentElement) {
        const color = parse(getComputedStyle(at).backgroundColor);
        if ((color[3] ?? 1) > 0.99) return color;
      }
      const side = getComputedStyle(document.documentElement).getPropertyValue("--vscode-sideBar-background");
      const hex = side.trim().replace("#", "");
      return [0, 2, 4].map((index) => Number.parseInt(hex.slice(index, index + 2), 16));
    };
    let lowest = { ratio: 21, text: "" };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? "";
      const element = node.parentElement;
      if (text === "" || element === null || element.closest("style, script") !== null) continue;
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const front = luminance(parse(getComputedStyle(element).color));
      const back = luminance(ground(element));
      const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
      if (ratio < lowest.ratio) lowest = { ratio, text: text.slice(0, 60) };
    }
    return lowest;
  });
}

describe("how the chat looks", function () {
  this.timeout(120_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let chat: Chat;

  before(async () => {
    provider = await startScriptedAnswers();
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/explains",
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
    });
    await window.openFile(SAMPLE_FILE);
    await window.closeSecondSideBar();
    chat = await Chat.open(window);
    await window.widenSideBar(480);
    await chat.send("What does average() do with an empty list, and how would you fix it?");
    await chat.answer(1, "done");
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  it("the answer is markdown, its code a block", async () => {
    assert.ok((await chat.answers.first().locator("pre code").count()) >= 1);
    assert.ok((await chat.answers.first().locator("li").count()) >= 2);
  });

  for (const { name, theme, kind } of THEMES) {
    it(`${name}: every text can be read`, async () => {
      await window.chooseTheme(theme);
      await poll(`the chat to be ${kind}`, 10_000, () =>
        chat.frame.evaluate((wanted) => document.body.classList.contains(wanted), kind),
      );
      // The theme's colours arrive with the class, its workbench animates for a moment.
      const lowest = await poll(`text contrast of ${CONTRAST}`, 5000, async () => {
        const measured = await lowestContrast(chat.frame);
        return measured.ratio >= CONTRAST ? measured : undefined;
      }).catch(() => lowestContrast(chat.frame));
      console.log(`      ${await window.screenshot(`chat-${name}`)}`);
      assert.ok(lowest.ratio >= CONTRAST, `${lowest.ratio.toFixed(2)} for "${lowest.text}"`);
    });
  }
});
