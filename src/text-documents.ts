// Texts to read that are nobody's files: they can be searched and copied, not changed.

import * as vscode from "vscode";

export const DOCUMENT_SCHEME = "edgequake-text";

export class TextDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? "";
  }

  /** The text last shown under this name is replaced. */
  async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: DOCUMENT_SCHEME, path: `/EdgeQuake ${name}` });
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** The whole text, to the clipboard. */
  async copy(uri: vscode.Uri | undefined): Promise<void> {
    const text = this.#texts.get((uri ?? vscode.window.activeTextEditor?.document.uri)?.path ?? "");
    if (text === undefined) return;
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(vscode.l10n.t("EdgeQuake: copied"), 2_000);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
