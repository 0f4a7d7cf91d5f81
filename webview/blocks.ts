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

/** A code block that is not closed yet: its text only ever grows, and needs no HTML. */
export interface OpenCode {
  language: string;
  text: string;
}

export interface Update {
  finished: Block[];
  /** Unsanitised HTML of what may still change. */
  tail: string;
  /** What may still change, where that is a code block. */
  code?: OpenCode;
}

export class MarkdownBlocks {
  /** How much of the text was read. */
  #read = 0;
  /** What was read and stands in no finished block. */
  #rest = "";

  /** New finished blocks, and the HTML of the unstable tail. `text` is the whole text so far. */
  update(text: string, ended: boolean): Update {
    this.#take(text, ended);
    const tokens: Token[] = marked.lexer(this.#rest);
    if (ended) {
      this.#rest = "";
      return { finished: tokens.filter(isVisible).map(render), tail: "" };
    }
    // What precedes the last block cannot change any more; that one may, a list even after its blank line.
    const last = startOfTail(tokens);
    const finished = tokens.slice(0, last);
    for (const token of finished) this.#rest = this.#rest.slice(token.raw.length);
    const code = openCode(tokens.slice(last).filter(isVisible));
    if (code) return { finished: finished.filter(isVisible).map(render), tail: "", code };
    return {
      finished: finished.filter(isVisible).map(render),
      tail: tokens
        .slice(last)
        .filter(isVisible)
        .map((token) => render(token).html)
        .join(""),
    };
  }

  /** The lexer counts every line end as one character, and so must what is cut off by its lengths. */
  #take(text: string, ended: boolean): void {
    let fresh = text.slice(this.#read);
    // Its other half may be on the way.
    if (!ended && fresh.endsWith("\r")) fresh = fresh.slice(0, -1);
    this.#read += fresh.length;
    this.#rest += fresh.replace(/\r\n?/g, "\n");
  }
}

/** A line that may yet become the next item of the list before it. */
const HALF_A_MARKER = /^ {0,3}\d{1,9}[.)]?$/;

function startOfTail(tokens: readonly Token[]): number {
  const last = Math.max(0, tokens.findLastIndex(isVisible));
  if (!HALF_A_MARKER.test(tokens[last]?.raw ?? "")) return last;
  const before = tokens.slice(0, last).findLastIndex(isVisible);
  return tokens[before]?.type === "list" ? before : last;
}

function openCode([token, ...others]: readonly Token[]): OpenCode | undefined {
  // One by indentation may turn out to be part of a list.
  if (token?.type !== "code" || token.codeBlockStyle === "indented" || others.length > 0) return undefined;
  return { language: /^\S*/.exec(token.lang ?? "")?.[0] ?? "", text: `${token.text}\n` };
}

function isVisible(token: Token): boolean {
  return token.type !== "space";
}

function render(token: Token): Block {
  return { html: marked.parser([token]) };
}
