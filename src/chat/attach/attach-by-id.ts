// Attaches what a suggestion of "@" stands for.

import * as vscode from "vscode";
import type { Held } from "../composer.ts";
import { attachedEditors, attachedProblems, attachedSelection } from "./attached-editors.ts";
import { attachedUri } from "./attached-file.ts";
import { attachedDiff, attachedTerminal } from "./attached-output.ts";

const KINDS: Readonly<Record<string, () => Held | Promise<Held>>> = {
  selection: attachedSelection,
  editors: attachedEditors,
  problems: attachedProblems,
  terminal: attachedTerminal,
  diff: attachedDiff,
};

export async function attachById(id: string): Promise<Held> {
  const kind = Object.hasOwn(KINDS, id) ? KINDS[id] : undefined;
  return kind ? kind() : attachedUri(vscode.Uri.parse(id, true));
}
