// VS Code in German: EdgeQuake's commands, chat and messages are German too, and fit a narrow side bar.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { webviewWith } from "../host/browser.ts";
import { overflowing } from "./contrast.ts";
import { type CodeWindow, openWindow } from "./window.ts";

const MANIFEST = JSON.parse(readFileSync("package.nls.de.json", "utf8")) as Record<string, string>;
const TEXTS = JSON.parse(readFileSync("l10n/bundle.l10n.de.json", "utf8")) as Record<string, string>;

describe("EdgeQuake in German", function () {
  this.timeout(120_000);
  let window: CodeWindow;

  before(async () => {
    window = await openWindow({ settings: { "edgequake.defaultModel": "mock/echo" }, language: "de" });
    await window.closeSecondSideBar();
  });
  after(() => window?.close());

  it("its commands are found by their German names", async () => {
    await window.command(`EdgeQuake: ${MANIFEST["command.newChat"]}`);
  });

  it("the chat speaks German, and nothing of it sticks out", async () => {
    const box = `textarea[aria-label="${TEXTS["Message"]}"]`;
    const frame = await webviewWith(window.page, box);
    assert.equal(await frame.evaluate(() => document.documentElement.lang), "de");
    await frame.locator(box).fill("Guten Tag");
    await frame.getByRole("button", { name: TEXTS["Send"] ?? "", exact: true }).click();
    await frame.locator('[data-role="assistant"][data-state="done"]').waitFor();
    await window.widenSideBar(320);
    console.log(`      ${await window.screenshot("chat-german")}`);
    assert.deepEqual(await overflowing(frame), []);
    // What is left in English would stand there as its own name.
    const shown = (await frame.locator("body").innerText()).split("\n").map((line) => line.trim());
    assert.deepEqual(
      shown.filter((line) => line in TEXTS && TEXTS[line] !== line),
      [],
    );
  });

  it("what the extension asks is German", async () => {
    const { page } = window;
    await window.command(`EdgeQuake: ${MANIFEST["command.selectModel"]}`);
    const title = TEXTS["Select Model"];
    assert.ok(title !== undefined);
    await page.locator(".quick-input-widget .quick-input-title", { hasText: title }).waitFor();
    await page
      .locator(`.quick-input-widget input[placeholder="${TEXTS["Choose a model, or type provider/model"]}"]`)
      .waitFor();
    await page.keyboard.press("Escape");
  });
});
