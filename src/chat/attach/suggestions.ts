// What may follow "@": what there is to attach right now, then folders and files whose names fit.

import * as vscode from "vscode";
import type { Suggestion } from "../../../server/protocol/webview.ts";
import { hasSelection, openFiles } from "./attached-editors.ts";
import { hasGit } from "./attached-output.ts";
import { pathOf } from "./attaching.ts";
import { rankPaths } from "./rank.ts";

const MOST_FILES = 20;
const MOST_FOLDERS = 5;
/** Of a workspace; what lies beyond is found by typing more of a folder's path in the explorer. */
const MOST_KNOWN = 20_000;
const KNOWN_FOR_MS = 15_000;

let known: { at: number; files: Promise<readonly vscode.Uri[]> } | undefined;

export async function suggestionsFor(query: string): Promise<Suggestion[]> {
  const wanted = query.toLowerCase();
  const kinds = kindsNow().filter(
    ({ id, label }) => id.includes(wanted) || label.toLowerCase().includes(wanted),
  );
  const files = await workspaceFiles();
  const paths = new Map(files.map((uri) => [uri, pathOf(uri)]));
  const folders =
    wanted === "" ? [] : rankPaths(foldersOf(files), pathOf, wanted.replace(/\/$/, ""), MOST_FOLDERS);
  const found = rankPaths(files, (uri) => paths.get(uri) ?? "", wanted, MOST_FILES);
  return [
    ...kinds,
    ...found.map((uri) => suggestionOf(uri, "")),
    ...folders.map((uri) => suggestionOf(uri, "/")),
  ];
}

function kindsNow(): Suggestion[] {
  const { t } = vscode.l10n;
  const front = vscode.window.activeTextEditor;
  return [
    ...(hasSelection(front)
      ? [{ id: "selection", label: t("Selection"), detail: front ? pathOf(front.document.uri) : "" }]
      : []),
    ...(openFiles().length > 0
      ? [{ id: "editors", label: t("Open Editors"), detail: t("{0} files", openFiles().length) }]
      : []),
    { id: "problems", label: t("Problems"), detail: t("What the editor reports") },
    ...(vscode.window.activeTerminal
      ? [{ id: "terminal", label: t("Terminal Selection"), detail: vscode.window.activeTerminal.name }]
      : []),
    ...(hasGit() ? [{ id: "diff", label: t("Git Changes"), detail: t("What is not committed yet") }] : []),
  ];
}

function workspaceFiles(): Promise<readonly vscode.Uri[]> {
  const now = performance.now();
  if (!known || now - known.at > KNOWN_FOR_MS) {
    const files = Promise.resolve(
      vscode.workspace.findFiles("**/*", "**/{node_modules,.git}/**", MOST_KNOWN),
    ).catch(() => []);
    known = { at: now, files };
  }
  return known.files;
}

function foldersOf(files: readonly vscode.Uri[]): vscode.Uri[] {
  const folders = new Map<string, vscode.Uri>();
  for (const uri of files) {
    const folder = vscode.Uri.joinPath(uri, "..");
    if (vscode.workspace.getWorkspaceFolder(folder)?.uri.path !== folder.path)
      folders.set(folder.path, folder);
  }
  return [...folders.values()];
}

function suggestionOf(uri: vscode.Uri, end: string): Suggestion {
  const path = pathOf(uri);
  const name = path.slice(path.lastIndexOf("/") + 1);
  return { id: uri.toString(), label: `${name}${end}`, detail: path === name ? "" : path };
}
