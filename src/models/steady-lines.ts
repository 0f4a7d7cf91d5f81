// Lines of a list that changes while it is open. VS Code tells which line was taken by its place alone, and what it tells
// may be of the list before: no place is ever another line's, so that nobody gets the neighbour of what they took. Pure.

/** More than any list grows to while it is open. */
const MOST_PLACES = 10_000;

export class SteadyLines<Line> {
  readonly #keyOf: (line: Line) => string | undefined;
  readonly #hidden: (line: Line) => Line;
  /** What stood where others would stand now. */
  #gone: Line[] = [];
  /** What stood last at each place that is not gone. */
  readonly #places: Line[] = [];

  /**
   * `keyOf`: what makes a line the same; undefined of one that cannot be taken. `hidden`: a line that is not seen, and
   * where it is told of still is what it was.
   */
  constructor(keyOf: (line: Line) => string | undefined, hidden: (line: Line) => Line) {
    this.#keyOf = keyOf;
    this.#hidden = hidden;
  }

  arrange(lines: readonly Line[]): Line[] {
    const moved = lines.some((line, place) => {
      const before = this.#places[place];
      const [was, is] = [before && this.#keyOf(before), this.#keyOf(line)];
      return was !== undefined && is !== undefined && was !== is;
    });
    if (moved) this.#gone.push(...this.#places.splice(0).map(this.#hidden));
    if (this.#gone.length > MOST_PLACES) this.#gone = [];
    for (const [place, line] of lines.entries())
      if (this.#keyOf(line) !== undefined || this.#places.length === place) this.#places[place] = line;
    return [...this.#gone, ...lines];
  }
}
