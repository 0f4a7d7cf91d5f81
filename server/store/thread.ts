// The store's thread: opens the database at the first order and does one order after the other. What cannot be done is
// told, and ends nothing.

import { parentPort, workerData } from "node:worker_threads";
import { type Database, openDatabase } from "./database.ts";
import type { LedgerRow } from "./ledger-row.ts";

export type Order =
  | { id: number; do: "insert"; rows: LedgerRow[] }
  | { id: number; do: "totals"; since: number }
  | { id: number; do: "rows"; since: number }
  | { id: number; do: "forget"; before: number }
  | { id: number; do: "close" };
export type Done =
  | { id: number; value: unknown; notice?: string | undefined }
  | { id: number; error: string };

const { path } = workerData as { path: string };
let database: Database | undefined;
let notice: string | undefined;

function open(): Database {
  if (!database) {
    const opened = openDatabase(path);
    database = opened.database;
    notice = opened.notice;
  }
  return database;
}

function run(order: Order): unknown {
  switch (order.do) {
    case "insert":
      return open().insert(order.rows);
    case "totals":
      return open().totals(order.since);
    case "rows":
      return open().rows(order.since);
    case "forget":
      return open().forgetBefore(order.before);
    case "close":
      database?.close();
      database = undefined;
      return undefined;
  }
}

parentPort?.on("message", (order: Order) => {
  try {
    const value = run(order);
    parentPort?.postMessage({ id: order.id, value, notice } satisfies Done);
    notice = undefined;
  } catch (error) {
    parentPort?.postMessage({ id: order.id, error: (error as Error).message } satisfies Done);
  }
});
