// The deadlines of all calls under one ticking timer: a deadline that is set, moved and lifted with every call and every
// read costs a number, and no timer of its own. None passes early; one passes at most a tick late. One that is lifted is
// held by nothing here.

const TICK_MS = 20;

/** Where a deadline that nobody waits for stands. */
const NOWHERE = -1;

export class Deadline {
  #due: number;
  readonly #onPassed: () => void;
  /** In the list, for the clock. */
  place = NOWHERE;

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
    forget(this);
  }

  /** For the clock. */
  check(now: number): void {
    if (now < this.#due) return;
    forget(this);
    this.#onPassed();
  }
}

/**
 * A list, and no Set: each time a Set has had enough entries it moves into a new table, and the old one, once it outlived
 * two collections, kept whole calls and their answers alive until the next big one.
 */
const watched: Deadline[] = [];
let ticking: NodeJS.Timeout | undefined;

function watch(deadline: Deadline): void {
  if (deadline.place !== NOWHERE) return;
  deadline.place = watched.length;
  watched.push(deadline);
  // A call's socket keeps the process alive, and nothing else is to.
  ticking ??= setInterval(tick, TICK_MS).unref();
}

/** The last one takes its place. */
function forget(deadline: Deadline): void {
  const { place } = deadline;
  if (place === NOWHERE) return;
  deadline.place = NOWHERE;
  const last = watched.pop();
  if (last === undefined || last === deadline) return;
  last.place = place;
  watched[place] = last;
}

function tick(): void {
  // It goes on for one tick after the last call: the next one nearly always comes before.
  if (watched.length === 0) {
    clearInterval(ticking);
    ticking = undefined;
    return;
  }
  const now = performance.now();
  // What passes lifts others too: those of the same call.
  for (const deadline of [...watched]) if (deadline.place !== NOWHERE) deadline.check(now);
}
