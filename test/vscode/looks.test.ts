// The chat at the end of a streamed answer, in VS Code's four themes, narrow and wide: every text readable by measure,
// nothing sticks out, nothing keeps anybody out; and pictured in test-results/ for people to look at.

import assert from "node:assert/strict";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { SAMPLE_FILE } from "../host/sample-workspace.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { violations } from "./axe.ts";
import { lowestContrast, overflowing, READABLE } from "./contrast.ts";
import { startScriptedAnswers } from "./scripted-answers.ts";
import { THEMES, wear } from "./themes.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const WIDTHS = [320, 800];

describe("how the chat looks", function () {
  this.timeout(600_000);
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
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  /** Measured and pictured; all that is wrong at once. */
  async function assertLooks(name: string): Promise<void> {
    console.log(`      ${await window.screenshot(name)}`);
    const { ratio, text } = await lowestContrast(chat.frame);
    assert.deepEqual(
      {
        contrast: ratio >= READABLE ? "readable" : `${ratio.toFixed(2)} for "${text}"`,
        overflow: await overflowing(chat.frame),
        axe: await violations(chat.frame),
      },
      { contrast: "readable", overflow: [], axe: [] },
    );
  }

  it("empty: can be read and used", async () => {
    await wear(window, chat.frame, THEMES[1] as (typeof THEMES)[0]);
    await assertLooks("chat-empty");
  });

  it("the answer is markdown, its code a block", async () => {
    await chat.send("What does average() do with an empty list, and how would you fix it?");
    await chat.answer(1, "done");
    assert.ok((await chat.answers.first().locator("pre code").count()) >= 1);
    assert.ok((await chat.answers.first().locator("li").count()) >= 2);
  });

  for (const theme of THEMES) {
    it(`${theme.name}: every text can be read, nothing keeps anybody out`, async () => {
      await wear(window, chat.frame, theme);
      await assertLooks(`chat-${theme.name}`);
    });
  }

  for (const width of WIDTHS) {
    it(`${width} px wide: nothing sticks out`, async () => {
      await window.widenSideBar(width);
      for (const theme of THEMES) {
        await wear(window, chat.frame, theme);
        await assertLooks(`chat-${width}-${theme.name}`);
      }
    });
  }

  it("a failed answer: can be read and used", async () => {
    await window.widenSideBar(480);
    await chat.chooseModel("openai/refused");
    await chat.send("And now without a key that works?");
    await chat.answer(2, "error");
    for (const theme of THEMES) {
      await wear(window, chat.frame, theme);
      await assertLooks(`chat-failed-${theme.name}`);
    }
  });

  it("every button can be reached by keyboard, and shows that it is", async () => {
    const { page } = window;
    await chat.input.focus();
    const all = await chat.frame.evaluate(() => {
      const able = document.querySelectorAll<HTMLElement>(
        "button, a[href], textarea, input, select, summary",
      );
      return [...able]
        .filter(
          (element) => element.checkVisibility() && !element.matches(":disabled") && element.tabIndex >= 0,
        )
        .map((element, index) => {
          element.dataset["walk"] = String(index);
          return element.getAttribute("aria-label") ?? element.textContent?.trim() ?? element.tagName;
        });
    });
    assert.ok(all.length >= 6, all.join(", "));
    const reached = new Set<number>();
    // From the message box backwards to the page's beginning, and on to its end.
    for (const key of ["Shift+Tab", "Tab"]) {
      await chat.input.focus();
      await poll("the page to have the keys", PATIENCE_MS, () =>
        chat.frame.evaluate(() => document.hasFocus()),
      );
      for (let step = 0; step < all.length + 20; step += 1) {
        await page.keyboard.press(key);
        const at = await chat.frame.evaluate(() => {
          const element = document.activeElement as HTMLElement | null;
          if (element === null || element === document.body || !document.hasFocus()) return undefined;
          const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
          const shown = (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
          return { index: Number(element.dataset["walk"] ?? -1), shown, tag: element.outerHTML.slice(0, 80) };
        });
        // The focus went on to the workbench.
        if (at === undefined) break;
        assert.ok(at.shown || all[at.index] === "Message", `the focus is not shown on ${at.tag}`);
        reached.add(at.index);
      }
    }
    assert.deepEqual(
      all.filter((name, index) => !reached.has(index) && name !== "Message"),
      [],
    );
  });

  it("a question, a stop and a new chat, by keys alone", async () => {
    const { page } = window;
    await chat.chooseModel("openai/endless");
    await chat.newChat();
    await page.keyboard.type("Tell me everything");
    await page.keyboard.press("Enter");
    await chat.streaming(1, 5);
    await page.keyboard.press("Escape");
    await chat.answer(1, "stopped");
    await chat.newChat();
    await page.keyboard.type("first line");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("second line");
    assert.equal(await chat.input.inputValue(), "first line\nsecond line");
  });
});
