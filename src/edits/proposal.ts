// A proposed edit: shown as a diff, applied only by a person, only in the document it was asked for, and only
// while the code it replaces is still there. One undo step takes it back.

import * as vscode from "vscode";
import { type Anchor, findAnchor } from "./anchor.ts";

export const PROPOSAL_SCHEME = "edgequake-edit";

interface Proposal {
  uri: vscode.Uri;
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
  readonly #previewChanged = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#previewChanged.event;
  readonly #subscriptions: vscode.Disposable[];
  #lastId = 0;

  constructor() {
    this.#subscriptions = [
      this.#previewChanged,
      vscode.workspace.registerTextDocumentContentProvider(PROPOSAL_SCHEME, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#follow(document)),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const tab of closed) {
          const key = proposalOf(tab)?.toString();
          // A tab that moves is closed in one place and open in another.
          if (key !== undefined && tabsOf(key).length === 0) this.#open.delete(key);
        }
      }),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#open.get(uri.toString())?.preview ?? "";
  }

  /** Opens the diff; where the code changed meanwhile there is nothing to compare, and it says so. */
  async show(
    document: vscode.TextDocument,
    offset: number,
    original: string,
    replacement: string,
  ): Promise<void> {
    const anchor = findAnchor(document.getText(), original, offset);
    if (anchor.found === undefined) {
      void refuse(anchor, replacement);
      return;
    }
    this.#lastId += 1;
    const name = document.uri.path.split("/").at(-1) ?? "edit";
    const uri = vscode.Uri.from({ scheme: PROPOSAL_SCHEME, path: `/${this.#lastId}/${name}` });
    const preview = proposed(document, anchor.found, original, replacement);
    this.#open.set(uri.toString(), { uri, document: document.uri, offset, original, replacement, preview });
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
    const proposal = this.#find(uri);
    if (!proposal) return false;
    const document = await vscode.workspace.openTextDocument(proposal.document);
    const anchor = findAnchor(document.getText(), proposal.original, proposal.offset);
    if (anchor.found === undefined) {
      void refuse(anchor, proposal.replacement);
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
    await this.#close(proposal);
    await vscode.window.showTextDocument(document);
    return true;
  }

  async discard(uri: vscode.Uri | undefined): Promise<void> {
    const proposal = this.#find(uri);
    if (proposal) await this.#close(proposal);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** What a person types elsewhere in the document is part of what is proposed. */
  #follow(document: vscode.TextDocument): void {
    for (const proposal of this.#open.values()) {
      if (proposal.document.toString() !== document.uri.toString()) continue;
      const { original, replacement, offset } = proposal;
      const anchor = findAnchor(document.getText(), original, offset);
      if (anchor.found === undefined) continue;
      proposal.preview = proposed(document, anchor.found, original, replacement);
      this.#previewChanged.fire(proposal.uri);
    }
  }

  #find(uri: vscode.Uri | undefined): Proposal | undefined {
    const front = vscode.window.tabGroups.activeTabGroup.activeTab;
    const key = (uri?.scheme === PROPOSAL_SCHEME ? uri : proposalOf(front))?.toString();
    const proposal = key === undefined ? undefined : this.#open.get(key);
    if (!proposal) {
      void vscode.window.showInformationMessage(vscode.l10n.t("No proposed edit is open in front."));
    }
    return proposal;
  }

  async #close({ uri }: Proposal): Promise<void> {
    const key = uri.toString();
    const tabs = tabsOf(key);
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
    this.#open.delete(key);
  }
}

function proposed(document: vscode.TextDocument, at: number, original: string, replacement: string): string {
  const text = document.getText();
  return text.slice(0, at) + replacement + text.slice(at + original.length);
}

/** The answer was paid for: it can still be had. */
async function refuse({ why }: Extract<Anchor, { found: undefined }>, replacement: string): Promise<void> {
  const copy = vscode.l10n.t("Copy Proposed Code");
  const answer = await vscode.window.showWarningMessage(
    why === "changed"
      ? vscode.l10n.t("The code changed since it was sent, so the edit was not applied. Ask again.")
      : vscode.l10n.t("The code moved and now stands in several places, so the edit was not applied."),
    copy,
  );
  if (answer === copy) await vscode.env.clipboard.writeText(replacement);
}

function proposalOf(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  const input = tab?.input;
  return input instanceof vscode.TabInputTextDiff && input.modified.scheme === PROPOSAL_SCHEME
    ? input.modified
    : undefined;
}

function tabsOf(key: string): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter((tab) => proposalOf(tab)?.toString() === key);
}
