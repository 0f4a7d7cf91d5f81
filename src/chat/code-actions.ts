// What a code block of an answer offers: put in at the cursor, applied as a diff to accept, a new file, run in a terminal
// once a person has seen exactly what would run. Code of a model changes and runs nothing by itself.

import * as vscode from "vscode";
import type { CodeAction } from "../../server/protocol/webview.ts";
import type { Proposals } from "../edits/proposal.ts";
import { plainText } from "../plain-text.ts";
import { applyTarget } from "./apply-target.ts";

/** More than a person reads in a dialog. */
const MAX_COMMAND = 2_000;
const MAX_COMMAND_LINES = 25;

/** Names of code fences that VS Code knows under another one. */
const LANGUAGES: Readonly<Record<string, string>> = {
  sh: "shellscript",
  bash: "shellscript",
  zsh: "shellscript",
  shell: "shellscript",
  console: "shellscript",
  js: "javascript",
  ts: "typescript",
  jsx: "javascriptreact",
  tsx: "typescriptreact",
  py: "python",
  rb: "ruby",
  rs: "rust",
  cs: "csharp",
  "c++": "cpp",
  yml: "yaml",
  md: "markdown",
  ps1: "powershell",
  docker: "dockerfile",
};

export async function runCodeAction(
  action: CodeAction,
  text: string,
  language: string,
  proposals: Pick<Proposals, "show">,
): Promise<void> {
  if (action === "insert") await insert(text);
  else if (action === "apply") await apply(text, proposals);
  else if (action === "newFile") await newFile(text, language);
  else await run(text);
}

async function insert(text: string): Promise<void> {
  const editor = editorInFront();
  const done = await editor.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, text);
  });
  if (!done) throw new Error(vscode.l10n.t("VS Code refused the edit; the document is unchanged."));
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

async function apply(text: string, proposals: Pick<Proposals, "show">): Promise<void> {
  const { document, selection } = editorInFront();
  const target = applyTarget(document.getText(), text, {
    start: document.offsetAt(selection.start),
    end: document.offsetAt(selection.end),
  });
  await proposals.show(document, target.offset, target.original, target.replacement);
}

async function newFile(text: string, language: string): Promise<void> {
  const name = language.toLowerCase();
  const wanted = LANGUAGES[name] ?? name;
  const known = (await vscode.languages.getLanguages()).includes(wanted);
  const document = await vscode.workspace.openTextDocument({
    content: text,
    ...(known ? { language: wanted } : {}),
  });
  await vscode.window.showTextDocument(document);
}

async function run(text: string): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    throw new Error(vscode.l10n.t("Nothing is run in a workspace that is not trusted."));
  }
  const command = plainText(text).trim();
  // What would run must be what is seen.
  if (command !== text.replaceAll("\r\n", "\n").trim()) {
    throw new Error(
      vscode.l10n.t("This code holds invisible characters, so it is not run. Copy it and look at it."),
    );
  }
  if (command.length > MAX_COMMAND || command.split("\n").length > MAX_COMMAND_LINES) {
    throw new Error(
      vscode.l10n.t("This is too long to be run after one look. Put it into a file and run that."),
    );
  }
  if (command === "") return;
  const go = vscode.l10n.t("Run");
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t("Run this in the terminal?"),
    { modal: true, detail: command },
    go,
  );
  if (answer !== go) return;
  const terminal = vscode.window.activeTerminal ?? vscode.window.createTerminal();
  terminal.show(true);
  terminal.sendText(command, true);
}

/** The editor that was in front before the chat got the cursor. */
function editorInFront(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  if (!editor) throw new Error(vscode.l10n.t("Open the file it belongs to first."));
  return editor;
}
