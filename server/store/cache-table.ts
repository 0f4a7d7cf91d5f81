// Answers kept on disk for calls that are asked again. At most so many bytes: what was used longest ago goes first.

import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./transaction.ts";

export interface CachedValue {
  value: string;
  /** Unix milliseconds. */
  at: number;
  until: number;
}

export type CacheOperations = ReturnType<typeof cacheTable>;

export function cacheTable(sqlite: DatabaseSync) {
  const get = sqlite.prepare("SELECT value, at, until FROM cache WHERE key = ? AND until > ?");
  const touch = sqlite.prepare("UPDATE cache SET used = ? WHERE key = ?");
  const put = sqlite.prepare(
    "INSERT OR REPLACE INTO cache (key, namespace, at, until, used, size, value) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );

  function makeRoom(most_bytes: number): void {
    const { size } = sqlite.prepare("SELECT COALESCE(SUM(size), 0) AS size FROM cache").get() as {
      size: number;
    };
    let excess = size - most_bytes;
    if (excess <= 0) return;
    const rows = sqlite.prepare("SELECT key, size FROM cache ORDER BY used").all() as unknown as {
      key: string;
      size: number;
    }[];
    for (const row of rows) {
      if (excess <= 0) return;
      sqlite.prepare("DELETE FROM cache WHERE key = ?").run(row.key);
      excess -= row.size;
    }
  }

  return {
    "cache.get"(key: string, now: number): CachedValue | undefined {
      const found = get.get(key, now) as unknown as CachedValue | undefined;
      if (found) touch.run(now, key);
      return found;
    },

    "cache.put"(key: string, namespace: string, { value, at, until }: CachedValue, most_bytes: number): void {
      inTransaction(sqlite, () => {
        sqlite.prepare("DELETE FROM cache WHERE until <= ?").run(at);
        put.run(key, namespace, at, until, at, Buffer.byteLength(value), value);
        makeRoom(most_bytes);
      });
    },

    /** Of one namespace, or all. Returns how many answers went. */
    "cache.clear"(namespace: string | null): number {
      const done =
        namespace === null
          ? sqlite.prepare("DELETE FROM cache").run()
          : sqlite.prepare("DELETE FROM cache WHERE namespace = ?").run(namespace);
      return Number(done.changes);
    },
  };
}
