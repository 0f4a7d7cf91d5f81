// The store's thread: the only place that waits for the disk. Opens the database at the first order and does one order
// after the other; what cannot be done is told, and ends nothing.

import { parentPort, workerData } from "node:worker_threads";
import { Keeper } from "./keeper.ts";
import { HOLDING, type OperationName } from "./operations.ts";
import { steadyNow } from "./steady-clock.ts";

export interface Order {
  id: number;
  name: OperationName | "close";
  args: unknown[];
}
export type Done = ({ id: number; value: unknown } | { id: number; error: string }) & { notices?: string[] };

/** How often a process that holds something shared says that it lives. */
const BEAT_MS = 1_000;

const { path } = workerData as { path: string | null };
const keeper = new Keeper(path, steadyNow);
let beating: NodeJS.Timeout | undefined;

function run({ name, args }: Order): unknown {
  if (name === "close") {
    clearInterval(beating);
    if (beating) leave();
    keeper.close();
    return undefined;
  }
  if (HOLDING.has(name)) beating ??= setInterval(beat, BEAT_MS);
  return keeper.run(name, args);
}

function leave(): void {
  try {
    keeper.run("owners.leave", []);
  } catch {
    // Others see it when its process is gone.
  }
}

function beat(): void {
  try {
    if (keeper.run("owners.beat", []) === true) return;
  } catch {
    // The next one may come through; until then others go by the process itself.
    return;
  }
  clearInterval(beating);
  beating = undefined;
}

parentPort?.on("message", (order: Order) => {
  const done = outcomeOf(order);
  const notices = keeper.notices();
  parentPort?.postMessage(notices.length > 0 ? { ...done, notices } : done);
});

function outcomeOf(order: Order): Done {
  try {
    return { id: order.id, value: run(order) };
  } catch (error) {
    return { id: order.id, error: (error as Error).message };
  }
}
