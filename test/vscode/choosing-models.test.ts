// A list of models that changes in the moment somebody takes a line of it, in the real VS Code: what was taken is what was
// seen there.

import assert from "node:assert/strict";
import { jsonOf } from "../server/http-request.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { AtTheChat } from "./at-the-chat.ts";
import { FAKE_KEY, startScriptedAnswers } from "./scripted-answers.ts";
import { typeInto } from "./type-into.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const MODELS = ["pa", "pb", "pc", "pd"];

describe("a list of models that changes while a line is taken", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let at: AtTheChat;

  before(async () => {
    provider = await startScriptedAnswers();
    const data = MODELS.map((id) => ({ id, object: "model" }));
    provider.models((exchange) => exchange.reply(200, JSON.stringify({ object: "list", data })));
    window = await openWindow({
      settings: { "edgequake.providers": { openai: { apiBase: provider.v1 } } },
      env: { OPENAI_API_KEY: FAKE_KEY },
    });
    await window.closeSecondSideBar();
    at = new AtTheChat(window, await Chat.open(window), provider);
    await at.chat.chooseModel("openai/pa");
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  /** Types, and clicks into a line before VS Code has heard of what the extension makes of that. */
  const typeAndClick = (text: string, line: string, within: string): Promise<boolean> =>
    window.page.evaluate(
      ([typed, label, part]) => {
        const input = document.querySelector<HTMLInputElement>(".quick-input-widget input[type=text]");
        if (!input) return false;
        input.value = typed;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        const rows = [...document.querySelectorAll(".quick-input-list .monaco-list-row")];
        const row = rows.find((one) => one.getAttribute("aria-label")?.includes(label));
        const target = row?.querySelector<HTMLElement>(part);
        for (const type of ["mousedown", "mouseup", "click"])
          target?.dispatchEvent(
            new MouseEvent(type, { bubbles: true, cancelable: true, view: globalThis.window }),
          );
        return target instanceof HTMLElement;
      },
      [text, line, within] as const,
    );

  const ticked = () =>
    window.page.locator(".quick-input-list .monaco-list-row", {
      has: window.page.locator('[aria-checked="true"], input:checked'),
    });

  it("side by side: the one that was ticked, and what was ticked before", async () => {
    await window.command("EdgeQuake: Compare Models");
    await at.list("Compare Models");
    const input = window.page.locator(".quick-input-widget input[type=text]").first();
    // One of its own first, which stays when something else is typed.
    await typeInto(input, "openai/pmine");
    await at.row("openai/pmine").click();
    assert.ok(await typeAndClick("openai/p", "openai/pc", "input[type=checkbox], .monaco-checkbox"));
    await typeInto(input, "");
    await ticked().nth(1).waitFor();
    console.log(`      ${await window.screenshot("side-by-side-typed")}`);
    await window.page.locator(".quick-input-widget .monaco-button", { hasText: "OK" }).click();
    provider.clear();
    await at.chat.send("Which of you?");
    for (const count of [1, 2]) await at.chat.answer(count, "done");
    assert.deepEqual(provider.requests.map((request) => jsonOf(request)["model"]).sort(), ["pc", "pmine"]);
  });
});
