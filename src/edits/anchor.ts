// Where the code that was sent stands now: at its place, moved, or changed. Pure, on offsets.

import type { TrackedRange } from "./tracked-range.ts";

export type Anchor = { found: number } | { found: undefined; why: "changed" | "ambiguous" };

/** `offset` is where `original` stood when it was sent; undefined = that says nothing any more. */
export function findAnchor(text: string, original: string, offset: number | undefined): Anchor {
  if (offset !== undefined && text.startsWith(original, offset)) return { found: offset };
  const first = text.indexOf(original);
  if (first < 0) return { found: undefined, why: "changed" };
  if (text.indexOf(original, first + 1) >= 0) return { found: undefined, why: "ambiguous" };
  return { found: first };
}

/** What was followed through every change is sure; where it was changed itself, its text must tell. */
export function findTracked(text: string, original: string, range: TrackedRange): Anchor {
  const there = text.slice(range.start, range.end) === original;
  return there ? { found: range.start } : findAnchor(text, original, range.start);
}
