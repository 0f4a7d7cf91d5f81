// One write transaction: all of it, or nothing of it.

import type { DatabaseSync } from "node:sqlite";

/** Takes the write lock at its beginning: a reader that becomes a writer halfway can be refused. */
export function inTransaction<T>(sqlite: DatabaseSync, work: () => T): T {
  sqlite.exec("BEGIN IMMEDIATE");
  try {
    const value = work();
    sqlite.exec("COMMIT");
    return value;
  } catch (error) {
    // A full disk may have rolled it back already.
    if (sqlite.isTransaction) sqlite.exec("ROLLBACK");
    throw error;
  }
}
