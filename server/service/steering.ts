// The arguments that steer a call instead of being sent.

import type { Timeouts } from "../protocol/messages.ts";
import { isPriceField } from "../protocol/price-fields.ts";

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
}

/** The prices that came with the call; undefined = none did. */
export function pricesOf(params: object): Record<string, unknown> | undefined {
  let prices: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === null || !isPriceField(name)) continue;
    prices ??= {};
    prices[name] = value;
  }
  return prices;
}
