// Leave and budget as a person meets them: another extension asks, its question is answered, Manage Access shows what it
// spent and sets what it may. Pictured in test-results/.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { poll } from "../host/poll.ts";
import { SAMPLE } from "./bundle-suites.ts";
import { type CodeWindow, openWindow } from "./window.ts";

const CALLER = "edgequake-samples.sample";

describe("leave of another extension, as a person gives it", function () {
  this.timeout(120_000);
  let window: CodeWindow;

  before(async () => {
    window = await openWindow({ extensions: [SAMPLE] });
    await window.closeSecondSideBar();
  });
  after(() => window?.close());

  const toast = () => window.page.locator(".notification-toast", { hasText: CALLER }).first();
  const picks = () => window.page.locator(".quick-input-list .monaco-list-row");
  const output = () => window.page.locator(".output-view .view-lines");
  const manage = async (): Promise<void> => {
    await window.command("EdgeQuake: Manage Access");
    await window.page.locator(".quick-input-title", { hasText: "Manage Access" }).waitFor();
  };

  it("is asked for in a notification that says who pays, and the answer comes once it is given", async () => {
    await window.command("EdgeQuake Sample: Ask by the Exported API");
    await toast().waitFor();
    assert.match(await toast().innerText(), /paid with your keys/);
    for (const theme of ["Dark Modern", "Light Modern", "Dark High Contrast"]) {
      await window.chooseTheme(theme);
      console.log(
        `      ${await window.screenshot(`access-question-${theme.split(" ")[0]?.toLowerCase()}${theme.includes("High") ? "-contrast" : ""}`)}`,
      );
    }
    // It may have gone to the bell meanwhile.
    if (!(await toast().isVisible())) await window.command("Notifications: Show Notifications");
    const buttons = window.page.locator(".notification-list-item, .notification-toast", { hasText: CALLER });
    await buttons.getByRole("button", { name: "Allow" }).first().click();
    await poll("the answer", 15_000, async () =>
      /Say hello\./.test((await output().innerText()).replaceAll("\u00a0", " ")),
    );
  });

  it("Manage Access shows it with its spending, and sets a daily budget", async () => {
    await manage();
    const row = picks().filter({ hasText: CALLER });
    const text = await row.innerText();
    assert.match(text, /allowed/);
    assert.match(text, /No daily budget · Calls in 30 days: 1, cost unknown/);
    // It fades in.
    await poll("the list to be there wholly", 5000, () =>
      window.page
        .locator(".quick-input-widget")
        .evaluate((widget) => getComputedStyle(widget).opacity === "1"),
    );
    console.log(`      ${await window.screenshot("access-managed")}`);
    await row.click();
    await picks().filter({ hasText: "Set daily budget" }).click();
    const input = window.page.locator(".quick-input-widget input").first();
    await input.fill("much");
    await window.page.locator(".quick-input-message", { hasText: "Write an amount" }).waitFor();
    console.log(`      ${await window.screenshot("access-budget")}`);
    await window.typeIntoPrompt("0.50");
    const settings = join(window.dataFolder, "data", "Machine", "settings.json");
    await poll("the setting, in the machine's own file", 10_000, () =>
      /"edgequake\.callerBudgets":\s*\{\s*"edgequake-samples\.sample":\s*0\.5\s*\}/.test(
        readFileSync(settings, "utf8"),
      ),
    );
    await manage();
    assert.match(await picks().filter({ hasText: CALLER }).innerText(), /Daily budget \$0\.50/);
  });

  it("is taken back by the keyboard alone, and said so to who asks then", async () => {
    const { keyboard } = window.page;
    await keyboard.press("Escape");
    await manage();
    await keyboard.type(CALLER);
    await keyboard.press("Enter");
    await picks().filter({ hasText: "Deny" }).waitFor();
    await keyboard.type("Deny");
    await keyboard.press("Enter");
    await window.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await window.command("EdgeQuake Sample: Ask by Commands");
    // The lines of an output stand in the page in any order, and are broken anywhere.
    await poll("the refusal in words", 15_000, async () => {
      const said = (await output().innerText()).replace(/\s+/g, " ");
      return /may not use/.test(said) && /Manage Access/.test(said);
    });
  });
});
