// llama.cpp's server: /completions as OpenAI's, and /infill where there is a suffix, which puts the model's own
// fill-in-the-middle tokens around both. Source: llama.cpp's tools/server/README.md. Pure.

import { openaiText } from "./openai-text.ts";
import { decodeSingleText } from "./text-decode.ts";
import type { TextCall, TextWire } from "./types.ts";

const plain = openaiText();
const RENAMES: Readonly<Record<string, string>> = {
  prompt: "input_prefix",
  suffix: "input_suffix",
  max_tokens: "n_predict",
};

const fills = ({ params }: TextCall): boolean => params["suffix"] !== undefined;

export const llamacppText: TextWire = {
  supported: plain.supported,
  request: (call) => {
    if (!fills(call)) return plain.request(call);
    const body: Record<string, unknown> = { stream: false };
    for (const [name, value] of Object.entries(call.params)) {
      body[RENAMES[name] ?? name] = name === "stop" && typeof value === "string" ? [value] : value;
    }
    return {
      method: "POST",
      path: "/infill",
      beside_version: true,
      body: { ...body, ...call.passthrough, ...call.extra_body },
    };
  },
  response: (json, call) =>
    fills(call)
      ? decodeSingleText(json, call, (answer) => ({
          text: answer["content"],
          finish_reason: finishOf(answer),
          prompt_tokens: answer["tokens_evaluated"],
          completion_tokens: answer["tokens_predicted"],
        }))
      : plain.response(json, call),
};

function finishOf({ stop, stop_type, stopped_limit }: Record<string, unknown>): string | undefined {
  if (stop !== true) return undefined;
  return stop_type === "limit" || stopped_limit === true ? "length" : "stop";
}
