// More inputs than one request may hold: cut into several, and their answers put together again, in order. Pure.

import type { EmbeddingParams, EmbeddingResponse } from "../protocol/messages.ts";
import type { EmbedCall, EmbedWire } from "../providers/types.ts";

/** One call per request. The warnings of all are the whole call's. */
export function batchesOf(call: EmbedCall, { max_batch }: EmbedWire): EmbedCall[] {
  const most = typeof max_batch === "function" ? max_batch(call.model) : max_batch;
  const { input } = call.params;
  // A flat list of token ids is one input.
  if (most === undefined || !Array.isArray(input) || typeof input[0] === "number" || input.length <= most)
    return [call];
  const batches: EmbedCall[] = [];
  for (let from = 0; from < input.length; from += most) {
    const part = input.slice(from, from + most) as EmbeddingParams["input"];
    batches.push({ ...call, params: { ...call.params, input: part } });
  }
  return batches;
}

/** Answers in the order of their batches; `sizes` are the batches' inputs. Usage is added up where it was told. */
export function joinAnswers(
  answers: readonly EmbeddingResponse[],
  sizes: readonly number[],
): EmbeddingResponse {
  const [first, ...rest] = answers as [EmbeddingResponse, ...EmbeddingResponse[]];
  let from = sizes[0] ?? 0;
  for (const [position, answer] of rest.entries()) {
    for (const item of answer.data) {
      item.index += from;
      first.data.push(item);
    }
    from += sizes[position + 1] ?? 0;
    if (answer.usage) {
      const { prompt_tokens = 0, total_tokens = 0 } = first.usage ?? {};
      first.usage = {
        ...first.usage,
        prompt_tokens: prompt_tokens + answer.usage.prompt_tokens,
        total_tokens: total_tokens + answer.usage.total_tokens,
      };
    }
  }
  return first;
}
