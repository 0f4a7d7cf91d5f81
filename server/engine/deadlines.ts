// The clocks of one attempt: connect, then first token, then idle between contents. One deadline, moved along;
// the total one belongs to the whole call.

import { Deadline } from "./deadline-clock.ts";
import type { Limits } from "./target.ts";

export type DeadlineKind = "connect" | "first_token" | "idle";

export class Deadlines {
  readonly #limits: Limits;
  readonly #onExpire: (kind: DeadlineKind, ms: number) => void;
  #deadline: Deadline | undefined;
  #kind: DeadlineKind = "connect";
  #started = false;
  #suspended = false;

  constructor(limits: Limits, onExpire: (kind: DeadlineKind, ms: number) => void) {
    this.#limits = limits;
    this.#onExpire = onExpire;
  }

  /** After the request was handed over: a pooled socket has taken it by then, and needs no time to connect. */
  start(): void {
    this.#started = true;
    this.#arm(this.#kind);
  }

  /** The request is on its way. */
  sent(): void {
    if (this.#kind !== "connect") return;
    this.#kind = "first_token";
    if (this.#started) this.#arm("first_token");
  }

  /** Content arrived: comments and pings are none. */
  progress(): void {
    this.#arm("idle");
  }

  /** The consumer is slow, the provider is not to blame. */
  suspend(): void {
    this.#suspended = true;
    this.#deadline?.lift();
  }
  resume(): void {
    this.#suspended = false;
    this.#arm(this.#kind);
  }

  clear(): void {
    this.#deadline?.lift();
  }

  #arm(kind: DeadlineKind): void {
    this.#kind = kind;
    if (this.#suspended) return;
    const ms = this.#limits[kind];
    if (ms === undefined) this.#deadline?.lift();
    else if (this.#deadline) this.#deadline.move(ms);
    else this.#deadline = new Deadline(ms, this.#expired);
  }

  readonly #expired = (): void => {
    const ms = this.#limits[this.#kind];
    if (ms !== undefined) this.#onExpire(this.#kind, ms);
  };
}
