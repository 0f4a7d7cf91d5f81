// Messages that a process is still writing, told apart from those whose process died over them: each is held like any
// other shared thing, and the dead hold nothing.

import type { DatabaseSync } from "node:sqlite";
import { BEAT, isDead, OWNER, type Owner } from "./owner-table.ts";

const KEY = "growing:";

export function growingMessages(sqlite: DatabaseSync, now: () => number) {
  const beat = sqlite.prepare(BEAT);
  const hold = sqlite.prepare("INSERT INTO slots (key, owner, count) VALUES (?, ?, 1)");
  const unhold = sqlite.prepare("DELETE FROM slots WHERE key = ?");
  const held = sqlite.prepare(
    `SELECT key, id, pid, beat FROM slots JOIN owners ON id = owner WHERE key >= '${KEY}' AND key < '${KEY}:'`,
  );

  return {
    /** Begun by this process, or ended by whichever: its writer may have come back as another process. */
    set(row: number, growing: boolean): void {
      unhold.run(`${KEY}${row}`);
      if (!growing) return;
      beat.run(OWNER, process.pid, now());
      hold.run(`${KEY}${row}`, OWNER);
    },

    /** Rows of those that grow. */
    rows(): ReadonlySet<number> {
      const all = held.all() as unknown as (Owner & { key: string })[];
      const living = all.filter((owner) => !isDead(owner, now()));
      return new Set(living.map(({ key }) => Number(key.slice(KEY.length))));
    },
  };
}
