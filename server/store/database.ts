// Opens the user's database: one file for all windows, in WAL mode, so that several processes write at once and a kill
// loses nothing that was committed. For its owner alone; a file that is no database any more is moved aside, never lost.

import { chmodSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { migrate } from "./migrations.ts";

/** Another window may be writing: it is waited for. */
const BUSY_MS = 5_000;
/** SQLite's primary result codes. */
const CODES = { busy: 5, readonly: 8, io: 10, corrupt: 11, full: 13, open: 14, not_database: 26 } as const;

export interface Opened {
  sqlite: DatabaseSync;
  /** What a person should know: a broken file was moved away. */
  notice: string | undefined;
}

/** Throws what the file system or SQLite says where there can be no database. */
export function openDatabase(path: string): Opened {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const before = inode(path);
  try {
    return { sqlite: open(path), notice: undefined };
  } catch (error) {
    if (!isBroken(error)) throw error;
    return setAside(path, before);
  }
}

/** One that lies where nothing can be written; undefined = it cannot be read either. */
export function openForReading(path: string): DatabaseSync | undefined {
  if (!existsSync(path)) return undefined;
  try {
    // Otherwise SQLite would want to make files beside it.
    const url = pathToFileURL(path);
    url.searchParams.set("immutable", "1");
    return new (sqliteModule().DatabaseSync)(url, { readOnly: true });
  } catch {
    return undefined;
  }
}

/** A database that ends with this process. */
export function openInMemory(): DatabaseSync {
  const sqlite = new (sqliteModule().DatabaseSync)(":memory:");
  migrate(sqlite);
  return sqlite;
}

/**
 * Renames a broken file, with what belongs to it, and begins a new one. `broken` is the file that was found broken:
 * where another window was faster, its new one is used.
 */
export function setAside(path: string, broken: number | undefined = inode(path)): Opened {
  if (inode(path) !== broken) return { sqlite: open(path), notice: undefined };
  const aside = `${path}.broken-${new Date().toISOString().replaceAll(/[-:.]/g, "")}-${process.pid}`;
  renameSync(path, aside);
  for (const more of ["-wal", "-shm"]) if (existsSync(path + more)) renameSync(path + more, aside + more);
  const notice = `${path} was no usable database any more: it was moved to ${aside}, and a new one begun`;
  return { sqlite: open(path), notice };
}

/** The file is no database, or one that was damaged. */
export function isBroken(error: unknown): boolean {
  const code = codeOf(error);
  return code === CODES.corrupt || code === CODES.not_database;
}

/** The disk cannot be written or read now; what is asked of it is not at fault. */
export function isDiskTrouble(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === CODES.busy ||
    code === CODES.readonly ||
    code === CODES.io ||
    code === CODES.full ||
    code === CODES.open
  );
}

function open(path: string): DatabaseSync {
  const sqlite = new (sqliteModule().DatabaseSync)(path);
  try {
    hide(path);
    sqlite.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;`);
    migrate(sqlite);
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** Others on this machine have no business in it. SQLite gives the files beside it the same mode. */
function hide(path: string): void {
  if (process.platform === "win32" || (statSync(path).mode & 0o077) === 0) return;
  chmodSync(path, 0o600);
}

function codeOf(error: unknown): number {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  // The extended codes stand above the lowest byte.
  return typeof code === "number" ? code & 0xff : 0;
}

function inode(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

/** Throws where this Node has none. */
function sqliteModule(): typeof import("node:sqlite") {
  const { emitWarning } = process;
  // Node 22 warns that it is an experiment: nothing that a user could heed.
  process.emitWarning = () => {};
  try {
    const found = process.getBuiltinModule("node:sqlite") as typeof import("node:sqlite") | undefined;
    if (!found) {
      throw new Error(
        `this Node (${process.versions.node}) has no node:sqlite, which came with Node 22.5: use a newer one`,
      );
    }
    return found;
  } finally {
    process.emitWarning = emitWarning;
  }
}
