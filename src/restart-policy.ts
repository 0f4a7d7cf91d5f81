// When a crashed backend is started again, and when that has to stop. Pure: the clock is handed in.

const WINDOW_MS = 3 * 60_000;
const CRASHES_TO_STOP = 5;
const DELAYS_MS = [0, 250, 1_000, 2_000] as const;

export type RestartDecision = { restart: true; delay_ms: number } | { restart: false };

/** Four restarts in three minutes; the fifth crash within them ends it. */
export class RestartPolicy {
  readonly #now: () => number;
  #crashes: number[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  crashed(): RestartDecision {
    const now = this.#now();
    this.#crashes = this.#crashes.filter((at) => now - at < WINDOW_MS);
    this.#crashes.push(now);
    const count = this.#crashes.length;
    if (count >= CRASHES_TO_STOP) return { restart: false };
    return { restart: true, delay_ms: DELAYS_MS[count - 1] ?? DELAYS_MS[DELAYS_MS.length - 1] ?? 0 };
  }

  /** A person asked for a new start. */
  reset(): void {
    this.#crashes = [];
  }
}
