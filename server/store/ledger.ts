// The ledger as the service uses it: rows are queued at no cost and written together within 100 ms. Where nothing can
// be written they stay in memory, with one warning, and no call fails for it.

import { ledgerCsv, ledgerJson } from "./export.ts";
import type { Grouping, LedgerRow, LedgerTotal } from "./ledger-row.ts";
import { totalsOf, USUAL } from "./ledger-totals.ts";
import type { Store } from "./store.ts";

/** A kill may lose what is younger than this. */
const WITHIN_MS = 100;
/** Kept in memory where there is no database. */
const MOST_KEPT = 10_000;
const DAY_MS = 86_400_000;

export class Ledger {
  readonly #store: Store;
  readonly #warn: (message: string) => void;
  #queue: LedgerRow[] = [];
  #settled: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();
  /** What could not be written, where there is no SQLite at all. */
  #kept: LedgerRow[] = [];
  #warned = false;

  constructor(store: Store, warn: (message: string) => void) {
    this.#store = store;
    this.#warn = warn;
  }

  /** Queues a row; it is written within 100 ms. */
  record(row: LedgerRow): void {
    this.#queue.push(row);
    this.#plan();
  }

  /** The call of this reservation is over: its rows were recorded just before. */
  settle(reservation: string): void {
    this.#settled.push(reservation);
    // Other calls wait for what this one set aside and did not use.
    void this.flush();
  }

  /** Writes what is queued, and returns when it is committed. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  /** From `since` on (Unix milliseconds), told apart by `by`; default by UTC day, provider and model. */
  async totals(since: number, by: readonly Grouping[] = USUAL): Promise<LedgerTotal[]> {
    await this.flush();
    return this.#store.do("ledger.totals", since, by).catch(() => totalsOf(this.#kept, by, since));
  }

  async rows(since: number): Promise<LedgerRow[]> {
    await this.flush();
    return this.#store.do("ledger.rows", since).catch(() => this.#kept.filter(({ at }) => at >= since));
  }

  async export(format: "csv" | "json", since: number): Promise<string> {
    const rows = await this.rows(since);
    return format === "csv" ? ledgerCsv(rows) : ledgerJson(rows);
  }

  /** Forgets what is older than this many days. */
  async retain(days: number, now: number): Promise<void> {
    const before = now - days * DAY_MS;
    this.#kept = this.#kept.filter(({ at }) => at >= before);
    await this.#store.do("ledger.forget", before).catch(() => 0);
  }

  /** Several rows come together: they are one transaction. */
  #plan(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => void this.flush(), WITHIN_MS / 2);
    this.#timer.unref();
  }

  async #write(): Promise<void> {
    const [rows, settled] = [this.#queue, this.#settled];
    if (rows.length === 0 && settled.length === 0) return;
    this.#queue = [];
    this.#settled = [];
    try {
      await this.#store.do("ledger.insert", rows, settled);
    } catch (error) {
      this.#kept.push(...rows);
      if (this.#kept.length > MOST_KEPT) this.#kept = this.#kept.slice(-MOST_KEPT);
      if (this.#warned) return;
      this.#warned = true;
      this.#warn(`usage is kept in memory until this ends: ${(error as Error).message}`);
    }
  }
}
