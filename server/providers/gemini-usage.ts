// Gemini's `usageMetadata` -> OpenAI's usage. Thoughts are no part of `candidatesTokenCount`, tool use no part of
// `promptTokenCount`: both are added, so that the sum is what is billed.
// Source: Gemini API reference, UsageMetadata.

import type { Usage } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { count } from "./usage.ts";

/** Undefined when there is nothing to count. */
export function readGeminiUsage(raw: unknown): Usage | undefined {
  if (!isObject(raw)) return undefined;
  const prompt = count(raw["promptTokenCount"]);
  const candidates = count(raw["candidatesTokenCount"]) ?? count(raw["responseTokenCount"]);
  const thoughts = count(raw["thoughtsTokenCount"]);
  const tools = count(raw["toolUsePromptTokenCount"]);
  const total = count(raw["totalTokenCount"]);
  if ([prompt, candidates, thoughts, tools, total].every((one) => one === undefined)) return undefined;
  const prompt_tokens = (prompt ?? 0) + (tools ?? 0);
  const completion_tokens = (candidates ?? 0) + (thoughts ?? 0);
  const usage: Usage = {
    prompt_tokens,
    completion_tokens,
    total_tokens: total ?? prompt_tokens + completion_tokens,
  };
  const cached = count(raw["cachedContentTokenCount"]);
  const prompt_details = {
    ...byModality(raw["promptTokensDetails"]),
    ...(cached === undefined ? {} : { cached_tokens: cached }),
    ...(tools === undefined ? {} : { tool_use_tokens: tools }),
  };
  const completion_details = {
    ...byModality(raw["candidatesTokensDetails"] ?? raw["responseTokensDetails"]),
    ...(thoughts === undefined ? {} : { reasoning_tokens: thoughts }),
  };
  if (Object.keys(prompt_details).length > 0) usage.prompt_tokens_details = prompt_details;
  if (Object.keys(completion_details).length > 0) usage.completion_tokens_details = completion_details;
  const cached_details = byModality(raw["cacheTokensDetails"]);
  if (Object.keys(cached_details).length > 0) usage["cached_tokens_details"] = cached_details;
  const tier = raw["trafficType"] ?? raw["serviceTier"];
  if (typeof tier === "string") usage["traffic_type"] = tier;
  return usage;
}

/** [{modality: "TEXT", tokenCount: 4}] -> {text_tokens: 4}; the same modality may stand there twice. */
function byModality(raw: unknown): Record<string, number> {
  const sums = new Map<string, number>();
  for (const one of Array.isArray(raw) ? (raw as unknown[]).filter(isObject) : []) {
    const name = modality(one);
    const tokens = count(one["tokenCount"]);
    if (name !== undefined && tokens !== undefined) sums.set(name, (sums.get(name) ?? 0) + tokens);
  }
  return Object.fromEntries(sums);
}

function modality(one: Json): string | undefined {
  const name = one["modality"];
  return typeof name === "string" && name !== "" ? `${name.toLowerCase()}_tokens` : undefined;
}
