// Where a piece of code stands in a text: at its offset, or at the one place that reads like it. Pure.

export type Anchor = { found: number } | { found: undefined; why: "changed" | "ambiguous" };

/** `offset` is where `original` stood when it was sent; undefined = that says nothing any more. */
export function findAnchor(text: string, original: string, offset: number | undefined): Anchor {
  if (offset !== undefined && text.startsWith(original, offset)) return { found: offset };
  const first = text.indexOf(original);
  if (first < 0) return { found: undefined, why: "changed" };
  if (text.indexOf(original, first + 1) >= 0) return { found: undefined, why: "ambiguous" };
  return { found: first };
}
