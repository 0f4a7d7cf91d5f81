// The usage page in VS Code's four themes, with calls that went well and one that did not: every text readable, nothing
// sticks out, nothing keeps anybody out, every control reached by keyboard; pictured in test-results/.

import assert from "node:assert/strict";
import type { Frame } from "playwright-core";
import { webviewWith } from "../host/browser.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { violations } from "./axe.ts";
import { EDITOR, lowestContrast, overflowing, READABLE } from "./contrast.ts";
import { THEMES, wear } from "./themes.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";
import { editorsOf, iconContrast, SEEN, usualSize } from "./workbench-looks.ts";

describe("how the usage page looks", function () {
  this.timeout(600_000);
  let window: CodeWindow;
  let usage: Frame;

  before(async () => {
    window = await openWindow({
      settings: { "edgequake.defaultModel": "mock/echo", "edgequake.numRetries": 0 },
    });
    await window.closeSecondSideBar();
    const chat = await Chat.open(window);
    await chat.send("Something to count");
    await chat.answer(1, "done");
    await chat.chooseModel("mock/error-429");
    await chat.send("and to fail");
    await chat.answer(2, "error");
    await window.command("EdgeQuake: Show Usage");
    usage = await webviewWith(window.page, "main h1");
    await usage.locator("svg").first().waitFor();
  });
  after(() => window?.close());

  /** A drawing that is made smaller makes its words smaller. */
  const tinyWords = (): Promise<string[]> =>
    usage.evaluate(() =>
      [...document.querySelectorAll("svg text")]
        .filter((text) => text.getBoundingClientRect().height < 11)
        .map((text) => text.textContent ?? ""),
    );

  async function assertLooks(name: string): Promise<void> {
    console.log(`      ${await window.screenshot(name)}`);
    const { ratio, text } = await lowestContrast(usage, EDITOR);
    assert.deepEqual(
      {
        contrast: ratio >= READABLE ? "readable" : `${ratio.toFixed(2)} for "${text}"`,
        overflow: await overflowing(usage),
        tiny: await tinyWords(),
        axe: await violations(usage, EDITOR),
      },
      { contrast: "readable", overflow: [], tiny: [], axe: [] },
    );
  }

  for (const theme of THEMES) {
    it(`${theme.name}: can be read and used, its tab has an icon that is seen`, async () => {
      await wear(window, usage, theme);
      await assertLooks(`usage-${theme.name}`);
      assert.ok((await iconContrast(window, "EdgeQuake: Usage")) >= SEEN);
    });
  }

  for (const width of [800, 320]) {
    it(`${width} px wide: nothing sticks out, in any theme`, async () => {
      await window.command("View: Close Primary Side Bar");
      await usage.locator("details").evaluateAll((all) => {
        for (const one of all as HTMLDetailsElement[]) one.open = true;
      });
      for (const theme of THEMES) {
        await usualSize(window);
        await wear(window, usage, theme);
        await editorsOf(window, width);
        await assertLooks(`usage-${width}-${theme.name}`);
      }
      await usualSize(window);
      await window.command("View: Toggle Primary Side Bar Visibility");
    });
  }

  it("every control is reached by keyboard", async () => {
    const names = await usage.evaluate(() => {
      const all = document.querySelectorAll<HTMLElement>("button, select, summary, a[href], [tabindex='0']");
      return [...all]
        .filter((element) => element.checkVisibility())
        .map((element, index) => {
          element.dataset["walk"] = String(index);
          return element.textContent?.trim().slice(0, 30) ?? element.tagName;
        });
    });
    assert.ok(names.length >= 4, names.join(", "));
    await usage.locator("[data-walk='0']").focus();
    await poll("the page to have the keys", PATIENCE_MS, () => usage.evaluate(() => document.hasFocus()));
    const reached = new Set([0]);
    for (let step = 1; step < names.length; step += 1) {
      await window.page.keyboard.press("Tab");
      reached.add(
        await usage.evaluate(() =>
          Number((document.activeElement as HTMLElement | null)?.dataset["walk"] ?? -1),
        ),
      );
    }
    assert.deepEqual(
      names.filter((_, index) => !reached.has(index)),
      [],
    );
  });
});
