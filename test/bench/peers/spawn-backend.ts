// The built backend as a child on stdio, the way the extension starts it.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

export type BackendProcess = ChildProcessByStdio<Writable, Readable, null>;

export function spawnBackend(dist: string, execArgv: readonly string[] = []): BackendProcess {
  const argv = [...execArgv, join(dist, "server.js"), "--stdio"];
  return spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "inherit"] });
}

/** A second after its start it reads the prices, and its ledger opens with the first call. */
const BACKGROUND_MS = 1_300;

export function settledSince(began: number): Promise<void> {
  return sleep(Math.max(0, began + BACKGROUND_MS - performance.now()));
}

export async function exited(child: BackendProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
