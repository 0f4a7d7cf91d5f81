// Limits of one process alone: exact over any window, on a clock that is handed in.

import type { Limit, SharedLimits } from "./shared-limits.ts";

/** Times closer than this are one entry: a busy minute costs no more memory than a quiet one. */
const GRAIN = 600;

interface Rate {
  kind: "rate";
  capacity: number;
  window_ms: number;
  /** Oldest first. */
  used: { from: number; at: number; amount: number }[];
  sum: number;
}
interface Slots {
  kind: "slots";
  capacity: number;
  sum: number;
}

export class MemoryLimits implements SharedLimits {
  readonly #now: () => number;
  readonly #limits = new Map<string, Rate | Slots>();
  readonly #cooldowns = new Map<string, { until: number; why: string }>();
  readonly #listeners = new Set<() => void>();

  /** `now` never goes back, milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  limit(key: string, limit: Limit): void {
    const had = this.#limits.get(key);
    const grew = had !== undefined && limit.capacity > had.capacity;
    if (had && had.kind === limit.kind) Object.assign(had, limit);
    else this.#limits.set(key, limit.kind === "rate" ? { ...limit, used: [], sum: 0 } : { ...limit, sum: 0 });
    if (grew) this.#changed();
  }

  take(key: string, amount: number): number {
    const limit = this.#limits.get(key);
    if (!limit) return 0;
    if (amount > limit.capacity) return Number.POSITIVE_INFINITY;
    if (limit.kind === "rate") this.#forgetOld(limit);
    if (limit.sum + amount <= limit.capacity) {
      limit.sum += amount;
      if (limit.kind === "rate") this.#note(limit, amount);
      return 0;
    }
    return limit.kind === "rate" ? this.#waitFor(limit, amount) : 1_000;
  }

  give(key: string, amount: number, ms_ago?: number): void {
    const limit = this.#limits.get(key);
    if (!limit) return;
    if (limit.kind === "slots") limit.sum = Math.max(0, limit.sum - amount);
    else {
      this.#forgetOld(limit);
      let rest = amount;
      for (const entry of ms_ago === undefined ? limit.used.toReversed() : this.#takenAt(limit, ms_ago)) {
        const back = Math.min(rest, entry.amount);
        entry.amount -= back;
        limit.sum -= back;
        rest -= back;
      }
      limit.used = limit.used.filter((entry) => entry.amount > 0);
    }
    this.#changed();
  }

  coolDown(key: string, ms: number, why: string): void {
    if (ms <= 0) this.#cooldowns.delete(key);
    else if (ms > this.cooldown(key)) this.#cooldowns.set(key, { until: this.#now() + ms, why });
    this.#changed();
  }

  cooldown(key: string): number {
    const entry = this.#cooldowns.get(key);
    if (!entry) return 0;
    const left = entry.until - this.#now();
    if (left > 0) return left;
    this.#cooldowns.delete(key);
    return 0;
  }

  cooldowns(): { key: string; ms: number; why: string }[] {
    return [...this.#cooldowns]
      .map(([key, { why }]) => ({ key, ms: this.cooldown(key), why }))
      .filter(({ ms }) => ms > 0);
  }

  free(key: string, enough = Number.POSITIVE_INFINITY): number {
    const limit = this.#limits.get(key);
    if (!limit) return Number.POSITIVE_INFINITY;
    // What is old by now would only add to it.
    const known = limit.capacity - limit.sum;
    if (known >= enough) return known;
    if (limit.kind === "rate") this.#forgetOld(limit);
    return Math.max(0, limit.capacity - limit.sum);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async dispose(): Promise<void> {
    this.#listeners.clear();
  }

  /** The entry that counts what was taken then; none once the window is past it. */
  #takenAt({ used }: Rate, ms_ago: number): Rate["used"] {
    // Subtracting times loses a little; a pause between two looks at the clock only makes it later. Of older entries none
    // outlives it.
    const at = this.#now() - ms_ago + 0.5;
    const found = used.findLast(({ from }) => from <= at);
    return found ? [found] : [];
  }

  #note(limit: Rate, amount: number): void {
    const at = this.#now();
    const last = limit.used.at(-1);
    // Counted as late as the latest of them: never too early free.
    if (last && at - last.from < limit.window_ms / GRAIN) {
      last.at = at;
      last.amount += amount;
    } else limit.used.push({ from: at, at, amount });
  }

  #forgetOld(limit: Rate): void {
    const from = this.#now() - limit.window_ms;
    let gone = 0;
    while (gone < limit.used.length && (limit.used[gone] as { at: number }).at <= from) {
      limit.sum -= (limit.used[gone] as { amount: number }).amount;
      gone += 1;
    }
    if (gone > 0) limit.used.splice(0, gone);
  }

  /** Until so much is old that `amount` fits. */
  #waitFor(limit: Rate, amount: number): number {
    let free = limit.capacity - limit.sum;
    for (const entry of limit.used) {
      free += entry.amount;
      if (free >= amount) return Math.max(1, entry.at + limit.window_ms - this.#now());
    }
    return limit.window_ms;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
