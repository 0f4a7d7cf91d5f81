// Leave and budget as a person meets them: another extension asks, its question is answered, Manage Access shows what it
// spent and sets what it may. Pictured in test-results/.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../host/build.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { SAMPLE } from "./bundle-suites.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const CALLER = "edgequake-samples.sample";
const THEMES = { "Dark Modern": "dark", "Light Modern": "light", "Dark High Contrast": "dark-contrast" };

describe("leave of another extension, as a person gives it", function () {
  this.timeout(600_000);
  let window: CodeWindow;

  before(async () => {
    window = await openWindow({ extensions: [SAMPLE, join(PROJECT, "test", "vscode", "asker-extension")] });
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

  /** In each theme, once `show` has brought to the page what is to be seen. */
  const picture = async (name: string, show: () => Promise<void>): Promise<void> => {
    for (const [theme, short] of Object.entries(THEMES)) {
      await window.chooseTheme(theme);
      await show();
      console.log(`      ${await window.screenshot(`${name}-${short}`)}`);
    }
  };
  /** It fades in. */
  const wholly = (): Promise<unknown> =>
    poll("the list to be there wholly", PATIENCE_MS, () =>
      window.page
        .locator(".quick-input-widget")
        .evaluate((widget) => getComputedStyle(widget).opacity === "1"),
    );
  const shown = async (): Promise<void> => {
    await manage();
    await wholly();
  };
  /** As one types who does not touch the mouse: the filter, then Enter. */
  const choose = async (label: string): Promise<void> => {
    await picks().filter({ hasText: label }).waitFor();
    await window.page.keyboard.type(label);
    await poll(`"${label}" alone in the list`, PATIENCE_MS, async () => (await picks().count()) === 1);
    await window.page.keyboard.press("Enter");
  };

  it("is asked for in a notification that says who pays, and the answer comes once it is given", async () => {
    await window.command("EdgeQuake Sample: Ask by the Exported API");
    await toast().waitFor();
    assert.match(await toast().innerText(), /paid with your keys/);
    await picture("access-question", async () => {
      // It may have gone to the bell meanwhile.
      if (!(await toast().isVisible())) await window.command("Notifications: Show Notifications");
    });
    const buttons = window.page.locator(".notification-list-item, .notification-toast", { hasText: CALLER });
    const allow = buttons.getByRole("button", { name: "Allow" }).first();
    await poll("the leave to be given", PATIENCE_MS, async () => {
      if (!(await allow.isVisible())) await window.command("Notifications: Show Notifications");
      return allow
        .click({ timeout: 5_000 })
        .then(() => true)
        .catch(() => false);
    });
    await poll("the answer", PATIENCE_MS, async () =>
      /Say hello\./.test((await output().innerText()).replaceAll("\u00a0", " ")),
    );
  });

  it("Manage Access shows it with its spending, beside what a person does in EdgeQuake itself", async () => {
    const chat = await Chat.open(window);
    await chat.send("hello");
    await chat.answer(1, "done");
    await picture("access-managed", shown);
    const text = await picks().filter({ hasText: CALLER }).innerText();
    assert.match(text, /allowed/);
    assert.match(text, /No daily budget · Calls in 30 days: 1, cost unknown/);
    assert.match(await picks().filter({ hasText: "EdgeQuake's chat" }).innerText(), /needs no leave/);
    await choose("EdgeQuake's chat");
    await picks().filter({ hasText: "Set daily budget" }).waitFor();
    assert.equal(await picks().count(), 1, "there is nothing to allow or to deny");
    await window.page.keyboard.press("Escape");
  });

  it("sets a daily budget by the keyboard alone", async () => {
    const input = window.page.locator(".quick-input-widget input").first();
    await picture("access-budget", async () => {
      await shown();
      await choose(CALLER);
      await choose("Set daily budget");
      await window.page.locator(".quick-input-title", { hasText: "Daily budget of" }).waitFor();
      await input.pressSequentially("much");
      await window.page.locator(".quick-input-message", { hasText: "Write an amount" }).waitFor();
    });
    await window.page.keyboard.press("ControlOrMeta+a");
    await window.page.keyboard.type("0.50");
    await window.page.keyboard.press("Enter");
    const settings = join(window.dataFolder, "data", "Machine", "settings.json");
    await poll("the setting, in the machine's own file", PATIENCE_MS, () =>
      /"edgequake\.callerBudgets":\s*\{\s*"edgequake-samples\.sample":\s*0\.5\s*\}/.test(
        readFileSync(settings, "utf8"),
      ),
    );
    await manage();
    assert.match(await picks().filter({ hasText: CALLER }).innerText(), /Daily budget \$0\.50/);
    await window.page.keyboard.press("Escape");
  });

  it("is taken back by the keyboard alone, and said so to who asks then", async () => {
    await picture("access-choices", async () => {
      await manage();
      await choose(CALLER);
      await picks().filter({ hasText: "Deny" }).waitFor();
      await wholly();
    });
    await choose("Deny");
    await window.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await window.command("EdgeQuake Sample: Ask by Commands");
    // The lines of an output stand in the page in any order, and are broken anywhere.
    await poll("the refusal in words", PATIENCE_MS, async () => {
      const said = (await output().innerText()).replace(/\s+/g, " ");
      return /may not use/.test(said) && /Manage Access/.test(said);
    });
  });

  it("who was asked about and got no answer stands in Manage Access, where the answer can be given", async () => {
    await manage();
    await choose(CALLER);
    await choose("Ask again next time");
    await window.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await window.command("EdgeQuake Sample: Ask by the Exported API");
    await toast().waitFor();
    await manage();
    assert.match(await picks().filter({ hasText: CALLER }).innerText(), /not answered yet/);
    await window.page.keyboard.press("Escape");
    await window.command("Notifications: Clear All Notifications");
    await toast().waitFor({ state: "hidden" });
    await picture("access-unanswered", shown);
    assert.match(await picks().filter({ hasText: CALLER }).innerText(), /not answered yet/);
    await choose(CALLER);
    await choose("Allow");
    await window.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await manage();
    assert.match(await picks().filter({ hasText: CALLER }).innerText(), /sample\s*allowed/);
    await window.page.keyboard.press("Escape");
  });

  it("a tool of EdgeQuake's runs for who has read what it asks, as it is written", async () => {
    const dialog = window.page.locator(".monaco-dialog-box");
    for (const [theme, short] of Object.entries(THEMES)) {
      await window.chooseTheme(theme);
      await window.command("EdgeQuake Tests: Ask by a Tool");
      await dialog.waitFor();
      const said = (await dialog.innerText()).replace(/\s+/g, " ");
      assert.match(said, /Ask another model through EdgeQuake\? .*mock\/echo/);
      const asked = "What is asked: [press](command:workbench.action.quit) **now** and then What the model";
      assert.ok(said.includes(asked), said);
      assert.match(said, /What the model is told beforehand: You are [x ]+ and 108 more characters/);
      const made = dialog.locator(".dialog-message-container").locator("a, strong, img");
      assert.equal(await made.count(), 0, "it is nothing but text");
      console.log(`      ${await window.screenshot(`access-tool-${short}`)}`);
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await dialog.waitFor({ state: "detached" });
    }
  });
});
