// After a failure nobody is asked for a while, longer each time; a key that is wrong waits for another one, or for a
// change of the settings. Pure: told the time.

const FIRST_MS = 5_000;
const LONGEST_MS = 5 * 60_000;
/** The same until somebody changes the key. */
const OF_THE_KEY = new Set(["AuthenticationError", "PermissionDeniedError"]);
/** The model's name, what it can do, what may be spent: what mends them (a model pulled, another day) is not told here. */
const LASTING = new Set([
  "NotFoundError",
  "BadRequestError",
  "UnsupportedParamsError",
  "BudgetExceededError",
]);

export class Pause {
  #until = 0;
  #failures = 0;

  failed(name: string, now: number, retry_after_ms: number | undefined): void {
    this.#failures += 1;
    const wait = LASTING.has(name) ? LONGEST_MS : Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#failures - 1));
    this.#until = OF_THE_KEY.has(name) ? Number.POSITIVE_INFINITY : now + Math.max(wait, retry_after_ms ?? 0);
  }

  /** Somebody asked by hand, or the settings changed. */
  lift(): void {
    this.#until = 0;
  }

  succeeded(): void {
    this.#until = 0;
    this.#failures = 0;
  }

  holds(now: number): boolean {
    return now < this.#until;
  }
}
