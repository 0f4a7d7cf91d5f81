// "EdgeQuake: Explain Selection": asks about the selected code in the chat, opening it when it is closed.

import * as vscode from "vscode";
import type { ChatView } from "../chat/view.ts";
import { selectedCode } from "../edits/selection.ts";

export async function explainSelection(chat: ChatView): Promise<void> {
  const code = selectedCode(vscode.window.activeTextEditor);
  if (!code) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Select the code to explain first."));
    return;
  }
  const where = vscode.workspace.asRelativePath(code.document.uri);
  const longest = Math.max(2, ...(code.text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  await chat.ask(
    `Explain this ${code.document.languageId} code from ${where}, lines ${code.range.start.line + 1} to ${code.range.end.line + 1}:\n\n${fence}${code.document.languageId}\n${code.text}\n${fence}`,
  );
}
