// The processes that hold something shared: slots, slices, reservations. Each says that it lives; what the dead held is
// free again, and a call they had reserved money for is unknown.

import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { bootId } from "./steady-clock.ts";
import { inTransaction } from "./transaction.ts";

/** A process that is gone is believed after this; one in another container looks gone, and says that it lives. */
const SILENT_MS = 3_000;
/** One that says nothing is dead after this, whoever has its number now. */
const DEAD_MS = 30_000;

export const BEAT =
  "INSERT INTO owners (id, pid, beat) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET beat = excluded.beat";

/** Names this process among all that share the database. */
export const OWNER = `${process.pid}-${randomUUID()}`;

export type OwnerOperations = ReturnType<typeof ownerTable>;

export function ownerTable(sqlite: DatabaseSync, now: () => number) {
  const beat = sqlite.prepare(BEAT);
  let swept = Number.NEGATIVE_INFINITY;

  forgetOtherBoots(sqlite, now());

  return {
    /** This process lives. Returns whether it holds anything that needs it to say so again. */
    "owners.beat"(): boolean {
      const holds = sqlite
        .prepare(
          `SELECT 1 FROM attempts WHERE outcome = 'reserved' AND owner = :owner
           UNION ALL SELECT 1 FROM slots WHERE owner = :owner
           UNION ALL SELECT 1 FROM grants WHERE owner = :owner LIMIT 1`,
        )
        .get({ owner: OWNER });
      if (holds) beat.run(OWNER, process.pid, now());
      return holds !== undefined;
    },

    /** This process ends: nobody needs to wait until it is believed. */
    "owners.leave"(): void {
      sqlite.prepare("DELETE FROM slots WHERE owner = ?").run(OWNER);
    },

    /** Frees what dead processes held. Cheap: looks at most once a second. Call it inside a transaction. */
    "owners.sweep"(): void {
      if (now() - swept < 1_000) return;
      swept = now();
      beat.run(OWNER, process.pid, now());
      const owners = sqlite.prepare("SELECT id, pid, beat FROM owners").all() as unknown as Owner[];
      for (const owner of owners) if (isDead(owner, now())) free(sqlite, owner.id);
      // Its process never came so far as to say that it lives.
      sqlite.exec(`UPDATE attempts SET outcome = 'unknown'
        WHERE outcome = 'reserved' AND owner NOT IN (SELECT id FROM owners)`);
    },
  };
}

export interface Owner {
  id: string;
  pid: number;
  beat: number;
}

export function isDead({ id, pid, beat }: Owner, now: number): boolean {
  if (id === OWNER) return false;
  const silent = now - beat;
  return silent > DEAD_MS || (silent > SILENT_MS && !exists(pid));
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and not ours.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** What it was granted of a rate stays counted until its minute is over: it may have used it. */
function free(sqlite: DatabaseSync, owner: string): void {
  sqlite.prepare("DELETE FROM slots WHERE owner = ?").run(owner);
  sqlite
    .prepare("UPDATE attempts SET outcome = 'unknown' WHERE outcome = 'reserved' AND owner = ?")
    .run(owner);
  sqlite.prepare("DELETE FROM owners WHERE id = ?").run(owner);
}

/** The steady clock began anew with the machine: times from before mean nothing now. */
function forgetOtherBoots(sqlite: DatabaseSync, now: number): void {
  const stored = sqlite.prepare("SELECT id FROM boot").get() as { id: string } | undefined;
  const future = sqlite.prepare("SELECT 1 FROM owners WHERE beat > ?").get(now + SILENT_MS);
  if (stored?.id === bootId() && !future) return;
  inTransaction(sqlite, () => {
    sqlite.exec(`DELETE FROM owners; DELETE FROM grants; DELETE FROM slots; DELETE FROM cooldowns; DELETE FROM boot;
      UPDATE attempts SET outcome = 'unknown' WHERE outcome = 'reserved'`);
    sqlite.prepare("INSERT INTO boot (id) VALUES (?)").run(bootId());
  });
}
