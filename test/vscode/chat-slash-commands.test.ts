// Every slash command in the real VS Code: what its prompt tells the model of which code, and what the others do; none
// costs what was typed.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { AtTheChat } from "./at-the-chat.ts";
import { startScriptedAnswers } from "./scripted-answers.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const COMMANDS = [
  "/explain",
  "/fix",
  "/tests",
  "/doc",
  "/review",
  "/commit",
  "/clear",
  "/model",
  "/compare",
  "/export",
  "/history",
  "/help",
];

describe("slash commands", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let at: AtTheChat;

  before(async () => {
    provider = await startScriptedAnswers();
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/plain",
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
      prepare: (workspace) => {
        const git = (...words: string[]) => execFileSync("git", words, { cwd: workspace });
        git("init", "-q");
        git("add", ".");
        git("-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "-qm", "first");
        writeFileSync(join(workspace, "broken.json"), '{\n  "a": 1,\n  "b": }\n');
        git("add", ".");
        git("-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "-qm", "second");
      },
    });
    await window.closeSecondSideBar();
    at = new AtTheChat(window, await Chat.open(window), provider);
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  const lastQuestion = () => at.chat.frame.locator('[data-role="user"]').last();

  async function selectFirstLine(): Promise<void> {
    await window.page.locator(".editor-instance .view-lines").first().click();
    await window.page.keyboard.press("ControlOrMeta+Home");
    await window.page.keyboard.press("Shift+End");
  }

  it("all are listed at /, narrowed by what is typed, and taken by keyboard", async () => {
    await at.chat.input.pressSequentially("/");
    const options = at.chat.frame.getByRole("option");
    await poll("the list", PATIENCE_MS, async () => (await options.count()) === COMMANDS.length);
    const names = await options.locator(".suggestion-label").allTextContents();
    assert.deepEqual(names, COMMANDS);
    console.log(`      ${await window.screenshot("chat-slash")}`);
    await at.chat.input.pressSequentially("te");
    await poll("one line", PATIENCE_MS, async () => (await options.count()) === 1);
    await window.page.keyboard.press("Tab");
    assert.equal(await at.chat.input.inputValue(), "/tests ");
    await at.chat.write("");
  });

  it("one that needs code says so where there is none, and what was typed stays", async () => {
    await at.chat.send("/explain gently");
    await at.notice("Select some code, or attach a file with @, and send it again.").waitFor();
    assert.equal(await at.chat.input.inputValue(), "/explain gently");
    assert.equal(await at.chat.answers.count(), 0);
    await at.chat.write("");
  });

  for (const [command, words] of [
    ["/explain", /^Explain this python code from temperature\.py, lines 1/],
    ["/tests", /^Write unit tests for this python code from temperature\.py, lines 1/],
    ["/doc", /^Add documentation comments to this python code from temperature\.py, lines 1/],
    ["/review", /^Review this python code from temperature\.py, lines 1/],
    ["/fix", /temperature\.py/],
  ] as const) {
    it(`${command} asks about the selected code with its prompt, and only that`, async () => {
      await window.openFile("temperature.py");
      await selectFirstLine();
      await at.ask(`${command} in two sentences`);
      const text = String(at.asked);
      assert.match(text, words);
      assert.match(text, /# Select a function, then run/);
      assert.ok(!text.includes("def average"), "nothing but the selection is told");
      assert.match(text, /in two sentences$/);
      assert.equal(await lastQuestion().locator(".plain").textContent(), `${command} in two sentences`);
      assert.equal(await lastQuestion().locator(".chip", { hasText: "temperature.py:1" }).count(), 1);
    });
  }

  it("/fix tells the problems the editor reports", async () => {
    await window.openFile("broken.json");
    await window.page.locator(".squiggly-error").first().waitFor();
    await at.ask("/fix");
    assert.match(String(at.asked), /3: [A-Z][\s\S]*"b": /);
  });

  it("/review takes what is attached before what is open", async () => {
    await at.take("@temper", "temperature.py");
    await at.chip("temperature.py").waitFor();
    await at.chat.write("");
    await at.ask("/review");
    assert.match(String(at.asked), /def average/);
    assert.ok(!String(at.asked).includes('"b": '));
  });

  it("/commit asks for a message for what git sees, and says when that is nothing", async () => {
    await at.chat.send("/commit");
    await at.notice("Git sees no changes.").waitFor();
    assert.equal(await at.chat.input.inputValue(), "/commit");
    appendFileSync(join(window.workspace, "temperature.py"), "\n# cold\n");
    await at.ask("/commit in German");
    const text = String(at.asked);
    assert.match(text, /^Write the commit message for this change\./);
    assert.match(text, /```diff\n[\s\S]*\+# cold/);
    assert.match(text, /in German$/);
    assert.equal(await lastQuestion().locator(".chip", { hasText: "Git Changes" }).count(), 1);
  });

  it("/help lists them all, and puts the one that is taken into the box", async () => {
    await at.chat.send("/help");
    await at.list("Commands");
    for (const command of COMMANDS) await at.row(command).waitFor();
    console.log(`      ${await window.screenshot("chat-help")}`);
    await at.row("/review").click();
    await poll("it in the box", PATIENCE_MS, async () => (await at.chat.input.inputValue()) === "/review ");
    await at.chat.write("");
  });

  it("/model takes the model that is named, or lets one be chosen", async () => {
    await at.chat.send("/model openai/explains");
    await at.chat.frame.getByRole("button", { name: "Select Model: openai/explains" }).waitFor();
    await at.chat.send("/model");
    await at.list("Select Model");
    await window.page.keyboard.press("Escape");
  });

  it("/compare, /history and /export open what they name", async () => {
    for (const [command, title] of [
      ["/compare", "Compare Models"],
      ["/history", "Chats"],
      ["/export", "Export Chat"],
    ] as const) {
      await at.chat.send(command);
      await at.list(title);
      await window.page.keyboard.press("Escape");
      await window.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
      assert.equal(await at.chat.input.inputValue(), "");
    }
  });

  it("/clear begins a new chat", async () => {
    assert.ok((await at.chat.answers.count()) > 0);
    await at.chat.send("/clear");
    await poll("an empty chat", PATIENCE_MS, async () => (await at.chat.answers.count()) === 0);
  });

  it("a path is a question, and so is what only looks like a command", async () => {
    await at.ask("/etc/hosts is what?");
    assert.equal(at.asked, "/etc/hosts is what?");
    await at.ask("/nosuch thing");
    assert.equal(at.asked, "/nosuch thing");
  });
});
