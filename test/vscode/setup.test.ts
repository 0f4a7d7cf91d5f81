// Models, keys, usage and diagnosis as a person uses them: by keyboard, palette and buttons, against a provider on
// loopback. Pictures are in test-results/.

import assert from "node:assert/strict";
import type { Frame } from "playwright-core";
import { webviewWith } from "../host/browser.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { violations } from "./axe.ts";
import { lowestContrast, overflowing, READABLE } from "./contrast.ts";
import { FAKE_KEY, startScriptedAnswers } from "./scripted-answers.ts";
import { typeInto } from "./type-into.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const THEMES = [
  { name: "light", theme: "Light Modern", kind: "vscode-light" },
  { name: "dark", theme: "Dark Modern", kind: "vscode-dark" },
  { name: "high-contrast", theme: "Dark High Contrast", kind: "vscode-high-contrast" },
];
const WIDGET = ".quick-input-widget";
const ROW = ".quick-input-list .monaco-list-row";

describe("models, keys, usage and diagnosis", function () {
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
      },
    });
    await window.closeSecondSideBar();
    chat = await Chat.open(window);
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  const row = (text: string) => window.page.locator(ROW, { hasText: text }).first();
  const title = (text: string) => window.page.locator(`${WIDGET} .quick-input-title`, { hasText: text });
  const closed = () => window.page.locator(WIDGET).waitFor({ state: "hidden" });
  /** The line that Enter takes. */
  const first = (text: string) =>
    poll(`${text} to be the first line`, PATIENCE_MS, async () =>
      ((await window.page.locator(ROW).first().textContent()) ?? "").includes(text),
    );

  it("a key is typed once, checked, and goes to its provider alone", async () => {
    const { page } = window;
    await window.command("EdgeQuake: Set API Key");
    await row("OpenAI").first().waitFor();
    await typeInto(page.locator(`${WIDGET} input`).first(), "OpenAI");
    await first("OpenAI");
    await page.locator(`${WIDGET} input`).first().press("Enter");
    // The provider stands on loopback: its address is asked for, and is there already.
    await title("Address of OpenAI").waitFor();
    await page.locator(`${WIDGET} input`).first().press("Enter");
    await title("API key for OpenAI").waitFor();
    const input = page.locator(`${WIDGET} input`).first();
    assert.equal(await input.getAttribute("type"), "password");
    await typeInto(input, "sk-fake with a space");
    await page.locator(WIDGET, { hasText: "holds a space" }).waitFor();
    await typeInto(input, `OPENAI_API_KEY=${FAKE_KEY}`);
    await page.keyboard.press("Enter");
    await closed();
    await page.getByText("The key for OpenAI is stored").first().waitFor();
    await chat.send("hello");
    await chat.answer(1, "done");
    assert.equal(provider.requests.at(-1)?.headers["authorization"], `Bearer ${FAKE_KEY}`);
  });

  it("Manage Models tells what is known of each model, and a star brings it to the top", async () => {
    const { page } = window;
    await window.command("EdgeQuake: Manage Models");
    await title("Manage Models").waitFor();
    await row("openai/plain").waitFor();
    const line = await poll("what is known of it", PATIENCE_MS, async () => {
      const shown = (await row("openai/plain").textContent()) ?? "";
      return /price unknown/.test(shown) ? shown : undefined;
    });
    assert.match(line, /key from VS Code's secret storage/);
    assert.doesNotMatch(line, /sk-fake/);
    await typeInto(page.locator(`${WIDGET} input`).first(), "echo");
    await row("mock/echo").hover();
    await row("mock/echo").locator('[aria-label="Add to favourites"]').click();
    await typeInto(page.locator(`${WIDGET} input`).first(), "");
    await first("mock/echo");
    await window.screenshot("manage-models");
  });

  it("a model is tested with a small call, and its time and cost are told", async () => {
    const { page } = window;
    const before = provider.requests.length;
    await typeInto(page.locator(`${WIDGET} input`).first(), "plain");
    await first("openai/plain");
    await page.keyboard.press("Enter");
    await row("Test with a small call").waitFor();
    await typeInto(page.locator(`${WIDGET} input`).first(), "Test");
    await first("Test with a small call");
    await page.keyboard.press("Enter");
    await title("Manage Models").waitFor();
    await poll("the result of the test", PATIENCE_MS, async () =>
      /answered in \d+ ms, \d+ tokens, price unknown/.test((await row("openai/plain").textContent()) ?? ""),
    );
    assert.equal(provider.requests.length, before + 1);
    await window.screenshot("manage-models-tested");
    await page.keyboard.press("Escape");
    await closed();
  });

  it("favourites are first where the chat's model is chosen, too", async () => {
    const { page } = window;
    await window.command("EdgeQuake: Select Model");
    await title("Select Model").waitFor();
    await first("mock/echo");
    await page.keyboard.press("Escape");
    await closed();
  });

  it("the status bar names the model and what was spent; unknown is not nothing", async () => {
    const item = window.page.locator(
      '.statusbar-item[id="edgequake.edgequake.edgequake.status"], #edgequake\\.edgequake\\.edgequake\\.status',
    );
    await poll("the model in the status bar", PATIENCE_MS, async () =>
      ((await item.first().textContent()) ?? "").includes("plain"),
    );
    await poll("the spending in the status bar", PATIENCE_MS, async () =>
      /\$\?/.test((await item.first().textContent()) ?? ""),
    );
    await item.first().click();
    await row("Show Usage").waitFor();
    await window.page.keyboard.press("Escape");
    await closed();
  });

  it("the status bar tells when an answer waits for another try", async () => {
    const item = window.page.locator('[id="edgequake.edgequake.edgequake.status"]').first();
    const count = await chat.answers.count();
    provider.next((exchange) => exchange.reply(429, "{}", { "retry-after": 8 }));
    await chat.send("again");
    await poll("the status bar to wait", PATIENCE_MS, async () =>
      ((await item.locator("[aria-label]").first().getAttribute("aria-label")) ?? "").includes("waiting"),
    );
    await chat.answer(count + 1, "done");
  });

  it("a diagnosis is a document that says what was tried", async () => {
    const { page } = window;
    await window.command("EdgeQuake: Diagnose");
    await page.locator(".tab.active", { hasText: "diagnosis.md" }).waitFor();
    const lines = page.locator(".monaco-editor .view-lines").first();
    await poll("the diagnosis", PATIENCE_MS, async () =>
      /Everything that was tried worked/.test(((await lines.textContent()) ?? "").replaceAll("\u00a0", " ")),
    );
    const text = ((await lines.textContent()) ?? "").replaceAll("\u00a0", " ");
    assert.match(text, /there is one, from the editor's secret storage/);
    assert.doesNotMatch(text, /sk-fake/);
    await page.locator('.editor-actions [aria-label^="Copy All"]').first().waitFor();
    await window.screenshot("diagnosis");
  });

  describe("the usage page", () => {
    let frame: Frame;

    before(async () => {
      // Something that fails, and something another model did.
      for (const [model, words] of [
        ["openai/refused", "no"],
        ["openai/gpt-4o-mini", "cost something"],
        ["mock/lorem", "talk"],
      ] as const) {
        const count = await chat.answers.count();
        await chat.chooseModel(model);
        await chat.send(words);
        await chat.answer(count + 1, "done", "error");
      }
      await window.command("EdgeQuake: Show Usage");
      frame = await webviewWith(window.page, "main h1");
    });

    it("shows spend, tokens, latency, errors and callers, with a table behind each plot", async () => {
      await frame.getByRole("heading", { name: "Tokens by day and model" }).waitFor();
      const text = (await frame.locator("main").textContent()) ?? "";
      assert.match(text, /AuthenticationError/);
      assert.match(text, /Spend\$0\.0000/);
      assert.equal(await frame.getByRole("img", { name: "Spend by day and model" }).count(), 1);
      assert.match(text, /Without a known price, and in no sum: .*openai\/plain/);
      assert.match(text, /first token: \d+ ms/);
      assert.match(text, /edgequake\.chat/);
      assert.match(text, /No deployment of a router is cooling down/);
      await frame.locator("summary").first().press("Enter");
      await frame.getByRole("cell", { name: "unknown" }).first().waitFor();
    });

    it("another period is asked for with the keyboard alone", async () => {
      await frame.locator("select").focus();
      await frame.locator("select").selectOption("7");
      await poll("seven days", PATIENCE_MS, async () => (await frame.locator("select").inputValue()) === "7");
      assert.ok((await frame.locator("main svg").count()) > 0);
    });

    for (const { name, theme, kind } of THEMES) {
      it(`${name}: can be read, fits, and keeps nobody out`, async () => {
        await window.chooseTheme(theme);
        await poll(`the page to be ${kind}`, PATIENCE_MS, () =>
          frame.evaluate((wanted) => document.body.classList.contains(wanted), kind),
        );
        const measured = await poll(`contrast of ${READABLE}`, PATIENCE_MS, async () => {
          const lowest = await lowestContrast(frame);
          return lowest.ratio >= READABLE ? lowest : undefined;
        }).catch(() => lowestContrast(frame));
        await window.screenshot(`usage-${name}`);
        assert.ok(measured.ratio >= READABLE, `${measured.ratio.toFixed(2)} for "${measured.text}"`);
        assert.deepEqual(await overflowing(frame), []);
        assert.deepEqual(await violations(frame), []);
      });
    }
  });
});
