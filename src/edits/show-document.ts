// Brings a document to the front in the editor it belongs to: a cell in its notebook.

import * as vscode from "vscode";

export async function showDocument(document: vscode.TextDocument): Promise<void> {
  for (const notebook of vscode.workspace.notebookDocuments) {
    const cell = notebook.getCells().find((one) => one.document === document);
    if (!cell) continue;
    const selections = [new vscode.NotebookRange(cell.index, cell.index + 1)];
    await vscode.window.showNotebookDocument(notebook, { selections });
    return;
  }
  await vscode.window.showTextDocument(document);
}
