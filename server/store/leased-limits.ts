// Limits that hold for all windows: what may be taken is leased in slices, in the background, and taken from memory. A
// decision never waits for the disk; where there is no store any more, this process keeps the limits for itself.

import type { Cooled, Leased } from "./lease-table.ts";
import { MemoryLimits } from "./memory-limits.ts";
import type { OperationName, Operations } from "./operations.ts";
import type { Limit, SharedLimits } from "./shared-limits.ts";
import { steadyNow } from "./steady-clock.ts";
import type { Store } from "./store.ts";

/** As in lease-table.ts, which is code of the thread: how long a slice may be used. */
const LEASE_MS = 1_000;
/** Cooldowns of other windows are known after this. */
const SYNC_MS = 500;
/** Who has asked nothing for so long needs no news. */
const QUIET_MS = 10_000;
/** When less than this share of a limit is leased, more is asked for before anybody waits. */
const LOW = 0.05;
/** What another window gives back is noticed after this. */
const ASK_AGAIN_MS = 100;

interface Slice {
  id: number;
  /** When it was asked for: what it gives counts from then at the earliest. */
  from: number;
  left: number;
  until: number;
}
interface Held {
  limit: Limit;
  /** Of a rate. */
  slices: Slice[];
  /** Of slices that are over: what was not used of them after all, and when that was taken. */
  unused: { at: number; amount: number }[];
  /** Of slots: leased and not in use; and those in use. */
  idle: number;
  used: number;
  idle_until: number;
  asking: boolean;
  ask_after: number;
  /** What nobody had when that was last heard. */
  left: number;
  /** When somebody last took of it. */
  taken_at: number;
}

export class LeasedLimits implements SharedLimits {
  readonly #store: Store;
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Set<() => void>();
  #cooled = new Map<string, Cooled>();
  #alone: MemoryLimits | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asked = 0;
  #syncing = false;
  /** Counts what was cooled here: an older answer must not undo it. */
  #told = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  limit(key: string, limit: Limit): void {
    this.#alone?.limit(key, limit);
    const had = this.#held.get(key);
    if (had && had.limit.kind === limit.kind) had.limit = limit;
    else {
      const empty = { slices: [], unused: [], idle: 0, used: 0, idle_until: 0, asking: false, ask_after: 0 };
      const unheard = { left: limit.capacity, taken_at: Number.NEGATIVE_INFINITY };
      this.#held.set(key, { limit, ...empty, ...unheard });
    }
  }

  take(key: string, amount: number): number {
    if (this.#alone) return this.#alone.take(key, amount);
    const held = this.#held.get(key);
    if (!held) return 0;
    if (amount > held.limit.capacity) return Number.POSITIVE_INFINITY;
    this.#wake();
    const now = steadyNow();
    if (held.limit.kind === "rate" ? takeRate(held, amount) : takeSlots(held, amount)) {
      held.taken_at = now;
      // Before it runs out: who comes next shall not wait.
      if (isLow(held) && now >= held.ask_after) void this.#ask(key, held, 1);
      return 0;
    }
    const wait = held.ask_after - now;
    if (wait <= 0) void this.#ask(key, held, amount);
    return Math.max(1, Math.min(wait, ASK_AGAIN_MS));
  }

  give(key: string, amount: number, ms_ago = 0): void {
    if (this.#alone) {
      this.#alone.give(key, amount, ms_ago);
      return;
    }
    const held = this.#held.get(key);
    if (!held) return;
    if (held.limit.kind === "slots") {
      const back = Math.min(amount, held.used);
      held.used -= back;
      // A lease that is over goes back, so that no window keeps the slots by never pausing.
      if (steadyNow() < held.idle_until) held.idle += back;
      else if (back > 0) this.#do("leases.giveSlots", key, back);
    } else {
      const at = steadyNow() - ms_ago;
      const slice = live(held).findLast(({ from }) => from <= at);
      // A slice that is over is the database's: in the next one it would be free of the window it was taken in.
      if (slice) slice.left += amount;
      else if (ms_ago < held.limit.window_ms) held.unused.push({ at, amount });
    }
    this.#changed();
  }

  coolDown(key: string, ms: number, why: string): void {
    if (this.#alone) {
      this.#alone.coolDown(key, ms, why);
      return;
    }
    // Nothing to end, or nothing new.
    if (ms <= 0 ? !this.#cooled.delete(key) : ms <= this.cooldown(key)) return;
    if (ms > 0) this.#cooled.set(key, { key, until: steadyNow() + ms, why });
    this.#told += 1;
    this.#do("leases.coolDown", key, ms, why);
    this.#wake();
    this.#changed();
  }

  cooldown(key: string): number {
    if (this.#alone) return this.#alone.cooldown(key);
    this.#wake();
    return Math.max(0, (this.#cooled.get(key)?.until ?? 0) - steadyNow());
  }

  cooldowns(): { key: string; ms: number; why: string }[] {
    if (this.#alone) return this.#alone.cooldowns();
    this.#wake();
    return [...this.#cooled.values()]
      .map(({ key, until, why }) => ({ key, ms: until - steadyNow(), why }))
      .filter(({ ms }) => ms > 0);
  }

  /** What is leased, and what nobody had when that was last heard, half a second ago at most. */
  free(key: string, enough?: number): number {
    if (this.#alone) return this.#alone.free(key, enough);
    const held = this.#held.get(key);
    if (!held) return Number.POSITIVE_INFINITY;
    this.#wake();
    return own(held) + held.left;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async dispose(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#listeners.clear();
    if (this.#asked === 0) return;
    for (const [key, held] of this.#held) this.#giveBack(key, held, Number.POSITIVE_INFINITY);
    // The store does one thing after the other: what was asked before this is done then.
    await this.#store.do("leases.news", []).catch(() => {});
  }

  async #ask(key: string, held: Held, need: number): Promise<void> {
    if (held.asking) return;
    held.asking = true;
    // What is too old to be used would stand in its own way.
    this.#giveBack(key, held, steadyNow());
    const { limit } = held;
    const began = steadyNow();
    try {
      const leased: Leased =
        limit.kind === "rate"
          ? await this.#store.do("leases.rate", key, limit.capacity, limit.window_ms, need)
          : await this.#store.do("leases.slots", key, limit.capacity, need);
      this.#put(held, leased, began);
    } catch {
      this.#goAlone();
    } finally {
      held.asking = false;
    }
    this.#changed();
  }

  /** The lease is counted from before it was asked for: never longer than the database thinks. */
  #put(held: Held, { id, amount, wait_ms, left }: Leased, began: number): void {
    held.left = left;
    if (amount === 0) held.ask_after = steadyNow() + Math.min(wait_ms, ASK_AGAIN_MS);
    else if (held.limit.kind === "slots") {
      held.idle += amount;
      held.idle_until = began + LEASE_MS;
    } else held.slices.push({ id, from: began, left: amount, until: began + LEASE_MS });
  }

  /** Returns what was leased until `now` and not used. */
  #giveBack(key: string, held: Held, now: number): void {
    for (const { id, left, until } of held.slices)
      if (until <= now && left > 0) this.#do("leases.giveRate", id, left);
    held.slices = held.slices.filter(({ until }) => until > now);
    if (held.unused.length > 0) this.#do("leases.giveUnused", key, held.unused.splice(0));
    if (held.idle > 0 && held.idle_until <= now) {
      this.#do("leases.giveSlots", key, held.idle);
      held.idle = 0;
    }
  }

  /** Somebody asks: news of other windows are fetched, until nobody asks any more. */
  #wake(): void {
    this.#asked = steadyNow();
    if (this.#timer) return;
    this.#timer = setInterval(() => void this.#sync(), SYNC_MS);
    this.#timer.unref();
    void this.#sync();
  }

  async #sync(): Promise<void> {
    const now = steadyNow();
    for (const [key, held] of this.#held) {
      this.#giveBack(key, held, now);
      // In steady use a slice is at hand.
      if (now - held.taken_at < LEASE_MS && isLow(held)) void this.#ask(key, held, 1);
    }
    if (now - this.#asked > QUIET_MS) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    if (this.#syncing) return;
    this.#syncing = true;
    const told = this.#told;
    try {
      const held = [...this.#held];
      const asked = held.map(([key, { limit }]) => ({ key, ...limit }));
      const { cooled, left } = await this.#store.do("leases.news", asked);
      let changed = false;
      for (const [index, [, one]] of held.entries()) {
        const now = left[index] ?? one.left;
        changed ||= now > one.left;
        one.left = now;
      }
      if (told === this.#told) {
        const before = [...this.#cooled.keys()].join();
        this.#cooled = new Map(cooled.map((one) => [one.key, one]));
        changed ||= before !== [...this.#cooled.keys()].join();
      }
      if (changed) this.#changed();
    } catch {
      this.#goAlone();
    } finally {
      this.#syncing = false;
    }
  }

  /** What is in use stays counted. */
  #goAlone(): void {
    if (this.#alone) return;
    const alone = new MemoryLimits(steadyNow);
    for (const [key, { limit, used }] of this.#held) {
      alone.limit(key, limit);
      if (used > 0) alone.take(key, used);
    }
    for (const { key, until, why } of this.#cooled.values()) alone.coolDown(key, until - steadyNow(), why);
    alone.onChange(() => this.#changed());
    this.#alone = alone;
    clearInterval(this.#timer);
    this.#changed();
  }

  #do<Name extends OperationName>(name: Name, ...args: Parameters<Operations[Name]>): void {
    this.#store.do(name, ...args).catch(() => this.#goAlone());
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** What this process could take without asking. */
function own(held: Held): number {
  if (held.limit.kind === "slots") return steadyNow() < held.idle_until ? held.idle : 0;
  return live(held).reduce((sum, { left }) => sum + left, 0);
}

/** Of a rate: a slot that lies idle would be missed elsewhere. */
function isLow(held: Held): boolean {
  const { limit, left } = held;
  return limit.kind === "rate" && left > 0 && own(held) < limit.capacity * LOW;
}

function live(held: Held): Slice[] {
  const now = steadyNow();
  return held.slices.filter(({ until }) => until > now);
}

/** From several slices together, the oldest first. */
function takeRate(held: Held, amount: number): boolean {
  const slices = live(held);
  if (own(held) < amount) return false;
  let rest = amount;
  for (const slice of slices) {
    const part = Math.min(rest, slice.left);
    slice.left -= part;
    rest -= part;
  }
  return true;
}

function takeSlots(held: Held, amount: number): boolean {
  if (held.idle < amount || steadyNow() >= held.idle_until) return false;
  held.idle -= amount;
  held.used += amount;
  return true;
}
