// OpenAI's /completions, as OpenAI and the servers that speak like it take it. Source: OpenAI's API reference,
// "Completions (legacy)". Pure.

import { decodeTextChoices } from "./text-decode.ts";
import { TEXT_PARAMS } from "./text-params.ts";
import type { TextCall, TextWire } from "./types.ts";

export interface TextRow {
  /** Default "/completions". */
  path?: string | ((call: TextCall) => string);
  /** Parameters it does not take; `suffix` where it fills no gaps. */
  not_taken?: readonly string[];
  headers?: (call: TextCall) => Record<string, string>;
}

export function openaiText({ path = "/completions", not_taken = [], headers }: TextRow = {}): TextWire {
  const supported = new Set([...TEXT_PARAMS].filter((param) => !not_taken.includes(param)));
  return {
    // A server of one's own judges for itself.
    supported: (own_base) => (own_base ? TEXT_PARAMS : supported),
    request: (call) => ({
      method: "POST",
      path: typeof path === "string" ? path : path(call),
      ...(headers ? { headers: headers(call) } : {}),
      body: { model: call.model, ...call.params, ...call.passthrough, ...call.extra_body },
    }),
    response: decodeTextChoices,
  };
}
