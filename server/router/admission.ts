// Lets one request in: decides, leases the limits, and waits where waiting can help. What is admitted holds a lease
// until it is told how the request ended; a cooled deployment admits one probe at a time.

import type { Stop } from "../engine/stop.ts";
import { earliestRecovery, isHalfOpen } from "./cooldown.ts";
import { type DecideContext, type Decision, decide } from "./decide.ts";
import type { Lease, Limiter } from "./limiter.ts";
import type { Slot } from "./state.ts";
import { Turnstile } from "./turnstile.ts";

export interface Admitted {
  slot: Slot;
  lease: Lease;
  /** The one request that looks whether a cooled deployment has recovered. */
  probe: boolean;
  decision: Decision;
}

/** Nobody can take it now. */
export interface NotAdmitted {
  decision: Decision;
  because: "filtered" | "too large" | "queue";
  /** Until the first cooled one may be asked again. */
  recovery_ms: number | undefined;
}

export interface Request {
  /** What waits for the same deployments waits in one queue. */
  group: string;
  slots: readonly Slot[];
  /** Estimate of what it takes of a tpm limit. */
  tokens: number;
  priority: number;
  /** Milliseconds it may wait for a limit. */
  queue_ms: number;
  wait_for_recovery: boolean;
  /** A cooldown beyond this is not slept through. */
  longest_recovery_ms: number;
  /** Told once, when it begins to wait, of how long that may be. */
  onWait?: (ms: number) => void;
  stop: Stop;
}

type Context = Omit<DecideContext, "now" | "limited">;
/** After a probe that others wait for they look again so often. */
const PROBE_LOOK_MS = 250;
/** What is free comes from where all windows share it within a millisecond or two; the very first time a thread starts. */
const FETCH_MS = 500;
/** Somebody was chosen whose limits are free and not at hand yet. */
const FETCHING = "fetching";
/** Nobody wants to hear of a shorter wait. */
const WORTH_TELLING_MS = 500;

export class Admission {
  readonly #limiter: Limiter;
  readonly #now: () => number;
  readonly #queues = new Map<string, Turnstile>();
  readonly #fetching = new Set<() => void>();

  constructor(limiter: Limiter, now: () => number) {
    this.#limiter = limiter;
    this.#now = now;
  }

  /** Requests that wait, by group. */
  waiting(): Record<string, number> {
    return Object.fromEntries([...this.#queues].map(([group, { length }]) => [group, length]));
  }

  /** Something was given back: whoever is first looks. */
  freed(): void {
    for (const wake of [...this.#fetching]) wake();
    for (const queue of this.#queues.values()) queue.wake();
  }

  /** Everybody looks again: the router changed or ends. */
  changed(): void {
    for (const wake of [...this.#fetching]) wake();
    for (const queue of this.#queues.values()) queue.wakeAll();
  }

  /** What `tryNow` would choose, without taking it. */
  look(request: Request, context: Context): Decision {
    const now = this.#now();
    return decide(request.slots, {
      ...context,
      now,
      limited: ({ deployment }) => this.#limiter.reached(deployment.id, request.tokens),
    });
  }

  /** Milliseconds within which certainly nobody can take it, given what `look` found; Infinity: nobody ever. */
  nobodyFor({ slots, wait_for_recovery }: Request, { slot, filtered }: Decision): number {
    if (slot || wait_for_recovery) return 0;
    // A limit may free at any moment, and a probe succeed.
    if (filtered.some((why) => /^(?:rpm|tpm|max_parallel_requests|recovering)\b/.test(why ?? ""))) return 0;
    const cooled = slots.filter((_, index) => filtered[index]?.startsWith("cooled"));
    return earliestRecovery(cooled, this.#now()) ?? Number.POSITIVE_INFINITY;
  }

  /** @throws what `stop` was stopped with. */
  async admit(request: Request, context: Context): Promise<Admitted | NotAdmitted> {
    const queue = this.#queues.get(request.group);
    if (!queue?.isBusy(request.priority)) {
      const now = this.#tryNow(request, context, FETCHING);
      const first = now === FETCHING ? await this.#fetch(request, context) : now;
      if ("slot" in first || !this.#worthWaiting(first, request)) return first;
    }
    return this.#wait(request, context);
  }

  /** For such a moment nobody else is asked. */
  async #fetch(request: Request, context: Context): Promise<Admitted | NotAdmitted> {
    const until = this.#now() + FETCH_MS;
    for (let left = FETCH_MS; left > 0; left = until - this.#now()) {
      let woken = (): void => {};
      const wake = (): void => woken();
      this.#fetching.add(wake);
      await this.#sleep(left, request.stop, (up) => {
        woken = up;
      }).finally(() => this.#fetching.delete(wake));
      const found = this.#tryNow(request, context, FETCHING);
      if (found !== FETCHING) return found;
    }
    return this.#tryNow(request, context);
  }

  async #wait(request: Request, context: Context): Promise<Admitted | NotAdmitted> {
    const { group, priority, queue_ms: longest_ms, stop } = request;
    const queue = this.#queues.get(group) ?? new Turnstile();
    this.#queues.set(group, queue);
    let wake = (): void => {};
    const place = queue.enter({ priority, longest_ms }, () => wake());
    const until = this.#now() + longest_ms;
    const expected = this.#expected(request, context);
    if (expected >= WORTH_TELLING_MS) request.onWait?.(expected);
    try {
      for (;;) {
        let pause = until - this.#now();
        if (place.isFirst() || pause <= 0) {
          const found = this.#tryNow(request, context);
          if ("slot" in found) return found;
          if (!this.#worthWaiting(found, request)) return found;
          if (found.because === "filtered") pause = Math.max(1, found.recovery_ms ?? PROBE_LOOK_MS);
          else if (pause <= 0) return { ...found, because: "queue" };
          else pause = Math.min(pause, this.#limitWait(request, found));
        }
        await this.#sleep(pause, stop, (up) => {
          wake = up;
        });
      }
    } finally {
      place.leave();
      if (queue.length === 0) this.#queues.delete(group);
    }
  }

  /** Milliseconds until a limit frees or somebody recovers, as far as that is known. */
  #expected(request: Request, context: Context): number {
    const decision = this.look(request, context);
    const limited = this.#limited(request, decision);
    if (limited.length === 0) return earliestRecovery(request.slots, this.#now()) ?? 0;
    const ms = this.#limiter.wait(limited, request.tokens, request.queue_ms);
    return ms === Number.POSITIVE_INFINITY ? 0 : ms;
  }

  #tryNow(request: Request, context: Context): Admitted | NotAdmitted;
  /** Goes on to nobody else while a free limit of the one chosen is being fetched. */
  #tryNow(
    request: Request,
    context: Context,
    whileFetching: typeof FETCHING,
  ): Admitted | NotAdmitted | typeof FETCHING;
  #tryNow(
    request: Request,
    context: Context,
    whileFetching?: typeof FETCHING,
  ): Admitted | NotAdmitted | typeof FETCHING {
    const now = this.#now();
    const full = new Map<string, string>();
    for (;;) {
      const decision = decide(request.slots, {
        ...context,
        now,
        limited: ({ deployment: { id } }) => full.get(id) ?? this.#limiter.reached(id, request.tokens),
      });
      const { slot } = decision;
      if (!slot) {
        const limited = this.#limited(request, decision);
        const because =
          limited.length === 0
            ? "filtered"
            : this.#limiter.wait(limited, request.tokens) === Number.POSITIVE_INFINITY
              ? "too large"
              : "queue";
        return { decision, because, recovery_ms: earliestRecovery(request.slots, now) };
      }
      const { id } = slot.deployment;
      const lease = this.#limiter.take(id, request.tokens);
      if ("wait_ms" in lease) {
        if (whileFetching && this.#limiter.reached(id, request.tokens) === undefined) return whileFetching;
        full.set(id, `${lease.kind} reached`);
        continue;
      }
      const probe = isHalfOpen(slot.state, now);
      if (probe) slot.state.probing = true;
      return { slot, lease, probe, decision };
    }
  }

  /** Ids of those that only a limit keeps from taking it. */
  #limited({ slots }: Request, { filtered }: Decision): string[] {
    return slots
      .filter((_, index) => /^(?:rpm|tpm|max_parallel_requests) /.test(filtered[index] ?? ""))
      .map(({ deployment }) => deployment.id);
  }

  #limitWait(request: Request, { decision }: NotAdmitted): number {
    const ms = this.#limiter.wait(this.#limited(request, decision), request.tokens);
    return Math.max(1, Math.min(ms, 1_000));
  }

  #worthWaiting({ because, recovery_ms, decision }: NotAdmitted, request: Request): boolean {
    if (because === "queue") return request.queue_ms > 0;
    if (because === "too large" || !request.wait_for_recovery) return false;
    const probing = decision.filtered.some((why) => why?.startsWith("recovering"));
    return probing || (recovery_ms !== undefined && recovery_ms <= request.longest_recovery_ms);
  }

  #sleep(ms: number, stop: Stop, onWake: (wake: () => void) => void): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        release();
        onWake(() => {});
        resolve();
      };
      const timer = setTimeout(done, ms);
      const release = stop.onStop((reason) => {
        clearTimeout(timer);
        onWake(() => {});
        reject(reason);
      });
      onWake(done);
    });
  }
}
