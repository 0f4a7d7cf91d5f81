// The clocks of one attempt: connect, then first token, then idle between contents. One timer, moved along;
// the total deadline belongs to the whole call and is kept by its signal.

import type { Limits } from "./target.ts";

export type DeadlineKind = "connect" | "first_token" | "idle";

export class Deadlines {
  readonly #limits: Limits;
  readonly #onExpire: (kind: DeadlineKind, ms: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #kind: DeadlineKind = "connect";
  #started = false;

  constructor(limits: Limits, onExpire: (kind: DeadlineKind, ms: number) => void) {
    this.#limits = limits;
    this.#onExpire = onExpire;
  }

  /** After the request was handed over: a pooled socket has taken it by then, and needs no timer to connect. */
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
    if (this.#kind === "idle") this.#timer?.refresh();
    else this.#arm("idle");
  }

  /** The consumer is slow, the provider is not to blame. */
  suspend(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
  resume(): void {
    if (!this.#timer) this.#arm(this.#kind);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #arm(kind: DeadlineKind): void {
    clearTimeout(this.#timer);
    this.#kind = kind;
    const ms = this.#limits[kind];
    this.#timer = ms === undefined ? undefined : setTimeout(() => this.#onExpire(kind, ms), ms);
  }
}
