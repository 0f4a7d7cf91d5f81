// The database's tables, as the steps that lead from one version to the next. A step that was released is never
// changed: what a user has on disk was made by it.

import type { DatabaseSync } from "node:sqlite";

const LEDGER = `
CREATE TABLE IF NOT EXISTS attempts (
  id TEXT PRIMARY KEY, call_id TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, provider TEXT NOT NULL,
  model TEXT NOT NULL, deployment TEXT, caller TEXT, outcome TEXT NOT NULL, status_code INTEGER,
  prompt_tokens INTEGER, completion_tokens INTEGER, cached_tokens INTEGER, reasoning_tokens INTEGER,
  cost_nano_usd INTEGER, ms_first_chunk REAL, ms_total REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS attempts_at ON attempts (at);
`;

/** spent: what was paid, by UTC day, summed as rows come: a budget asks for it before every call. */
const MONEY = `
ALTER TABLE attempts ADD COLUMN router TEXT;
ALTER TABLE attempts ADD COLUMN session TEXT;
ALTER TABLE attempts ADD COLUMN tags TEXT;
ALTER TABLE attempts ADD COLUMN prompt TEXT;
ALTER TABLE attempts ADD COLUMN answer TEXT;
ALTER TABLE attempts ADD COLUMN reserved_nano_usd INTEGER;
ALTER TABLE attempts ADD COLUMN owner TEXT;
CREATE INDEX attempts_open ON attempts (outcome) WHERE outcome IN ('reserved', 'unknown');
CREATE TABLE spent (
  scope TEXT NOT NULL, name TEXT NOT NULL, day TEXT NOT NULL, nano_usd INTEGER NOT NULL,
  PRIMARY KEY (scope, name, day)
) WITHOUT ROWID;
INSERT INTO spent
  SELECT 'day', '', date(at / 1000, 'unixepoch') AS day, SUM(cost_nano_usd) FROM attempts
  WHERE cost_nano_usd IS NOT NULL GROUP BY day;
INSERT INTO spent
  SELECT 'provider', provider, date(at / 1000, 'unixepoch') AS day, SUM(cost_nano_usd) FROM attempts
  WHERE cost_nano_usd IS NOT NULL GROUP BY provider, day;
INSERT INTO spent
  SELECT 'caller', caller, date(at / 1000, 'unixepoch') AS day, SUM(cost_nano_usd) FROM attempts
  WHERE cost_nano_usd IS NOT NULL AND caller IS NOT NULL GROUP BY caller, day;
`;

/** Times here are of the machine's steady clock: a wall clock that is set cannot reopen a limit. */
const SHARING = `
CREATE TABLE owners (id TEXT PRIMARY KEY, pid INTEGER NOT NULL, beat REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE grants (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, owner TEXT NOT NULL, at REAL NOT NULL, amount REAL NOT NULL
);
CREATE INDEX grants_key ON grants (key, at);
CREATE TABLE slots (
  key TEXT NOT NULL, owner TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (key, owner)
) WITHOUT ROWID;
CREATE TABLE cooldowns (key TEXT PRIMARY KEY, until REAL NOT NULL, why TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE boot (id TEXT NOT NULL);
`;

const SESSIONS = `
CREATE TABLE sessions (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, titled INTEGER NOT NULL, created INTEGER NOT NULL,
  updated INTEGER NOT NULL, messages INTEGER NOT NULL, meta TEXT
) WITHOUT ROWID;
CREATE INDEX sessions_updated ON sessions (updated DESC, id);
CREATE TABLE messages (
  row INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,
  at INTEGER NOT NULL, role TEXT NOT NULL, text TEXT NOT NULL, reasoning TEXT NOT NULL, deltas INTEGER NOT NULL,
  data TEXT, UNIQUE (session, seq), UNIQUE (session, id)
);
CREATE TABLE deltas (
  message INTEGER NOT NULL, n INTEGER NOT NULL, text TEXT NOT NULL, reasoning TEXT NOT NULL,
  PRIMARY KEY (message, n)
) WITHOUT ROWID;
`;

const CACHE = `
CREATE TABLE cache (
  key TEXT PRIMARY KEY, namespace TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL, used INTEGER NOT NULL,
  size INTEGER NOT NULL, value TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX cache_used ON cache (used);
`;

/** What somebody deleted is told from what was lost with a file. */
const DELETED = "CREATE TABLE deleted (session TEXT PRIMARY KEY) WITHOUT ROWID;";

const STEPS = [LEDGER, `${MONEY}${SHARING}${SESSIONS}${CACHE}`, DELETED];
export const VERSION = STEPS.length;

/** A part of SQLite that a build may lack: where it does, searching reads every message. */
const SEARCH = `
CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5 (
  text, content='', contentless_delete=1, tokenize='trigram case_sensitive 0'
);`;

export class NewerDatabase extends Error {}

/** Brings the database to this version, one process at a time. Throws NewerDatabase. */
export function migrate(sqlite: DatabaseSync): void {
  if (versionOf(sqlite) === VERSION) return;
  sqlite.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have done it meanwhile.
    const from = versionOf(sqlite);
    if (from > VERSION)
      throw new NewerDatabase(
        `it was written by a newer EdgeQuake (version ${from}, this one knows ${VERSION})`,
      );
    for (const step of STEPS.slice(from)) sqlite.exec(step);
    createSearch(sqlite);
    sqlite.exec(`PRAGMA user_version = ${VERSION}; COMMIT`);
  } catch (error) {
    sqlite.exec("ROLLBACK");
    throw error;
  }
}

function versionOf(sqlite: DatabaseSync): number {
  return (sqlite.prepare("PRAGMA user_version").get() as { user_version: number }).user_version;
}

function createSearch(sqlite: DatabaseSync): void {
  try {
    sqlite.exec(SEARCH);
  } catch (error) {
    if (!/no such module|unrecognized|tokenizer/i.test((error as Error).message)) throw error;
  }
}

/** Whether this SQLite can use the search table, and it is there. */
export function hasSearch(sqlite: DatabaseSync): boolean {
  try {
    sqlite.prepare("SELECT rowid FROM found LIMIT 0").all();
    return true;
  } catch {
    return false;
  }
}
