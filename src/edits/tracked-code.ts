// The code that was sent, in a document that people go on changing: its own characters, also undone, or, where it was the
// only such text, a copy of it put in since (cut and pasted). What merely looks like it elsewhere is never taken. Pure.

import { type Anchor, findAnchor } from "./anchor.ts";
import { type Change, TrackedRange } from "./tracked-range.ts";

export class TrackedCode {
  readonly #original: string;
  /** It stood once in its document, so that a copy is it and not its twin. */
  readonly #alone: boolean;
  /** undefined = what became of it nobody knows. */
  #range: TrackedRange | undefined;
  /** With what was put in at its edges, as undoing does. */
  #around: TrackedRange | undefined;
  #copies: TrackedRange[] = [];

  /** `start` is where `original` stood a moment ago. */
  constructor(text: string, start: number, original: string) {
    this.#original = original;
    this.#alone = findAnchor(text, original, undefined).found !== undefined;
    this.#follow(findAnchor(text, original, start).found);
  }

  apply(changes: readonly Change[]): void {
    this.#range?.apply(changes);
    this.#around?.apply(changes);
    for (const copy of this.#copies) copy.apply(changes);
    this.#copies = this.#copies.filter(({ start, end }) => end > start);
    if (this.#alone) this.#copies.push(...this.#copiesIn(changes));
  }

  /** Changed while nobody followed it. */
  lose(text: string): void {
    this.#copies = [];
    this.#follow(this.#alone ? findAnchor(text, this.#original, undefined).found : undefined);
  }

  find(text: string): Anchor {
    const there = this.#there(text);
    if (there !== undefined) return { found: there };
    const anchor = findAnchor(text, this.#original, undefined);
    const changed: Anchor = { found: undefined, why: "changed" };
    if (anchor.found === undefined) return this.#range?.touched && !this.#alone ? changed : anchor;
    const end = anchor.found + this.#original.length;
    const isCopy = this.#copies.some((copy) => copy.start === anchor.found && copy.end === end);
    return isCopy ? anchor : changed;
  }

  /** At its place, or begun or ended there by what was put in at its edges. */
  #there(text: string): number | undefined {
    const [range, around, size] = [this.#range, this.#around, this.#original.length];
    if (!range || !around) return undefined;
    return [range.start, range.end - size].find(
      (at) => at >= around.start && at + size <= around.end && text.startsWith(this.#original, at),
    );
  }

  #follow(start: number | undefined): void {
    const end = (start ?? 0) + this.#original.length;
    this.#range = start === undefined ? undefined : new TrackedRange(start, end);
    this.#around = start === undefined ? undefined : new TrackedRange(start, end, true);
  }

  /** In offsets of the text after the changes. */
  #copiesIn(changes: readonly Change[]): TrackedRange[] {
    const copies: TrackedRange[] = [];
    const size = this.#original.length;
    let grown = 0;
    for (const { rangeOffset, rangeLength, text } of [...changes].sort(
      (a, b) => a.rangeOffset - b.rangeOffset,
    )) {
      for (let at = text.indexOf(this.#original); at >= 0; at = text.indexOf(this.#original, at + 1)) {
        const start = rangeOffset + grown + at;
        copies.push(new TrackedRange(start, start + size));
      }
      grown += text.length - rangeLength;
    }
    return copies;
  }
}
