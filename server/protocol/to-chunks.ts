// A whole answer as the chunks a stream of it would have been. The inverse of accumulate(). Pure.

import type { ChatCompletionChunk, Delta, ModelResponse } from "./messages.ts";

export function toChunks(response: ModelResponse): ChatCompletionChunk[] {
  const { id, created, model, system_fingerprint, service_tier } = response;
  const envelope: ChatCompletionChunk = { id, object: "chat.completion.chunk", created, model, choices: [] };
  if (system_fingerprint !== undefined) envelope.system_fingerprint = system_fingerprint;
  if (service_tier !== undefined) envelope.service_tier = service_tier;
  const chunks: ChatCompletionChunk[] = [];
  for (const { index, message, finish_reason, logprobs, provider_specific_fields } of response.choices) {
    const { tool_calls, ...rest } = message;
    const delta: Delta = { ...rest };
    if (tool_calls) delta.tool_calls = tool_calls.map((call, position) => ({ ...call, index: position }));
    const body = { index, delta, finish_reason: null, ...(logprobs ? { logprobs } : {}) };
    const last = {
      index,
      delta: {},
      finish_reason,
      ...(provider_specific_fields ? { provider_specific_fields } : {}),
    };
    chunks.push({ ...envelope, choices: [body] }, { ...envelope, choices: [last] });
  }
  return chunks;
}
