// Money set aside before a call: the sums and the reservation are one transaction, so that however many windows ask at
// once, no budget is passed. What is reserved or unknown counts at the most it may cost.

import type { DatabaseSync } from "node:sqlite";
import { OWNER, type OwnerOperations } from "./owner-table.ts";
import { inTransaction } from "./transaction.ts";

export type BudgetScope = "session" | "day" | "provider" | "caller";

/** One budget that a call falls under. */
export interface BudgetLimit {
  scope: BudgetScope;
  /** The session, provider or caller; "" for the day. */
  name: string;
  /** First UTC day that counts, YYYY-MM-DD; "" = since ever. */
  since: string;
  max_nano_usd: number;
}

export interface ReserveOrder {
  id: string;
  call_id: string;
  /** Unix milliseconds. */
  at: number;
  kind: "completion" | "embedding";
  provider: string;
  model: string;
  caller: string | null;
  session: string | null;
  /** The most it may cost. */
  nano_usd: number;
  budgets: readonly BudgetLimit[];
}

export interface Reserved {
  /** Of each budget, before this call: paid, and set aside for calls that run. */
  spent_nano_usd: number[];
  /** The first budget that this call would pass; null = it was reserved. */
  exceeded: number | null;
}

const COLUMN = { session: "session", provider: "provider", caller: "caller" } as const;

export type BudgetOperations = ReturnType<typeof budgetTable>;

export function budgetTable(sqlite: DatabaseSync, sweep: OwnerOperations["owners.sweep"]) {
  const paid = sqlite.prepare(
    "SELECT COALESCE(SUM(nano_usd), 0) AS nano FROM spent WHERE scope = ? AND name = ? AND (day >= ? OR day = '')",
  );
  const insert = sqlite.prepare(
    `INSERT INTO attempts (id, call_id, at, kind, provider, model, caller, session, outcome, reserved_nano_usd, owner, ms_total)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'reserved', ?, ?, 0) ON CONFLICT (id) DO NOTHING`,
  );
  const open = (condition: string) =>
    sqlite.prepare(
      `SELECT COALESCE(SUM(reserved_nano_usd), 0) AS nano FROM attempts
       WHERE outcome IN ('reserved', 'unknown') AND date(at / 1000, 'unixepoch') >= ? AND ${condition}`,
    );
  const reserved = {
    day: open("? = ''"),
    session: open(`${COLUMN.session} = ?`),
    provider: open(`${COLUMN.provider} = ?`),
    caller: open(`${COLUMN.caller} = ?`),
  };

  function spent({ scope, name, since }: BudgetLimit): number {
    const settled = paid.get(scope, name, since) as { nano: number };
    const waiting = reserved[scope].get(since, name) as { nano: number };
    return settled.nano + waiting.nano;
  }

  return {
    "budgets.reserve"(order: ReserveOrder): Reserved {
      return inTransaction(sqlite, () => {
        sweep();
        const spent_nano_usd = order.budgets.map(spent);
        const exceeded = order.budgets.findIndex(
          ({ max_nano_usd }, index) => (spent_nano_usd[index] as number) + order.nano_usd > max_nano_usd,
        );
        if (exceeded >= 0) return { spent_nano_usd, exceeded };
        const { id, call_id, at, kind, provider, model, caller, session, nano_usd } = order;
        insert.run(id, call_id, at, kind, provider, model, caller, session, nano_usd, OWNER);
        return { spent_nano_usd, exceeded: null };
      });
    },

    /** For a display: what counts against each now. */
    "budgets.spent"(budgets: readonly BudgetLimit[]): number[] {
      return budgets.map(spent);
    },
  };
}
