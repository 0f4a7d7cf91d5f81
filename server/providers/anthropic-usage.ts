// Anthropic's usage in OpenAI's shape: the prompt counts what was read from and written to the cache too. What
// Anthropic told is kept beside it.

import type { Usage } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { count } from "./usage.ts";

export function readAnthropicUsage(raw: Json): Usage | undefined {
  const input = count(raw["input_tokens"]);
  const output = count(raw["output_tokens"]);
  if (input === undefined && output === undefined) return undefined;
  const read = count(raw["cache_read_input_tokens"]) ?? 0;
  const written = count(raw["cache_creation_input_tokens"]) ?? 0;
  const prompt_tokens = (input ?? 0) + read + written;
  const completion_tokens = output ?? 0;
  const usage: Usage = {
    ...raw,
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
  };
  if (read > 0 || written > 0) {
    usage.prompt_tokens_details = { cached_tokens: read, cache_creation_tokens: written };
    if (isObject(raw["cache_creation"]))
      usage.prompt_tokens_details["cache_creation_token_details"] = raw["cache_creation"];
  }
  const details = raw["output_tokens_details"];
  const thinking = isObject(details) ? count(details["thinking_tokens"]) : undefined;
  if (thinking !== undefined) usage.completion_tokens_details = { reasoning_tokens: thinking };
  return usage;
}
