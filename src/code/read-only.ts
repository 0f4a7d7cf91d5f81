// Whether a document can be changed at all, as far as VS Code tells: nobody pays for an edit that has no place to go.

import * as vscode from "vscode";

/** Documents that are no files and can be written. */
const WRITABLE = new Set([
  "untitled",
  "vscode-notebook-cell",
  "vscode-interactive-input",
  "comment",
  "inmemory",
]);

export async function isReadOnly({ uri }: vscode.TextDocument): Promise<boolean> {
  if (WRITABLE.has(uri.scheme)) return false;
  // Of a text that an extension provides there is no file system.
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== true) return true;
  try {
    const { permissions = 0 } = await vscode.workspace.fs.stat(uri);
    return (permissions & vscode.FilePermission.Readonly) !== 0;
  } catch {
    // It is not saved yet, or is gone: the editor still has it.
    return false;
  }
}

export function sayReadOnly(): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      "This document is read-only, so nothing can be changed in it. Explain, Review and Ask work here.",
    ),
  );
}
