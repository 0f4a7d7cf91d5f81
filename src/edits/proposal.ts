// A proposed edit: shown as a diff, applied only by a person, only in the document it was asked for, and only
// while the code it replaces is still there. One undo step takes it back.

import * as vscode from "vscode";
import { findAnchor } from "./anchor.ts";

export const PROPOSAL_SCHEME = "edgequake-edit";

interface Proposal {
  document: vscode.Uri;
  /** Of the code in the document when it was sent. */
  offset: number;
  original: string;
  replacement: string;
  /** The whole document as proposed. */
  preview: string;
}

export class Proposals implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #open = new Map<string, Proposal>();
  readonly #subscriptions: vscode.Disposable[];
  #lastId = 0;

  constructor() {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(PROPOSAL_SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === PROPOSAL_SCHEME) this.#open.delete(uri.toString());
      }),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#open.get(uri.toString())?.preview ?? "";
  }

  /** Opens the diff. */
  async show(
    document: vscode.TextDocument,
    offset: number,
    original: string,
    replacement: string,
  ): Promise<void> {
    this.#lastId += 1;
    const name = document.uri.path.split("/").at(-1) ?? "edit";
    const uri = vscode.Uri.from({ scheme: PROPOSAL_SCHEME, path: `/${this.#lastId}/${name}` });
    const text = document.getText();
    const anchor = findAnchor(text, original, offset);
    const at = anchor.found ?? offset;
    const preview = text.slice(0, at) + replacement + text.slice(at + original.length);
    this.#open.set(uri.toString(), { document: document.uri, offset, original, replacement, preview });
    await vscode.commands.executeCommand(
      "vscode.diff",
      document.uri,
      uri,
      vscode.l10n.t("{0}: proposed edit", name),
      { preview: false },
    );
  }

  /** Applies the proposal of this diff, or of the one in front. Says plainly when it cannot. */
  async accept(uri: vscode.Uri | undefined): Promise<boolean> {
    const found = this.#find(uri);
    if (!found) return false;
    const [key, proposal] = found;
    const document = await vscode.workspace.openTextDocument(proposal.document);
    const anchor = findAnchor(document.getText(), proposal.original, proposal.offset);
    if (anchor.found === undefined) {
      const why =
        anchor.why === "changed"
          ? vscode.l10n.t(
              "The code changed since it was sent, so the edit was not applied. Discard it and ask again.",
            )
          : vscode.l10n.t("The code moved and now stands in several places, so the edit was not applied.");
      void vscode.window.showWarningMessage(why);
      return false;
    }
    const range = new vscode.Range(
      document.positionAt(anchor.found),
      document.positionAt(anchor.found + proposal.original.length),
    );
    const edit = new vscode.WorkspaceEdit();
    edit.replace(proposal.document, range, proposal.replacement);
    if (!(await vscode.workspace.applyEdit(edit))) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t("VS Code refused the edit; the document is unchanged."),
      );
      return false;
    }
    await this.#close(key);
    await vscode.window.showTextDocument(document);
    return true;
  }

  async discard(uri: vscode.Uri | undefined): Promise<void> {
    const found = this.#find(uri);
    if (found) await this.#close(found[0]);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #find(uri: vscode.Uri | undefined): [string, Proposal] | undefined {
    const key = (uri?.scheme === PROPOSAL_SCHEME ? uri : frontProposal())?.toString();
    const proposal = key === undefined ? undefined : this.#open.get(key);
    return key !== undefined && proposal ? [key, proposal] : undefined;
  }

  async #close(key: string): Promise<void> {
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === key);
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
    this.#open.delete(key);
  }
}

function frontProposal(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputTextDiff && input.modified.scheme === PROPOSAL_SCHEME
    ? input.modified
    : undefined;
}
