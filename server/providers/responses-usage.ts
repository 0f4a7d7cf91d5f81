// The Responses API's usage in the chat API's words; what it told is kept beside.

import type { Usage } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { count } from "./usage.ts";

export function responsesUsage(raw: unknown): Usage | undefined {
  if (!isObject(raw)) return undefined;
  const input = count(raw["input_tokens"]);
  const output = count(raw["output_tokens"]);
  if (input === undefined && output === undefined) return undefined;
  const usage: Usage = {
    ...raw,
    prompt_tokens: input ?? 0,
    completion_tokens: output ?? 0,
    total_tokens: count(raw["total_tokens"]) ?? (input ?? 0) + (output ?? 0),
  };
  const details = (value: unknown): Json | undefined => (isObject(value) ? value : undefined);
  const prompt = details(raw["input_tokens_details"]);
  const completion = details(raw["output_tokens_details"]);
  if (prompt) usage.prompt_tokens_details = prompt;
  if (completion) usage.completion_tokens_details = completion;
  return usage;
}
