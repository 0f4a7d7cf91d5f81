// What the rows of one transaction spent, by day, provider, caller and session: rows that come together are added up
// here, and each sum of the database is written once.

import type { LedgerRow } from "./ledger-row.ts";
import { dayOf } from "./ledger-totals.ts";

export type SpentRow = [scope: string, name: string, day: string, nano_usd: number];

export class SpentSums {
  readonly #sums = new Map<string, SpentRow>();

  add({ at, cost_nano_usd: nano, provider, caller, session }: LedgerRow): void {
    if (nano === null || nano === 0) return;
    const day = dayOf(at);
    this.#add("day", "", day, nano);
    this.#add("provider", provider, day, nano);
    if (caller !== null) this.#add("caller", caller, day, nano);
    // A session's day does not matter to its budget.
    if (session !== null) this.#add("session", session, "", nano);
  }

  rows(): Iterable<SpentRow> {
    return this.#sums.values();
  }

  #add(scope: string, name: string, day: string, nano: number): void {
    const key = `${scope}\n${day}\n${name}`;
    const sum = this.#sums.get(key);
    if (sum) sum[3] += nano;
    else this.#sums.set(key, [scope, name, day, nano]);
  }
}
