// The built backend as a child process, in a home of its own and with none of this machine's keys. What a suite
// starts here is ended and looked over after it: no byte but frames on stdout, no uncaught error on stderr.

import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { poll } from "../host/poll.ts";
import { RawClient } from "./raw-client.ts";

export const SERVER = fileURLToPath(new URL("../../dist/server.js", import.meta.url));
/** The suite runs once more under the oldest Node the bundle promises. */
export const NODE = process.env["EDGEQUAKE_TEST_NODE"] ?? process.execPath;

/** What Node prints of an error nobody caught, and of what will be one. */
const CRASH = /uncaught|unhandled|DeprecationWarning|MaxListenersExceeded|^Node\.js v\d+|^\s+at /im;

export interface BackendOptions {
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Content of config.toml and its mode. */
  configToml?: { text: string; mode?: number };
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A temporary home; nothing of the person who runs the tests is read or written. */
export function makeHome(configToml?: BackendOptions["configToml"]): string {
  const home = mkdtempSync(join(tmpdir(), "edgequake-test-"));
  if (configToml) {
    const folder = join(home, "config", "edgequake");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, "config.toml"), configToml.text, { mode: configToml.mode ?? 0o600 });
  }
  return home;
}

export function cleanEnvironment(
  home: string,
  extra: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    HOME: home,
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_DATA_HOME: join(home, "data"),
    ...extra,
  };
}

export class Backend {
  readonly home: string;
  readonly child: ChildProcessWithoutNullStreams;
  readonly client: RawClient;
  readonly exited: Promise<Exit>;
  stderr = "";
  exit: Exit | undefined;

  constructor(options: BackendOptions = {}) {
    assert.ok(existsSync(SERVER), "dist/server.js is missing: run `node esbuild.mjs` first");
    this.home = makeHome(options.configToml);
    this.child = spawn(NODE, [SERVER, ...(options.args ?? ["--stdio"])], {
      env: cleanEnvironment(this.home, options.env),
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.child.stderr.on("data", (bytes: Buffer) => {
      this.stderr = (this.stderr + bytes.toString()).slice(-1_000_000);
    });
    this.client = new RawClient(this.child.stdout, this.child.stdin);
    this.exited = new Promise((resolve) => {
      this.child.once("exit", (code, signal) => {
        this.exit = { code, signal };
        resolve(this.exit);
      });
    });
  }

  get pid(): number {
    assert.ok(this.child.pid, "the backend did not start");
    return this.child.pid;
  }

  /** Resolves with the exit, or fails when there is none in time. */
  exitWithin(ms: number): Promise<Exit> {
    return poll(`the backend to exit (stderr: ${this.stderr.slice(-500)})`, ms, () => this.exit, 10);
  }

  /** Resident memory in bytes (Linux). */
  rss(): number {
    return rssOf(this.pid);
  }

  /** Kills what is left and removes the home. */
  async dispose(): Promise<void> {
    if (!this.exit) this.child.kill("SIGKILL");
    await this.exited;
    rmSync(this.home, { recursive: true, force: true });
  }

  /** What must hold of every backend, however its test went. */
  check(): void {
    assert.deepEqual(this.client.stray, [], "stdout carried something that is no frame");
    // A minified line of the bundle says nothing; what is around it does.
    const told = this.stderr.split("\n").filter((line) => line.length < 1000);
    assert.ok(!CRASH.test(told.join("\n")), `the backend crashed or warned: ${told.join("\n").slice(-3000)}`);
    const crashed = this.exit?.code !== null && ![undefined, 0, 1, 2].includes(this.exit?.code);
    assert.ok(!crashed, `exit code ${this.exit?.code}: ${told.join("\n").slice(-3000)}`);
  }
}

/** Resident memory of a process in bytes (Linux). */
export function rssOf(pid: number): number {
  const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  assert.ok(kb, `no memory figure for process ${pid}`);
  return Number(kb) * 1024;
}

export function isAlive(pid: number): boolean {
  try {
    // A zombie still answers signal 0; it is gone all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** One backend for the whole suite, initialized with these options. */
export function sharedBackend(options: BackendOptions = {}, initializationOptions?: unknown): () => Backend {
  let backend: Backend | undefined;
  before(async () => {
    backend = new Backend(options);
    await backend.client.initialize(initializationOptions);
  });
  after(async () => {
    const one = backend;
    backend = undefined;
    await one?.dispose();
    one?.check();
  });
  return () => {
    assert.ok(backend, "the backend is not started yet");
    return backend;
  };
}

/** Starts backends inside tests and ends them after each one. */
export function backends(): (options?: BackendOptions) => Backend {
  let started: Backend[] = [];
  afterEach(async () => {
    const all = started;
    started = [];
    await Promise.all(all.map((one) => one.dispose()));
    for (const one of all) one.check();
  });
  return (options) => {
    const backend = new Backend(options);
    started.push(backend);
    return backend;
  };
}
