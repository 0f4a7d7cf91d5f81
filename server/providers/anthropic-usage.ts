// Anthropic's usage in OpenAI's shape. Its input_tokens leave out what the cache held: here the prompt counts all of it.
// Everything else it tells is kept under its own names.

import type { Usage } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { count } from "./usage.ts";

/** undefined where nothing is counted. */
export function readAnthropicUsage(raw: Json | undefined): Usage | undefined {
  if (!raw) return undefined;
  const input = count(raw["input_tokens"]);
  const output = count(raw["output_tokens"]);
  if (input === undefined && output === undefined) return undefined;
  const read = count(raw["cache_read_input_tokens"]);
  const written = count(raw["cache_creation_input_tokens"]);
  const prompt_tokens = (input ?? 0) + (read ?? 0) + (written ?? 0);
  const completion_tokens = output ?? 0;
  const rest = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null));
  const usage: Usage = {
    ...rest,
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
  };
  const details = promptDetails(raw, read, written);
  if (Object.keys(details).length > 0) usage.prompt_tokens_details = details;
  const told = raw["output_tokens_details"];
  const thinking = isObject(told) ? count(told["thinking_tokens"]) : undefined;
  if (thinking !== undefined) usage.completion_tokens_details = { reasoning_tokens: thinking };
  return usage;
}

function promptDetails(raw: Json, read: number | undefined, written: number | undefined): Json {
  const { cache_creation: lives, server_tool_use: tools } = raw;
  const searches = isObject(tools) ? count(tools["web_search_requests"]) : undefined;
  return {
    ...(read === undefined ? {} : { cached_tokens: read }),
    ...(written === undefined ? {} : { cache_creation_tokens: written }),
    ...(isObject(lives) ? { cache_creation_token_details: lives } : {}),
    ...(searches ? { web_search_requests: searches } : {}),
  };
}

/** Counts come twice, and the later ones win, each where it is told. */
export function mergeUsage(before: Json | undefined, told: unknown): Json | undefined {
  if (!isObject(told)) return before;
  const known = Object.entries(told).filter(([, value]) => value !== null && value !== undefined);
  return { ...before, ...Object.fromEntries(known) };
}
