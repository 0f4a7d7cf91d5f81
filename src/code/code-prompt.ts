// The prompt of an action on a piece of code, from the user's file or the extension's. A placeholder that nobody
// knows is a typing error in the user's file: it is told, once per command, and the prompt goes out as it stands.

import * as vscode from "vscode";
import type { PromptFiles } from "../prompts/prompt-files.ts";
import { type FilledPrompt, fenced, type PromptAction } from "../prompts/prompts.ts";
import { type CodeTarget, LONGEST, linesOf } from "./code-target.ts";
import { problemsAt } from "./problems-at.ts";

export async function codePrompt(
  prompts: PromptFiles,
  action: PromptAction,
  { document, range, text }: CodeTarget,
  instruction = "",
): Promise<string> {
  if (text.length > LONGEST) {
    throw new Error(
      vscode.l10n.t(
        "The code is {0} characters long, more than any model reads. Select less.",
        text.length.toLocaleString(),
      ),
    );
  }
  const filled = await prompts.fill(action, {
    code: fenced(text.replace(/\r\n/g, "\n"), document.languageId),
    language: document.languageId,
    file: vscode.workspace.asRelativePath(document.uri),
    lines: linesOf(range),
    instruction,
    diagnostics: problemsAt(document, range),
  });
  return toldOf(filled, prompts.pathOf(action));
}

export function toldOf({ text, unknown }: FilledPrompt, path: string): string {
  if (unknown.length > 0) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        "{0} has placeholders nobody knows: {1}. They were sent as they stand.",
        path,
        unknown.map((name) => `{{${name}}}`).join(", "),
      ),
    );
  }
  return text;
}
