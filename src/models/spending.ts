// What was spent today, from the ledger's sums: days are UTC, as budgets go. A price nobody knows is told beside the sum
// and is no part of it. Pure.

export interface DayRow {
  day?: string | undefined;
  calls: number;
  prompt_tokens: number;
  completion_tokens: number;
  cost_usd: number | null;
  unpriced?: number | undefined;
}

export interface Spending {
  calls: number;
  tokens: number;
  /** USD; null = calls were made, and no price of any is known. */
  cost_usd: number | null;
  /** Attempts without a price. */
  unpriced: number;
}

/** `today` as YYYY-MM-DD. */
export function spendingOf(rows: readonly DayRow[], today: string): Spending {
  const own = rows.filter(({ day }) => day === today);
  const sum = (of: (row: DayRow) => number): number => own.reduce((total, row) => total + of(row), 0);
  const known = own.filter(({ cost_usd }) => cost_usd !== null);
  const tokens = sum(({ prompt_tokens, completion_tokens }) => prompt_tokens + completion_tokens);
  return {
    calls: sum(({ calls }) => calls),
    tokens,
    // Nothing was bought, or nothing of it is known: not the same.
    cost_usd: known.length > 0 ? sum(({ cost_usd }) => cost_usd ?? 0) : tokens > 0 ? null : 0,
    unpriced: sum(({ unpriced }) => unpriced ?? 0),
  };
}
