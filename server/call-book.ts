// What is remembered of every call, and what may be spent: rows for the ledger, budgets asked before a call is sent.
// Recording only queues; where no budget is set nothing waits for it.

import { budgetsOf, type Demand, exceeded, projectedCost, unpriced, warningsOf } from "./cost/budget.ts";
import { UsageTracker } from "./cost/tracker.ts";
import { loadCatalogue } from "./models/catalogue.ts";
import { type Attribution, attributionOf } from "./protocol/attribution.ts";
import type { AttemptRecord } from "./protocol/errors.ts";
import type { Usage, Warning } from "./protocol/messages.ts";
import type { Result } from "./protocol/methods.ts";
import type { Config, LedgerConfig } from "./protocol/results.ts";
import { Ledger } from "./store/ledger.ts";
import type { Grouping } from "./store/ledger-row.ts";
import { rowsOfCall } from "./store/rows-of-call.ts";
import { Store } from "./store/store.ts";

const USAGE_DAYS = 30;
const RETENTION_DAYS = 400;
/** Old rows can wait: the first call of a process does not. */
const PRUNE_AFTER_MS = 1_000;
const DAY_MS = 86_400_000;
const BY: readonly Grouping[] = ["day", "provider", "model"];

export interface EndedCall {
  call_id: string;
  kind: "completion" | "embedding";
  provider: string;
  model: string;
  ok: boolean;
  attempts: readonly AttemptRecord[];
  usage: Partial<Usage> | undefined;
  cost_usd: number | null;
  ms_first_chunk: number | null;
  attribution: Attribution;
  /** Something was set aside for it. */
  reserved: boolean;
  texts?: { prompt: string; answer: string | null } | undefined;
}

export interface BudgetedCall extends Demand {
  call_id: string;
  /** As the caller named it. */
  model: string;
  attribution: Attribution;
}

export class CallBook {
  readonly #now: () => number;
  readonly #warn: (message: string) => void;
  readonly #tracker: UsageTracker;
  #store: Store | undefined;
  #ledger: Ledger | undefined;
  /** Whether the store is ours alone, and ends with us. */
  #own = false;
  #pruned: string | undefined;
  #pruning: { run(): Promise<void>; timer: NodeJS.Timeout } | undefined;
  readonly #warned = new Set<string>();

  /** Without a store this process counts by itself. */
  constructor(store: Store | undefined, now: () => number, warn: (message: string) => void) {
    this.#now = now;
    this.#warn = warn;
    this.#tracker = new UsageTracker(now);
    if (store) this.#use(store);
  }

  /**
   * Sets aside what the call may cost at most, in all budgets it falls under. Resolves with warnings where there are
   * budgets that hold, else with undefined: then nothing was reserved. Throws BudgetExceededError.
   */
  async reserve(
    call: BudgetedCall,
    config: Pick<Config, "budgets" | "allow_unpriced">,
  ): Promise<Warning[] | undefined> {
    const { attribution, model, call_id, kind } = call;
    const { provider } = call.call;
    const at = this.#now();
    const budgets = budgetsOf(config.budgets ?? [], { ...attribution, provider }, at);
    const [first] = budgets;
    if (!first) return undefined;
    const catalogue = await loadCatalogue().catch(() => undefined);
    const projected = projectedCost(call, catalogue, new Date(at));
    if (projected === null && config.allow_unpriced !== true) throw unpriced(first, model);
    const nano_usd = projected ?? 0;
    const { caller = null, session = null } = attribution;
    // A library that keeps nothing on disk still has to sum up.
    if (!this.#store) this.#use(new Store(null, this.#warn), true);
    // What was paid a moment ago must not count as what it might have cost.
    await this.#ledger?.flush();
    const order = {
      id: reservationOf(call_id),
      call_id,
      at,
      kind,
      provider,
      model,
      caller,
      session,
      nano_usd,
      budgets,
    };
    const reserved = await this.#store?.do("budgets.reserve", order).catch((error: Error) => {
      this.#warnOnce(`budgets cannot be checked: ${error.message}`);
      return undefined;
    });
    if (!reserved) return undefined;
    const { spent_nano_usd, exceeded: index } = reserved;
    const passed = index === null ? undefined : budgets[index];
    if (passed) throw exceeded(passed, spent_nano_usd[index as number] as number, nano_usd, model);
    const warnings = warningsOf(budgets, spent_nano_usd, nano_usd);
    for (const { message } of warnings)
      this.#warnOnce(message.replace(/ up to .*/, " to 80 % or more"), message);
    return warnings;
  }

  /** Queues what is kept of a call. */
  ended(call: EndedCall, config: LedgerConfig | undefined): void {
    const { provider, model, ok, usage, cost_usd } = call;
    const { prompt_tokens, completion_tokens } = usage ?? {};
    this.#tracker.record({ provider, model, ok, prompt_tokens, completion_tokens, cost_usd });
    if (!this.#ledger) return;
    const at = this.#now();
    if (call.attempts.length > 0) for (const row of rowsOfCall({ ...call, at })) this.#ledger.record(row);
    if (call.reserved) this.#ledger.settle(reservationOf(call.call_id));
    this.#prune(at, config?.retention_days ?? RETENTION_DAYS);
  }

  /** Of all windows where there is a store on disk, else of this process. */
  async usage({
    days = USAGE_DAYS,
    by = BY,
  }: {
    days?: number | undefined;
    by?: readonly Grouping[] | undefined;
  }): Promise<Result<"edgequake/usage">> {
    if (!this.#ledger || this.#own) return { since: this.#tracker.since, rows: this.#tracker.rows() };
    const since = this.#now() - days * DAY_MS;
    const totals = await this.#ledger.totals(since, by);
    const rows = totals.map(({ cost_nano_usd, ...row }) => ({
      ...row,
      cost_usd: cost_nano_usd === null ? null : cost_nano_usd / 1e9,
    }));
    return { since: new Date(since).toISOString(), rows };
  }

  /** The rows of the last days as a file's text. */
  async export(format: "csv" | "json", days = USAGE_DAYS): Promise<string> {
    if (!this.#ledger) return new Ledger(new Store(null, this.#warn), this.#warn).export(format, 0);
    return this.#ledger.export(format, this.#now() - days * DAY_MS);
  }

  async dispose(): Promise<void> {
    clearTimeout(this.#pruning?.timer);
    await this.#ledger?.flush();
    await this.#pruning?.run();
    if (this.#own) await this.#store?.close();
  }

  #use(store: Store, own = false): void {
    this.#store = store;
    this.#own = own;
    this.#ledger = new Ledger(store, this.#warn);
  }

  /** Once a day. */
  #prune(now: number, days: number): void {
    const today = `${Math.floor(now / DAY_MS)} ${days}`;
    if (this.#pruned === today) return;
    this.#pruned = today;
    clearTimeout(this.#pruning?.timer);
    const run = async (): Promise<void> => {
      this.#pruning = undefined;
      await this.#ledger?.retain(days, now);
    };
    this.#pruning = { run, timer: setTimeout(() => void run(), PRUNE_AFTER_MS) };
    this.#pruning.timer.unref();
  }

  #warnOnce(key: string, message = key): void {
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#warn(message);
  }
}

export { attributionOf };

function reservationOf(call_id: string): string {
  return `${call_id}/reserved`;
}
