// Work on code as a person sees it: the context menu, the lightbulb, the diff that fills, ghost text, the question
// before a configuration file is changed, the commit message's button and the terminal's output. Pictured in
// test-results/.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { SAMPLE_FILE } from "../host/sample-workspace.ts";
import { jsonOf } from "../server/http-request.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { startScriptedAnswers } from "./scripted-answers.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const FILLED = " + 273.15";
/** Half of the pause after which the model is asked. */
const REST_MS = 100;
const THEMES = [
  { name: "light", theme: "Light Modern" },
  { name: "dark", theme: "Dark Modern" },
  { name: "high-contrast", theme: "Dark High Contrast" },
];

describe("work on code, seen", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let chat: Chat;

  before(async () => {
    provider = await startScriptedAnswers();
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/plain",
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
        "edgequake.inlineCompletions.model": "openai/fills",
        "edgequake.inlineCompletions.enable": true,
        "editor.minimap.enabled": false,
        // A list of the file's own words, which comes or does not, has the first word.
        "editor.wordBasedSuggestions": "off",
        // Its text is on the page then, not in a picture.
        "terminal.integrated.gpuAcceleration": "off",
      },
    });
    // Before files are searched for: what was found once is remembered for a while.
    writeFileSync(join(window.workspace, "broken.json"), '{\n  "a": 1,\n  "b": tru\n}\n');
    writeFileSync(join(window.workspace, "twice.py"), "def double(value):\n    return value * 2\n");
    await window.closeSecondSideBar();
    chat = await Chat.open(window);
    const origin = new URL(window.page.url()).origin;
    await window.page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });
  beforeEach(() => provider.clear());

  /** The test, and a picture of what stood there when it failed. */
  async function pictured<T>(name: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const picture = await window.screenshot(`${name}-failed`);
      // So that the next test is not this one's.
      await window.command("View: Close All Editors").catch(() => {});
      throw new Error(`${(error as Error).message}; see ${picture}`);
    }
  }
  const lines = () => window.page.locator(".editor-instance .monaco-editor .view-lines").first();
  /** How often the keys rest from now on, as the page gets them. */
  function pausesWhileTyping() {
    return window.page.evaluateHandle((restMs) => {
      const pauses = { count: 0 };
      let last: number | undefined;
      addEventListener(
        "keydown",
        ({ timeStamp }) => {
          if (last !== undefined && timeStamp - last > restMs) pauses.count += 1;
          last = timeStamp;
        },
        true,
      );
      return pauses;
    }, REST_MS);
  }
  async function cursorAtEnd(): Promise<void> {
    await lines().click();
    await window.page.keyboard.press("ControlOrMeta+End");
  }

  it("the context menu has a submenu with every action", () =>
    pictured("code-context-menu", async () => {
      await window.openFile(SAMPLE_FILE);
      await lines().click();
      await window.page.keyboard.press("ControlOrMeta+a");
      for (const { name, theme } of THEMES) {
        await window.chooseTheme(theme);
        await lines().click({ button: "right", position: { x: 120, y: 30 } });
        const menu = window.page.locator(".context-view .monaco-menu");
        await menu.first().waitFor();
        const actions = window.page.locator(".monaco-menu .action-label");
        await poll("the submenu", PATIENCE_MS, async () => {
          await window.page.locator(".monaco-menu .action-label", { hasText: /^EdgeQuake$/ }).hover();
          const titles = await actions.allTextContents();
          return [
            "Explain",
            "Review",
            "Ask About Selection…",
            "Fix",
            "Edit…",
            "Document",
            "Generate Tests",
          ].every((title) => titles.includes(title));
        });
        await window.page.screenshot({ path: join("test-results", `code-context-menu-${name}.png`) });
        await window.page.keyboard.press("Escape");
        await window.page.keyboard.press("Escape");
        await menu.first().waitFor({ state: "detached" });
      }
    }));

  it("the lightbulb offers Fix where the editor reports a problem", () =>
    pictured("code-lightbulb", async () => {
      await window.openFile("broken.json");
      await window.page.locator(".squiggly-error").first().waitFor();
      const fix = window.page.locator(".action-widget .action-item, .action-widget .monaco-list-row", {
        hasText: "Fix with EdgeQuake",
      });
      await poll("the fix", PATIENCE_MS, async () => {
        await lines().click();
        await window.page.keyboard.press("F8");
        await window.page.keyboard.press("Escape");
        await window.page.keyboard.press("ControlOrMeta+.");
        return fix
          .first()
          .waitFor({ timeout: 8_000 })
          .then(() => true)
          .catch(() => window.page.keyboard.press("Escape").then(() => false));
      });
      await window.page.screenshot({ path: join("test-results", "code-lightbulb.png") });
      await fix.first().click();
      const asked = await poll("the question", PATIENCE_MS, () => provider.requests.at(-1)?.body);
      assert.match(asked, /The editor reports these problems/);
      assert.match(asked, /line 3: error/);
      await window.page.locator(".monaco-diff-editor").first().waitFor();
      await window.page.getByRole("button", { name: "Discard Edit" }).first().click();
      await window.page.locator(".monaco-diff-editor").waitFor({ state: "hidden" });
      assert.match(readFileSync(join(window.workspace, "broken.json"), "utf8"), /tru\n/);
    }));

  it("an edit fills its diff, and is stopped by its button", () =>
    pictured("code-edit-arriving", async () => {
      await window.openFile(SAMPLE_FILE);
      await chat.chooseModel("openai/endless");
      await lines().click();
      await window.page.keyboard.press("ControlOrMeta+a");
      await window.command("EdgeQuake: Edit…");
      await window.typeIntoPrompt("Write a lot");
      const proposed = window.page.locator(".monaco-diff-editor .editor.modified").first();
      await poll("words in the diff", PATIENCE_MS, async () =>
        /word5/.test((await proposed.textContent()) ?? ""),
      );
      await window.page.screenshot({ path: join("test-results", "code-edit-arriving.png") });
      await window.page.getByRole("button", { name: "Stop Edit" }).first().click();
      await window.page.locator(".monaco-diff-editor").waitFor({ state: "hidden" });
      await poll("the socket to close", 5000, () => provider.exchanges.at(-1)?.open === false);
    }));

  it("a diff is accepted by a key", () =>
    pictured("code-edit-key", async () => {
      await chat.chooseModel("openai/edit");
      await window.openFile("twice.py");
      await lines().click();
      await window.page.keyboard.press("ControlOrMeta+a");
      await window.command("EdgeQuake: Document");
      const proposed = window.page.locator(".monaco-diff-editor .editor.modified").first();
      await poll("the diff", PATIENCE_MS, async () => /1/.test((await proposed.textContent()) ?? ""));
      await window.page.getByRole("button", { name: "Accept Edit" }).first().waitFor();
      for (const { name, theme } of THEMES) {
        await window.chooseTheme(theme);
        await window.screenshot(`code-diff-${name}`);
      }
      await proposed.click();
      await window.page.keyboard.press("ControlOrMeta+Enter");
      await window.page.locator(".monaco-diff-editor").waitFor({ state: "hidden" });
      await window.page.keyboard.press("ControlOrMeta+s");
      await poll("the edit in the file", PATIENCE_MS, () =>
        readFileSync(join(window.workspace, "twice.py"), "utf8").includes("value << 1"),
      );
    }));

  it("a configuration file is changed only after a question", () =>
    pictured("code-config-question", async () => {
      const file = join(window.workspace, ".vscode", "settings.json");
      const before = readFileSync(file, "utf8");
      await window.openFile("settings.json");
      await lines().click();
      await window.page.keyboard.press("ControlOrMeta+a");
      await window.command("EdgeQuake: Document");
      await window.page.getByRole("button", { name: "Accept Edit" }).first().click();
      const dialog = window.page.locator(".monaco-dialog-box");
      await dialog.waitFor();
      assert.match((await dialog.textContent()) ?? "", /configuration file/);
      await window.screenshot("code-config-question");
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await dialog.waitFor({ state: "hidden" });
      assert.equal(readFileSync(file, "utf8"), before);
      await window.page.getByRole("button", { name: "Discard Edit" }).first().click();
      await window.page.locator(".monaco-diff-editor").waitFor({ state: "hidden" });
      assert.equal(await window.page.locator(".tab.active.dirty").count(), 0);
    }));

  it("ghost text comes while typing, and Tab takes it", () =>
    pictured("code-ghost-text", async () => {
      await window.openFile(SAMPLE_FILE);
      await cursorAtEnd();
      const paused = await pausesWhileTyping();
      await window.page.keyboard.type("\ndef to_kelvin(celsius):\nreturn celsius");
      const ghost = window.page.locator(".monaco-editor [class*='ghost-text']", { hasText: "273.15" });
      await ghost.first().waitFor();
      await window.page.screenshot({ path: join("test-results", "code-ghost-text.png") });
      const fim = provider.requests.filter(({ path }) => path.endsWith("/v1/completions"));
      // On a machine that is busy the keys come in bursts, and somebody who rests is offered something.
      const most = 3 + (await paused.jsonValue()).count;
      assert.ok(fim.length >= 1 && fim.length <= most, `${fim.length} requests for 40 keystrokes`);
      assert.match(String(jsonOf(fim.at(-1) ?? assert.fail())["prompt"]), /return celsius$/);
      await window.page.keyboard.press("Tab");
      await window.page.keyboard.press("ControlOrMeta+s");
      await poll("the filling in the file", PATIENCE_MS, () =>
        readFileSync(join(window.workspace, SAMPLE_FILE), "utf8").includes(`return celsius${FILLED}`),
      );
    }));

  it("the commit message's button writes into the input box", () =>
    pictured("code-commit-message", async () => {
      await chat.chooseModel("openai/plain");
      execFileSync("git", ["init", "-q"], { cwd: window.workspace });
      await window.page.locator('.activitybar [aria-label^="Source Control"]').first().click();
      await window.command("Git: Refresh");
      const button = window.page.getByRole("button", { name: "Write Commit Message" }).first();
      // The buttons of a view show where the pointer is.
      await poll("the button", PATIENCE_MS, async () => {
        await window.page.locator(".scm-view, .pane-header").first().hover();
        return button.isVisible();
      });
      await button.click();
      const box = window.page.locator(".scm-input .view-lines, .scm-editor .view-lines").first();
      await poll("the message", PATIENCE_MS, async () =>
        /Hello.from.the.loopback.provider/.test((await box.textContent()) ?? ""),
      );
      await window.screenshot("code-commit-message");
    }));

  it("terminal output is explained in the chat, and the clipboard is as it was", () =>
    pictured("code-terminal", async () => {
      const { page } = window;
      await page.evaluate(() => navigator.clipboard.writeText("mine"));
      await window.command("Terminal: Create New Terminal");
      await page.locator(".terminal.xterm, .xterm-screen").first().waitFor();
      await poll("the cursor in the terminal", PATIENCE_MS, () =>
        page.evaluate(() => document.activeElement?.closest(".xterm") != null),
      );
      await page.keyboard.type("printf '\\033[31mfailed with %s\\033[0m\\n' $((40 + 2))");
      await page.keyboard.press("Enter");
      await poll("the output", PATIENCE_MS, async () =>
        /failed.with.42/.test((await page.locator(".xterm-rows").first().textContent()) ?? ""),
      );
      await window.command("Terminal: Select All");
      await window.command("EdgeQuake: Explain Terminal Output");
      const asked = await poll("the question", PATIENCE_MS, () =>
        provider.requests.map(({ body }) => body).find((body) => body.includes("Explain this output")),
      );
      assert.match(asked, /failed with 42/);
      assert.ok(!asked.includes("\\u001b"), "no escape sequences");
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "mine");
      await window.screenshot("code-terminal");
    }));
});
