// Rows of the ledger -> what a plot of days shows: a bar for each day, a piece for each of the models that matter most,
// the others together. A day without a row is a day of nothing; what has no price is counted beside, never as 0. Pure.

import type { UsageRow } from "../../server/protocol/usage-view.ts";

export interface DayBar {
  /** First day of it; of more than one where days are many. */
  day: string;
  /** By series, in their order. */
  pieces: number[];
  total: number;
  /** Attempts that have no price. */
  unpriced: number;
}
export interface DaySeries {
  names: string[];
  bars: DayBar[];
  /** The highest bar. */
  most: number;
  /** Days in a bar. */
  step: number;
}

const SERIES = 5;
const MOST_BARS = 92;
const DAY_MS = 86_400_000;
/** The series of all models that have none of their own. */
export const OTHERS = "";

export function daysOf(
  rows: readonly UsageRow[],
  from: string,
  to: string,
  value: (row: UsageRow) => number,
): DaySeries {
  const names = namesOf(rows, value);
  const first = Date.parse(from);
  const count = Math.max(1, Math.round((Date.parse(to) - first) / DAY_MS) + 1);
  const step = Math.ceil(count / MOST_BARS);
  const bars: DayBar[] = Array.from({ length: Math.ceil(count / step) }, (_, index) => ({
    day: new Date(first + index * step * DAY_MS).toISOString().slice(0, 10),
    pieces: names.map(() => 0),
    total: 0,
    unpriced: 0,
  }));
  for (const row of rows) {
    const bar = bars[Math.floor((Date.parse(row.day ?? "") - first) / DAY_MS / step)];
    if (!bar) continue;
    const own = names.indexOf(row.model ?? "");
    const at = own >= 0 ? own : names.indexOf(OTHERS);
    const amount = value(row);
    bar.pieces[at] = (bar.pieces[at] ?? 0) + amount;
    bar.total += amount;
    bar.unpriced += row.unpriced ?? 0;
  }
  return { names, bars, most: Math.max(0, ...bars.map(({ total }) => total)), step };
}

function namesOf(rows: readonly UsageRow[], value: (row: UsageRow) => number): string[] {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(row.model ?? "", (sums.get(row.model ?? "") ?? 0) + value(row));
  const used = [...sums].filter(([, sum]) => sum > 0).sort(([, a], [, b]) => b - a);
  const names = used.slice(0, SERIES).map(([name]) => name);
  return used.length > SERIES ? [...names, OTHERS] : names;
}

/** A scale that ends at a round number: 1, 2 or 5 and zeros. */
export function roundTop(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((one) => one * power >= most * 0.999_999) ?? 10;
  return step * power;
}
