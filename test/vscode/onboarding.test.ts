// Get Started where there is something to find: servers on loopback, a key of the environment, models VS Code has of
// another extension. What is offered is what is there, and what is chosen answers.

import assert from "node:assert/strict";
import { webviewWith } from "../host/browser.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { ollamaChat } from "../server/ollama-bytes.ts";
import { ScriptedProvider } from "../server/scripted-provider.ts";
import { CONSUMER } from "./bundle-suites.ts";
import { FAKE_KEY, startScriptedAnswers } from "./scripted-answers.ts";
import { THEMES } from "./themes.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";
import { assertPart, dress } from "./workbench-looks.ts";

const WIDGET = ".quick-input-widget";
const ROW = ".quick-input-list .monaco-list-row";
const NAMES = ["llama3.2", "qwen3", "phi4", "gemma3", "mistral-nemo"];

describe("the first steps where there is something to find", function () {
  this.timeout(600_000);
  let ollama: ScriptedProvider;
  let openai: ScriptedProvider;
  let window: CodeWindow;
  let names: string[] = [];

  before(async () => {
    ollama = await ScriptedProvider.start(ollamaChat("Hello", " from", " Ollama"));
    ollama.models((exchange) =>
      exchange.reply(200, JSON.stringify({ models: names.map((name) => ({ name, model: name })) })),
    );
    openai = await startScriptedAnswers();
    window = await openWindow({
      extensions: [CONSUMER],
      env: {
        OLLAMA_HOST: ollama.origin,
        // Both speak OpenAI's API.
        LM_STUDIO_API_BASE: openai.v1,
        LLAMACPP_API_BASE: openai.v1,
        OPENAI_API_BASE: openai.v1,
        OPENAI_API_KEY: FAKE_KEY,
      },
    });
    await window.closeSecondSideBar();
  });
  after(async () => {
    await window?.close();
    await ollama?.stop();
    await openai?.stop();
  });

  const title = (text: string) => window.page.locator(`${WIDGET} .quick-input-title`, { hasText: text });
  const row = (text: string) => window.page.locator(ROW, { hasText: text }).first();
  const closed = () => window.page.locator(WIDGET).waitFor({ state: "hidden" });
  const textOf = async (text: string): Promise<string> => (await row(text).textContent()) ?? "";
  async function getStarted(): Promise<void> {
    await window.command("EdgeQuake: Get Started");
    await title("Get Started").waitFor();
  }
  async function choose(words: string): Promise<void> {
    await window.page.keyboard.type(words);
    await poll(
      `one line for "${words}"`,
      PATIENCE_MS,
      async () => (await window.page.locator(ROW).count()) === 1,
    );
    await window.page.keyboard.press("Enter");
  }

  it("what is there is offered: a server that has no model yet, a key and where it stands, VS Code's models", async () => {
    await getStarted();
    assert.match(await textOf("Ollama"), /runs, but has no model yet/);
    assert.match(await textOf("OpenAI"), /there is a key from the environment \(OPENAI_API_KEY\)/);
    assert.match(await textOf("vscode/parrot/grey"), /a model VS Code already has/);
    for (const label of ["LM Studio", "llama.cpp"])
      assert.match(await textOf(label), /runs where your files are, no key needed: plain/);
    for (const theme of THEMES) {
      await window.page.keyboard.press("Escape");
      await dress(window, theme);
      await getStarted();
      await assertPart(window, `get-started-found-${theme.name}`, WIDGET);
    }
  });

  it("Look Again finds the models that were pulled meanwhile", async () => {
    names = NAMES;
    await choose("Look again");
    await poll("the models", PATIENCE_MS, async () =>
      /no key needed: llama3\.2, qwen3, phi4, gemma3 and 1 more/.test(await textOf("Ollama")),
    );
    assert.ok((await textOf("Ollama")).includes(ollama.origin));
  });

  it("of a server with several models one is chosen among its own", async () => {
    await row("no key needed").click();
    await title("Select Model").waitFor();
    await row("ollama/qwen3").waitFor();
    const shown = await window.page.locator(ROW).allTextContents();
    assert.deepEqual(
      shown.filter((line) => /openai\/|mock\/|parrot/.test(line)),
      [],
    );
    await choose("qwen3");
    await closed();
  });

  it("what was chosen answers: the cursor is in the chat, which says where messages go", async () => {
    const chat = await Chat.shown(window);
    await poll("the cursor in the message box", PATIENCE_MS, () =>
      chat.input.evaluate((box) => document.hasFocus() && document.activeElement === box),
    );
    const empty = await webviewWith(window.page, ".empty");
    await empty.getByText("Your messages go to ollama/qwen3").waitFor();
    await window.page.keyboard.type("hello");
    await window.page.keyboard.press("Enter");
    assert.match(await chat.answer(1, "done"), /Hello from Ollama/);
    const item = window.page.locator('[id="edgequake.edgequake.edgequake.status"]').first();
    assert.match((await item.textContent()) ?? "", /qwen3/);
    console.log(`      ${await window.screenshot("onboarded")}`);
  });

  it("a key of the environment leads to its provider's models, or to one that is typed", async () => {
    await getStarted();
    await row("OPENAI_API_KEY").click();
    await title("Select Model").waitFor();
    await row("openai/plain").waitFor();
    await window.page.keyboard.type("paced");
    await row("openai/paced").waitFor();
    await window.page.keyboard.press("Enter");
    await closed();
    const chat = await Chat.shown(window);
    await chat.send("and you");
    assert.match(await chat.answer(2, "done"), /Hello from the loopback provider/);
    assert.equal(openai.requests.at(-1)?.headers["authorization"], `Bearer ${FAKE_KEY}`);
  });

  it("a model VS Code has answers through EdgeQuake", async () => {
    await getStarted();
    await row("vscode/parrot/grey").click();
    await closed();
    const chat = await Chat.shown(window);
    await chat.send("and you");
    // VS Code asks whether EdgeQuake may.
    const allow = window.page.getByRole("button", { name: "Allow" }).first();
    const answered = chat.answer(3, "done");
    await Promise.race([answered.catch(() => {}), allow.waitFor().then(() => allow.click())]);
    assert.match(await answered, /Pieces of eight/);
  });
});
