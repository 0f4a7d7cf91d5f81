// What "Manage Access" shows of each caller: may it, what did it spend, what may it spend. Pure.

import type { Access } from "./access.ts";

/** Of `edgequake/usage`, told apart by day and caller. */
export interface CallerUsage {
  day?: string | undefined;
  caller?: string | null | undefined;
  calls: number;
  cost_usd: number | null;
  unpriced?: number | undefined;
}

export interface AccessRow {
  caller: string;
  /** undefined: it needs no leave, or was never asked about. */
  access: Access | undefined;
  /** It was asked about, and nobody has answered. */
  unanswered: boolean;
  calls: number;
  /** USD of all days given; null = no price is known. */
  cost_usd: number | null;
  today_usd: number;
  /** Some calls had no known price. */
  unpriced: boolean;
  /** USD a day; undefined = none. */
  budget_usd: number | undefined;
}

/** Who was asked about, has a budget or a spending, by name. `today` as YYYY-MM-DD in UTC, as budgets go. */
export function accessRows(
  access: Readonly<Record<string, Access>>,
  usage: readonly CallerUsage[],
  budgets: Readonly<Record<string, number>>,
  today: string,
  unanswered: readonly string[] = [],
): AccessRow[] {
  const names = new Set([
    ...Object.keys(access),
    ...unanswered,
    ...Object.keys(budgets),
    ...usage.flatMap(({ caller }) => (caller ? [caller] : [])),
  ]);
  return [...names].sort().map((caller) => {
    const own = usage.filter((row) => row.caller === caller);
    const known = own.flatMap(({ cost_usd }) => (cost_usd === null ? [] : [cost_usd]));
    return {
      caller,
      access: access[caller],
      unanswered: unanswered.includes(caller),
      calls: sum(own.map(({ calls }) => calls)),
      cost_usd: known.length === 0 && own.length > 0 ? null : sum(known),
      today_usd: sum(own.filter(({ day }) => day === today).map(({ cost_usd }) => cost_usd ?? 0)),
      unpriced: own.some(({ unpriced }) => (unpriced ?? 0) > 0),
      budget_usd: budgets[caller],
    };
  });
}

/** "0,50" and "$0.5" are half a dollar; undefined for what is no amount. */
export function amountOf(typed: string): number | undefined {
  const text = typed
    .trim()
    .replace(/^\$|\s*(?:USD|\$)$/gi, "")
    .replace(",", ".");
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
