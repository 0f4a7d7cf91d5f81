// How often something that grows is drawn: at every piece while that is cheap; where one drawing takes long (a table
// of a thousand rows), seldom enough that the page has most of its time for the person. The last state is always drawn.

/** Cheaper than this is drawn at once, always. */
const CHEAP_MS = 3;
/** A drawing of 10 ms is followed by 40 ms without. */
const REST = 4;

export class Pace {
  #notBefore = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: (() => void) | undefined;

  /** Draws this, or what is asked for after it; gives whether it is drawn already. */
  soon(draw: () => void): boolean {
    const wait = this.#notBefore - performance.now();
    if (wait <= 0) {
      this.now(draw);
      return true;
    }
    this.#waiting = draw;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting) this.now(this.#waiting);
    }, wait);
    return false;
  }

  now(draw: () => void): void {
    this.dispose();
    const start = performance.now();
    draw();
    const took = performance.now() - start;
    this.#notBefore = took > CHEAP_MS ? start + took * (1 + REST) : 0;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = undefined;
  }
}
