// Mistral's /fim/completions: Codestral fills in what belongs between a prompt and a suffix; the answer is shaped
// like one of a chat. Source: docs.mistral.ai, "Fill-in-the-middle". Pure.

import { decodeTextChoices } from "./text-decode.ts";
import { textParams } from "./text-params.ts";
import type { TextWire } from "./types.ts";

const SUPPORTED = textParams("max_tokens", "temperature", "top_p", "stop", "seed");

export const mistralText: TextWire = {
  supported: () => SUPPORTED,
  request: ({ model, params: { seed, ...params }, passthrough, extra_body, api_base }) => ({
    method: "POST",
    // As for chats: a base without a version gets one.
    path:
      api_base === undefined || /\/v\d+(?:\/|\?|$)/.test(api_base)
        ? "/fim/completions"
        : "/v1/fim/completions",
    body: {
      model,
      ...params,
      ...(seed === undefined ? {} : { random_seed: seed }),
      ...passthrough,
      ...extra_body,
    },
  }),
  response: decodeTextChoices,
};
