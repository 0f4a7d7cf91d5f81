// Fix and Edit where code stands otherwise than in a plain file: several selections, a notebook's cell, a document that
// cannot be changed.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import type { ScriptedProvider } from "../../server/scripted-provider.ts";
import { EDITED } from "../scripted-answers.ts";
import {
  askedOf,
  BEFORE,
  CODE,
  closeEverything,
  endCodeScene,
  openText,
  proposalTab,
  proposedText,
  select,
  startCodeScene,
  useModel,
} from "./code-scene.ts";

const run = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`edgequake.${command}`, ...args);

suite("code in other places", () => {
  let provider: ScriptedProvider;

  suiteSetup(async () => {
    provider = await startCodeScene();
  });
  suiteTeardown(() => endCodeScene(provider));
  setup(async () => {
    provider.clear();
    await useModel("openai/edit");
  });
  teardown(closeEverything);

  test("several selections are taken as one piece, from the first to the last", async () => {
    const editor = await openText(BEFORE);
    const { document } = editor;
    const at = (text: string): vscode.Selection => {
      const from = document.positionAt(BEFORE.indexOf(text));
      return new vscode.Selection(from, from.translate(0, text.length));
    };
    editor.selections = [at("return value * 2"), at("def double")];
    await run("editSelection", "Use a shift");
    const asked = await askedOf(provider);
    assert.match(asked, /def double\(value\):\n {4}return value \* 2/);
    assert.doesNotMatch(asked, /last = 2|first = 1/);
    await poll("the diff", PATIENCE_MS, proposalTab);
    await run("acceptEdit");
    assert.equal(document.getText(), BEFORE.replace(CODE.trimEnd(), EDITED.trimEnd()));
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), BEFORE);
  });

  test("a cell is edited in its notebook, and taken back by one undo", async () => {
    const cells = ["first = 1\n", CODE].map(
      (text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, "python"),
    );
    const notebook = await vscode.workspace.openNotebookDocument(
      "jupyter-notebook",
      new vscode.NotebookData(cells),
    );
    const shown = await vscode.window.showNotebookDocument(notebook, {
      selections: [new vscode.NotebookRange(1, 2)],
    });
    const { document } = notebook.cellAt(1);
    await vscode.commands.executeCommand("notebook.cell.edit");
    const editor = await poll("the cell's editor", PATIENCE_MS, () => {
      const active = vscode.window.activeTextEditor;
      return active?.document === document ? active : undefined;
    });
    select(editor, 0, CODE.length);
    await run("editSelection", "Use a shift");
    await poll("the diff", PATIENCE_MS, () => proposedText() === EDITED);
    await run("acceptEdit");
    assert.equal(document.getText(), EDITED);
    assert.equal(notebook.cellAt(0).document.getText(), "first = 1\n");
    assert.equal(vscode.window.activeNotebookEditor?.notebook, shown.notebook);
    await vscode.commands.executeCommand("undo");
    await poll("the cell as it was", PATIENCE_MS, () => document.getText() === CODE);
  });

  test("a document that cannot be changed is not sent for an edit; a question about it is", async () => {
    const scheme = "test-read-only";
    const provided = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: () => BEFORE,
    });
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(`${scheme}:/code.py`));
      const editor = await vscode.window.showTextDocument(document);
      select(editor, BEFORE.indexOf(CODE), CODE.length);
      for (const command of ["fix", "editSelection", "document"]) await run(command, "Use a shift");
      assert.equal(provider.requests.length, 0);
      assert.equal(proposalTab(), undefined);
      await run("explainSelection");
      assert.match(await askedOf(provider), /def double/);
    } finally {
      provided.dispose();
    }
  });
});
