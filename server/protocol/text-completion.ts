// LiteLLM's text_completion(): arguments and answer, as OpenAI shapes them. With `suffix` a model fills in what
// belongs between `prompt` and it. Types only.

import type { Attribution } from "./attribution.ts";
import type { ResponseExtras, Timeouts, Usage } from "./messages.ts";

export interface TextCompletionParams {
  model: string;
  /** A text, several, or token ids; several where the provider takes them. */
  prompt: string | string[] | number[] | number[][];
  /** What comes after the gap. */
  suffix?: string | null;
  max_tokens?: number | null;
  temperature?: number | null;
  top_p?: number | null;
  n?: number | null;
  stop?: string | string[] | null;
  echo?: boolean | null;
  logprobs?: number | null;
  best_of?: number | null;
  presence_penalty?: number | null;
  frequency_penalty?: number | null;
  logit_bias?: Record<string, number> | null;
  seed?: number | null;
  user?: string;
  api_key?: string;
  api_base?: string;
  base_url?: string;
  api_version?: string;
  organization?: string;
  custom_llm_provider?: string;
  extra_headers?: Record<string, string>;
  extra_body?: Record<string, unknown>;
  timeout?: number | Timeouts;
  num_retries?: number;
  max_retries?: number;
  drop_params?: boolean;
  attribution?: Attribution;
  [key: string]: unknown;
}

export interface TextChoice {
  text: string;
  index: number;
  logprobs: Record<string, unknown> | null;
  finish_reason: string;
}

export interface TextCompletionResponse {
  id: string;
  object: "text_completion";
  /** Unix seconds. */
  created: number;
  model: string;
  choices: TextChoice[];
  usage?: Usage;
  edgequake?: ResponseExtras;
}
