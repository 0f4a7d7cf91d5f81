// Leases of limits (requests and tokens of the minute, requests at a time) of a deployment, its provider and all: all of
// them or none, given back once, settled by what was really used. What waits does so by priority, then in turn, and never past its time.

import type { SharedLimits } from "../store/shared-limits.ts";
import type { Deployment } from "./deployment.ts";

const MINUTE_MS = 60_000;
/** A limit that other processes share may free without telling: looked at so often. */
const LOOK_AGAIN_MS = 1_000;

type Kind = "rpm" | "tpm" | "max_parallel_requests";
interface Limit {
  kind: Kind;
  key: string;
  capacity: number;
  /** Whose it is, where it is not the deployment's own. */
  of: string;
}

/** What may be taken in a minute, and at a time. */
export interface LimitSet {
  rpm?: number | undefined;
  tpm?: number | undefined;
  max_parallel_requests?: number | undefined;
}
/** Limits that several deployments share. */
export interface SharedLimitSets {
  providers: Readonly<Record<string, LimitSet>>;
  all: LimitSet;
}

export interface Lease {
  /** What was really used, once: unused tokens are given back. The slot is given back in any case. */
  settle(tokens: number | undefined): void;
  /** The request was never made: everything is given back. */
  refund(): void;
}

export type Refusal = { kind: Kind; wait_ms: number };

export class Limiter {
  readonly #limits: SharedLimits;
  readonly #now: () => number;
  #of = new Map<string, Limit[]>();
  #shared: { provider: string | null; limits: Limit[] }[] = [];

  /** `now` never goes back, milliseconds. */
  constructor(limits: SharedLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Takes over a list; what was used of a limit that stays stays used. */
  replace(deployments: readonly Deployment[], shared: SharedLimitSets = { providers: {}, all: {} }): void {
    const all = this.#set(shared.all, "all", " of all");
    const providers = new Map(
      Object.entries(shared.providers).map(([provider, set]) => [
        provider,
        this.#set(set, `provider:${provider}`, ` of ${provider}`),
      ]),
    );
    this.#shared = [
      { provider: null, limits: all },
      ...Array.from(providers, ([provider, limits]) => ({ provider, limits })),
    ];
    this.#of = new Map();
    for (const deployment of deployments) {
      const { id, provider } = deployment;
      const limits = [...this.#set(deployment, id, ""), ...(providers.get(provider) ?? []), ...all];
      if (limits.length > 0) this.#of.set(id, limits);
    }
  }

  #set({ max_parallel_requests, rpm, tpm }: LimitSet, whose: string, of: string): Limit[] {
    const given: [Kind, number | undefined][] = [
      ["max_parallel_requests", max_parallel_requests],
      ["rpm", rpm],
      ["tpm", tpm],
    ];
    return given.flatMap(([kind, capacity]) => {
      if (capacity === undefined) return [];
      const key = `${kind}:${whose}`;
      this.#limits.limit(
        key,
        kind === "max_parallel_requests"
          ? { kind: "slots", capacity }
          : { kind: "rate", capacity, window_ms: MINUTE_MS },
      );
      return [{ kind, key, capacity, of }];
    });
  }

  /** Which limit of the deployment a request of so many tokens would break now. */
  reached(id: string, tokens: number): string | undefined {
    const own = this.#of.get(id);
    if (!own) return undefined;
    for (const { kind, key, capacity, of } of own) {
      const wanted = kind === "tpm" ? tokens : 1;
      if (wanted > capacity) return `${kind} ${capacity}${of} is less than the ${wanted} it needs`;
      if (this.#limits.free(key, wanted) < wanted) return `${kind} ${capacity}${of} reached`;
    }
    return undefined;
  }

  /** All limits of the deployment or none. An infinite wait: it can never be. */
  take(id: string, tokens: number): Lease | Refusal {
    const own = this.#of.get(id);
    if (!own) return NO_LIMITS;
    const taken: [string, number][] = [];
    let refusal: Refusal | undefined;
    // Also after one refused: what has to be fetched from elsewhere is all asked for at once.
    for (const { kind, key } of own) {
      const amount = kind === "tpm" ? tokens : 1;
      const wait_ms = this.#limits.take(key, amount);
      if (wait_ms === 0) taken.push([key, amount]);
      else if (wait_ms > (refusal?.wait_ms ?? 0)) refusal = { kind, wait_ms };
    }
    if (refusal) {
      for (const [had, much] of taken) this.#limits.give(had, much);
      return refusal;
    }
    const at = this.#now();
    let open = true;
    const once = (give: () => void): void => {
      if (!open) return;
      open = false;
      give();
    };
    return {
      settle: (used) =>
        once(() => {
          for (const { kind, key } of own) {
            if (kind === "max_parallel_requests") this.#limits.give(key, 1);
            else if (kind === "tpm" && used !== undefined)
              this.#correct(key, used - tokens, this.#now() - at);
          }
        }),
      refund: () =>
        once(() => {
          for (const [key, amount] of taken) this.#limits.give(key, amount, this.#now() - at);
        }),
    };
  }

  /** What could be taken now, by limit. */
  free(id: string): { kind: Kind; capacity: number; free: number }[] {
    const own = (this.#of.get(id) ?? []).filter(({ of }) => of === "");
    return own.map(({ kind, key, capacity }) => ({ kind, capacity, free: this.#limits.free(key) }));
  }

  /** The same of what several deployments share. */
  shared(): { provider: string | null; kind: Kind; capacity: number; free: number }[] {
    return this.#shared.flatMap(({ provider, limits }) =>
      limits.map(({ kind, key, capacity }) => ({ provider, kind, capacity, free: this.#limits.free(key) })),
    );
  }

  /** Milliseconds until one of them is worth asking again; Infinity = an estimate above every capacity. */
  wait(ids: readonly string[], tokens: number, longest = LOOK_AGAIN_MS): number {
    let least = Number.POSITIVE_INFINITY;
    for (const id of ids) {
      const lease = this.take(id, tokens);
      if (!("wait_ms" in lease)) {
        lease.refund();
        return 0;
      }
      least = Math.min(least, lease.wait_ms);
    }
    return least === Number.POSITIVE_INFINITY ? least : Math.min(least, longest);
  }

  /** More was used than reserved: the rest is taken as far as there is any. */
  #correct(key: string, more: number, ms_ago: number): void {
    if (more < 0) this.#limits.give(key, -more, ms_ago);
    else if (more > 0) this.#limits.take(key, Math.min(more, this.#limits.free(key)));
  }
}

const NO_LIMITS: Lease = { settle: () => {}, refund: () => {} };
