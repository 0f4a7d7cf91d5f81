// VS Code's own chat, as a person types into it: EdgeQuake's models stand in its picker, @edgequake answers with the
// model in use, without what VS Code adds for agents, and tells why. Nobody has signed in anywhere.

import assert from "node:assert/strict";
import { join } from "node:path";
import { errors } from "playwright-core";
import { PROJECT } from "../host/build.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { jsonOf } from "../server/http-request.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { FAKE_KEY, startScriptedAnswers, WORDS } from "./scripted-answers.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

/** Then it is opened once more. */
const MENU_MS = 8_000;
const THEMES = { "Dark Modern": "dark", "Light Modern": "light", "Dark High Contrast": "dark-contrast" };

describe("VS Code's own chat", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;

  before(async () => {
    provider = await startScriptedAnswers();
    const data = ["chatty", "gpt-5-mini"].map((id) => ({ id, object: "model" }));
    provider.models((exchange) => exchange.reply(200, JSON.stringify({ object: "list", data })));
    window = await openWindow({
      settings: { "edgequake.providers": { openai: { apiBase: provider.v1 } } },
      env: { OPENAI_API_KEY: FAKE_KEY },
      extensions: [join(PROJECT, "test", "vscode", "asker-extension")],
    });
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  const side = () => window.page.locator(".part.auxiliarybar");
  /** With the mouse where it is: an open menu closes when it leaves. */
  const picture = async (name: string): Promise<string> => {
    const path = join(PROJECT, "test-results", `${name}.png`);
    await window.page.screenshot({ path });
    return path;
  };
  const answers = () => side().locator(".interactive-response");

  it("has EdgeQuake's models in its picker, once EdgeQuake is in use", async () => {
    const chat = await Chat.open(window);
    await chat.chooseModel("openai/chatty");
    // The first of them is chosen by itself.
    await side().locator(".interactive-input-part").getByText("chatty", { exact: true }).waitFor();
  });

  it("answers as @edgequake, with what was typed and nothing else", async () => {
    await window.command("Chat: Focus on Chat View");
    await side().locator(".interactive-input-part .monaco-editor.focused").waitFor();
    await window.page.keyboard.type("@edgequake Say hello.", { delay: 20 });
    const said = side().locator(".interactive-input-part .view-lines");
    await poll("what was typed", PATIENCE_MS, async () =>
      /Say.hello\.$/.test((await said.innerText()).trim()),
    );
    const suggestions = window.page.locator(".suggest-widget.visible");
    await poll(
      "the question to be asked",
      PATIENCE_MS,
      async () => {
        if ((await answers().count()) > 0) return true;
        if (await suggestions.isVisible()) await window.page.keyboard.press("Escape");
        await window.page.keyboard.press("Enter");
        return false;
      },
      1_000,
    );
    await answers().getByText(WORDS.join("")).waitFor();
    const { model, messages } = jsonOf(provider.requests.at(-1) ?? assert.fail("nothing was asked"));
    assert.equal(model, "chatty");
    assert.deepEqual(messages, [{ role: "user", content: "Say hello." }]);
  });

  it("tells why, by the offer below the answer", async () => {
    const before = provider.requests.length;
    await side().getByText("Why this answer?").click();
    await poll("the way of the answer", PATIENCE_MS, async () =>
      /You asked openai\/chatty[\s\S]*answered the first request/.test(await answers().last().innerText()),
    );
    assert.equal(provider.requests.length, before, "nobody is asked for that");
    for (const [theme, name] of Object.entries(THEMES)) {
      await window.chooseTheme(theme);
      console.log(`      ${await window.screenshot(`native-chat-${name}`)}`);
    }
  });

  /** The newest request of an extension that says nothing of effort. */
  const asked = async (): Promise<Record<string, unknown>> => {
    const before = provider.requests.length;
    await window.command("EdgeQuake Tests: Ask the Model That Thinks");
    const leave = window.page.locator(".notification-list-item, .notification-toast", {
      hasText: "edgequake-tests",
    });
    return poll("the request of another extension", PATIENCE_MS, async () => {
      const allow = leave.getByRole("button", { name: "Allow" }).first();
      if (await allow.isVisible()) await allow.click();
      return provider.requests.length > before
        ? jsonOf(provider.requests.at(-1) ?? assert.fail())
        : undefined;
    });
  };

  it("offers the effort of a model that thinks as its configuration; who asks it gets the one that was chosen", async () => {
    const plain = await asked();
    assert.deepEqual([plain["model"], "reasoning_effort" in plain], ["gpt-5-mini", false]);
    const row = window.page.locator(".monaco-table").getByText("gpt-5-mini").first();
    const menu = () => window.page.locator(".context-view .monaco-menu, .monaco-menu-container");
    // A menu closes when what is behind it is drawn anew.
    const openMenu = (): Promise<unknown> =>
      poll("the efforts in the menu", 2 * PATIENCE_MS, async () => {
        try {
          await row.click({ button: "right", timeout: MENU_MS });
          await menu().getByText("Thinking Effort").first().hover({ timeout: MENU_MS });
          await menu().getByText("High", { exact: true }).first().waitFor({ timeout: MENU_MS });
          return true;
        } catch (error) {
          if (!(error instanceof errors.TimeoutError)) throw error;
          for (const _menu of ["effort", "model"]) await window.page.keyboard.press("Escape");
          return false;
        }
      });
    await window.command("Chat: Manage Language Models");
    await openMenu();
    console.log(`      ${await picture("native-chat-effort")}`);
    await menu().getByText("High", { exact: true }).first().click();
    await poll("the effort to be kept", PATIENCE_MS, async () => {
      await openMenu();
      const high = menu()
        .locator(".action-menu-item", { hasText: /^High$/ })
        .first();
      const kept = (await high.getAttribute("aria-checked")) === "true";
      for (const _menu of ["effort", "model"]) await window.page.keyboard.press("Escape");
      return kept;
    });
    // It keeps the palette away.
    await poll("the list of models to be closed", PATIENCE_MS, async () => {
      if (!(await row.isVisible())) return true;
      await window.page.keyboard.press("Escape");
      return false;
    });
    const { model, reasoning_effort } = await asked();
    assert.deepEqual([model, reasoning_effort], ["gpt-5-mini", "high"]);
  });

  it("has the models in its picker again after a reload, once EdgeQuake is in use", async () => {
    await window.page.reload();
    const chat = await Chat.reopened(window);
    await chat.send("hello");
    await chat.answer(1, "done");
    await side().locator(".interactive-input-part").getByText("chatty", { exact: true }).waitFor();
  });
});
