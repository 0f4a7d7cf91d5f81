// A piece of one document, followed from the moment it was chosen. It belongs to that document alone: another one
// that takes the name of a closed untitled document is never it.

import * as vscode from "vscode";
import type { Anchor } from "./anchor.ts";
import { TrackedCode } from "./tracked-code.ts";

export class Place implements vscode.Disposable {
  readonly uri: vscode.Uri;
  /** As it was sent, with the document's own line ends. */
  readonly original: string;
  #document: vscode.TextDocument;
  readonly #code: TrackedCode;
  readonly #subscription: vscode.Disposable;

  constructor(document: vscode.TextDocument, start: number, original: string) {
    this.uri = document.uri;
    this.original = original;
    this.#document = document;
    this.#code = new TrackedCode(document.getText(), start, original);
    this.#subscription = vscode.workspace.onDidChangeTextDocument(({ document: changed, contentChanges }) => {
      if (changed === this.#document) this.#code.apply(contentChanges);
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
    // What happened to it while it was closed nobody told.
    this.#code.lose(this.#document.getText());
    return this.#document;
  }

  find(): Anchor {
    return this.#code.find(this.#document.getText());
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}
