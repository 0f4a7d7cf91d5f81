// The arguments that steer a call instead of being sent.

import type { Timeouts } from "../protocol/messages.ts";

export interface Steering {
  model: string;
  timeout?: number | Timeouts | undefined;
  stream_timeout?: number | undefined;
  num_retries?: number | undefined;
  max_retries?: number | undefined;
  api_key?: string | undefined;
  api_base?: string | undefined;
  base_url?: string | undefined;
  extra_headers?: Record<string, string> | undefined;
  /** LiteLLM's prices of one call, USD per token. */
  input_cost_per_token?: unknown;
  output_cost_per_token?: unknown;
}

/** The prices that came with the call; undefined = none did. */
export function pricesOf({
  input_cost_per_token,
  output_cost_per_token,
}: Steering): Record<string, unknown> | undefined {
  if (input_cost_per_token === undefined && output_cost_per_token === undefined) return undefined;
  return { input_cost_per_token, output_cost_per_token };
}
