// A list or table that still grows is finished item by item: what stands before its last ones cannot change any more.
// So a long one costs per piece of text what its end costs. Pure.

import type { Token, Tokens } from "marked";

/** The last item may turn out to be the words of the one before it ("- a", then "-b"). */
const ITEMS_LEFT = 2;
const ROWS_LEFT = 1;

/** What is finished of the list or table whose rest still grows. */
export interface OpenPart {
  /** Read before the rest: what makes the rest the same list, or the same table, by itself. */
  before: string;
  /** All of it that is finished, as it was written. */
  raw: string;
  loose: boolean;
}

interface Split {
  done: Token;
  left: Token;
  open: OpenPart;
}

type Lex = (text: string) => Token[];

/** Reads the rest of an open part; what stood before it is taken out again. */
export function lexAfter(open: OpenPart, rest: string, lex: Lex): Token[] {
  const [first, ...others] = lex(open.before + rest);
  if (first === undefined) return [];
  const part = { ...first, raw: first.raw.slice(open.before.length) };
  return isList(part) ? [{ ...part, items: part.items.slice(1) }, ...others] : [part, ...others];
}

/** What of this token is finished, and what is left of it; undefined = nothing yet. */
export function splitPart(token: Token, was: OpenPart | undefined, lex: Lex): Split | undefined {
  if (isList(token)) return splitList(token, was, lex);
  return isTable(token) ? splitTable(token, was) : undefined;
}

/** A blank line between two items makes paragraphs of all that came before. */
export function becameLoose(open: OpenPart, token: Token | undefined): boolean {
  return token !== undefined && isList(token) && token.loose && !open.loose;
}

/** What looked like its last row began something else. */
export function isSpent(token: Token): boolean {
  return (isList(token) && token.items.length === 0) || (isTable(token) && token.rows.length === 0);
}

function splitList(list: Tokens.List, was: OpenPart | undefined, lex: Lex): Split | undefined {
  const done = list.items.slice(0, -ITEMS_LEFT);
  const last = done.at(-1);
  if (!last) return undefined;
  const raw = done.map((item) => item.raw).join("");
  // An item like the last one: what may follow that as the next, and what is part of it, depends on its own indent.
  const like = `${/^ *(?:[-*+]|\d+[.)])[ \t]*/.exec(last.raw)?.[0].trimEnd()} x\n`;
  if (list.loose && !was?.loose) {
    // Where only its end makes it so, that may yet turn out otherwise.
    const [alone] = lex(raw + like);
    if (!alone || !isList(alone) || !alone.loose) return undefined;
  }
  return {
    done: { ...list, items: done, raw },
    left: { ...list, items: list.items.slice(-ITEMS_LEFT), raw: list.raw.slice(raw.length) },
    open: { before: list.loose ? `${like}\n` : like, raw: (was?.raw ?? "") + raw, loose: list.loose },
  };
}

function splitTable(table: Tokens.Table, was: OpenPart | undefined): Split | undefined {
  const rows = table.rows.slice(0, -ROWS_LEFT);
  if (rows.length === 0) return undefined;
  const lines = table.raw.split("\n");
  const head = was ? "" : `${lines.slice(0, 2).join("\n")}\n`;
  const from = was ? 0 : 2;
  const raw =
    head +
    lines
      .slice(from, from + rows.length)
      .map((line) => `${line}\n`)
      .join("");
  return {
    done: { ...table, rows, raw },
    left: { ...table, rows: table.rows.slice(-ROWS_LEFT), raw: table.raw.slice(raw.length) },
    open: { before: was?.before ?? head, raw: (was?.raw ?? "") + raw, loose: false },
  };
}

function isList(token: Token): token is Tokens.List {
  return token.type === "list";
}

function isTable(token: Token): token is Tokens.Table {
  return token.type === "table";
}
