// The ledger's sums over rows in memory: what the database says with SQL, for where there is none. Pure.

import type { Grouping, LedgerRow, LedgerTotal } from "./ledger-row.ts";

export const USUAL: readonly Grouping[] = ["day", "provider", "model"];

interface Sums {
  calls: Set<string>;
  ok: Set<string>;
  first: number[];
  total: number[];
}

export function totalsOf(
  rows: readonly LedgerRow[],
  by: readonly Grouping[] = USUAL,
  since = 0,
): LedgerTotal[] {
  const totals = new Map<string, { total: LedgerTotal; sums: Sums }>();
  for (const row of rows) {
    if (row.at < since) continue;
    const names = by.map((one) => (one === "day" ? dayOf(row.at) : row[one]));
    const key = JSON.stringify(names);
    let entry = totals.get(key);
    if (!entry) {
      const total = { ...Object.fromEntries(by.map((one, index) => [one, names[index]])), ...nothing() };
      entry = { total, sums: { calls: new Set(), ok: new Set(), first: [], total: [] } };
      totals.set(key, entry);
    }
    add(entry.total, entry.sums, row);
  }
  return [...totals.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { total }]) => total);
}

const DAY_MS = 86_400_000;
let day = -1;
let dayText = "";

/** UTC. The same day is asked for many times over, and written out once. */
export function dayOf(at: number): string {
  const asked = Math.floor(at / DAY_MS);
  if (asked !== day) {
    day = asked;
    dayText = new Date(at).toISOString().slice(0, 10);
  }
  return dayText;
}

function nothing(): LedgerTotal {
  return {
    calls: 0,
    failures: 0,
    attempts: 0,
    unknown: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    cached_tokens: 0,
    reasoning_tokens: 0,
    cost_nano_usd: null,
    unpriced: 0,
    ms_first_chunk: null,
    ms_total: null,
  };
}

function add(total: LedgerTotal, sums: Sums, row: LedgerRow): void {
  if (row.outcome === "reserved") return;
  if (row.outcome === "unknown") {
    total.unknown += 1;
    return;
  }
  sums.calls.add(row.call_id);
  if (row.outcome === "ok") {
    sums.ok.add(row.call_id);
    sums.total.push(row.ms_total);
    if (row.ms_first_chunk !== null) sums.first.push(row.ms_first_chunk);
  }
  total.calls = sums.calls.size;
  total.failures = sums.calls.size - sums.ok.size;
  total.attempts += 1;
  total.prompt_tokens += row.prompt_tokens ?? 0;
  total.completion_tokens += row.completion_tokens ?? 0;
  total.cached_tokens += row.cached_tokens ?? 0;
  total.reasoning_tokens += row.reasoning_tokens ?? 0;
  if (row.cost_nano_usd !== null) total.cost_nano_usd = (total.cost_nano_usd ?? 0) + row.cost_nano_usd;
  else if (row.prompt_tokens !== null) total.unpriced += 1;
  total.ms_first_chunk = mean(sums.first);
  total.ms_total = mean(sums.total);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;
}
