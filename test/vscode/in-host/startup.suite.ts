// Runs first: nothing of EdgeQuake may have happened before somebody uses it.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { backendsOf } from "../../host/backends-of.ts";
import { say } from "./say.ts";

suite("startup", () => {
  test("the extension is installed and not active before it is used", () => {
    const extension = vscode.extensions.getExtension("edgequake.edgequake");
    assert.ok(extension !== undefined);
    assert.equal(extension.isActive, false);
  });

  test("code that is opened does not wake it", async () => {
    const document = await vscode.workspace.openTextDocument({ language: "python", content: "x = 1\n" });
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand(
      "vscode.executeCodeActionProvider",
      document.uri,
      new vscode.Range(0, 0, 0, 5),
    );
    assert.equal(vscode.extensions.getExtension("edgequake.edgequake")?.isActive, false);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  test("no backend runs before it is used", () => {
    assert.deepEqual(backendsOf(process.pid), []);
  });

  test("activation alone starts no backend", async () => {
    const extension = vscode.extensions.getExtension("edgequake.edgequake");
    const asked = performance.now();
    await extension?.activate();
    say(`      active after ${(performance.now() - asked).toFixed(1)} ms, the editor's own part included`);
    assert.equal(extension?.isActive, true);
    assert.deepEqual(backendsOf(process.pid), []);
  });

  test("every command of the manifest exists", async () => {
    const extension = vscode.extensions.getExtension("edgequake.edgequake");
    const manifest = extension?.packageJSON as { contributes: { commands: { command: string }[] } };
    const names = manifest.contributes.commands.map(({ command }) => command);
    assert.ok(names.length >= 8, names.join(", "));
    const existing = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      names.filter((name) => !existing.has(name)),
      [],
    );
  });
});
