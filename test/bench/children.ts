// The processes of a run. Each has a deadline; whatever is left of them is ended by its process id.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Order, Report } from "./measure.ts";

const MEASUREMENT_MS = 60_000;

/** Nothing of the machine's configuration, keys and proxies reaches what is measured, and no earlier run's ledger. */
function cleanEnvironment(program: string): NodeJS.ProcessEnv {
  const home = join(dirname(program), `home-${process.hrtime.bigint()}`);
  return {
    PATH: process.env["PATH"],
    HOME: home,
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_DATA_HOME: join(home, "data"),
    TMPDIR: tmpdir(),
  };
}

export interface ProviderProcess {
  port: number;
  end(): Promise<void>;
}

export async function startProvider(program: string): Promise<ProviderProcess> {
  const child = fork(program, { env: cleanEnvironment(program) });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return { port, end: () => endChild(child) };
}

/** Runs one measurement in a fresh process; rejects when it fails or takes too long. */
export async function runMeasurement(
  program: string,
  order: Order,
  execArgv: readonly string[],
): Promise<Record<string, number>> {
  const child = fork(program, { env: cleanEnvironment(program), execArgv: [...execArgv] });
  let started: readonly number[] = [];
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`not done after ${MEASUREMENT_MS / 1000} s`)),
        MEASUREMENT_MS,
      );
      child.on("message", (message) => {
        const report = message as Report;
        if ("started" in report) started = report.started;
        else if ("failed" in report) reject(new Error(report.failed));
        else resolve(report.figures);
      });
      child.on("exit", (code, signal) => reject(new Error(`ended early with ${signal ?? code}`)));
      child.send(order);
    });
  } catch (error) {
    for (const pid of started) endProcess(pid);
    child.kill("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
    await endChild(child);
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** A measuring process ends by itself; one that hangs at its end does not hold up the run. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await gone;
  clearTimeout(timer);
}
