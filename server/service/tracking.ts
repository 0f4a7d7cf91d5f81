// A call as it is followed: it can be stopped with the service, its error names it, and whatever way it ends the book is
// told, once.

import type { CallBook } from "../call-book.ts";
import type { CallOptions } from "../engine/engine.ts";
import type { Stop } from "../engine/stop.ts";
import { attributionOf } from "../protocol/attribution.ts";
import { type AttemptRecord, asOpenAIError } from "../protocol/errors.ts";
import type { CompletionParams, EmbeddingParams, Usage } from "../protocol/messages.ts";
import { PROVIDERS } from "../providers/registry.ts";
import { callId } from "./call-id.ts";
import type { Kept } from "./call-options.ts";

/** What a call is told by and tells to. */
export interface Tracking {
  call_id: string;
  observe?: CallOptions["observe"];
  onStatus?: CallOptions["onStatus"];
  /** What the ledger keeps of it, as it becomes known. */
  kept?: { reserved: boolean; config: Kept | undefined };
}

/** A call's value, and what the ledger wants to know of it. */
export interface Tracked<T> {
  value: T;
  usage: Partial<Usage> | undefined;
  kind?: "completion" | "embedding";
  cost_usd?: number | null | undefined;
  ms_first_chunk?: number | null;
  /** Only where texts are kept. */
  answer?: string | null | undefined;
}

export async function tracked<T>(
  { live, book }: { live: Set<Stop>; book: CallBook },
  params: CompletionParams | EmbeddingParams,
  stop: Stop,
  run: (tracking: Tracking) => Promise<Tracked<T>>,
): Promise<T> {
  live.add(stop);
  const call_id = callId(Date.now());
  const attempts: AttemptRecord[] = [];
  const kept: NonNullable<Tracking["kept"]> = { reserved: false, config: undefined };
  let ok = false;
  let done: Tracked<T> | undefined;
  try {
    if (stop.reason) throw stop.reason;
    done = await run({ call_id, observe: (attempt) => attempts.push(attempt), kept });
    ok = true;
    return done.value;
  } catch (thrown) {
    const error = asOpenAIError(thrown);
    error.call_id ??= call_id;
    throw error;
  } finally {
    live.delete(stop);
    const { model } = params;
    const { usage, kind = "completion", cost_usd = null, ms_first_chunk = null } = done ?? {};
    const { reserved, config } = kept;
    const texts = config?.ledger?.keep_texts
      ? { prompt: JSON.stringify(params["messages"] ?? params["input"]), answer: done?.answer ?? null }
      : undefined;
    const provider = providerNamed(params);
    const call = { call_id, kind, provider, model, ok, attempts, usage, cost_usd, ms_first_chunk };
    book.ended({ ...call, attribution: attributionOf(params), reserved, texts }, config?.ledger);
  }
}

/** Also of a call that failed before its provider was known to exist. */
function providerNamed({ model, custom_llm_provider }: CompletionParams | EmbeddingParams): string {
  const slash = model.indexOf("/");
  const named = custom_llm_provider ?? (slash > 0 ? model.slice(0, slash) : "openai");
  return PROVIDERS.has(named) ? named : "unknown";
}
