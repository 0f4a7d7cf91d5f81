// The deadlines of all calls under one ticking timer: a deadline that is set, moved and lifted with every call and every
// read costs a number, and no timer of its own. None passes early; one passes at most a tick late.

const TICK_MS = 20;

export class Deadline {
  #due: number;
  readonly #onPassed: () => void;

  /** `ms` from now. Whoever sets it lifts it. */
  constructor(ms: number, onPassed: () => void) {
    this.#due = performance.now() + ms;
    this.#onPassed = onPassed;
    watch(this);
  }

  /** Due `ms` from now instead. */
  move(ms: number): void {
    this.#due = performance.now() + ms;
    watch(this);
  }

  lift(): void {
    watched.delete(this);
  }

  /** For the clock. */
  check(now: number): void {
    if (now < this.#due) return;
    watched.delete(this);
    this.#onPassed();
  }
}

const watched = new Set<Deadline>();
let ticking: NodeJS.Timeout | undefined;

function watch(deadline: Deadline): void {
  watched.add(deadline);
  // A call's socket keeps the process alive, and nothing else is to.
  ticking ??= setInterval(tick, TICK_MS).unref();
}

function tick(): void {
  // It goes on for one tick after the last call: the next one nearly always comes before.
  if (watched.size === 0) {
    clearInterval(ticking);
    ticking = undefined;
    return;
  }
  const now = performance.now();
  for (const deadline of watched) deadline.check(now);
}
