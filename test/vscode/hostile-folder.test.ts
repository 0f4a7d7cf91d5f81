// A folder that wants EdgeQuake's keys and prompts: forty files that name another server, another key, other words. VS
// Code trusts it, and still nothing of it has an effect: requests go where the person said, with the person's key.

import assert from "node:assert/strict";
import { SAMPLE_FILE } from "../host/sample-workspace.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { contentOf, PLANTED, plant } from "./hostile-files.ts";
import { FAKE_KEY, startScriptedAnswers } from "./scripted-answers.ts";
import { Trap } from "./trap.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

describe("a hostile folder", function () {
  this.timeout(600_000);
  let trap: Trap;
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let chat: Chat;
  let planted: string[] = [];
  let untouched: Record<string, string> = {};

  before(async () => {
    trap = await Trap.start();
    provider = await startScriptedAnswers();
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/plain",
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
      env: { OPENAI_API_KEY: FAKE_KEY, OPENAI_API_BASE: provider.v1 },
      prepare: (workspace) => {
        planted = plant(workspace, trap.loopback);
        untouched = contentOf(workspace);
      },
    });
    await window.closeSecondSideBar();
    chat = await Chat.open(window);
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
    await trap?.stop();
  });

  it("holds what could lead astray", () => {
    assert.ok(planted.length >= 30, `${planted.length} files`);
  });

  it("does not change where a question goes", async () => {
    await chat.send("hello");
    assert.match(await chat.answer(1, "done", "error"), /Hello from the loopback provider/);
    assert.equal(provider.requests.length, 1);
    assert.equal(provider.requests[0]?.headers["x-planted"], undefined);
  });

  it("does not change what the commands ask, nor whom", async () => {
    await window.openFile(SAMPLE_FILE);
    await window.page.locator(".editor-instance .monaco-editor .view-lines").first().click();
    await window.page.keyboard.press("ControlOrMeta+a");
    await window.command("EdgeQuake: Explain");
    await chat.answer(2, "done", "error");
    await window.command("EdgeQuake: Diagnose");
    await window.page.locator(".tab.active", { hasText: "diagnosis.md" }).waitFor();
    await window.command("EdgeQuake: Manage Models");
    await window.page
      .locator(".quick-input-list .monaco-list-row", { hasText: "openai/plain" })
      .first()
      .waitFor();
    await window.page.keyboard.press("Escape");
    assert.ok(provider.requests.length >= 3);
  });

  it("not a connection was made to its server, nothing of it was sent, and nothing in it was touched", () => {
    assert.equal(trap.connections, 0, trap.requests.join("\n"));
    const sent = JSON.stringify(provider.requests);
    assert.ok(!sent.includes(PLANTED));
    assert.doesNotMatch(sent, /PLANTED-INSTRUCTION/);
    assert.deepEqual(contentOf(window.workspace), untouched);
  });
});
