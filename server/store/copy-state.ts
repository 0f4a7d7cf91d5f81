// What a user sees, read from one database into another: for a disk that can still be read and no longer written.
// As much as can be read is copied; it never fails.

import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { hasSearch } from "./migrations.ts";

/** Leases and cached answers stay behind: they are made anew. */
const TABLES = ["attempts", "spent", "sessions", "messages", "deltas", "deleted"];

export function copyState(from: DatabaseSync, to: DatabaseSync): void {
  to.exec("BEGIN");
  for (const table of TABLES) {
    try {
      copyTable(from, to, table);
    } catch {
      // The next one may still be whole.
    }
  }
  if (hasSearch(to)) to.exec("INSERT INTO found (rowid, text) SELECT row, text FROM messages");
  to.exec("COMMIT");
}

function copyTable(from: DatabaseSync, to: DatabaseSync, table: string): void {
  const columns = to.prepare(`SELECT * FROM ${table} LIMIT 0`).columns();
  const names = columns.map(({ name }) => name);
  const insert = to.prepare(
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
  );
  for (const row of from.prepare(`SELECT * FROM ${table}`).iterate()) {
    const values = row as Record<string, SQLInputValue>;
    insert.run(...names.map((name) => values[name] ?? null));
  }
}
