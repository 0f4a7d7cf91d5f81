// Calls and tokens of this process by provider, model and UTC day. Unknown stays unknown: a cost nobody told is null.

export interface UsageRow {
  provider: string;
  model: string;
  day: string;
  calls: number;
  failures: number;
  prompt_tokens: number;
  completion_tokens: number;
  cost_usd: number | null;
}

export interface CallOutcome {
  provider: string;
  model: string;
  ok: boolean;
  prompt_tokens?: number | undefined;
  completion_tokens?: number | undefined;
  cost_usd?: number | null | undefined;
}

const DAY_MS = 86_400_000;

export class UsageTracker {
  readonly since: string;
  readonly #now: () => number;
  readonly #rows = new Map<string, UsageRow>();
  #day = -1;
  #dayText = "";

  constructor(now: () => number) {
    this.#now = now;
    this.since = new Date(now()).toISOString();
  }

  record(outcome: CallOutcome): void {
    const { provider, model } = outcome;
    const day = this.#today();
    const key = `${day}\n${provider}\n${model}`;
    let row = this.#rows.get(key);
    if (!row) {
      row = {
        provider,
        model,
        day,
        calls: 0,
        failures: 0,
        prompt_tokens: 0,
        completion_tokens: 0,
        cost_usd: null,
      };
      this.#rows.set(key, row);
    }
    row.calls += 1;
    if (!outcome.ok) row.failures += 1;
    row.prompt_tokens += outcome.prompt_tokens ?? 0;
    row.completion_tokens += outcome.completion_tokens ?? 0;
    if (outcome.cost_usd != null) row.cost_usd = addUsd(row.cost_usd ?? 0, outcome.cost_usd);
  }

  /** Written out once a day, not once a call. */
  #today(): string {
    const day = Math.floor(this.#now() / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#dayText = new Date(day * DAY_MS).toISOString().slice(0, 10);
    }
    return this.#dayText;
  }

  rows(): UsageRow[] {
    return [...this.#rows.values()].map((row) => ({ ...row }));
  }
}

/** Costs are whole nano-dollars: their sum is too, where adding fractions would drift. */
function addUsd(sum: number, cost: number): number {
  return (Math.round(sum * 1e9) + Math.round(cost * 1e9)) / 1e9;
}
