// The selected code of an editor, or undefined when nothing but white space is selected.

import type * as vscode from "vscode";

export interface SelectedCode {
  document: vscode.TextDocument;
  range: vscode.Range;
  text: string;
}

export function selectedCode(editor: vscode.TextEditor | undefined): SelectedCode | undefined {
  if (!editor || editor.selection.isEmpty) return undefined;
  const { document, selection } = editor;
  const text = document.getText(selection);
  return text.trim() === "" ? undefined : { document, range: selection, text };
}
