// Ollama's /api/generate with a suffix: models with a template for it fill the gap. Source: Ollama's docs/api.md,
// "Generate a completion". Pure.

import { isObject } from "./openai-delta.ts";
import { decodeSingleText } from "./text-decode.ts";
import { textParams } from "./text-params.ts";
import type { TextWire } from "./types.ts";

/** OpenAI's name -> Ollama's `options`. */
const OPTIONS: Readonly<Record<string, string>> = {
  max_tokens: "num_predict",
  temperature: "temperature",
  top_p: "top_p",
  stop: "stop",
  seed: "seed",
  presence_penalty: "presence_penalty",
  frequency_penalty: "frequency_penalty",
};
const TOP_LEVEL = new Set(["keep_alive", "system", "template", "raw", "format", "think", "images"]);
const SUPPORTED = textParams(...Object.keys(OPTIONS));

export const ollamaText: TextWire = {
  supported: () => SUPPORTED,
  request: ({ model, params, passthrough, extra_body }) => {
    const options: Record<string, unknown> = {};
    const body: Record<string, unknown> = { model, prompt: params["prompt"] };
    if (params["suffix"] !== undefined) body["suffix"] = params["suffix"];
    for (const [name, option] of Object.entries(OPTIONS)) {
      const value = params[name];
      if (value === undefined) continue;
      options[option] = name === "stop" && typeof value === "string" ? [value] : value;
    }
    for (const [name, value] of Object.entries(passthrough)) {
      if (name === "options" && isObject(value)) Object.assign(options, value);
      else if (TOP_LEVEL.has(name)) body[name] = value;
      else options[name] = value;
    }
    if (Object.keys(options).length > 0) body["options"] = options;
    return { method: "POST", path: "/api/generate", body: { ...body, stream: false, ...extra_body } };
  },
  response: (json, call) =>
    decodeSingleText(json, call, (answer) => ({
      text: answer["response"],
      // Older servers end without a reason.
      finish_reason: answer["done"] === true ? String(answer["done_reason"] ?? "stop") : undefined,
      prompt_tokens: answer["prompt_eval_count"],
      completion_tokens: answer["eval_count"],
    })),
};
