// Proposed edits: each a diff that fills while the answer arrives, applied only by a person, only in the document it
// was asked for, and only while the code it replaces is still there. One undo step takes it back.

import * as vscode from "vscode";
import { applyAt, reasonOf, refuse } from "./apply.ts";
import { partialReplacement } from "./partial.ts";
import { Place } from "./place.ts";
import { PROPOSAL_SCHEME, proposalInFront, proposalOf, tabsOf } from "./proposal-tabs.ts";
import { showDocument } from "./show-document.ts";

export { PROPOSAL_SCHEME };

/** An answer on its way into a diff. */
export interface Arriving {
  /** All of the replacement that has arrived so far. */
  show(arrived: string): void;
  /** It is whole: from now on it can be accepted. */
  ready(replacement: string): void;
  /** There will be none: the diff closes. */
  abandon(): Promise<void>;
}

interface Proposal {
  uri: vscode.Uri;
  place: Place;
  /** With the document's own line ends. */
  replacement: string;
  /** The whole document as proposed. */
  preview: string;
  /** Stops the answer that is still arriving. */
  stop: (() => void) | undefined;
}

/** How often an arriving answer is shown anew; the whole document travels each time, so a long one less often. */
const FRAME_MS = 80;
const CHARACTERS_PER_MS = 5_000;
/** A model that does not stop: what it says is not compared any more. */
const LONGEST_SHOWN = 200_000;

export class Proposals implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #open = new Map<string, Proposal>();
  readonly #previewChanged = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#previewChanged.event;
  readonly #subscriptions: vscode.Disposable[];
  /** A key that repeats, a second click: each is accepted once. */
  readonly #accepting = new Set<string>();
  #lastId = 0;

  constructor() {
    this.#subscriptions = [
      this.#previewChanged,
      vscode.workspace.registerTextDocumentContentProvider(PROPOSAL_SCHEME, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#follow(document)),
      vscode.window.tabGroups.onDidChangeTabGroups(() => this.#tellContext()),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const tab of closed) {
          const key = proposalOf(tab)?.toString();
          // A tab that moves is closed in one place and open in another.
          if (key !== undefined && tabsOf(key).length === 0) this.#forget(key);
        }
        this.#tellContext();
      }),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#open.get(uri.toString())?.preview ?? "";
  }

  /** Opens the diff of an answer that is still to come. `place` is the proposal's from now on. */
  async begin(place: Place, title: string, stop: () => void): Promise<Arriving> {
    const proposal = await this.#begin(place, title, place.original, stop);
    let waiting: NodeJS.Timeout | undefined;
    let newest = "";
    const settle = (): void => {
      clearTimeout(waiting);
      waiting = undefined;
      proposal.stop = undefined;
    };
    return {
      show: (arrived) => {
        if (arrived.length > LONGEST_SHOWN) return;
        newest = arrived;
        waiting ??= setTimeout(
          () => {
            waiting = undefined;
            if (proposal.stop)
              this.#show(proposal, partialReplacement(place.original, newest, place.document.languageId));
          },
          FRAME_MS + proposal.preview.length / CHARACTERS_PER_MS,
        );
      },
      ready: (replacement) => {
        settle();
        this.#show(proposal, replacement);
        this.#tellContext();
      },
      abandon: async () => {
        settle();
        await this.#close(proposal);
      },
    };
  }

  /** Opens the diff of a replacement that is there; where the code changed meanwhile it says so instead. */
  async show(
    document: vscode.TextDocument,
    offset: number,
    original: string,
    replacement: string,
  ): Promise<void> {
    const place = new Place(document, offset, original);
    const anchor = place.find();
    if (anchor.found === undefined) {
      place.dispose();
      await refuse(reasonOf(anchor), replacement);
      return;
    }
    await this.#begin(
      place,
      vscode.l10n.t("{0}: proposed edit", nameOf(document.uri)),
      replacement,
      undefined,
    );
  }

  /** Applies the proposal of this diff, or of the one in front. Says plainly when it cannot. */
  async accept(uri: vscode.Uri | undefined): Promise<boolean> {
    const proposal = this.#find(uri);
    if (!proposal) return false;
    if (proposal.stop) {
      void vscode.window.showInformationMessage(vscode.l10n.t("The edit is still arriving."));
      return false;
    }
    const { place, replacement } = proposal;
    const key = proposal.uri.toString();
    this.#accepting.add(key);
    try {
      if ((await applyAt(place, replacement)) === "refused") return false;
      const { document } = place;
      await this.#close(proposal);
      await showDocument(document);
      return true;
    } finally {
      this.#accepting.delete(key);
    }
  }

  async discard(uri: vscode.Uri | undefined): Promise<void> {
    const proposal = this.#find(uri);
    if (proposal) await this.#close(proposal);
  }

  /** Ends an answer that is still arriving; its diff closes. */
  stop(uri: vscode.Uri | undefined): void {
    this.#find(uri)?.stop?.();
  }

  dispose(): void {
    for (const key of [...this.#open.keys()]) this.#forget(key);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #begin(
    place: Place,
    title: string,
    replacement: string,
    stop: (() => void) | undefined,
  ): Promise<Proposal> {
    this.#lastId += 1;
    const uri = vscode.Uri.from({
      scheme: PROPOSAL_SCHEME,
      path: `/${this.#lastId}/${nameOf(place.uri)}`,
    });
    const proposal: Proposal = { uri, place, replacement, preview: "", stop };
    this.#open.set(uri.toString(), proposal);
    this.#show(proposal, replacement);
    // Where it is about to change: nobody looks for that in a long file.
    const at = place.document.positionAt(place.find().found ?? 0);
    const options = { preview: false, selection: new vscode.Range(at, at) };
    await vscode.commands.executeCommand("vscode.diff", place.uri, uri, title, options);
    this.#tellContext();
    return proposal;
  }

  #show(proposal: Proposal, replacement: string): void {
    const { place, uri } = proposal;
    proposal.replacement =
      place.document.eol === vscode.EndOfLine.CRLF ? replacement.replace(/\r?\n/g, "\r\n") : replacement;
    const anchor = place.find();
    if (anchor.found === undefined) return;
    const text = place.document.getText();
    const after = text.slice(anchor.found + place.original.length);
    proposal.preview = text.slice(0, anchor.found) + proposal.replacement + after;
    this.#previewChanged.fire(uri);
  }

  /** What a person types elsewhere in the document is part of what is proposed. */
  #follow(document: vscode.TextDocument): void {
    for (const proposal of this.#open.values()) {
      if (proposal.place.document === document) this.#show(proposal, proposal.replacement);
    }
  }

  #find(uri: vscode.Uri | undefined): Proposal | undefined {
    const key = (uri?.scheme === PROPOSAL_SCHEME ? uri : proposalInFront())?.toString();
    if (key !== undefined && this.#accepting.has(key)) return undefined;
    const proposal = key === undefined ? undefined : this.#open.get(key);
    if (!proposal) {
      void vscode.window.showInformationMessage(vscode.l10n.t("No proposed edit is open in front."));
    }
    return proposal;
  }

  async #close({ uri }: Proposal): Promise<void> {
    const key = uri.toString();
    const tabs = tabsOf(key);
    this.#forget(key);
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
  }

  #forget(key: string): void {
    const proposal = this.#open.get(key);
    if (!proposal) return;
    this.#open.delete(key);
    proposal.stop?.();
    proposal.place.dispose();
  }

  /** What the buttons of the diff in front go by. */
  #tellContext(): void {
    const front = proposalInFront();
    const proposal = front && this.#open.get(front.toString());
    const state = proposal ? (proposal.stop ? "arriving" : "ready") : "";
    void vscode.commands.executeCommand("setContext", "edgequake.proposal", state);
  }
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.split("/").at(-1) || "edit";
}
