// Converse's count of tokens in OpenAI's shape.

import type { Usage } from "../protocol/messages.ts";
import { isObject } from "./openai-delta.ts";
import { count } from "./usage.ts";

/** What was read from a cache or written to one is part of the prompt, and Converse counts it apart. */
export function readConverseUsage(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined;
  const input = count(value["inputTokens"]);
  const completion_tokens = count(value["outputTokens"]) ?? 0;
  if (input === undefined && value["outputTokens"] === undefined) return undefined;
  const read = count(value["cacheReadInputTokens"]);
  const written = count(value["cacheWriteInputTokens"]);
  const prompt_tokens = (input ?? 0) + (read ?? 0) + (written ?? 0);
  const usage: Usage = { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
  if (read !== undefined || written !== undefined) {
    usage.prompt_tokens_details = {
      cached_tokens: read ?? 0,
      ...(written === undefined ? {} : { cache_creation_tokens: written }),
    };
    if (read !== undefined) usage["cache_read_input_tokens"] = read;
    if (written !== undefined) usage["cache_creation_input_tokens"] = written;
  }
  for (const key of ["cacheDetails", "serverToolUsage"]) {
    const more = value[key];
    if (typeof more === "object" && more !== null && Object.keys(more).length > 0) usage[key] = more;
  }
  return usage;
}
