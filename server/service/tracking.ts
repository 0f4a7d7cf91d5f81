// A call as it is followed: it can be stopped with the service, its error names it, and whatever way it ends the book is
// told, once.

import type { CallBook } from "../call-book.ts";
import type { CallOptions } from "../engine/engine.ts";
import type { Stop } from "../engine/stop.ts";
import type { Gathered } from "../kept-answers.ts";
import type { MadeCall, Observation, Observer } from "../observe/observer.ts";
import { type Attribution, attributionOf } from "../protocol/attribution.ts";
import { type AttemptRecord, asOpenAIError, type OpenAIError } from "../protocol/errors.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
  Usage,
} from "../protocol/messages.ts";
import { PROVIDERS } from "../providers/registry.ts";
import type { ChatCall, EmbedCall, TextCall } from "../providers/types.ts";
import type { CachePlan } from "../store/response-cache.ts";
import { callId } from "./call-id.ts";
import type { Kept, Options } from "./call-options.ts";

/** What a call is told by and tells to. */
export interface Tracking {
  call_id: string;
  observe?: CallOptions["observe"];
  onStatus?: CallOptions["onStatus"];
  /** What the ledger keeps of it, as it becomes known. */
  kept?: { reserved: boolean; config: Kept | undefined };
  /** Told of it while it runs, where somebody watches. */
  observed?: Observation | undefined;
  /** What came of a stream, where that is wanted. */
  gathered?: Gathered | undefined;
}

export interface TrackingHost {
  live: Set<Stop>;
  book: CallBook;
  observer: Observer | undefined;
  /** Unix milliseconds. */
  now(): number;
  groupOf(attribution: Attribution): string | undefined;
}

/** A call's value, and what the ledger wants to know of it. */
export interface Tracked<T> {
  value: T;
  usage: Partial<Usage> | undefined;
  cost_usd?: number | null | undefined;
  ms_first_chunk?: number | null;
  /** Only where texts are kept. */
  answer?: string | null | undefined;
  /** Of a stream that is watched, and of what came from the cache. */
  response?: ModelResponse | EmbeddingResponse | undefined;
}

export async function tracked<T>(
  host: TrackingHost,
  kind: "completion" | "stream" | "embedding",
  params: CompletionParams | EmbeddingParams,
  stop: Stop,
  run: (tracking: Tracking) => Promise<Tracked<T>>,
): Promise<T> {
  const { live, book, observer } = host;
  live.add(stop);
  const call_id = callId(Date.now());
  const attempts: AttemptRecord[] = [];
  const kept: NonNullable<Tracking["kept"]> = { reserved: false, config: undefined };
  let failure: OpenAIError | undefined;
  let done: Tracked<T> | undefined;
  const tracking: Tracking = { call_id, observe: (attempt) => attempts.push(attempt), kept };
  try {
    if (observer?.any) await watch(host, observer, kind, params, tracking);
    if (stop.reason) throw stop.reason;
    const { observed } = tracking;
    done = await (observed ? observed.within(() => run(tracking)) : run(tracking));
    return done.value;
  } catch (thrown) {
    failure = asOpenAIError(thrown);
    failure.call_id ??= call_id;
    throw failure;
  } finally {
    live.delete(stop);
    const { model } = params;
    const { usage, cost_usd = null, ms_first_chunk = null } = done ?? {};
    const { reserved, config } = kept;
    const texts = config?.ledger?.keep_texts
      ? { prompt: JSON.stringify(params["messages"] ?? params["input"]), answer: done?.answer ?? null }
      : undefined;
    const provider = providerNamed(params);
    const told = { call_id, attempts, usage, cost_usd, ms_first_chunk };
    const ledger_kind = kind === "embedding" ? kind : "completion";
    const call = { ...told, kind: ledger_kind, provider, model, ok: failure === undefined } as const;
    book.ended({ ...call, attribution: attributionOf(params), reserved, texts }, config?.ledger);
    if (tracking.observed)
      tellEnd(tracking, host.now(), { ...told, value: done?.value, response: done?.response, failure });
  }
}

async function watch(
  { now, groupOf }: TrackingHost,
  observer: Observer,
  kind: "completion" | "stream" | "embedding",
  params: CompletionParams | EmbeddingParams,
  tracking: Tracking,
): Promise<void> {
  const model_group = groupOf(attributionOf(params));
  tracking.observed = await observer.begin({
    call_id: tracking.call_id,
    kind,
    params,
    began: now(),
    model_group,
  });
}

/** What a watcher is told of where a call goes. */
export function madeOf(
  call: ChatCall | EmbedCall | TextCall,
  { target, mocked, toPrice }: Options,
  plan: CachePlan | undefined,
): MadeCall {
  return { call, target, mocked, toPrice, cache_key: plan?.key };
}

interface End {
  attempts: AttemptRecord[];
  usage: Partial<Usage> | undefined;
  cost_usd: number | null;
  ms_first_chunk: number | null;
  value: unknown;
  response: ModelResponse | EmbeddingResponse | undefined;
  failure: OpenAIError | undefined;
}

function tellEnd(
  { observed, gathered }: Tracking,
  ended: number,
  { value, response, failure, ...told }: End,
): void {
  const whole = typeof value === "object" && value !== null && "object" in value;
  const answer = response ?? (whole ? (value as ModelResponse) : gathered?.answer(null));
  const { cache_hit } =
    (whole ? (value as ModelResponse).edgequake : (value as { cache_hit?: boolean } | undefined)) ?? {};
  const usage = told.usage ?? (answer?.usage as Partial<Usage> | undefined);
  observed?.ended({ ...told, usage, ended, answer, cache_hit: cache_hit === true, error: failure });
}

/** Also of a call that failed before its provider was known to exist. */
function providerNamed({ model, custom_llm_provider }: CompletionParams | EmbeddingParams): string {
  const slash = model.indexOf("/");
  const named = custom_llm_provider ?? (slash > 0 ? model.slice(0, slash) : "openai");
  return PROVIDERS.has(named) ? named : "unknown";
}
