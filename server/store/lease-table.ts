// Slices of shared limits, in the database. A slice counts from when it was given until nobody can have used it within
// the window any more, so that all windows together never pass a limit.

import type { DatabaseSync } from "node:sqlite";
import { OWNER, type OwnerOperations } from "./owner-table.ts";
import { inTransaction } from "./transaction.ts";

/** How long a slice may be used by who has it. */
export const LEASE_MS = 1_000;
/** The most of a limit that is given ahead of need. */
const SHARE = 0.1;

export interface Leased {
  /** 0 for slots, which are a number and no slices. */
  id: number;
  /** At least what was needed, or 0. */
  amount: number;
  /** When asking again makes sense, milliseconds. */
  wait_ms: number;
  /** What nobody has after this. */
  left: number;
}

/** A limit somebody wants to know of. */
export type Asked =
  | { key: string; kind: "rate"; capacity: number; window_ms: number }
  | { key: string; kind: "slots"; capacity: number };

/** What changed in other windows. */
export interface News {
  cooled: Cooled[];
  /** What nobody has of each limit that was asked for. */
  left: number[];
}

export interface Cooled {
  key: string;
  until: number;
  why: string;
}

export type LeaseOperations = ReturnType<typeof leaseTable>;

export function leaseTable(sqlite: DatabaseSync, sweep: OwnerOperations["owners.sweep"], now: () => number) {
  const forgetOld = sqlite.prepare("DELETE FROM grants WHERE key = ? AND at <= ?");
  const granted = sqlite.prepare("SELECT at, amount FROM grants WHERE key = ? ORDER BY at");
  const grant = sqlite.prepare("INSERT INTO grants (key, owner, at, amount) VALUES (?, ?, ?, ?)");
  const hold = sqlite.prepare(
    "INSERT INTO slots (key, owner, count) VALUES (?, ?, ?) ON CONFLICT (key, owner) DO UPDATE SET count = count + excluded.count",
  );
  const unhold = sqlite.prepare("UPDATE slots SET count = MAX(0, count - ?) WHERE key = ? AND owner = ?");
  const usedSlots = sqlite.prepare("SELECT COALESCE(SUM(count), 0) AS used FROM slots WHERE key = ?");
  const usedRate = sqlite.prepare(
    "SELECT COALESCE(SUM(amount), 0) AS used FROM grants WHERE key = ? AND at > ?",
  );
  const heldAt = sqlite.prepare(
    "SELECT id, amount FROM grants WHERE key = ? AND owner = ? AND at <= ? AND at > ? ORDER BY at DESC",
  );
  const lessen = sqlite.prepare("UPDATE grants SET amount = amount - ? WHERE id = ?");

  return {
    /** A slice of a rate: `need`, and up to a tenth of the limit ahead. */
    "leases.rate"(key: string, capacity: number, window_ms: number, need: number): Leased {
      return inTransaction(sqlite, () => {
        sweep();
        const counts = window_ms + LEASE_MS;
        forgetOld.run(key, now() - counts);
        const rows = granted.all(key) as unknown as { at: number; amount: number }[];
        let free = capacity - rows.reduce((sum, { amount }) => sum + amount, 0);
        if (free >= need) {
          const amount = Math.min(free, Math.max(need, Math.floor(capacity * SHARE)));
          const { lastInsertRowid } = grant.run(key, OWNER, now(), amount);
          return { id: Number(lastInsertRowid), amount, wait_ms: 0, left: free - amount };
        }
        const left = Math.max(0, free);
        for (const { at, amount } of rows) {
          free += amount;
          if (free >= need) return { id: 0, amount: 0, wait_ms: Math.max(1, at + counts - now()), left };
        }
        return { id: 0, amount: 0, wait_ms: window_ms, left };
      });
    },

    "leases.slots"(key: string, capacity: number, need: number): Leased {
      return inTransaction(sqlite, () => {
        sweep();
        const free = capacity - (usedSlots.get(key) as { used: number }).used;
        if (free < need) return { id: 0, amount: 0, wait_ms: LEASE_MS, left: Math.max(0, free) };
        const amount = Math.min(free, Math.max(need, Math.floor(capacity * SHARE)));
        hold.run(key, OWNER, amount);
        return { id: 0, amount, wait_ms: 0, left: free - amount };
      });
    },

    /** What was not used of a slice is everybody's again. */
    "leases.giveRate"(id: number, amount: number): void {
      inTransaction(sqlite, () => {
        lessen.run(amount, id);
        sqlite.prepare("DELETE FROM grants WHERE id = ? AND amount <= 0").run(id);
      });
    },

    /** The same of slices this process had before, by when it was taken of them. */
    "leases.giveUnused"(key: string, unused: readonly { at: number; amount: number }[]): void {
      inTransaction(sqlite, () => {
        for (const { at, amount } of unused) {
          let rest = amount;
          for (const one of heldAt.all(key, OWNER, at, at - 2 * LEASE_MS) as unknown as {
            id: number;
            amount: number;
          }[]) {
            const back = Math.min(rest, one.amount);
            lessen.run(back, one.id);
            rest -= back;
            if (rest <= 0) break;
          }
        }
        sqlite.prepare("DELETE FROM grants WHERE key = ? AND amount <= 0").run(key);
      });
    },

    "leases.giveSlots"(key: string, count: number): void {
      inTransaction(sqlite, () => {
        unhold.run(count, key, OWNER);
        sqlite.prepare("DELETE FROM slots WHERE key = ? AND owner = ? AND count = 0").run(key, OWNER);
      });
    },

    /** `ms` 0 ends it; one that ends later is kept. */
    "leases.coolDown"(key: string, ms: number, why: string): void {
      inTransaction(sqlite, () => {
        sqlite.prepare("DELETE FROM cooldowns WHERE until <= ? OR (key = ? AND ? <= 0)").run(now(), key, ms);
        if (ms <= 0) return;
        sqlite
          .prepare(
            `INSERT INTO cooldowns (key, until, why) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE
             SET until = excluded.until, why = excluded.why WHERE excluded.until > until`,
          )
          .run(key, now() + ms, why);
      });
    },

    "leases.news"(asked: readonly Asked[]): News {
      const cooled = sqlite
        .prepare("SELECT key, until, why FROM cooldowns WHERE until > ?")
        .all(now()) as unknown as Cooled[];
      const left = asked.map((one) => {
        const { used } = (
          one.kind === "slots"
            ? usedSlots.get(one.key)
            : usedRate.get(one.key, now() - one.window_ms - LEASE_MS)
        ) as { used: number };
        return Math.max(0, one.capacity - used);
      });
      return { cooled, left };
    },
  };
}
