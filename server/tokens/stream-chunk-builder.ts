// LiteLLM's stream_chunk_builder(): the whole answer of a stream's chunks, by the same fold that everything uses here.
// Usage is what the stream told last; only where it told none is it counted.

import { accumulate } from "../protocol/accumulate.ts";
import type { ChatCompletionChunk, Message, ModelResponse, Usage } from "../protocol/messages.ts";
import { token_counter } from "./token-counter.ts";

/**
 * Joins text, tool calls by index, reasoning, thinking blocks, refusals, sound and images. `messages` are the prompt's:
 * with them a stream without usage gets one that is counted, marked `estimated: true`; without them it has none.
 * A choice without a finish reason says "unknown": a cut stream is not made to look whole.
 */
export async function stream_chunk_builder(
  chunks: Iterable<ChatCompletionChunk>,
  { messages }: { messages?: readonly Message[] } = {},
): Promise<ModelResponse> {
  const response = accumulate(chunks);
  if (!response.usage && messages) response.usage = await counted(response, messages);
  return response;
}

async function counted({ model, choices }: ModelResponse, messages: readonly Message[]): Promise<Usage> {
  const texts = choices.flatMap(({ message: { content, reasoning_content, refusal, tool_calls = [] } }) => [
    content ?? "",
    reasoning_content ?? "",
    refusal ?? "",
    ...tool_calls.flatMap(({ function: { name, arguments: given } }) => [name, given]),
  ]);
  const [prompt_tokens, completion_tokens] = await Promise.all([
    token_counter({ model, messages }),
    token_counter({ model, text: texts }),
  ]);
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    estimated: true,
  };
}
