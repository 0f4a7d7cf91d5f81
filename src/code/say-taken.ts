// Says and shows which code a command took where nothing was selected.

import * as vscode from "vscode";
import type { CodeTarget } from "./code-target.ts";

const SHOWN_MS = 6_000;

/** The code stays marked until what comes back is disposed. */
export function sayTaken({ editor, range, taken }: CodeTarget): vscode.Disposable {
  if (taken === undefined) return { dispose: () => {} };
  vscode.window.setStatusBarMessage(vscode.l10n.t("EdgeQuake takes {0}", taken), SHOWN_MS);
  const mark = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor("editor.selectionHighlightBackground"),
    border: "1px solid",
    borderColor: new vscode.ThemeColor("editor.selectionHighlightBorder"),
    isWholeLine: true,
  });
  editor.setDecorations(mark, [range]);
  return mark;
}

export function sayNothingThere(): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t("There is no code here. Select some, or put the cursor into it."),
  );
}
