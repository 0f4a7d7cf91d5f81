// Which EdgeQuake backends run below a process: by the system's process table, not by what the product says.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

interface Row {
  pid: number;
  parent: number;
  command: string;
}

function fromProc(): Row[] {
  const rows: Row[] = [];
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      // The second field is the name in brackets, which may hold spaces.
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z") continue;
      const command = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ");
      rows.push({ pid: Number(entry), parent: Number(parent), command });
    } catch {
      // It ended while we looked.
    }
  }
  return rows;
}

function fromPs(): Row[] {
  const rows: Row[] = [];
  for (const line of execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n")) {
    const found = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    if (found) rows.push({ pid: Number(found[1]), parent: Number(found[2]), command: found[3] ?? "" });
  }
  return rows;
}

function processes(): Row[] {
  return existsSync("/proc/self/stat") ? fromProc() : fromPs();
}

export function parentOf(process: number): number | undefined {
  return processes().find(({ pid }) => pid === process)?.parent;
}

export function isRunning(process: number): boolean {
  return processes().some(({ pid }) => pid === process);
}

/** Every process below this one, and itself. */
export function below(ancestor: number): number[] {
  return [...familyOf(ancestor, processes())];
}

function familyOf(ancestor: number, rows: readonly Row[]): Set<number> {
  const family = new Set([ancestor]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of rows) {
      if (family.has(parent) && !family.has(pid)) {
        family.add(pid);
        grown = true;
      }
    }
  }
  return family;
}

export function backendsOf(ancestor: number): number[] {
  const rows = processes();
  const family = familyOf(ancestor, rows);
  return rows
    .filter(({ pid, command }) => pid !== ancestor && family.has(pid) && /dist[\\/]server\.js/.test(command))
    .map(({ pid }) => pid);
}
