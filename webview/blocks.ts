// Tail-only lexing: a block of markdown that is followed by another is finished and never read again; only the
// last, still growing one is. Keeps the cost of an update independent of the answer's length. Pure.

import { Marked, type Token } from "marked";
import { escapeHtml } from "./escape.ts";
import { allowedLink } from "./links.ts";
import { math } from "./math.ts";
import { becameLoose, isSpent, lexAfter, type OpenPart, splitPart } from "./open-part.ts";

/** An address that is shown; one of data: may be a whole picture. */
const LONGEST_HREF = 200;
/** One tag of a line break, of a word set high or low, of a key. */
const HARMLESS = /^<(?:br ?\/?|\/?(?:sub|sup|kbd))>$/i;
/** A link cannot stand in a link. */
let inLink = false;

const marked = new Marked({
  gfm: true,
  extensions: [math],
  renderer: {
    // A model's HTML is its text, not our page; what markdown has no sign for stays what it is, without attributes.
    html: ({ text }) => (HARMLESS.test(text.trim()) ? text : escapeHtml(text)),
    // Nothing is loaded: a picture is a link to it.
    image({ href, text }) {
      const url = allowedLink(href);
      if (url === undefined || inLink)
        return escapeHtml(`[${text || "image"}: ${href.slice(0, LONGEST_HREF)}]`);
      return `<a class="image" href="${escapeHtml(url)}" title="${escapeHtml(url)}">${escapeHtml(text || url)}</a>`;
    },
    link({ href, tokens }) {
      inLink = true;
      const text = this.parser.parseInline(tokens);
      inLink = false;
      const url = allowedLink(href);
      return url === undefined ? text : `<a href="${escapeHtml(url)}" title="${escapeHtml(url)}">${text}</a>`;
    },
  },
});

const lex = (text: string): Token[] => marked.lexer(text);

export interface Block {
  /** Unsanitised HTML of one block. */
  html: string;
  /** More items or rows of the list or table before it. */
  continues?: boolean;
}

/** A code block that is not closed yet: its text only ever grows, and needs no HTML. */
export interface OpenCode {
  language: string;
  text: string;
}

export interface Update {
  /** What is open of the list at the end is read anew: it is among the finished ones again, or in the tail. */
  reopened: boolean;
  finished: Block[];
  /** What may still change. */
  tail: Block[];
  /** What may still change, where that is a code block. */
  code?: OpenCode;
}

export class MarkdownBlocks {
  /** How much of the text was read. */
  #read = 0;
  /** What was read and stands in nothing finished. */
  #rest = "";
  /** The rest goes on with this list or table. */
  #open: OpenPart | undefined;

  /** New finished blocks, and the unstable tail. `text` is the whole text so far. */
  update(text: string, ended: boolean): Update {
    this.#take(text, ended);
    let tokens = this.#lex();
    const reopened = this.#open !== undefined && becameLoose(this.#open, tokens[0]);
    if (this.#open && reopened) {
      this.#rest = this.#open.raw + this.#rest;
      this.#open = undefined;
      tokens = this.#lex();
    }
    // What precedes the last block cannot change any more; that one may, a list even after its blank line.
    const last = ended ? tokens.length : startOfTail(tokens);
    const finished = this.#finish(tokens.slice(0, last));
    let [first, ...others] = tokens.slice(last);
    const split = first && splitPart(first, this.#open, lex);
    if (split) {
      finished.push(...this.#finish([split.done]));
      this.#open = split.open;
      first = split.left;
    }
    const code = openCode([first, ...others].filter(isVisible));
    return {
      reopened,
      finished,
      tail: code ? [] : this.#render(first ? [first, ...others] : []),
      ...(code ? { code } : {}),
    };
  }

  #lex(): Token[] {
    return this.#open ? lexAfter(this.#open, this.#rest, lex) : lex(this.#rest);
  }

  #finish(tokens: readonly Token[]): Block[] {
    const blocks = this.#render(tokens);
    if (tokens.length > 0) this.#open = undefined;
    for (const { raw } of tokens) this.#rest = this.#rest.slice(raw.length);
    return blocks;
  }

  /** The first of them goes on with what is open. */
  #render(tokens: readonly Token[]): Block[] {
    return tokens
      .map((token, index) => ({ token, continues: index === 0 && this.#open !== undefined }))
      .filter(({ token, continues }) => isVisible(token) && !(continues && isSpent(token)))
      .map(({ token, continues }) => ({ html: marked.parser([token]), ...(continues ? { continues } : {}) }));
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

/** A line that may yet become the next item of the list before it, or words of its last one. */
const HALF_A_MARKER = /^ {0,3}(?:\d{1,9}[.)]?|[-*+]{1,2})$/;

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

function isVisible(token: Token | undefined): token is Token {
  return token !== undefined && token.type !== "space";
}
