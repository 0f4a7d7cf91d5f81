// VS Code in German: EdgeQuake's commands, chat and messages are German too, and fit a narrow side bar.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { webviewWith } from "../host/browser.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { overflowing } from "./contrast.ts";
import { typeInto } from "./type-into.ts";
import { type CodeWindow, openWindow } from "./window.ts";

const MANIFEST = JSON.parse(readFileSync("package.nls.de.json", "utf8")) as Record<string, string>;
const TEXTS = JSON.parse(readFileSync("l10n/bundle.l10n.de.json", "utf8")) as Record<string, string>;

describe("EdgeQuake in German", function () {
  this.timeout(600_000);
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
    await typeInto(frame.locator(box), "Guten Tag");
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

  it("what the backend says went wrong is German, and what to do about it", async () => {
    const { page } = window;
    const box = `textarea[aria-label="${TEXTS["Message"]}"]`;
    const frame = await webviewWith(page, box);
    await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    // A provider whose key nobody has given.
    const settings = join(window.dataFolder, "data", "Machine", "settings.json");
    writeFileSync(settings, JSON.stringify({ "edgequake.defaultModel": "openai/gpt-4o-mini" }));
    await frame.locator("body", { hasText: "openai/gpt-4o-mini" }).waitFor();
    await typeInto(frame.locator(box), "Und nun?");
    await frame.getByRole("button", { name: TEXTS["Send"] ?? "", exact: true }).click();
    const failed = frame.locator('[data-role="assistant"][data-state="error"]');
    await failed.waitFor();
    const said = (await failed.textContent()) ?? "";
    assert.match(
      said,
      /Es gibt keinen API-Schlüssel für OpenAI: .*setzen Sie die Umgebungsvariable OPENAI_API_KEY/,
    );
    assert.match(
      said,
      /: führen Sie "EdgeQuake: API-Schlüssel festlegen" aus, oder .* oder schreiben Sie api_key unter \[providers\.openai\]/s,
    );
    assert.doesNotMatch(said, /api_key beim Aufruf|api_key with the call/);
    assert.deepEqual(await overflowing(frame), []);
    console.log(`      ${await window.screenshot("error-german")}`);
  });

  it("the diagnosis is German", async () => {
    const { page } = window;
    await window.command(`EdgeQuake: ${MANIFEST["command.diagnose"]}`);
    const editor = page.locator(".editor-instance .view-lines", { hasText: "Diagnose" }).first();
    const text = await poll("the diagnosis", PATIENCE_MS, async () => {
      const shown = ((await editor.isVisible()) ? ((await editor.textContent()) ?? "") : "").replaceAll(
        "\u00a0",
        " ",
      );
      return /Schlüssel/.test(shown) ? shown : undefined;
    });
    assert.match(text, /es gibt keinen Schlüssel für OpenAI, der zu dieser Adresse gehört/);
    assert.doesNotMatch(text, /there is|nothing is wrong|from the|Run |, or /);
    console.log(`      ${await window.screenshot("diagnosis-german")}`);
  });
});
