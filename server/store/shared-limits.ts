// Limits, slots and cooldowns that several processes of a user may share. Whoever decides on a call asks this and
// nothing else: it answers at once, from memory, whether the state is one process's or every window's.

export type Limit =
  /** At most `capacity` units within any `window_ms`: requests or tokens a minute. */
  | { kind: "rate"; capacity: number; window_ms: number }
  /** At most `capacity` at the same time. */
  | { kind: "slots"; capacity: number };

export interface SharedLimits {
  /** Sets what may be taken of `key`. Set again, it changes and what was used stays counted. */
  limit(key: string, limit: Limit): void;
  /**
   * Takes `amount`, all of it or nothing. 0 = taken; else milliseconds after which asking again makes sense, or sooner
   * when `onChange` is called; Infinity = never, it is more than there can be. Without a limit for `key` it is taken.
   */
  take(key: string, amount: number): number;
  /**
   * Gives a slot back, or the part of a rate that was not used after all. `ms_ago`: when it was taken; what the window
   * has forgotten by now is not given back. Default: just now.
   */
  give(key: string, amount: number, ms_ago?: number): void;
  /** No calls to `key` for so long, in all windows within a second; 0 ends it. A longer one that runs is kept. */
  coolDown(key: string, ms: number, why: string): void;
  /** Milliseconds until it is over; 0 = none. */
  cooldown(key: string): number;
  /** Everything that is cooled now. */
  cooldowns(): { key: string; ms: number; why: string }[];
  /**
   * How much of the limit could be taken now, as far as this process knows: a decision goes by it, `take` decides. Who
   * says what is `enough` may be told less than all, and sooner.
   */
  free(key: string, enough?: number): number;
  /** Told when more may be had or a cooldown changed. Returns how to stop listening. */
  onChange(listener: () => void): () => void;
  /** Gives back what is held and not in use. */
  dispose(): Promise<void>;
}
