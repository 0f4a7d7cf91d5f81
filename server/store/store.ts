// The store as the rest of the program sees it: orders to a thread that alone opens the database. No order blocks the
// event loop; the process may end whenever none is under way.

import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { OperationName, Operations } from "./operations.ts";
import type { Done, Order } from "./thread.ts";

/** Set where the sources are bundled. */
declare const EDGEQUAKE_VERSION: string | undefined;
const BUNDLED = typeof EDGEQUAKE_VERSION === "string";

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class Store {
  readonly #path: string | null;
  readonly #warn: (message: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #next = 0;
  #closed = false;

  /** `path` null: there is no place for a file, and everything stays in memory. `warn` is told what a person should know. */
  constructor(path: string | null, warn: (message: string) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  /** Rejects only where there is no SQLite at all, the thread died, or what is asked is wrong in itself. */
  do<Name extends OperationName>(
    name: Name,
    ...args: Parameters<Operations[Name]>
  ): Promise<ReturnType<Operations[Name]>> {
    if (this.#closed) return Promise.reject(new Error("the store is closed"));
    return this.#order(name, args) as Promise<ReturnType<Operations[Name]>>;
  }

  /** What was asked before is done first. */
  async close(): Promise<void> {
    if (this.#closed) return;
    const worker = this.#worker;
    if (worker) await this.#order("close", []).catch(() => {});
    this.#closed = true;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #order(name: Order["name"], args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = this.#next;
      this.#next += 1;
      this.#waiting.set(id, { resolve, reject });
      try {
        const worker = this.#start();
        worker.postMessage({ id, name, args } satisfies Order);
        worker.ref();
      } catch (error) {
        this.#waiting.delete(id);
        reject(error);
      }
    });
  }

  #start(): Worker {
    if (!this.#worker) {
      const file = BUNDLED ? join("lib", "store.js") : "thread.ts";
      const worker = new Worker(join(import.meta.dirname, file), {
        workerData: { path: this.#path },
        // stdout carries frames and nothing else.
        stdout: true,
      });
      worker.on("message", (done: Done) => this.#take(done));
      worker.on("error", (error) => this.#lost(worker, error));
      worker.on("exit", () => this.#lost(worker, new Error("the store's thread ended")));
      this.#worker = worker;
    }
    return this.#worker;
  }

  #take(done: Done): void {
    for (const notice of done.notices ?? []) this.#warn(notice);
    const waiting = this.#waiting.get(done.id);
    this.#waiting.delete(done.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ("error" in done) waiting?.reject(new Error(done.error));
    else waiting?.resolve(done.value);
  }

  /** The next order starts another thread. */
  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
