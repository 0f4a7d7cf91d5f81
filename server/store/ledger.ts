// The ledger as the service uses it: rows are queued at no cost and written together within 100 ms, in a thread of
// their own. Where nothing can be written they stay in memory, with one warning, and no call fails for it.

import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { LedgerRow, LedgerTotal } from "./ledger-row.ts";
import type { Done, Order } from "./thread.ts";

/** Set where the sources are bundled. */
declare const EDGEQUAKE_VERSION: string | undefined;
const BUNDLED = typeof EDGEQUAKE_VERSION === "string";

/** A kill may lose what is younger than this. */
const WITHIN_MS = 100;
/** Kept in memory where there is no disk. */
const MOST_KEPT = 10_000;
const DAY_MS = 86_400_000;

type Unnumbered<T> = T extends unknown ? Omit<T, "id"> : never;

export class Ledger {
  readonly #path: string;
  readonly #warn: (message: string) => void;
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #next = 0;
  #queue: LedgerRow[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** What could not be written, and why. */
  #kept: LedgerRow[] = [];
  #broken: string | undefined;

  constructor(path: string, warn: (message: string) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  /** Queues a row; it is written within 100 ms. */
  record(row: LedgerRow): void {
    this.#queue.push(row);
    if (this.#timer) return;
    this.#timer = setTimeout(() => void this.flush(), WITHIN_MS / 2);
    this.#timer.unref();
  }

  /** Writes what is queued, and returns when it is committed. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rows = this.#queue;
    if (rows.length === 0) return;
    this.#queue = [];
    if (this.#broken === undefined) {
      try {
        await this.#order({ do: "insert", rows });
        return;
      } catch (error) {
        this.#broken = (error as Error).message;
        this.#warn(
          `usage is not written to ${this.#path}: ${this.#broken}. It is kept in memory until this ends`,
        );
      }
    }
    this.#kept.push(...rows);
    if (this.#kept.length > MOST_KEPT) this.#kept = this.#kept.slice(-MOST_KEPT);
  }

  /** By provider, model and UTC day, from `since` on (Unix milliseconds). */
  async totals(since: number): Promise<LedgerTotal[]> {
    await this.flush();
    if (this.#broken !== undefined) return totalsOf(this.#kept.filter(({ at }) => at >= since));
    return (await this.#order({ do: "totals", since })) as LedgerTotal[];
  }

  async rows(since: number): Promise<LedgerRow[]> {
    await this.flush();
    if (this.#broken !== undefined) return this.#kept.filter(({ at }) => at >= since);
    return (await this.#order({ do: "rows", since })) as LedgerRow[];
  }

  /** Forgets what is older than this many days. */
  async retain(days: number, now: number): Promise<void> {
    if (this.#broken === undefined) await this.#order({ do: "forget", before: now - days * DAY_MS });
  }

  /** Writes what is queued and ends the thread. */
  async close(): Promise<void> {
    await this.flush();
    const worker = this.#worker;
    if (!worker) return;
    await this.#order({ do: "close" }).catch(() => {});
    this.#worker = undefined;
    await worker.terminate();
  }

  #order(order: Unnumbered<Order>): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#start().postMessage({ ...order, id } satisfies Order);
    });
  }

  #start(): Worker {
    if (!this.#worker) {
      const file = BUNDLED ? join("lib", "store.js") : "thread.ts";
      const worker = new Worker(join(import.meta.dirname, file), {
        workerData: { path: this.#path },
        stdout: true,
      });
      // It holds up no exit: what is queued is at most 100 ms old.
      worker.unref();
      worker.on("message", (done: Done) => this.#take(done));
      worker.on("error", (error) => this.#lost(worker, error));
      worker.on("exit", () => this.#lost(worker, new Error("its thread ended")));
      this.#worker = worker;
    }
    return this.#worker;
  }

  #take(done: Done): void {
    const waiting = this.#waiting.get(done.id);
    this.#waiting.delete(done.id);
    if ("error" in done) waiting?.reject(new Error(done.error));
    else {
      if (done.notice !== undefined) this.#warn(done.notice);
      waiting?.resolve(done.value);
    }
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker === worker) this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** The same sums as the database's. Pure. */
export function totalsOf(rows: readonly LedgerRow[]): LedgerTotal[] {
  const totals = new Map<string, LedgerTotal & { ids: Set<string>; ok: Set<string> }>();
  for (const row of rows) {
    const day = new Date(row.at).toISOString().slice(0, 10);
    const key = `${day}\n${row.provider}\n${row.model}`;
    let total = totals.get(key);
    if (!total) {
      const { provider, model } = row;
      const sums = {
        calls: 0,
        failures: 0,
        prompt_tokens: 0,
        completion_tokens: 0,
        cost_nano_usd: null,
        unpriced: 0,
      };
      total = { day, provider, model, ...sums, ids: new Set(), ok: new Set() };
      totals.set(key, total);
    }
    total.ids.add(row.call_id);
    total.calls = total.ids.size;
    if (row.outcome === "ok") total.ok.add(row.call_id);
    total.failures = total.ids.size - total.ok.size;
    total.prompt_tokens += row.prompt_tokens ?? 0;
    total.completion_tokens += row.completion_tokens ?? 0;
    if (row.cost_nano_usd !== null) total.cost_nano_usd = (total.cost_nano_usd ?? 0) + row.cost_nano_usd;
    else if (row.prompt_tokens !== null) total.unpriced += 1;
  }
  const sorted = [...totals.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, { ids: _ids, ok: _ok, ...total }]) => total);
}
