// A whole chat as a document a person can read, change and save where they like.

import * as vscode from "vscode";
import type { SessionStore } from "./session-store.ts";

type Format = "markdown" | "json";

/** `given`: how another extension or a keybinding asks for it. */
export async function exportChat(store: SessionStore, id: string, given?: Format): Promise<void> {
  const format = given ?? (await askFormat());
  if (!format) return;
  const content = await store.export(id, format);
  const document = await vscode.workspace.openTextDocument({ content, language: format });
  await vscode.window.showTextDocument(document, { preview: false });
}

async function askFormat(): Promise<Format | undefined> {
  const items = [
    { label: vscode.l10n.t("Markdown"), description: vscode.l10n.t("to read"), format: "markdown" as const },
    {
      label: vscode.l10n.t("JSON"),
      description: vscode.l10n.t("everything that is known of it"),
      format: "json" as const,
    },
  ];
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Export Chat") }))?.format;
}
