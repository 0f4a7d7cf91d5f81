// The built backend as a child on stdio, the way the extension starts it.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

export type BackendProcess = ChildProcessByStdio<Writable, Readable, null>;

export function spawnBackend(dist: string, execArgv: readonly string[] = []): BackendProcess {
  const argv = [...execArgv, join(dist, "server.js"), "--stdio"];
  return spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "inherit"] });
}

export async function exited(child: BackendProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
