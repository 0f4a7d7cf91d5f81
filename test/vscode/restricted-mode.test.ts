// The hostile folder in Restricted Mode, as VS Code opens what nobody has said to trust: EdgeQuake's chat and
// commands work as ever, and nothing of the folder counts, not even what a trusted one may choose.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { SAMPLE_FILE } from "../host/sample-workspace.ts";
import { jsonOf } from "../server/http-request.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { contentOf, PLANTED, plant } from "./hostile-files.ts";
import { FAKE_KEY, startScriptedAnswers } from "./scripted-answers.ts";
import { Trap } from "./trap.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

/** What a folder may choose once it is trusted: a model's name. */
function chooseModel(workspace: string, model: string): void {
  const file = join(workspace, ".vscode", "settings.json");
  const settings = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...settings, "edgequake.defaultModel": model }));
}

describe("a hostile folder in Restricted Mode", function () {
  this.timeout(600_000);
  let trap: Trap;
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let chat: Chat;
  let untouched: Record<string, string> = {};

  before(async () => {
    trap = await Trap.start();
    provider = await startScriptedAnswers();
    window = await openWindow({
      workspaceTrust: true,
      settings: {
        "edgequake.defaultModel": "openai/plain",
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
      env: { OPENAI_API_KEY: FAKE_KEY, OPENAI_API_BASE: provider.v1 },
      prepare: (workspace) => {
        assert.ok(plant(workspace, trap.loopback).length >= 40);
        chooseModel(workspace, "openai/planted");
        untouched = contentOf(workspace);
      },
    });
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
    await trap?.stop();
  });

  const restricted = () => window.page.locator(".statusbar-item", { hasText: "Restricted Mode" });
  const askedModel = () => jsonOf(provider.requests.at(-1) ?? assert.fail("nothing was asked"))["model"];
  const nothingHappened = (): void => {
    assert.equal(trap.connections, 0, trap.requests.join("\n"));
    const sent = JSON.stringify(provider.requests);
    assert.ok(!sent.includes(PLANTED));
    assert.doesNotMatch(sent, /PLANTED-INSTRUCTION/);
    assert.deepEqual(contentOf(window.workspace), untouched);
  };

  it("is what a folder nobody has trusted is opened in", async () => {
    await restricted().waitFor();
    await window.closeSecondSideBar();
  });

  it("the chat works, with the person's model, server and key", async () => {
    chat = await Chat.open(window);
    await chat.send("hello");
    assert.match(await chat.answer(1, "done", "error"), /Hello from the loopback provider/);
    assert.equal(provider.requests.length, 1);
    assert.equal(askedModel(), "plain");
    assert.equal(provider.requests[0]?.headers["authorization"], `Bearer ${FAKE_KEY}`);
    assert.equal(provider.requests[0]?.headers["x-planted"], undefined);
    console.log(`      ${await window.screenshot("restricted-mode")}`);
  });

  it("so do the commands, and what is configured is the person's alone", async () => {
    await window.openFile(SAMPLE_FILE);
    await window.page.locator(".editor-instance .monaco-editor .view-lines").first().click();
    await window.page.keyboard.press("ControlOrMeta+a");
    await window.command("EdgeQuake: Explain");
    await chat.answer(2, "done");
    assert.equal(askedModel(), "plain");
    await window.command("EdgeQuake: Diagnose");
    await window.page.locator(".tab.active", { hasText: "diagnosis.md" }).waitFor();
    await window.command("EdgeQuake: Show Configuration");
    const shown = window.page.locator(".editor-instance .view-lines", { hasText: "For every call" }).first();
    // The folder says ten.
    const text = await poll("the configuration", PATIENCE_MS, async () => {
      const lines = (await shown.innerText()).replaceAll("\u00a0", " ");
      return /num_retries +\| +2 +\|/.test(lines) ? lines : undefined;
    });
    assert.ok(!text.includes(trap.loopback));
  });

  it("none of its forty files had an effect", () => nothingHappened());

  it("once it is trusted its choice of a model counts, and still nothing else", async () => {
    await window.command("Workspaces: Manage Workspace Trust");
    await window.page
      .locator(".workspace-trust-editor")
      .getByRole("button", { name: "Trust", exact: true })
      .click();
    await restricted().waitFor({ state: "detached" });
    // It lies above the window.
    const above = window.page.locator(".monaco-modal-editor-block");
    await above
      .getByRole("button", { name: /^Close/ })
      .last()
      .click();
    await above.waitFor({ state: "hidden" });
    await poll("the folder's model to be asked", PATIENCE_MS, async () => {
      const count = await chat.answers.count();
      await chat.send("hello again");
      await chat.answer(count + 1, "done");
      return askedModel() === "planted";
    });
    nothingHappened();
  });
});
