// Every process the rig starts, and the promise that none outlives it: each child leads a process group of its
// own, and the end of this process, Ctrl-C included (exit code 130), ends those groups first.

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

const GRACE_MS = 2000;
/** For a child that has children of its own to end. */
export const LONG_GRACE_MS = 8000;
const children = new Map<ChildProcess, number>();
let ending = false;
const cleanups = new Set<() => void>();

/** A message for the person at the terminal; no stack trace is shown for it. */
export class PlainError extends Error {
  override readonly name = "PlainError";
}

/** While a signal ends everything nothing new may start, or go on as if nothing were. */
export function goOn(): void {
  if (ending) throw new PlainError("stopping");
}

/** `graceMs` is how long it may take to end by itself when told to. */
export function start(
  command: string,
  args: string[],
  options: SpawnOptions = {},
  graceMs = GRACE_MS,
): ChildProcess {
  goOn();
  const child = spawn(command, args, { ...options, detached: process.platform !== "win32" });
  children.set(child, graceMs);
  child.once("exit", () => children.delete(child));
  child.once("error", () => children.delete(child));
  return child;
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(name);
    else process.kill(-child.pid, name);
  } catch {
    // The group is gone already.
  }
}

/** Ends one child and its group; resolves when the child is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  signal(child, "SIGTERM");
  const timer = setTimeout(() => signal(child, "SIGKILL"), children.get(child) ?? GRACE_MS);
  await gone;
  clearTimeout(timer);
  // What the leader left behind in its group.
  signal(child, "SIGKILL");
}

export interface Finished {
  code: number;
  output: string;
}

/** Runs a command to its end and gives what it printed. */
export function run(command: string, args: string[], options: SpawnOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = start(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const collect = (bytes: Buffer): void => {
      output = (output + bytes.toString()).slice(-200_000);
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Something to undo at the end, however the end comes. Must be synchronous. */
export function atExit(cleanup: () => void): void {
  cleanups.add(cleanup);
}

export async function stopAll(): Promise<void> {
  await Promise.all([...children.keys()].map(stop));
  for (const cleanup of cleanups) {
    try {
      cleanup();
    } catch {
      // A folder that cannot be removed is no reason to keep the next one.
    }
  }
  cleanups.clear();
}

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const PARENT_CHECK_MS = 500;
/** npm passes a Ctrl-C on that the terminal gave to everybody: the second one is no impatience. */
const SAME_SIGNAL_MS = 1000;
let asked = 0;

/** Ends every child, then this process. Asked again later it does not wait. */
function end(code: number): void {
  if (ending) {
    if (performance.now() - asked < SAME_SIGNAL_MS) return;
    for (const child of children.keys()) signal(child, "SIGKILL");
    process.exit(code);
  }
  ending = true;
  asked = performance.now();
  process.stderr.write("\nStopping…\n");
  void stopAll().then(() => process.exit(code));
}

/** From now on a signal is a clean end, and so is the end of whoever started this: npm does not pass all on. */
export function endOnSignals(): void {
  for (const [name, code] of Object.entries(EXIT_CODES)) process.on(name, () => end(code));
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end(EXIT_CODES.SIGHUP);
  }, PARENT_CHECK_MS);
  timer.unref();
}

/** Runs a script's main function to its exit code: a PlainError is printed as text. */
export async function runMain(main: () => Promise<number>): Promise<void> {
  endOnSignals();
  let code = 1;
  try {
    code = await main();
  } catch (error) {
    // While a signal ends the children their callers fail: that is no news.
    if (!ending) {
      process.stderr.write(
        `\n${error instanceof PlainError ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
      );
    }
  }
  if (ending) return;
  ending = true;
  await stopAll();
  process.exit(code);
}
