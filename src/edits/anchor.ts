// Where the code that was sent stands now: at its place, moved, or changed. Pure, on offsets.

export type Anchor = { found: number } | { found: undefined; why: "changed" | "ambiguous" };

/** `offset` is where `original` stood when it was sent. */
export function findAnchor(text: string, original: string, offset: number): Anchor {
  if (text.startsWith(original, offset)) return { found: offset };
  const first = text.indexOf(original);
  if (first < 0) return { found: undefined, why: "changed" };
  if (text.indexOf(original, first + 1) >= 0) return { found: undefined, why: "ambiguous" };
  return { found: first };
}
