// What the suites on code share: a loopback provider that VS Code is pointed at, a document with a piece selected,
// and the diff of a proposal.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import { jsonOf } from "../../server/http-request.ts";
import type { ScriptedProvider } from "../../server/scripted-provider.ts";
import { startScriptedAnswers } from "../scripted-answers.ts";

export const CODE = "def double(value):\n    return value * 2\n";
export const BEFORE = `first = 1\n\n${CODE}\nlast = 2\n`;

const SETTINGS = ["providers", "numRetries", "defaultModel"];

export async function setting(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration("edgequake").update(name, value, vscode.ConfigurationTarget.Global);
}

export const useModel = (model: string): Promise<void> => setting("defaultModel", model);

export async function startCodeScene(): Promise<ScriptedProvider> {
  const provider = await startScriptedAnswers();
  await setting("providers", { openai: { apiBase: provider.v1 } });
  await setting("numRetries", 0);
  return provider;
}

export async function endCodeScene(provider: ScriptedProvider): Promise<void> {
  for (const name of SETTINGS) await setting(name, undefined);
  await closeEverything();
  await provider.stop();
  assert.deepEqual(provider.errors, []);
}

/** Nobody is asked whether to save. */
export async function closeEverything(): Promise<void> {
  const some = (): boolean => vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0);
  for (let tries = 0; some() && tries < 50; tries += 1)
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
}

/** A name that VS Code is still taking back from a closed document comes with that one's text: then another is opened. */
export async function openText(content: string, language = "python"): Promise<vscode.TextEditor> {
  const document = await poll("a document of its own", PATIENCE_MS, async () => {
    const opened = await vscode.workspace.openTextDocument({ language, content });
    return opened.eol === vscode.EndOfLine.CRLF || opened.getText() === content ? opened : undefined;
  });
  return vscode.window.showTextDocument(document, { preview: false });
}

/** BEFORE, with CODE selected. */
export async function openSelected(): Promise<vscode.TextEditor> {
  const editor = await openText(BEFORE);
  select(editor, BEFORE.indexOf(CODE), CODE.length);
  return editor;
}

export function select(editor: vscode.TextEditor, at: number, length: number): void {
  const { document } = editor;
  editor.selection = new vscode.Selection(document.positionAt(at), document.positionAt(at + length));
}

export async function change(document: vscode.TextDocument, at: number, removed: number, text: string) {
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(at), document.positionAt(at + removed));
  edit.replace(document.uri, range, text);
  return vscode.workspace.applyEdit(edit);
}

export function proposalTab(): vscode.Tab | undefined {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .find(
      ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === "edgequake-edit",
    );
}

/** What the proposal in front would make of its document. */
export function proposedText(): string | undefined {
  const input = proposalTab()?.input;
  if (!(input instanceof vscode.TabInputTextDiff)) return undefined;
  const uri = input.modified.toString();
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri)?.getText();
}

/** The last message of the newest question at the provider. */
export async function askedOf(provider: ScriptedProvider): Promise<string> {
  const request = await poll("the question at the provider", PATIENCE_MS, () => provider.requests.at(-1));
  const { messages } = jsonOf(request) as { messages: { content: string }[] };
  return messages.at(-1)?.content ?? "";
}
