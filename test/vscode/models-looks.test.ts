// Manage Models, what its lines lead to, the menu of the status bar and the diagnosis, in VS Code's four themes, wide and
// narrow: every text readable by measure, nothing sticks out, no line leads nowhere. Pictured in test-results/.

import assert from "node:assert/strict";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { startScriptedAnswers } from "./scripted-answers.ts";
import { THEMES } from "./themes.ts";
import { typeInto } from "./type-into.ts";
import { type CodeWindow, openWindow } from "./window.ts";
import { assertPart, dress, editorsOf, usualSize } from "./workbench-looks.ts";

const WIDGET = ".quick-input-widget";
const ROW = ".quick-input-list .monaco-list-row";
const EDITOR = ".part.editor .monaco-editor";
const NAMES = [
  "gpt-4o-mini",
  "gpt-4o",
  "o3-mini",
  "plain",
  "a-model-with-a-name-longer-than-any-list-is-wide-2026-11-28",
];

describe("how models and diagnosis look", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;

  before(async () => {
    provider = await startScriptedAnswers();
    const list = JSON.stringify({ object: "list", data: NAMES.map((id) => ({ id, object: "model" })) });
    provider.models((exchange) => exchange.reply(200, list));
    const nowhere = "http://127.0.0.1:1";
    window = await openWindow({
      env: { OLLAMA_HOST: nowhere, LM_STUDIO_API_BASE: nowhere, LLAMACPP_API_BASE: nowhere },
      settings: {
        "edgequake.defaultModel": "openai/plain",
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
    });
    await window.closeSecondSideBar();
    await window.setApiKey("OpenAI", "sk-fake-for-looks");
    await window.command("View: Close Primary Side Bar");
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  const page = () => window.page;
  const title = (text: string) => page().locator(`${WIDGET} .quick-input-title`, { hasText: text });
  const row = (text: string) => page().locator(ROW, { hasText: text }).first();
  const closed = () => page().locator(WIDGET).waitFor({ state: "hidden" });
  async function manage(): Promise<void> {
    await window.command("EdgeQuake: Manage Models");
    await title("Manage Models").waitFor();
    await row("openai/gpt-4o-mini").waitFor();
  }
  async function dismiss(): Promise<void> {
    await page().keyboard.press("Escape");
    await closed();
  }

  it("a line tells price, context, abilities and the key's place, in words beside the icons", async () => {
    await manage();
    const line = await poll("what is known", PATIENCE_MS, async () => {
      const text = (await row("openai/gpt-4o-mini").textContent()) ?? "";
      return /per million tokens/.test(text) ? text : undefined;
    });
    assert.match(line, /\$0\.15 in, \$0\.60 out per million tokens · 128K context.*tools.*images/);
    assert.match(line, /key from VS Code's secret storage/);
    await dismiss();
  });

  for (const theme of THEMES) {
    it(`${theme.name}: Manage Models and the menu of the status bar, wide and narrow`, async () => {
      await dress(window, theme);
      await manage();
      await assertPart(window, `manage-models-${theme.name}`, WIDGET);
      await dismiss();
      await page().locator('[id="edgequake.edgequake.edgequake.status"]').first().click();
      await row("Show Usage").waitFor();
      await assertPart(window, `status-menu-${theme.name}`, WIDGET);
      await dismiss();
      await editorsOf(window, 320);
      await manage();
      await assertPart(window, `manage-models-320-${theme.name}`, WIDGET);
      await dismiss();
      await usualSize(window);
    });
  }

  it("a test of a model by its button is told first in its line", async () => {
    await manage();
    await typeInto(page().locator(`${WIDGET} input`).first(), "openai/plain");
    await row("openai/plain").hover();
    await row("openai/plain").locator('[aria-label="Test with a small call"]').click();
    await poll("the result, before where the key is from", PATIENCE_MS, async () =>
      /answered in \d+ ms, 18 tokens, price unknown · key from/.test(
        (await row("openai/plain").textContent()) ?? "",
      ),
    );
    await assertPart(window, "manage-models-tested", WIDGET);
    await dismiss();
  });

  it("a provider that does not answer is no dead end: its line leads to its diagnosis", async () => {
    await manage();
    await typeInto(page().locator(`${WIDGET} input`).first(), "Ollama");
    await poll("its line to be the first", PATIENCE_MS, async () =>
      /refused/.test((await page().locator(ROW).first().textContent()) ?? ""),
    );
    await page().keyboard.press("Enter");
    await title("Ollama does not answer").waitFor();
    await assertPart(window, "silent-provider", WIDGET);
    await page().keyboard.press("Enter");
    await page().locator(".tab.active", { hasText: "diagnosis.md" }).waitFor();
    const text = await poll("the diagnosis", PATIENCE_MS, async () => {
      const lines = ((await page().locator(`${EDITOR} .view-lines`).first().textContent()) ?? "").replaceAll(
        "\u00a0",
        " ",
      );
      return /where EdgeQuake runs/.test(lines) ? lines : undefined;
    });
    assert.match(text, /diagnosis of ollama/);
    assert.match(text, /The first thing that failed: connection/);
    assert.match(text, /VS Code's server|in a container|in WSL/, "localhost is not where the browser is");
    assert.doesNotMatch(text, /a small call/, "no model was meant");
  });

  for (const theme of THEMES) {
    it(`${theme.name}: the diagnosis can be read, wide and narrow`, async () => {
      await dress(window, theme);
      for (const width of [800, 320]) {
        await editorsOf(window, width);
        await assertPart(window, `diagnosis-${width}-${theme.name}`, EDITOR, `${EDITOR} .view-lines`);
      }
      await usualSize(window);
    });
  }
});
