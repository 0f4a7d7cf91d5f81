// The ledger's database: one file for all windows of a user, in WAL mode, so that several processes write at once and a
// kill loses nothing that was committed. Runs in the store's thread, where waiting for the disk holds up nobody.

import { chmodSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { LEDGER_COLUMNS, type LedgerRow, type LedgerTotal } from "./ledger-row.ts";

const VERSION = 1;
/** Another window may be writing: it is waited for. */
const BUSY_MS = 5_000;

const TABLES = `
CREATE TABLE IF NOT EXISTS attempts (
  id TEXT PRIMARY KEY, call_id TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, provider TEXT NOT NULL,
  model TEXT NOT NULL, deployment TEXT, caller TEXT, outcome TEXT NOT NULL, status_code INTEGER,
  prompt_tokens INTEGER, completion_tokens INTEGER, cached_tokens INTEGER, reasoning_tokens INTEGER,
  cost_nano_usd INTEGER, ms_first_chunk REAL, ms_total REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS attempts_at ON attempts (at);
PRAGMA user_version = ${VERSION};
`;

export interface Opened {
  database: Database;
  /** What a person should know: a broken file was moved away. */
  notice: string | undefined;
}

/** Throws what the file system or SQLite says when there can be no database there. */
export function openDatabase(path: string): Opened {
  // Asked for here, so that a Node without it fails here and says so.
  const sqlite = process.getBuiltinModule("node:sqlite") as typeof import("node:sqlite") | undefined;
  if (!sqlite) throw new Error(`this Node (${process.versions.node}) has no node:sqlite`);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    return { database: new Database(new sqlite.DatabaseSync(path), path), notice: undefined };
  } catch (error) {
    if (!/not a database|malformed|file is encrypted/i.test((error as Error).message)) throw error;
    const aside = `${path}.broken-${Date.now()}`;
    renameSync(path, aside);
    for (const more of ["-wal", "-shm"]) if (existsSync(path + more)) renameSync(path + more, aside + more);
    const notice = `${path} was no database any more: it was moved to ${aside}, and a new one begun`;
    return { database: new Database(new sqlite.DatabaseSync(path), path), notice };
  }
}

export class Database {
  readonly #sqlite: DatabaseSync;
  readonly #insert: StatementSync;

  constructor(sqlite: DatabaseSync, path: string) {
    this.#sqlite = sqlite;
    sqlite.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;`);
    const { user_version } = sqlite.prepare("PRAGMA user_version").get() as { user_version: number };
    if (user_version > VERSION)
      throw new Error(`${path} was written by a newer EdgeQuake (version ${user_version})`);
    if (user_version < VERSION) sqlite.exec(TABLES);
    // Others on this machine have no business in it.
    if (process.platform !== "win32") chmodSync(path, 0o600);
    const columns = LEDGER_COLUMNS.join(", ");
    const places = LEDGER_COLUMNS.map(() => "?").join(", ");
    this.#insert = sqlite.prepare(`INSERT OR REPLACE INTO attempts (${columns}) VALUES (${places})`);
  }

  /** All or none; on the disk's journal when it returns. */
  insert(rows: readonly LedgerRow[]): void {
    this.#sqlite.exec("BEGIN IMMEDIATE");
    try {
      for (const row of rows) this.#insert.run(...LEDGER_COLUMNS.map((name) => row[name]));
      this.#sqlite.exec("COMMIT");
    } catch (error) {
      this.#sqlite.exec("ROLLBACK");
      throw error;
    }
  }

  /** From `since` on, Unix milliseconds. */
  totals(since: number): LedgerTotal[] {
    return this.#sqlite
      .prepare(
        `SELECT date(at / 1000, 'unixepoch') AS day, provider, model,
           COUNT(DISTINCT call_id) AS calls,
           COUNT(DISTINCT call_id) - COUNT(DISTINCT CASE WHEN outcome = 'ok' THEN call_id END) AS failures,
           SUM(COALESCE(prompt_tokens, 0)) AS prompt_tokens,
           SUM(COALESCE(completion_tokens, 0)) AS completion_tokens,
           SUM(cost_nano_usd) AS cost_nano_usd,
           SUM(cost_nano_usd IS NULL AND prompt_tokens IS NOT NULL) AS unpriced
         FROM attempts WHERE at >= ? GROUP BY day, provider, model ORDER BY day, provider, model`,
      )
      .all(since) as unknown as LedgerTotal[];
  }

  rows(since: number): LedgerRow[] {
    return this.#sqlite
      .prepare(`SELECT ${LEDGER_COLUMNS.join(", ")} FROM attempts WHERE at >= ? ORDER BY at, id`)
      .all(since) as unknown as LedgerRow[];
  }

  /** Retention: forgets what is older. Returns how many rows went. */
  forgetBefore(at: number): number {
    return Number(this.#sqlite.prepare("DELETE FROM attempts WHERE at < ?").run(at).changes);
  }

  close(): void {
    this.#sqlite.close();
  }
}
