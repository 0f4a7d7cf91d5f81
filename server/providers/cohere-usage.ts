// What Cohere counts: tokens read, written and billed, and the probabilities of single tokens, in OpenAI's shapes.

import type { Usage } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { count } from "./usage.ts";

/** Cohere's chunk of text with the log probabilities of its tokens, as OpenAI's one entry a token. */
export function readLogprobs(value: unknown): Json[] {
  if (!isObject(value) || !Array.isArray(value["logprobs"])) return [];
  const { text, token_ids, logprobs } = value;
  return logprobs.map((logprob: unknown, position) => ({
    token: position === 0 && typeof text === "string" ? text : "",
    logprob,
    bytes: null,
    top_logprobs: [],
    ...(Array.isArray(token_ids) ? { token_id: token_ids[position] } : {}),
  }));
}

/** What the model read and wrote, not what is billed: that is kept beside it. */
export function readCohereUsage(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined;
  const tokens = isObject(value["tokens"]) ? value["tokens"] : {};
  const billed = isObject(value["billed_units"]) ? value["billed_units"] : undefined;
  const prompt = count(tokens["input_tokens"]) ?? count(billed?.["input_tokens"]);
  const completion = count(tokens["output_tokens"]) ?? count(billed?.["output_tokens"]);
  if (prompt === undefined && completion === undefined) return undefined;
  const usage: Usage = {
    prompt_tokens: prompt ?? 0,
    completion_tokens: completion ?? 0,
    total_tokens: (prompt ?? 0) + (completion ?? 0),
  };
  const cached = count(value["cached_tokens"]);
  const image = count(tokens["image_tokens"]);
  const reasoning = count(tokens["reasoning_tokens"]);
  if (cached !== undefined || image !== undefined) {
    usage.prompt_tokens_details = {
      ...(cached === undefined ? {} : { cached_tokens: cached }),
      ...(image === undefined ? {} : { image_tokens: image }),
    };
  }
  if (reasoning !== undefined) usage.completion_tokens_details = { reasoning_tokens: reasoning };
  if (billed) usage["billed_units"] = billed;
  return usage;
}
