// A count over the last minute in seconds' buckets. It never forgets too early: what it says is at least what
// happened in the last 60 s, so a limit held against it is held in every window of 60 s.

const BUCKETS = 61;
const BUCKET_MS = 1000;

export class MinuteWindow {
  readonly #buckets = new Float64Array(BUCKETS);
  /** The second the newest bucket stands for. */
  #second = 0;
  #total = 0;

  /** `now` in milliseconds of a clock that never goes back. */
  total(now: number): number {
    this.#advance(now);
    return this.#total;
  }

  /** Counts `amount` at `at`, by default now; what happened before the window is not counted. */
  add(amount: number, now: number, at = now): void {
    this.#advance(now);
    const second = Math.floor(at / BUCKET_MS);
    if (this.#second - second >= BUCKETS) return;
    const index = second % BUCKETS;
    this.#buckets[index] = (this.#buckets[index] ?? 0) + amount;
    this.#total += amount;
  }

  /** Milliseconds until the count is at most `most`. */
  untilAtMost(most: number, now: number): number {
    this.#advance(now);
    let left = this.#total;
    if (left <= most) return 0;
    for (let age = BUCKETS - 1; age >= 0; age--) {
      const second = this.#second - age;
      if (second < 0) continue;
      left -= this.#buckets[second % BUCKETS] ?? 0;
      if (left <= most) return Math.max(1, (second + BUCKETS) * BUCKET_MS - now);
    }
    return BUCKETS * BUCKET_MS;
  }

  #advance(now: number): void {
    const second = Math.floor(now / BUCKET_MS);
    const passed = second - this.#second;
    if (passed <= 0) return;
    this.#second = second;
    if (this.#total === 0) return;
    if (passed >= BUCKETS) {
      this.#buckets.fill(0);
      this.#total = 0;
      return;
    }
    for (let one = second - passed + 1; one <= second; one++) {
      const index = one % BUCKETS;
      this.#total -= this.#buckets[index] ?? 0;
      this.#buckets[index] = 0;
    }
  }
}
