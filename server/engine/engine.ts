// Runs a call: attempts, the one retry loop of the whole program, the total deadline, and what every answer
// tells of itself (times, attempts, warnings). The number of requests sent is the number configured.

import { accumulate } from "../protocol/accumulate.ts";
import type { OnStatus } from "../protocol/call-status.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import { type AttemptRecord, asOpenAIError, type OpenAIError } from "../protocol/errors.ts";
import type { ChatCompletionChunk, EmbeddingResponse, ModelResponse, Usage } from "../protocol/messages.ts";
import type { StreamEnd } from "../protocol/results.ts";
import type { TextCompletionResponse } from "../protocol/text-completion.ts";
import { mockEmbedding } from "../providers/mock.ts";
import {
  type ChatCall,
  type ChatWire,
  type EmbedCall,
  type ModelListing,
  type Provider,
  type TextCall,
  type TextWire,
  WireFailure,
} from "../providers/types.ts";
import { type AttemptContext, runAttempt, StaleSocket } from "./attempt.ts";
import { batchesOf, joinAnswers } from "./batches.ts";
import { Deadline } from "./deadline-clock.ts";
import { FailureContext } from "./failure.ts";
import type { Http } from "./http.ts";
import type { Player } from "./player.ts";
import { JsonReader } from "./read-json.ts";
import { StreamReader } from "./read-stream.ts";
import { decideRetry, RetryBudget } from "./retry.ts";
import { type Clock, Run } from "./run.ts";
import type { Stop } from "./stop.ts";
import type { Limits, Target } from "./target.ts";

export interface CallOptions {
  target: Target;
  limits: Limits;
  max_retries: number;
  call_id: string;
  /** Kept by the engine for the whole call; the caller stops it to cancel. */
  stop: Stop;
  /** Told of every attempt when it is over. */
  observe?: ((attempt: AttemptRecord) => unknown) | undefined;
  /** Told of every retry before its wait. */
  onStatus?: OnStatus | undefined;
  /** USD of an answer, null = unknown; without it no cost is known. */
  price?: (answer: Answered) => number | null | Promise<number | null>;
}

/** What an answer is priced by. */
export interface Answered {
  model: string | undefined;
  usage: Partial<Usage> | undefined;
  service_tier?: string | null | undefined;
}

/** Takes chunks as they come. `control` is handed over when there is something to pause. */
export interface ChunkSink {
  push(chunks: CompactChunk[]): void;
  control?(control: { pause(): void; resume(): void }): void;
}

type StreamTotals = Omit<StreamEnd, "stream_id">;

export class Engine {
  readonly #http: Http;
  readonly #clock: Clock;
  readonly #budgets = new Map<string, RetryBudget>();

  constructor(http: Http, clock: Clock) {
    this.#http = http;
    this.#clock = clock;
  }

  /** `play` answers instead of the provider. */
  async completion(call: ChatCall, options: CallOptions, play?: Player): Promise<ModelResponse> {
    const run = new Run(options.call_id, this.#clock);
    const response = await this.#loop(run, options, (context) => {
      if (play) return playedAnswer(play, context);
      const wire = wireOf(options.target.provider, call);
      const answer = this.#json(run, context, wire.request(call), (json) => wire.response(json, call));
      return call.check_schema === undefined ? answer : matching(call, answer);
    });
    const { model, service_tier } = response;
    // What the call took is measured before; looking up a price is none of it.
    const extras = run.extras(call.warnings);
    const cost = options.price?.({ model, service_tier, usage: response.usage });
    extras.cost_usd = (cost instanceof Promise ? await cost : cost) ?? null;
    response.edgequake = extras;
    return response;
  }

  async stream(
    call: ChatCall,
    options: CallOptions & { include_usage: boolean },
    sink: ChunkSink,
    play?: Player,
  ): Promise<StreamTotals> {
    const run = new Run(options.call_id, this.#clock);
    const push = (chunks: CompactChunk[]): void => {
      run.delivered(chunks);
      sink.push(chunks);
    };
    const ended = await this.#loop(run, options, (context) => {
      if (play) return play(context, push);
      return this.#attemptStream(run, context, call, push, sink);
    });
    if (options.include_usage && ended.usage) push([usageChunk(run, call, ended.usage)]);
    const { service_tier } = run;
    const { model } = run.envelope ?? {};
    const extras = run.extras(call.warnings);
    const cost = options.price?.({ model, service_tier, usage: ended.usage });
    extras.cost_usd = (cost instanceof Promise ? await cost : cost) ?? null;
    return {
      chunks: run.chunks,
      finish_reasons: ended.finish_reasons,
      usage: ended.usage ?? null,
      cost_usd: extras.cost_usd,
      request_id: extras.request_id ?? null,
      call_id: extras.call_id,
      ms_first_chunk: extras.ms_first_chunk,
      ms_total: extras.ms_total,
      attempts: extras.attempts,
      ...(extras.attempt_records ? { attempt_records: extras.attempt_records } : {}),
      warnings: extras.warnings,
    };
  }

  async embedding(call: EmbedCall, options: CallOptions, mock: boolean): Promise<EmbeddingResponse> {
    const run = new Run(options.call_id, this.#clock);
    const { provider } = options.target;
    const { embed } = provider;
    const answers: EmbeddingResponse[] = [];
    const batches = mock || !embed ? [call] : batchesOf(call, embed);
    // One over all of them.
    const deadline = deadlineOf(options);
    try {
      for (const batch of batches) {
        // Each request has its own retries; the attempts of all are counted.
        run.begin();
        const ask = async (context: AttemptContext): Promise<EmbeddingResponse> => {
          if (mock || !embed) return mockEmbedding(batch);
          return this.#json(run, context, embed.request(batch), (json) => embed.response(json, batch));
        };
        answers.push(await this.#loop(run, options, ask, false));
      }
    } finally {
      deadline?.lift();
    }
    const sizes = batches.map(({ params }) => (Array.isArray(params.input) ? params.input.length : 1));
    const response = joinAnswers(answers, sizes);
    const { model, usage } = response;
    const extras = run.extras(call.warnings);
    extras.cost_usd = (await options.price?.({ model, usage })) ?? null;
    response.edgequake = extras;
    return response;
  }

  async text(call: TextCall, wire: TextWire, options: CallOptions): Promise<TextCompletionResponse> {
    const run = new Run(options.call_id, this.#clock);
    const response = await this.#loop(run, options, (context) =>
      this.#json(run, context, wire.request(call), (json) => wire.response(json, call)),
    );
    const { model, usage } = response;
    const extras = run.extras(call.warnings);
    extras.cost_usd = (await options.price?.({ model, usage })) ?? null;
    response.edgequake = extras;
    return response;
  }

  async models(options: CallOptions): Promise<ModelListing[]> {
    const run = new Run(options.call_id, this.#clock);
    const { models } = options.target.provider;
    if (!models) return [];
    return this.#loop(run, options, (context) =>
      this.#json(run, context, models.request(options.target.settings), models.response),
    );
  }

  async #attemptStream(
    run: Run,
    context: AttemptContext,
    call: ChatCall,
    push: (chunks: CompactChunk[]) => void,
    sink: ChunkSink,
  ): Promise<{ usage: Usage | undefined; finish_reasons: string[] }> {
    const wire = wireOf(context.target.provider, call);
    const request = wire.request(call);
    const kept: CompactChunk[] = [];
    const keep = (chunks: CompactChunk[]): void => {
      kept.push(...chunks);
      push(chunks);
    };
    const reader = new StreamReader({
      framing: wire.framing,
      decoder: wire.stream(call),
      whole: (json) => wire.response(json, call),
      onChunks: call.check_schema === undefined ? push : keep,
    });
    const end = await runAttempt(context, request, (_headers, control) => {
      sink.control?.(control);
      return reader;
    });
    run.request_id = end.request_id;
    const last = reader.last();
    // No finish reason goes out before the answer is known to fit.
    if (call.check_schema !== undefined) await refuseMismatch(call, accumulate([...kept, ...last]));
    push(last);
    return { usage: reader.usage(), finish_reasons: reader.finishReasons() };
  }

  #json<T>(
    run: Run,
    context: AttemptContext,
    wire: Parameters<typeof runAttempt>[1],
    decode: (json: unknown) => T,
  ): Promise<T> {
    let decoded: { value: T } | undefined;
    const reader = new JsonReader((json) => {
      decoded = { value: decode(json) };
    });
    return runAttempt(context, wire, () => reader).then(({ request_id }) => {
      run.request_id = request_id;
      if (!decoded) throw new WireFailure({ message: "the answer is empty", code: "no_answer" });
      return decoded.value;
    });
  }

  /** The one retry loop. */
  async #loop<T>(
    run: Run,
    options: CallOptions,
    attempt: (context: AttemptContext) => Promise<T>,
    /** False where a deadline stands over more than this. */
    whole = true,
  ): Promise<T> {
    const { target, limits, stop } = options;
    const failures = new FailureContext(target, options.call_id);
    const budget = this.#budget(target.origin);
    const deadline = whole ? deadlineOf(options) : undefined;
    try {
      for (let replaced = false; ; ) {
        const began = this.#clock.monotonic();
        const context: AttemptContext = {
          http: this.#http,
          target,
          limits: run.remaining(limits),
          failures,
          stop,
          now: this.#clock.now,
        };
        try {
          const value = await attempt(context);
          // Recorded whoever watches: tries are counted by it.
          const record = run.record("ok", undefined, this.#clock.monotonic() - began);
          options.observe?.(record);
          budget.success();
          return value;
        } catch (thrown) {
          // A pooled socket that died unused is replaced at once, and not counted: the request never was.
          if (thrown instanceof StaleSocket && !replaced && !stop.reason) {
            replaced = true;
            continue;
          }
          const error = errorOf(thrown, failures);
          const record = run.record(error.name, error.status_code, this.#clock.monotonic() - began);
          options.observe?.(record);
          if (stop.reason) throw run.finish(stop.reason);
          const decision = decideRetry({
            attempt: run.tries,
            max_retries: options.max_retries,
            retryable: error.retryable,
            delivered: run.chunks > 0,
            retry_after_ms: error.retry_after_ms,
            left_ms: run.left(limits),
            once: error.code === "no_answer",
            budget,
            random: this.#clock.random(),
          });
          if (!decision.retry) throw run.finish(error, decision.because);
          run.waited(decision.wait_ms);
          options.onStatus?.(run.retrying(error, decision.wait_ms));
          await stop.sleep(decision.wait_ms).catch(() => {
            throw run.finish(stop.reason ?? error);
          });
        }
      }
    } finally {
      deadline?.lift();
    }
  }

  #budget(origin: string): RetryBudget {
    let budget = this.#budgets.get(origin);
    if (!budget) {
      budget = new RetryBudget();
      this.#budgets.set(origin, budget);
    }
    return budget;
  }
}

/** Whoever sets it lifts it. */
function deadlineOf({ limits: { total }, stop, target, call_id }: CallOptions): Deadline | undefined {
  if (total === undefined) return undefined;
  return new Deadline(total, () => stop.stop(new FailureContext(target, call_id).timeout("total", total)));
}

async function playedAnswer(play: Player, context: AttemptContext): Promise<ModelResponse> {
  const chunks: CompactChunk[] = [];
  const { usage } = await play(context, (more) => chunks.push(...more));
  const response = accumulate(chunks);
  if (usage) response.usage = usage;
  return response;
}

async function matching(call: ChatCall, answer: Promise<ModelResponse>): Promise<ModelResponse> {
  const response = await answer;
  await refuseMismatch(call, response);
  return response;
}

/** The API this call's model speaks. */
export function wireOf(provider: Provider, call: ChatCall): ChatWire {
  return provider.chatFor?.(call) ?? provider.chat;
}

/** Throws JSONSchemaValidationError with the answer on it. */
async function refuseMismatch(call: ChatCall, answer: ModelResponse): Promise<void> {
  const { schemaMismatch } = await import("./check-schema.ts");
  const mismatch = await schemaMismatch(call, answer);
  if (mismatch) throw mismatch;
}

function errorOf(thrown: unknown, failures: FailureContext): OpenAIError {
  if (thrown instanceof StaleSocket) return failures.transport(thrown.cause as Error);
  return thrown instanceof WireFailure ? failures.fromDecoder(thrown) : asOpenAIError(thrown);
}

/** LiteLLM's extra chunk, only on request: the usage, and a choice that says nothing. */
function usageChunk(run: Run, call: ChatCall, usage: Usage): ChatCompletionChunk {
  const { id, created, model } = run.envelope ?? {
    id: call.id,
    created: call.created,
    model: call.requested_model,
  };
  return {
    id,
    object: "chat.completion.chunk",
    created,
    model,
    choices: [{ index: 0, delta: {}, finish_reason: null }],
    usage,
  };
}
