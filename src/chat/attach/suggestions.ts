// What may follow "@": what there is to attach right now, then folders and files whose names fit.

import * as vscode from "vscode";
import type { Suggestion } from "../../../server/protocol/webview.ts";
import { hasSelection, openFiles } from "./attached-editors.ts";
import { hasGit } from "./attached-output.ts";
import { filesOf, pathOf } from "./attaching.ts";
import { rankPaths } from "./rank.ts";

const MOST_FILES = 20;
const MOST_FOLDERS = 5;
/** Of a workspace; what lies beyond is found by typing more of a folder's path in the explorer. */
const MOST_KNOWN = 20_000;
const KNOWN_FOR_MS = 15_000;

interface Place {
  uri: vscode.Uri;
  path: string;
}
let known: { at: number; places: Promise<{ files: Place[]; folders: Place[] }> } | undefined;

export async function suggestionsFor(query: string): Promise<Suggestion[]> {
  const wanted = query.toLowerCase();
  const kinds = kindsNow().filter(
    ({ id, label }) => id.includes(wanted) || label.toLowerCase().includes(wanted),
  );
  const { files, folders } = await workspacePlaces();
  const found = rankPaths(files, pathIn, wanted, MOST_FILES);
  const name = wanted.replace(/\/$/, "");
  const near = name === "" ? [] : rankPaths(folders, pathIn, name, MOST_FOLDERS);
  // Who ends with a slash wants a folder, and who typed one's whole name too.
  const first = name === wanted ? near.filter(({ path }) => nameOf(path).toLowerCase() === name) : near;
  const last = near.filter((one) => !first.includes(one));
  return [
    ...kinds,
    ...first.map((one) => suggestionOf(one, "/")),
    ...found.map((file) => suggestionOf(file, "")),
    ...last.map((one) => suggestionOf(one, "/")),
  ];
}

function pathIn({ path }: Place): string {
  return path;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function kindsNow(): Suggestion[] {
  const { t } = vscode.l10n;
  const front = vscode.window.activeTextEditor;
  return [
    ...(hasSelection(front)
      ? [{ id: "selection", label: t("Selection"), detail: front ? pathOf(front.document.uri) : "" }]
      : []),
    ...(openFiles().length > 0
      ? [{ id: "editors", label: t("Open Editors"), detail: filesOf(openFiles().length) }]
      : []),
    { id: "problems", label: t("Problems"), detail: t("What the editor reports") },
    ...(vscode.window.activeTerminal
      ? [{ id: "terminal", label: t("Terminal Selection"), detail: vscode.window.activeTerminal.name }]
      : []),
    ...(hasGit() ? [{ id: "diff", label: t("Git Changes"), detail: t("What is not committed yet") }] : []),
  ];
}

function workspacePlaces(): Promise<{ files: Place[]; folders: Place[] }> {
  const now = performance.now();
  if (!known || now - known.at > KNOWN_FOR_MS) known = { at: now, places: findPlaces().catch(() => NOWHERE) };
  return known.places;
}

const NOWHERE = { files: [], folders: [] };

async function findPlaces(): Promise<{ files: Place[]; folders: Place[] }> {
  const uris = await vscode.workspace.findFiles("**/*", "**/{node_modules,.git}/**", MOST_KNOWN);
  const files = uris.map(placeOf);
  const above = new Map(uris.map((uri) => vscode.Uri.joinPath(uri, "..")).map((uri) => [uri.path, uri]));
  const roots = new Set(vscode.workspace.workspaceFolders?.map(({ uri }) => uri.path));
  const folders = [...above.values()].filter(({ path }) => !roots.has(path)).map(placeOf);
  return { files, folders };
}

function placeOf(uri: vscode.Uri): Place {
  return { uri, path: pathOf(uri) };
}

function suggestionOf({ uri, path }: Place, end: string): Suggestion {
  const name = nameOf(path);
  return { id: uri.toString(), label: `${name}${end}`, detail: path === name ? "" : path };
}
