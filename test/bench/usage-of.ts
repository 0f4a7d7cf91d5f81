// CPU and memory of this process and of those it started, as the kernel counts them.

import { readdirSync, readFileSync } from "node:fs";

export interface CpuMicros {
  /** This process alone. */
  own: number;
  /** This process and the others. */
  total: number;
}

/** Microseconds on a CPU so far, over all threads. */
function cpuOf(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [running = "0"] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    nanoseconds += Number(running);
  }
  return nanoseconds / 1000;
}

export function cpuNow(pids: readonly number[]): CpuMicros {
  const { user, system } = process.cpuUsage();
  const own = user + system;
  return { own, total: pids.reduce((sum, pid) => sum + cpuOf(pid), own) };
}

export function cpuSince(before: CpuMicros, pids: readonly number[]): CpuMicros {
  const now = cpuNow(pids);
  return { own: now.own - before.own, total: now.total - before.total };
}

/** Megabytes resident. */
export function rssOf(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  if (!match) throw new Error(`process ${pid} has no resident memory: it has ended`);
  return Number(match[1]) / 1024;
}

export function rssOfAll(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + rssOf(pid), rssOf(process.pid));
}
