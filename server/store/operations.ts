// Everything that can be done with the database, by name: what the thread is told, and what comes back.

import type { DatabaseSync } from "node:sqlite";
import { budgetTable } from "./budget-table.ts";
import { cacheTable } from "./cache-table.ts";
import { leaseTable } from "./lease-table.ts";
import { ledgerTable } from "./ledger-table.ts";
import { ownerTable } from "./owner-table.ts";
import { sessionTable } from "./session-table.ts";
import { steadyNow } from "./steady-clock.ts";

export type Operations = ReturnType<typeof operationsOn>;
export type OperationName = keyof Operations;

/** `now` is a clock that all processes of this machine share. */
export function operationsOn(sqlite: DatabaseSync, now: () => number = steadyNow) {
  const owners = ownerTable(sqlite, now);
  const sweep = owners["owners.sweep"];
  return {
    ...owners,
    ...ledgerTable(sqlite),
    ...budgetTable(sqlite, sweep),
    ...leaseTable(sqlite, sweep, now),
    ...sessionTable(sqlite, now),
    ...cacheTable(sqlite),
  };
}

/** What must reach the disk when it can be written again. */
export const LASTING: ReadonlySet<OperationName> = new Set([
  "ledger.insert",
  "sessions.append",
  "sessions.rename",
  "sessions.delete",
  "sessions.branch",
]);

/** After these this process has something that others must know it lives for. */
export const HOLDING: ReadonlySet<OperationName> = new Set([
  "budgets.reserve",
  "leases.rate",
  "leases.slots",
  "sessions.append",
]);
