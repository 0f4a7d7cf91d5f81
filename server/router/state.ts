// What a router remembers of its deployments, in memory: counts of the last minute, newest latencies, cooldowns.
// It is bounded: so much per deployment, and nothing per call. All times are of a clock that never goes back.

import type { Deployment } from "./deployment.ts";
import { MinuteWindow } from "./minute-window.ts";

/** The newest samples of one measure. */
export class Samples {
  readonly #values: number[] = [];
  readonly #most: number;
  #next = 0;
  #sum = 0;

  constructor(most: number) {
    this.#most = Math.max(1, most);
  }
  add(value: number): void {
    this.#sum += value - (this.#values[this.#next] ?? 0);
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#most;
  }
  get count(): number {
    return this.#values.length;
  }
  /** undefined = never measured. */
  mean(): number | undefined {
    const { length } = this.#values;
    return length === 0 ? undefined : this.#sum / length;
  }
}

export interface LastError {
  name: string;
  status_code?: number;
  message: string;
  /** Wall clock, milliseconds. */
  at: number;
}

export class DeploymentState {
  in_flight = 0;
  /** Of the last minute. */
  readonly requests = new MinuteWindow();
  readonly tokens = new MinuteWindow();
  readonly successes = new MinuteWindow();
  readonly failures = new MinuteWindow();
  /** Milliseconds to the first chunk of a stream. */
  readonly ttft: Samples;
  /** Milliseconds per completion token; of a stream, those after the first. */
  readonly ms_per_token: Samples;
  /** Failures counted against allowed_fails, by class ("*" = all), and when the count is forgotten. */
  fails = new Map<string, number>();
  fails_until = 0;
  /** Not asked before then; 0 = never cooled or recovered. */
  cooled_until = 0;
  cooled_because = "";
  /** One request is under way to see whether it has recovered. */
  probing = false;
  last_error: LastError | undefined;

  constructor(latencies: number) {
    this.ttft = new Samples(latencies);
    this.ms_per_token = new Samples(latencies);
  }
}

/** A deployment with what is known of it: one object, so that a decision looks nothing up. */
export interface Slot {
  deployment: Deployment;
  state: DeploymentState;
}

export class RouterState {
  #slots = new Map<string, Slot>();
  readonly #latencies: number;

  /** `latencies` newest samples are kept of each deployment. */
  constructor(latencies = 10) {
    this.#latencies = latencies;
  }

  /** Takes over a new list: an id that stays keeps its counters and cooldown, one that goes is forgotten. */
  replace(deployments: readonly Deployment[]): void {
    const kept = this.#slots;
    this.#slots = new Map(
      deployments.map((deployment) => {
        const state = kept.get(deployment.id)?.state ?? new DeploymentState(this.#latencies);
        return [deployment.id, { deployment, state }];
      }),
    );
  }

  get(id: string): Slot | undefined {
    return this.#slots.get(id);
  }
  get size(): number {
    return this.#slots.size;
  }
  slots(): IterableIterator<Slot> {
    return this.#slots.values();
  }
}
