// The two commands as a person runs them: from the palette, with code selected in an editor, by what is on the
// screen and in the file.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { SAMPLE_FILE } from "../host/sample-workspace.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { EDITED, startScriptedAnswers, WORDS } from "./scripted-answers.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

describe("commands on selected code, from the palette", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let file: string;

  before(async () => {
    provider = await startScriptedAnswers();
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/plain",
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
    });
    await window.closeSecondSideBar();
    file = join(window.workspace, SAMPLE_FILE);
    await window.openFile(SAMPLE_FILE);
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  async function selectAll(): Promise<void> {
    await window.page.locator(".editor-instance .monaco-editor .view-lines").first().click();
    await window.page.keyboard.press("ControlOrMeta+a");
  }

  it("Explain opens the chat and streams the answer there", async () => {
    await selectAll();
    await window.command("EdgeQuake: Explain");
    const chat = await Chat.shown(window);
    assert.match(await chat.answer(1, "done"), new RegExp(WORDS.join("")));
    const asked = provider.requests.at(-1)?.body ?? "";
    assert.match(asked, /def to_fahrenheit/);
    assert.match((await chat.frame.locator("body").textContent()) ?? "", /def to_fahrenheit/);
  });

  it("Edit shows a diff, Discard leaves the file", async () => {
    const before = readFileSync(file, "utf8");
    await edit();
    await window.page.getByRole("button", { name: "Discard Edit" }).first().click();
    await window.page.locator(".monaco-diff-editor").waitFor({ state: "hidden" });
    assert.equal(readFileSync(file, "utf8"), before);
  });

  it("Edit shows a diff, Accept puts the code into the file", async () => {
    await edit();
    await window.screenshot("edit-diff");
    await window.page.getByRole("button", { name: "Accept Edit" }).first().click();
    await window.page.locator(".monaco-diff-editor").waitFor({ state: "hidden" });
    await window.page.keyboard.press("ControlOrMeta+s");
    await poll(
      "the edit in the saved file",
      PATIENCE_MS,
      () => readFileSync(file, "utf8").trim() === EDITED.trim(),
    );
  });

  async function edit(): Promise<void> {
    const chat = await Chat.shown(window);
    await chat.chooseModel("openai/edit");
    await selectAll();
    await window.command("EdgeQuake: Edit…");
    await window.typeIntoPrompt("Use a shift");
    await window.page.locator(".monaco-diff-editor").first().waitFor();
    const modified = window.page.locator(".monaco-diff-editor .editor.modified").first();
    await poll("the proposed code in the diff", PATIENCE_MS, async () =>
      ((await modified.textContent()) ?? "").replaceAll("\u00a0", " ").includes("value << 1"),
    ).catch(async (error: Error) => {
      throw new Error(`${error.message}; see ${await window.screenshot("edit-diff-missing")}`);
    });
  }
});
