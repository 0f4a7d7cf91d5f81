// What one routed call has seen: its attempts with the deployments asked, its decisions, the groups that failed. It
// ends as `edgequake.trace` of the answer or as the attempts on the error.

import type { CallStatus, OnStatus } from "../protocol/call-status.ts";
import type { AttemptRecord, OpenAIError } from "../protocol/errors.ts";
import type { EmbeddingResponse, ModelResponse, ResponseExtras, Warning } from "../protocol/messages.ts";
import type { RouteAttempt, RouteTrace } from "../protocol/route-trace.ts";
import type { Cooling } from "./cooldown.ts";
import type { Decision } from "./decide.ts";
import type { StreamTotals } from "./host.ts";

/** Those of a call that went on and on are not all told. */
const MOST_DECISIONS = 32;

type Told = Pick<ResponseExtras, "warnings" | "attempts" | "ms_total" | "ms_first_chunk" | "trace">;

export class RoutedCall {
  readonly fallbacks: { group: string; failed: string }[] = [];
  readonly #router_id: string;
  readonly #model: string;
  readonly #attempts: RouteAttempt[] = [];
  readonly #decisions: Decision[] = [];
  readonly #warnings: Warning[] = [];
  readonly #now: () => number;
  readonly #began: number;
  readonly #onStatus: OnStatus | undefined;
  #answered = { group: "", deployment: "" };

  constructor(router_id: string, model: string, now: () => number, onStatus?: OnStatus) {
    this.#router_id = router_id;
    this.#model = model;
    this.#now = now;
    this.#began = now();
    this.#onStatus = onStatus;
  }

  decided(decision: Decision): void {
    if (this.#decisions.length < MOST_DECISIONS) this.#decisions.push(decision);
  }

  attempted(attempt: Omit<RouteAttempt, "attempt">): void {
    this.#attempts.push({ attempt: this.#attempts.length + 1, ...attempt, ms: round(attempt.ms) });
  }

  waited(ms: number): void {
    const last = this.#attempts.at(-1);
    if (last) last.waited_ms = round(ms);
  }

  /** Why no further request was made to the group. */
  stopped(because: string): void {
    const last = this.#attempts.at(-1);
    if (last) last.stopped_because = because;
  }

  /** For a limit to free, or for a deployment to recover. */
  waits(ms: number): void {
    this.#onStatus?.({
      kind: "wait",
      failed: "RateLimitError",
      status_code: null,
      wait_ms: round(ms),
      attempt: this.#attempts.length,
      deployment: null,
      model: null,
    });
  }

  /** After a failure: who is asked next, and when. */
  goesOn(
    { name: failed, status_code }: OpenAIError,
    next: Pick<CallStatus, "kind" | "wait_ms" | "deployment" | "model">,
  ): void {
    this.#onStatus?.({
      ...next,
      wait_ms: round(next.wait_ms),
      failed,
      status_code: status_code ?? null,
      attempt: this.#attempts.length,
    });
  }

  cooled(deployment: string, { ms, because }: Cooling): void {
    this.#warnings.push({
      param: "router",
      message: `deployment ${deployment} is not asked for ${Math.ceil(ms / 1000)} s: ${because}`,
    });
  }

  answered(group: string, deployment: string): void {
    this.#answered = { group, deployment };
  }

  /** The answer with its way on it. */
  tell<T extends ModelResponse | EmbeddingResponse | StreamTotals>(
    value: T,
    warnings: readonly Warning[],
  ): T {
    const extras: Told | undefined = "chunks" in value ? value : value.edgequake;
    if (!extras) return value;
    for (const warning of [...this.#warnings, ...warnings]) extras.warnings.push(warning);
    const before = this.fallbacks.at(-1);
    if (before) {
      const message = `${before.group} failed with ${before.failed}; ${this.#answered.group} answered instead`;
      extras.warnings.push({ param: "model", message });
    }
    extras.attempts = this.#attempts.length;
    const whole = round(this.#now() - this.#began);
    // The last attempt's own times are those of an answer that came at once.
    if (this.#attempts.length > 1) {
      const earlier = Math.max(0, whole - extras.ms_total);
      extras.ms_total = whole;
      if (extras.ms_first_chunk !== null) extras.ms_first_chunk = round(extras.ms_first_chunk + earlier);
    }
    extras.trace = this.#trace();
    return value;
  }

  /** The error the caller gets, with every attempt of every group on it. */
  finish(error: OpenAIError): OpenAIError {
    if (this.#attempts.length > 0) {
      error.attempts = this.#attempts.map(
        ({ group: _group, error: _error, cost_usd: _cost, ...attempt }): AttemptRecord => attempt,
      );
    }
    return error;
  }

  #trace(): RouteTrace {
    return {
      router_id: this.#router_id,
      model: this.#model,
      ...this.#answered,
      attempts: this.#attempts,
      decisions: this.#decisions.map((decision) => decision.trace()),
      fallbacks: this.fallbacks,
    };
  }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
