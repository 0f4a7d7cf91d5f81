// A piece of one document, followed from the moment it was chosen. It belongs to that document alone: another one
// that takes the name of a closed untitled document is never it.

import * as vscode from "vscode";
import { type Anchor, findAnchor, findTracked } from "./anchor.ts";
import { TrackedRange } from "./tracked-range.ts";

export class Place implements vscode.Disposable {
  readonly uri: vscode.Uri;
  /** As it was sent, with the document's own line ends. */
  readonly original: string;
  #document: vscode.TextDocument;
  /** undefined = it was closed meanwhile, and what happened to it nobody told. */
  #range: TrackedRange | undefined;
  readonly #subscription: vscode.Disposable;

  constructor(document: vscode.TextDocument, start: number, original: string) {
    this.uri = document.uri;
    this.original = original;
    this.#document = document;
    this.#range = new TrackedRange(start, start + original.length);
    this.#subscription = vscode.workspace.onDidChangeTextDocument(({ document: changed, contentChanges }) => {
      if (changed === this.#document) this.#range?.apply(contentChanges);
    });
  }

  get document(): vscode.TextDocument {
    return this.#document;
  }

  /** The document, opened again where it was closed; undefined where it is gone. */
  async open(): Promise<vscode.TextDocument | undefined> {
    if (!this.#document.isClosed) return this.#document;
    if (this.#document.isUntitled) return undefined;
    try {
      this.#document = await vscode.workspace.openTextDocument(this.uri);
    } catch {
      return undefined;
    }
    this.#range = undefined;
    return this.#document;
  }

  find(): Anchor {
    const text = this.#document.getText();
    return this.#range
      ? findTracked(text, this.original, this.#range)
      : findAnchor(text, this.original, undefined);
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}
