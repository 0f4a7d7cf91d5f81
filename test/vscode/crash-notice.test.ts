// A backend that keeps crashing, as a person in a German VS Code sees it: it is said in German, the log can be read
// without losing the choice, and Restart brings the chat back.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { webviewWith } from "../host/browser.ts";
import { PROJECT } from "../host/build.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { typeInto } from "./type-into.ts";
import { type CodeWindow, openWindow } from "./window.ts";

const TEXTS = JSON.parse(readFileSync("l10n/bundle.l10n.de.json", "utf8")) as Record<string, string>;
const CRASHES = 5;
const german = (text: string): string => {
  const found = TEXTS[text];
  assert.ok(found !== undefined, `no German for "${text}"`);
  return found;
};

describe("a backend that keeps crashing", function () {
  this.timeout(600_000);
  let window: CodeWindow;

  before(async function () {
    if (process.platform === "win32") return this.skip();
    window = await openWindow({ settings: { "edgequake.defaultModel": "mock/echo" }, language: "de" });
    await window.closeSecondSideBar();
  });
  after(() => window?.close());

  it("is said in German, with the log and a restart at hand", async () => {
    const { page } = window;
    await page.locator('.activitybar [aria-label^="EdgeQuake"]').first().click();
    const box = `textarea[aria-label="${german("Message")}"]`;
    const frame = await webviewWith(page, box);
    const ask = async (text: string): Promise<void> => {
      await typeInto(frame.locator(box), text);
      await frame.getByRole("button", { name: german("Send"), exact: true }).click();
    };
    await ask("Guten Tag");
    await frame.locator('[data-role="assistant"][data-state="done"]').waitFor();
    for (let crash = 1; crash <= CRASHES; crash += 1) {
      const pid = await poll(`the backend before crash ${crash}`, PATIENCE_MS, () => window.backends()[0]);
      process.kill(pid, "SIGKILL");
      await poll(`crash ${crash} to be over`, PATIENCE_MS, () => !window.backends().includes(pid));
    }
    const notice = page.locator(".notification-list-item", {
      hasText: german("EdgeQuake's backend crashed five times in three minutes and was stopped."),
    });
    await notice.first().waitFor();
    mkdirSync(join(PROJECT, "test-results"), { recursive: true });
    const picture = join(PROJECT, "test-results", "crash-german.png");
    await page.screenshot({ path: picture });
    console.log(`      ${picture}`);

    await notice
      .first()
      .getByRole("button", { name: german("Show Log") })
      .click();
    await page.locator(".part.panel .output-view").waitFor();
    await page.locator(".output-view", { hasText: /the\sbackend\sstopped/ }).waitFor();
    // The choice is still there.
    await notice
      .first()
      .getByRole("button", { name: german("Restart") })
      .click();
    await poll("the backend to run again", PATIENCE_MS, () => window.backends().length === 1);
    await ask("Noch einmal");
    await poll("the answer after the restart", PATIENCE_MS, async () => {
      const answers = await frame.locator('[data-role="assistant"][data-state="done"]').allTextContents();
      return answers.length === 2 && answers[1]?.includes("Noch einmal");
    });
    assert.equal(await notice.count(), 0);
  });
});
