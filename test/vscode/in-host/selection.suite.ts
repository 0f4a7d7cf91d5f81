// The two commands on selected code, run as a keybinding runs them: what reaches the model, and what becomes of
// the document when a person accepts, discards, or typed meanwhile.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { poll } from "../../host/poll.ts";
import { jsonOf } from "../../server/http-request.ts";
import type { ScriptedProvider } from "../../server/scripted-provider.ts";
import { EDITED, startScriptedAnswers } from "../scripted-answers.ts";

const CODE = "def double(value):\n    return value * 2\n";
const BEFORE = `first = 1\n\n${CODE}\nlast = 2\n`;

async function openSelected(): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument({ language: "python", content: BEFORE });
  const editor = await vscode.window.showTextDocument(document);
  const start = BEFORE.indexOf(CODE);
  editor.selection = new vscode.Selection(
    document.positionAt(start),
    document.positionAt(start + CODE.length),
  );
  return editor;
}

function proposalTab(): vscode.Tab | undefined {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .find(
      ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === "edgequake-edit",
    );
}

suite("commands on selected code", () => {
  let provider: ScriptedProvider;

  suiteSetup(async () => {
    provider = await startScriptedAnswers();
    const settings = vscode.workspace.getConfiguration("edgequake");
    await settings.update(
      "providers",
      { openai: { apiBase: provider.v1 } },
      vscode.ConfigurationTarget.Global,
    );
    await settings.update("numRetries", 0, vscode.ConfigurationTarget.Global);
  });
  suiteTeardown(async () => {
    const settings = vscode.workspace.getConfiguration("edgequake");
    for (const name of ["providers", "numRetries", "defaultModel"]) {
      await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
    }
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await provider.stop();
    assert.deepEqual(provider.errors, []);
  });
  setup(() => provider.clear());

  async function useModel(model: string): Promise<void> {
    await vscode.workspace
      .getConfiguration("edgequake")
      .update("defaultModel", model, vscode.ConfigurationTarget.Global);
  }

  test("Explain Selection asks about the selected code, and only that", async () => {
    await useModel("openai/plain");
    await openSelected();
    await vscode.commands.executeCommand("edgequake.explainSelection");
    const request = await poll("the question at the provider", 10_000, () => provider.requests.at(-1));
    const { messages } = jsonOf(request) as { messages: { role: string; content: string }[] };
    const asked = messages.at(-1)?.content ?? "";
    assert.ok(asked.includes(CODE.trimEnd()), asked);
    assert.match(asked, /python/);
    assert.ok(!asked.includes("last = 2"), "nothing but the selection leaves");
  });

  test("Edit Selection, accepted: the code is replaced, and one undo takes it back", async () => {
    await useModel("openai/edit");
    const { document } = await openSelected();
    await vscode.commands.executeCommand("edgequake.editSelection", "Use a shift");
    const { messages } = jsonOf(provider.requests.at(-1) ?? assert.fail("no request")) as {
      messages: { content: string }[];
    };
    assert.match(messages.at(-1)?.content ?? "", /Use a shift/);
    await poll("the diff", 5000, proposalTab);
    assert.equal(document.getText(), BEFORE, "nothing changes before it is accepted");

    await vscode.commands.executeCommand("edgequake.acceptEdit");
    assert.equal(document.getText(), BEFORE.replace(CODE, EDITED));
    assert.equal(proposalTab(), undefined, "the diff is closed");
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), BEFORE);
  });

  test("Edit Selection, discarded: the document stays as it is", async () => {
    await useModel("openai/edit");
    const { document } = await openSelected();
    await vscode.commands.executeCommand("edgequake.editSelection", "Use a shift");
    await poll("the diff", 5000, proposalTab);
    await vscode.commands.executeCommand("edgequake.discardEdit");
    await poll("the diff to close", 5000, () => proposalTab() === undefined);
    assert.equal(document.getText(), BEFORE);
  });

  test("what was typed meanwhile is kept: the edit follows its code, or is refused", async () => {
    await useModel("openai/edit");
    const moved = await openSelected();
    await vscode.commands.executeCommand("edgequake.editSelection", "Use a shift");
    await poll("the diff", 5000, proposalTab);
    const insert = new vscode.WorkspaceEdit();
    insert.insert(moved.document.uri, new vscode.Position(0, 0), "typed = 0\n");
    await vscode.workspace.applyEdit(insert);
    await vscode.commands.executeCommand("edgequake.acceptEdit");
    assert.equal(moved.document.getText(), `typed = 0\n${BEFORE.replace(CODE, EDITED)}`);

    const changed = await openSelected();
    await vscode.commands.executeCommand("edgequake.editSelection", "Use a shift");
    await poll("the diff", 5000, proposalTab);
    const change = new vscode.WorkspaceEdit();
    const at = changed.document.positionAt(BEFORE.indexOf("double"));
    change.insert(changed.document.uri, at, "re");
    await vscode.workspace.applyEdit(change);
    const typed = changed.document.getText();
    await vscode.commands.executeCommand("edgequake.acceptEdit");
    assert.equal(changed.document.getText(), typed);
    await vscode.commands.executeCommand("edgequake.discardEdit");
  });

  test("a failing provider changes nothing and proposes nothing", async () => {
    for (const model of ["openai/refused", "openai/cut", "mock/error-503"]) {
      await useModel(model);
      const { document } = await openSelected();
      await vscode.commands.executeCommand("edgequake.editSelection", "Use a shift");
      assert.equal(proposalTab(), undefined, model);
      assert.equal(document.getText(), BEFORE, model);
    }
  });
});
