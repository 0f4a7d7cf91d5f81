// The arguments that steer a call instead of being sent.

import type { Timeouts } from "../protocol/messages.ts";
import { isCountedPrice } from "../protocol/price-fields.ts";
import type { Settings } from "../providers/types.ts";

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
  base_model?: unknown;
}

/** The prices that came with the call; undefined = none did. */
export function pricesOf(params: object): Record<string, unknown> | undefined {
  let prices: Record<string, unknown> | undefined;
  for (const name of Object.keys(params)) {
    if (!isCountedPrice(name)) continue;
    const value = params[name as keyof typeof params] as unknown;
    if (value === undefined || value === null) continue;
    prices ??= {};
    prices[name] = value;
  }
  return prices;
}

/** LiteLLM's `base_model`: what a deployment of another name serves, and is priced as. */
export function baseModelOf(settings: Settings, { base_model: given }: Steering): string | undefined {
  return settings["base_model"] ?? (typeof given === "string" && given !== "" ? given : undefined);
}
