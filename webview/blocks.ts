// Tail-only lexing: a block of markdown that is followed by another is finished and never read again; only the
// last, still growing one is. Keeps the cost of an update independent of the answer's length. Pure.

import { Marked, type Token } from "marked";
import { allowedLink } from "./links.ts";

const marked = new Marked({
  gfm: true,
  renderer: {
    // A model's HTML is its text, not our page.
    html: ({ text }) => escapeHtml(text),
    // Nothing is loaded: an image's address is shown instead.
    image: ({ href, text }) => escapeHtml(`[${text || "image"}: ${href}]`),
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      const url = allowedLink(href);
      return url === undefined ? text : `<a href="${escapeHtml(url)}" title="${escapeHtml(url)}">${text}</a>`;
    },
  },
});

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export interface Block {
  /** Unsanitised HTML of one block. */
  html: string;
}

export class MarkdownBlocks {
  /** How much of the text stands in finished blocks. */
  #finished = 0;

  /** New finished blocks, and the HTML of the unstable tail. `text` is the whole text so far. */
  update(text: string, ended: boolean): { finished: Block[]; tail: string } {
    const rest = text.slice(this.#finished);
    const tokens: Token[] = marked.lexer(rest);
    if (ended) {
      this.#finished = text.length;
      return { finished: tokens.filter(isVisible).map(render), tail: "" };
    }
    const last = tokens.findLastIndex(isVisible);
    const finished = tokens.slice(0, Math.max(0, last));
    // A loose list may yet go on after its blank line; what precedes the last block cannot.
    for (const token of finished) this.#finished += token.raw.length;
    return {
      finished: finished.filter(isVisible).map(render),
      tail: tokens
        .slice(Math.max(0, last))
        .filter(isVisible)
        .map((token) => render(token).html)
        .join(""),
    };
  }
}

function isVisible(token: Token): boolean {
  return token.type !== "space";
}

function render(token: Token): Block {
  return { html: marked.parser([token]) };
}
