// Keeps the state whatever the disk does: where the database cannot be opened or written, everything goes on in
// memory, with one notice; what was written there reaches the disk when that works again. Runs in the store's thread.

import type { DatabaseSync } from "node:sqlite";
import { copyState } from "./copy-state.ts";
import { isBroken, isDiskTrouble, openDatabase, openForReading, openInMemory, setAside } from "./database.ts";
import { NewerDatabase } from "./migrations.ts";
import { LASTING, type OperationName, type Operations, operationsOn } from "./operations.ts";

/** How often a disk that failed is tried again. */
const RETRY_MS = 30_000;
/** Writes that wait in memory for the disk; older ones are given up. */
const MOST_WAITING = 20_000;

type Write = [name: OperationName, args: unknown[]];

export class Keeper {
  readonly #path: string | null;
  readonly #now: () => number;
  #sqlite: DatabaseSync | undefined;
  #operations: Operations | undefined;
  #inMemory = false;
  /** Whether the disk may work later. */
  #hopeful = false;
  #waiting: Write[] = [];
  #tried = 0;
  #notices: string[] = [];
  #warned = false;

  /** `path` null: there is no place for a file, which is somebody else's to tell. `now` is a steady clock in milliseconds. */
  constructor(path: string | null, now: () => number) {
    this.#path = path;
    this.#now = now;
  }

  run(name: OperationName, args: unknown[]): unknown {
    const operations = this.#open();
    if (this.#inMemory) return this.#runInMemory(name, args);
    try {
      return call(operations, name, args);
    } catch (error) {
      if (isBroken(error)) this.#replaceBroken();
      else if (isDiskTrouble(error)) this.#moveToMemory(this.#sqlite, (error as Error).message);
      else throw error;
      return this.run(name, args);
    }
  }

  /** What a person should know; told once. */
  notices(): string[] {
    const told = this.#notices;
    this.#notices = [];
    return told;
  }

  close(): void {
    if (this.#inMemory && this.#waiting.length > 0) this.#returnToDisk();
    this.#sqlite?.close();
    this.#sqlite = undefined;
    this.#operations = undefined;
  }

  #open(): Operations {
    if (this.#operations) return this.#operations;
    if (this.#path === null) this.#begin(openInMemory(), true);
    else {
      try {
        const { sqlite, notice } = openDatabase(this.#path);
        if (notice !== undefined) this.#notices.push(notice);
        this.#begin(sqlite, false);
      } catch (error) {
        const newer = error instanceof NewerDatabase;
        this.#moveToMemory(newer ? undefined : openForReading(this.#path), (error as Error).message);
        this.#hopeful = !newer;
      }
    }
    return this.#operations as unknown as Operations;
  }

  #begin(sqlite: DatabaseSync, inMemory: boolean): void {
    this.#sqlite = sqlite;
    this.#inMemory = inMemory;
    this.#operations = operationsOn(sqlite);
  }

  #runInMemory(name: OperationName, args: unknown[]): unknown {
    if (this.#hopeful && this.#now() - this.#tried >= RETRY_MS && this.#returnToDisk())
      return this.run(name, args);
    const value = call(this.#operations as Operations, name, args);
    if (this.#hopeful && LASTING.has(name)) {
      this.#waiting.push([name, args]);
      if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    }
    return value;
  }

  /** With what can be read of the disk. */
  #moveToMemory(disk: DatabaseSync | undefined, why: string): void {
    const memory = openInMemory();
    if (disk) {
      copyState(disk, memory);
      try {
        disk.close();
      } catch {
        // It is given up either way.
      }
    }
    this.#hopeful = true;
    this.#tried = this.#now();
    this.#begin(memory, true);
    this.#warnOfDisk(why);
  }

  /** True when the disk works again and has what waited. */
  #returnToDisk(): boolean {
    this.#tried = this.#now();
    let sqlite: DatabaseSync | undefined;
    try {
      const opened = openDatabase(this.#path as string);
      sqlite = opened.sqlite;
      const operations = operationsOn(sqlite);
      while (this.#waiting.length > 0) {
        const [name, args] = this.#waiting[0] as Write;
        call(operations, name, args);
        this.#waiting.shift();
      }
      if (opened.notice !== undefined) this.#notices.push(opened.notice);
      this.#sqlite?.close();
      this.#begin(sqlite, false);
      this.#warned = false;
      return true;
    } catch {
      sqlite?.close();
      return false;
    }
  }

  #replaceBroken(): void {
    this.#sqlite?.close();
    this.#sqlite = undefined;
    this.#operations = undefined;
    try {
      const { sqlite, notice } = setAside(this.#path as string);
      if (notice !== undefined) this.#notices.push(notice);
      this.#begin(sqlite, false);
    } catch (error) {
      this.#moveToMemory(undefined, (error as Error).message);
    }
  }

  #warnOfDisk(why: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#notices.push(
      `usage and chats are not written to ${this.#path}: ${why}. They are kept in memory until this ends`,
    );
  }
}

function call(operations: Operations, name: OperationName, args: unknown[]): unknown {
  return (operations[name] as (...given: unknown[]) => unknown)(...args);
}
