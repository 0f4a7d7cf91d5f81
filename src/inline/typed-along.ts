// Fillings that were given, for who types what they say: no second request for what is known. Pure.

interface Kept {
  document: string;
  prefix: string;
  suffix: string;
  text: string;
}

const MOST = 30;
/** An empty filling is known as well, for exactly its place. */

export class TypedAlong {
  #kept: Kept[] = [];

  put(document: string, prefix: string, suffix: string, text: string): void {
    this.#kept = this.#kept.filter(
      (one) => one.document !== document || one.prefix !== prefix || one.suffix !== suffix,
    );
    this.#kept.unshift({ document, prefix, suffix, text });
    this.#kept.length = Math.min(this.#kept.length, MOST);
  }

  /** What remains of a filling; undefined where none is known. */
  get(document: string, prefix: string, suffix: string): string | undefined {
    for (const one of this.#kept) {
      if (one.document !== document || one.suffix !== suffix) continue;
      if (one.prefix === prefix) return one.text;
      // Prefixes are bounded: the older one may begin earlier.
      const typed = typedSince(one.prefix, prefix);
      if (typed === undefined || typed === "" || !one.text.startsWith(typed)) continue;
      const rest = one.text.slice(typed.length);
      if (rest !== "") return rest;
    }
    return undefined;
  }

  clear(): void {
    this.#kept = [];
  }
}

/** What stands after `before` in `now`, where `now` goes on from it. */
function typedSince(before: string, now: string): string | undefined {
  if (now.startsWith(before)) return now.slice(before.length);
  // Both end near the cursor: the longest piece that ends `before` and lies in `now`.
  const tail = before.slice(-400);
  const at = tail === "" ? -1 : now.lastIndexOf(tail);
  return at < 0 || tail.length < 400 ? undefined : now.slice(at + tail.length);
}
