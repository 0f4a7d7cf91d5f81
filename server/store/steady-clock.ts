// A clock that all processes of this machine share and nobody can set: milliseconds since it was started. A wall clock
// that jumps an hour neither reopens a limit nor prolongs one.

import { readFileSync } from "node:fs";

export function steadyNow(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

let boot: string | undefined;

/** Names this start of the machine, "" where the system does not. */
export function bootId(): string {
  if (boot === undefined) {
    try {
      boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    } catch {
      boot = "";
    }
  }
  return boot;
}
