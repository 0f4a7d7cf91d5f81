// Where a piece of a document is while people type around it. Offsets follow every change; what is typed at its
// edges stays outside unless they are its own; a change inside makes it `touched`. It never grows over what stood there.

export interface Change {
  /** In the text before the change. */
  rangeOffset: number;
  rangeLength: number;
  text: string;
}

export class TrackedRange {
  #start: number;
  #end: number;
  #touched = false;
  readonly #ownsEdges: boolean;

  constructor(start: number, end: number, ownsEdges = false) {
    this.#ownsEdges = ownsEdges;
    this.#start = start;
    this.#end = end;
  }

  get start(): number {
    return this.#start;
  }
  get end(): number {
    return this.#end;
  }
  get touched(): boolean {
    return this.#touched;
  }

  /** The changes of one event: all told in offsets of the text before it, none over another. */
  apply(changes: readonly Change[]): void {
    // From the end on, so that none moves the others.
    for (const change of [...changes].sort((a, b) => b.rangeOffset - a.rangeOffset)) this.#apply(change);
  }

  #apply({ rangeOffset: from, rangeLength, text }: Change): void {
    const to = from + rangeLength;
    const grown = text.length - rangeLength;
    if (this.#ownsEdges && from >= this.#start && to <= this.#end) {
      this.#touched = true;
      this.#end += grown;
      return;
    }
    if (from >= this.#end) return;
    if (to <= this.#start) {
      this.#start += grown;
      this.#end += grown;
      return;
    }
    this.#touched = true;
    if (from <= this.#start && to >= this.#end) {
      // All of it was replaced: it may come back by undo, and then stands here.
      this.#start = from;
      this.#end = from + text.length;
    } else if (from < this.#start) {
      this.#start = from + text.length;
      this.#end += grown;
    } else this.#end = to > this.#end ? from : this.#end + grown;
  }
}
