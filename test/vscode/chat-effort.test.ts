// How hard a model thinks, chosen in the chat of the real VS Code: the model that does is told, the model that does not is
// not asked to, and the choice is still there after a reload.

import assert from "node:assert/strict";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { AtTheChat } from "./at-the-chat.ts";
import { FAKE_KEY, startScriptedAnswers } from "./scripted-answers.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const THINKS = "gpt-5-mini";
const DOES_NOT = "gpt-4o-mini";

describe("how hard a model thinks", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let at: AtTheChat;

  before(async () => {
    provider = await startScriptedAnswers();
    window = await openWindow({
      settings: { "edgequake.providers": { openai: { apiBase: provider.v1 } } },
      env: { OPENAI_API_KEY: FAKE_KEY },
    });
    await window.closeSecondSideBar();
    at = new AtTheChat(window, await Chat.open(window), provider);
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  const effort = () => at.chat.frame.getByRole("button", { name: /^Thinking Effort: / });
  const asked = (): unknown[] => [at.request.model, at.request["reasoning_effort"]];

  it("is nothing a model is told that nobody chose it for", async () => {
    await at.chat.chooseModel(`openai/${THINKS}`);
    await at.chat.frame.getByRole("button", { name: "Thinking Effort: Automatic" }).waitFor();
    await at.ask("As you like.");
    assert.deepEqual(asked(), [THINKS, undefined]);
  });

  it("is chosen below the message box, by keyboard; then the cursor is back in it", async () => {
    await effort().focus();
    await window.page.keyboard.press("Enter");
    await at.list("Thinking Effort");
    await at.row("High").waitFor();
    console.log(`      ${await window.screenshot("chat-effort-list")}`);
    await at.row("High").click();
    await at.chat.frame.getByRole("button", { name: "Thinking Effort: High" }).waitFor();
    await at.chat.frame.locator("textarea:focus").waitFor();
    await at.ask("Think hard.");
    assert.deepEqual(asked(), [THINKS, "high"]);
    console.log(`      ${await window.screenshot("chat-effort")}`);
  });

  it("is not offered with a model that does not think, nor is that model asked to", async () => {
    await at.chat.chooseModel(`openai/${DOES_NOT}`);
    await effort().waitFor({ state: "detached" });
    await at.ask("And you?");
    assert.deepEqual(asked(), [DOES_NOT, undefined]);
    // By the palette it can be chosen all the same, and says for whom.
    await window.command("EdgeQuake: Select Thinking Effort");
    await window.page.getByPlaceholder(`openai/${DOES_NOT} is not known to think`).waitFor();
    await at.row("Low").click();
  });

  it("holds for the next model that does, also after a reload", async () => {
    await at.chat.chooseModel(`openai/${THINKS}`);
    await at.chat.frame.getByRole("button", { name: "Thinking Effort: Low" }).waitFor();
    await at.ask("Not so hard.");
    assert.deepEqual(asked(), [THINKS, "low"]);
    await window.remembers('"edgequake.effort":"low"');
    await window.remembers(`"edgequake.model":"openai/${THINKS}"`);
    await window.page.reload();
    at.chat = await Chat.reopened(window);
    // The conversation that is shown again has the backend running.
    await at.chat.frame.getByRole("button", { name: "Thinking Effort: Low" }).waitFor();
    await at.ask("Once more.");
    assert.deepEqual(asked(), [THINKS, "low"]);
  });
});
