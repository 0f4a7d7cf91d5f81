// The ledger's rows and the money spent, in the database. What was spent by day, provider, caller and session is summed
// in the same transaction as the rows it comes from, so that the two cannot differ.

import type { DatabaseSync } from "node:sqlite";
import { type Grouping, LEDGER_COLUMNS, type LedgerRow, type LedgerTotal } from "./ledger-row.ts";
import { dayOf } from "./ledger-totals.ts";
import { SpentSums } from "./spent-sums.ts";
import { inTransaction } from "./transaction.ts";

const LONGEST_BUDGET_MS = 400 * 86_400_000;
const OPEN = "('reserved', 'unknown')";

export type LedgerOperations = ReturnType<typeof ledgerTable>;

export function ledgerTable(sqlite: DatabaseSync) {
  const columns = LEDGER_COLUMNS.join(", ");
  const places = LEDGER_COLUMNS.map(() => "?").join(", ");
  // A row that came twice counts once.
  const insert = sqlite.prepare(
    `INSERT INTO attempts (${columns}) VALUES (${places}) ON CONFLICT (id) DO NOTHING`,
  );
  const release = sqlite.prepare(`DELETE FROM attempts WHERE id = ? AND outcome IN ${OPEN}`);
  const spend = sqlite.prepare(
    `INSERT INTO spent (scope, name, day, nano_usd) VALUES (?, ?, ?, ?)
     ON CONFLICT (scope, name, day) DO UPDATE SET nano_usd = nano_usd + excluded.nano_usd`,
  );

  return {
    /** All or none; in the journal when it returns. `settled`: the reservations these rows take the place of. */
    "ledger.insert"(rows: readonly LedgerRow[], settled: readonly string[]): void {
      inTransaction(sqlite, () => {
        for (const id of settled) release.run(id);
        const sums = new SpentSums();
        for (const row of rows)
          if (insert.run(...LEDGER_COLUMNS.map((name) => row[name])).changes > 0) sums.add(row);
        for (const [scope, name, day, nano] of sums.rows()) spend.run(scope, name, day, nano);
      });
    },

    /** From `since` on, Unix milliseconds. */
    "ledger.totals"(since: number, by: readonly Grouping[]): LedgerTotal[] {
      const names = by.map((one) => (one === "day" ? "date(at / 1000, 'unixepoch') AS day" : one));
      const group =
        by.length === 0 ? "HAVING COUNT(*) > 0" : `GROUP BY ${by.join(", ")} ORDER BY ${by.join(", ")}`;
      return sqlite
        .prepare(
          `SELECT ${[...names, SUMS].join(", ")} FROM attempts WHERE at >= ? AND outcome <> 'reserved' ${group}`,
        )
        .all(since) as unknown as LedgerTotal[];
    },

    "ledger.rows"(since: number): LedgerRow[] {
      return sqlite
        .prepare(`SELECT ${columns} FROM attempts WHERE at >= ? ORDER BY at, id`)
        .all(since) as unknown as LedgerRow[];
    },

    /** Retention: forgets what is older. Returns how many rows went. */
    "ledger.forget"(before: number): number {
      return inTransaction(sqlite, () => {
        const gone = Number(sqlite.prepare("DELETE FROM attempts WHERE at < ?").run(before).changes);
        // Sums are small, and a budget may look further back than the rows do.
        sqlite
          .prepare("DELETE FROM spent WHERE day <> '' AND day < ?")
          .run(dayOf(before - LONGEST_BUDGET_MS));
        sqlite.exec(`DELETE FROM spent WHERE scope = 'session'
          AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.session = spent.name)`);
        return gone;
      });
    },
  };
}

const ENDED = `outcome NOT IN ${OPEN}`;
const SUMS = `
  COUNT(DISTINCT CASE WHEN ${ENDED} THEN call_id END) AS calls,
  COUNT(DISTINCT CASE WHEN ${ENDED} THEN call_id END)
    - COUNT(DISTINCT CASE WHEN outcome = 'ok' THEN call_id END) AS failures,
  SUM(${ENDED}) AS attempts,
  SUM(outcome = 'unknown') AS unknown,
  SUM(COALESCE(prompt_tokens, 0)) AS prompt_tokens,
  SUM(COALESCE(completion_tokens, 0)) AS completion_tokens,
  SUM(COALESCE(cached_tokens, 0)) AS cached_tokens,
  SUM(COALESCE(reasoning_tokens, 0)) AS reasoning_tokens,
  SUM(cost_nano_usd) AS cost_nano_usd,
  SUM(cost_nano_usd IS NULL AND prompt_tokens IS NOT NULL) AS unpriced,
  AVG(CASE WHEN outcome = 'ok' THEN ms_first_chunk END) AS ms_first_chunk,
  AVG(CASE WHEN outcome = 'ok' THEN ms_total END) AS ms_total`;
