// VS Code's own chat, as a person types into it: EdgeQuake's models stand in its picker, @edgequake answers with the
// model in use, without what VS Code adds for agents, and tells why. Nobody has signed in anywhere.

import assert from "node:assert/strict";
import { poll } from "../host/poll.ts";
import { jsonOf } from "../server/http-request.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { FAKE_KEY, startScriptedAnswers, WORDS } from "./scripted-answers.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const THEMES = { "Dark Modern": "dark", "Light Modern": "light", "Dark High Contrast": "dark-contrast" };

describe("VS Code's own chat", function () {
  this.timeout(180_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;

  before(async () => {
    provider = await startScriptedAnswers();
    window = await openWindow({
      settings: { "edgequake.providers": { openai: { apiBase: provider.v1 } } },
      env: { OPENAI_API_KEY: FAKE_KEY },
    });
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  const side = () => window.page.locator(".part.auxiliarybar");
  const answers = () => side().locator(".interactive-response");

  it("has EdgeQuake's models in its picker, once EdgeQuake is in use", async () => {
    const chat = await Chat.open(window);
    await chat.chooseModel("openai/plain");
    await side().locator(".interactive-input-part").getByText("plain", { exact: true }).waitFor();
  });

  it("answers as @edgequake, with what was typed and nothing else", async () => {
    await window.command("Chat: Focus on Chat View");
    await side().locator(".interactive-input-part .monaco-editor.focused").waitFor();
    await window.page.keyboard.type("@edgequake Say hello.", { delay: 20 });
    await window.page.keyboard.press("Escape");
    await window.page.keyboard.press("Enter");
    await answers().getByText(WORDS.join("")).waitFor();
    const { model, messages } = jsonOf(provider.requests.at(-1) ?? assert.fail("nothing was asked"));
    assert.equal(model, "plain");
    assert.deepEqual(messages, [{ role: "user", content: "Say hello." }]);
  });

  it("tells why, by the offer below the answer", async () => {
    const before = provider.requests.length;
    await side().getByText("Why this answer?").click();
    await poll("the way of the answer", 10_000, async () =>
      /You asked openai\/plain[\s\S]*answered the first request/.test(await answers().last().innerText()),
    );
    assert.equal(provider.requests.length, before, "nobody is asked for that");
    for (const [theme, name] of Object.entries(THEMES)) {
      await window.chooseTheme(theme);
      console.log(`      ${await window.screenshot(`native-chat-${name}`)}`);
    }
  });
});
