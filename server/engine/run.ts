// What one call has seen so far: its attempts, its times, what was delivered. It ends as the extras of an answer or
// on the error the caller gets.

import type { CallStatus } from "../protocol/call-status.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type { AttemptRecord, OpenAIError } from "../protocol/errors.ts";
import type { ChatCompletionChunk, ResponseExtras, Warning } from "../protocol/messages.ts";
import type { Limits } from "./target.ts";

/** Injected, so that tests own the time and chance. */
export interface Clock {
  /** Wall clock in milliseconds. */
  now(): number;
  /** Never goes back, milliseconds. */
  monotonic(): number;
  random(): number;
}

export class Run {
  readonly attempts: AttemptRecord[] = [];
  request_id: string | undefined;
  chunks = 0;
  envelope: ChatCompletionChunk | undefined;
  /** As the newest chunk that names one: the first may tell what was asked for, the last tells what is billed. */
  service_tier: string | undefined;
  readonly #call_id: string;
  readonly #clock: Clock;
  readonly #began: number;
  #first: number | null = null;

  constructor(call_id: string, clock: Clock) {
    this.#call_id = call_id;
    this.#clock = clock;
    this.#began = clock.monotonic();
  }

  /** A new request begins: its tries are counted from here. */
  begin(): void {
    this.#before = this.attempts.length;
  }
  get tries(): number {
    return this.attempts.length - this.#before;
  }
  #before = 0;

  delivered(chunks: readonly CompactChunk[]): void {
    if (this.chunks === 0) {
      this.#first = this.#elapsed();
      const first = chunks[0];
      if (first !== undefined && typeof first !== "string") this.envelope = first;
    }
    for (const chunk of chunks)
      if (typeof chunk !== "string") this.service_tier = chunk.service_tier ?? this.service_tier;
    this.chunks += chunks.length;
  }

  record(outcome: string, status_code: number | undefined, ms: number): AttemptRecord {
    const attempt: AttemptRecord = {
      attempt: this.attempts.length + 1,
      outcome,
      ...(status_code === undefined ? {} : { status_code }),
      ms: round(ms),
    };
    this.attempts.push(attempt);
    return attempt;
  }

  waited(ms: number): void {
    const last = this.attempts.at(-1);
    if (last) last.waited_ms = round(ms);
  }

  /** What a waiting caller is told. */
  retrying({ name, status_code }: OpenAIError, wait_ms: number): CallStatus {
    return {
      kind: "retry",
      failed: name,
      status_code: status_code ?? null,
      wait_ms: round(wait_ms),
      attempt: this.attempts.length,
      deployment: null,
      model: null,
    };
  }

  /** The error the caller gets, with every try on it. */
  finish(error: OpenAIError, because?: string): OpenAIError {
    const last = this.attempts.at(-1);
    if (last && because !== undefined) last.stopped_because = because;
    error.attempts = this.attempts;
    error.call_id ??= this.#call_id;
    if (this.chunks > 0) {
      error.chunks_sent = this.chunks;
      error.partial ??= true;
    }
    return error;
  }

  remaining(limits: Limits): Limits {
    if (!limits.first_token_of_call || limits.first_token === undefined) return limits;
    return { ...limits, first_token: Math.max(1, limits.first_token - this.#elapsed()) };
  }

  /** Milliseconds until a deadline of the whole call. */
  left({ first_token_of_call, first_token = Infinity, total = Infinity }: Limits): number {
    return (first_token_of_call ? Math.min(first_token, total) : total) - this.#elapsed();
  }

  extras(warnings: Warning[]): ResponseExtras {
    const ms_total = this.#elapsed();
    return {
      warnings: unique(warnings),
      ...(this.request_id === undefined ? {} : { request_id: this.request_id }),
      call_id: this.#call_id,
      attempts: this.attempts.length,
      ...(this.attempts.some(({ outcome }) => outcome !== "ok") ? { attempt_records: this.attempts } : {}),
      ms_first_chunk: this.#first === null ? null : round(this.#first),
      ms_total: round(ms_total),
      cost_usd: null,
    };
  }

  #elapsed(): number {
    return this.#clock.monotonic() - this.#began;
  }
}

/** A request that is made again says again what it left out. */
function unique(warnings: Warning[]): Warning[] {
  if (warnings.length < 2) return warnings;
  return [...new Map(warnings.map((one) => [`${one.param}\n${one.message}`, one])).values()];
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
