// Which other extensions may spend this user's keys: asked once for each, remembered, and changed by a command. VS
// Code itself and this extension need no leave. A guard and no boundary: extensions share one process.

import { Cancelled, PermissionDeniedError } from "../../server/protocol/errors.ts";

export type Access = "allowed" | "denied";

/** Where the answers are kept. */
export interface AccessMemory {
  get(key: string): Record<string, Access> | undefined;
  update(key: string, value: Record<string, Access>): PromiseLike<void>;
}

const KEY = "edgequake.access";
/** The editor's own chat calls under this name. */
export const EDITOR = "core";
/** Whom the ledger counts the tools as: VS Code does not tell which agent calls. They need leave. */
export const TOOLS = "vscode.language-model-tools";
/** What this extension does itself is counted under names of its publisher. */
const OWN = "edgequake.";
/** Who closed the question meant "not now": it does not come back with the next call of a busy extension. */
const NOT_NOW_MS = 5 * 60_000;
/** A call waits that long for an answer; the question stays, and its answer holds for the next call. */
const WAIT_MS = 2 * 60_000;

export interface AccessOptions {
  /** Monotonic milliseconds. */
  now?(): number;
  wait_ms?: number;
}

export class AccessList {
  readonly #memory: AccessMemory;
  readonly #ask: (caller: string) => Promise<Access | undefined>;
  readonly #now: () => number;
  readonly #wait_ms: number;
  /** One question per caller, however many calls wait for it. */
  readonly #asking = new Map<string, Promise<boolean>>();
  readonly #answered = new Map<string, (allowed: boolean) => void>();
  readonly #notBefore = new Map<string, number>();

  /** `ask`: undefined where the person gave no answer; then it is asked again, some minutes later. */
  constructor(
    memory: AccessMemory,
    ask: (caller: string) => Promise<Access | undefined>,
    { now = () => performance.now(), wait_ms = WAIT_MS }: AccessOptions = {},
  ) {
    this.#memory = memory;
    this.#ask = ask;
    this.#now = now;
    this.#wait_ms = wait_ms;
  }

  allows(caller: string | undefined): Promise<boolean> {
    const name = callerName(caller);
    if (needsNoLeave(name)) return Promise.resolve(true);
    const known = this.all()[name];
    if (known !== undefined) return Promise.resolve(known === "allowed");
    let asking = this.#asking.get(name);
    if (!asking) {
      if (this.#now() < (this.#notBefore.get(name) ?? 0)) return Promise.resolve(false);
      asking = this.#askFor(name).finally(() => {
        this.#asking.delete(name);
        this.#answered.delete(name);
      });
      this.#asking.set(name, asking);
    }
    return asking;
  }

  /** Resolves when the caller may go on. Throws PermissionDeniedError that says what to do, and Cancelled. */
  async leave(caller: string | undefined, signal?: AbortSignal): Promise<void> {
    const name = callerName(caller);
    const answer = await settledFirst(this.allows(name), this.#wait_ms, signal);
    if (answer === "aborted")
      throw new Cancelled({ message: "the caller stopped the call", code: "ABORT_ERR" });
    if (answer === true) return;
    const waits = answer === "late";
    throw new PermissionDeniedError({
      message: waits
        ? `nobody has answered yet whether ${name} may use EdgeQuake's models: the question is among VS Code's notifications, and in "EdgeQuake: Manage Access"`
        : `${name} may not use EdgeQuake's models. Change it with "EdgeQuake: Manage Access"`,
      code: waits ? "consent_pending" : "consent_denied",
    });
  }

  /** Every caller with an answer. */
  all(): Readonly<Record<string, Access>> {
    return this.#memory.get(KEY) ?? {};
  }

  /** Who was asked about and has no answer: the question is open, or was closed. */
  unanswered(): string[] {
    const known = this.all();
    return [...this.#asking.keys(), ...this.#notBefore.keys()].filter((name) => known[name] === undefined);
  }

  /** undefined forgets the answer. */
  async set(caller: string, access: Access | undefined): Promise<void> {
    const name = callerName(caller);
    this.#notBefore.delete(name);
    const { [name]: _before, ...others } = this.all();
    await this.#memory.update(KEY, access === undefined ? others : { ...others, [name]: access });
    // Who waits for the question goes on, though it still stands in the window.
    if (access !== undefined) this.#answered.get(name)?.(access === "allowed");
  }

  #askFor(name: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#answered.set(name, resolve);
      this.#askPerson(name).then(resolve, reject);
    });
  }

  async #askPerson(name: string): Promise<boolean> {
    const answer = await this.#ask(name);
    // Meanwhile it may have been answered elsewhere.
    const known = this.all()[name] ?? answer;
    if (known === undefined) this.#notBefore.set(name, this.#now() + NOT_NOW_MS);
    else if (answer !== undefined) await this.set(name, answer);
    return (answer ?? known) === "allowed";
  }
}

/** The editor's own chat, and what a person does in EdgeQuake itself. */
export function needsNoLeave(caller: string): boolean {
  return caller === EDITOR || caller.startsWith(OWN);
}

/** What somebody may call himself: publisher.name, and no name that stands for somebody else. */
export function isExtensionId(caller: unknown): caller is string {
  if (typeof caller !== "string") return false;
  const name = callerName(caller);
  return /^[a-z0-9][\w-]*\.[a-z0-9][\w.-]*$/.test(name) && !needsNoLeave(name) && name !== TOOLS;
}

/** As callers are told apart, in the list and in the ledger. */
export function callerName(caller: string | undefined): string {
  return caller?.trim().toLowerCase() || "an unnamed extension";
}

function settledFirst<T>(
  work: Promise<T>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<T | "late" | "aborted"> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done("late"), ms);
    const onAbort = (): void => done("aborted");
    const done = (value: T | "late" | "aborted"): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      resolve(value);
    };
    if (signal?.aborted) done("aborted");
    else signal?.addEventListener("abort", onAbort, { once: true });
    work.then(done, (error: unknown) => {
      clearTimeout(timer);
      reject(error as Error);
    });
  });
}
