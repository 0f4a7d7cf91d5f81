// Whether a call may be answered from what is kept, and the answer if it is there: a request is the same only where
// everything that decides on its answer is.

import { extrasOfKept } from "../kept-answers.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "../protocol/messages.ts";
import type { ChatCall, EmbedCall } from "../providers/types.ts";
import { type CachePlan, planCache, type ResponseCache, wantsCache } from "../store/response-cache.ts";
import type { Options } from "./call-options.ts";

/** undefined = this call does without the cache. */
export function planOf(
  kind: "completion" | "embedding",
  params: CompletionParams | EmbeddingParams,
  call: ChatCall | EmbedCall,
  { target, kept }: Options,
): CachePlan | undefined {
  if (!wantsCache(params, kept.cache)) return undefined;
  const secret = new Set(target.provider.settings?.filter((one) => one.secret).map(({ name }) => name));
  const settings = Object.entries(target.settings).filter(([name]) => !secret.has(name));
  const request = {
    kind,
    provider: target.provider.id,
    model: target.model,
    api_base: target.api_base,
    params: call.params,
    passthrough: call.passthrough,
    settings: Object.fromEntries(settings),
    headers: target.headers,
  };
  return planCache(request, params.cache, kept.cache);
}

/** A copy of the caller's own, with what is told of this call. */
export async function keptAnswer<T extends ModelResponse | EmbeddingResponse>(
  cache: ResponseCache,
  plan: CachePlan,
  { warnings }: ChatCall | EmbedCall,
  call_id: string,
  monotonic: () => number,
): Promise<T | undefined> {
  const began = monotonic();
  const kept = await cache.get<T>(plan);
  if (kept) kept.edgequake = extrasOfKept(call_id, warnings, monotonic() - began);
  return kept;
}
