// What the editors show: the selection, the files that are open, and the problems they report.

import * as vscode from "vscode";
import type { Held } from "../composer.ts";
import { askIfSecret, filesOf, NotAttached, pathOf, textAttachment } from "./attaching.ts";
import { looksSecret } from "./secret-file.ts";
import { boundedText } from "./text-of-bytes.ts";

const MAX_PROBLEMS = 100;
const SEVERITIES = ["error", "warning", "information", "hint"] as const;

export function hasSelection(editor = vscode.window.activeTextEditor): boolean {
  return editor !== undefined && !editor.selection.isEmpty;
}

export async function attachedSelection(): Promise<Held> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.selection.isEmpty) {
    throw new NotAttached(vscode.l10n.t("Nothing is selected in an editor."));
  }
  const { document, selection } = editor;
  const path = pathOf(document.uri);
  const [first, last] = [selection.start.line + 1, selection.end.line + 1];
  const lines = first === last ? `${first}` : `${first}-${last}`;
  const read = boundedText(document.getText(selection));
  await askIfSecret(path, read.text);
  return textAttachment("selection", `${path}:${lines}`, read, {
    source: { file: path, language: document.languageId, lines },
  });
}

/** The files in tabs, with what they hold as far as there is room; those that look secret are left out. */
export async function attachedEditors(): Promise<Held> {
  const open = openFiles();
  if (open.length === 0) throw new NotAttached(vscode.l10n.t("No file is open in an editor."));
  const parts: string[] = [];
  let left_out = 0;
  for (const uri of open) {
    const text = looksSecret(pathOf(uri)) ? undefined : await textOf(uri);
    if (text === undefined || looksSecret("", text)) left_out += 1;
    else parts.push(`${pathOf(uri)}:\n${text}`);
  }
  const detail = [
    filesOf(parts.length),
    ...(left_out > 0 ? [vscode.l10n.t("{0} left out", left_out)] : []),
  ].join(", ");
  return textAttachment("editors", vscode.l10n.t("Open Editors"), boundedText(parts.join("\n\n")), {
    detail,
  });
}

export function openFiles(): vscode.Uri[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const uris = tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []));
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return (await vscode.workspace.openTextDocument(uri)).getText();
  } catch {
    // A binary file, or one that is gone.
    return undefined;
  }
}

/** Errors first. */
export function attachedProblems(): Held {
  const problems = vscode.languages
    .getDiagnostics()
    .flatMap(([uri, found]) => found.map((problem) => ({ uri, problem })))
    .sort((a, b) => a.problem.severity - b.problem.severity);
  if (problems.length === 0) throw new NotAttached(vscode.l10n.t("The editor reports no problems."));
  const lines = problems.slice(0, MAX_PROBLEMS).map(({ uri, problem }) => {
    const { range, severity, message, source } = problem;
    const from = source === undefined ? "" : ` (${source})`;
    return `${pathOf(uri)}:${range.start.line + 1}:${range.start.character + 1} ${SEVERITIES[severity]}: ${message}${from}`;
  });
  const detail =
    problems.length > lines.length
      ? vscode.l10n.t("the first {0} of {1}", lines.length, problems.length)
      : `${problems.length}`;
  return textAttachment("problems", vscode.l10n.t("Problems"), boundedText(lines.join("\n")), { detail });
}
