// Servers on the user's own machine: no key, no hard limit of time, and a word on what to start when nothing
// listens. Sources: the documentation of LM Studio, llamafile, llama.cpp's server and vLLM.

import type { ChatBody } from "../chat-body.ts";
import { llamacppText } from "../llamacpp-text.ts";
import { isObject } from "../openai-delta.ts";
import { openaiLike } from "../openai-like.ts";
import type { ChatCall } from "../types.ts";

export const lmStudio = openaiLike({
  id: "lm_studio",
  label: "LM Studio",
  env: { key: ["LM_STUDIO_API_KEY"], base: ["LM_STUDIO_API_BASE"] },
  base_url: "http://localhost:1234/v1",
  local: true,
  renames: { max_completion_tokens: "max_tokens" },
  not_taken: [{ params: ["thinking", "reasoning_effort", "verbosity"] }],
  embed: { supported: () => new Set() },
  text: {},
  start: "Start its server on the Developer page, or with: lms server start",
  inputs: ["image"],
});

export const llamafile = openaiLike({
  id: "llamafile",
  label: "llamafile",
  env: { key: ["LLAMAFILE_API_KEY"], base: ["LLAMAFILE_API_BASE"] },
  base_url: "http://127.0.0.1:8080/v1",
  local: true,
  renames: { max_completion_tokens: "max_tokens" },
  not_taken: [{ params: ["thinking", "reasoning_effort", "verbosity"] }],
  embed: {},
  text: {},
  start: "Start it with: ./your-model.llamafile --server --nobrowser",
  inputs: ["image"],
});

export const llamacpp = openaiLike({
  id: "llamacpp",
  label: "llama.cpp",
  env: { key: ["LLAMACPP_API_KEY"], base: ["LLAMACPP_API_BASE"] },
  base_url: "http://localhost:8080/v1",
  local: true,
  not_taken: [{ params: ["verbosity"] }],
  body: thinkByTemplate,
  embed: {},
  text: llamacppText,
  start: "Start it with: llama-server -m model.gguf --jinja",
  inputs: ["image", "audio"],
});

export const hostedVllm = openaiLike({
  id: "hosted_vllm",
  label: "vLLM",
  env: { key: ["HOSTED_VLLM_API_KEY"], base: ["HOSTED_VLLM_API_BASE"] },
  base_url: "http://localhost:8000/v1",
  local: true,
  not_taken: [{ params: ["verbosity"] }],
  body: budgetToEffort,
  embed: {},
  // Its /completions refuse a suffix.
  text: { not_taken: ["suffix"] },
  start: "Start it with: vllm serve <model>",
  inputs: ["image", "audio"],
});

/** llama.cpp hands the wish to think to the model's chat template. */
function thinkByTemplate(body: ChatBody, call: ChatCall): void {
  const { reasoning_effort, thinking } = body;
  delete body["reasoning_effort"];
  delete body["thinking"];
  const off = reasoning_effort === "none" || (isObject(thinking) && thinking["type"] === "disabled");
  const words: Record<string, unknown> = {};
  if (off) words["enable_thinking"] = false;
  else if (thinking !== undefined) words["enable_thinking"] = true;
  if (!off && reasoning_effort !== undefined && reasoning_effort !== "default")
    words["reasoning_effort"] = reasoning_effort;
  if (isObject(thinking) && thinking["budget_tokens"] !== undefined) {
    call.warnings.push({
      param: "thinking",
      message: "thinking.budget_tokens was dropped: llama.cpp takes a budget only when it is started",
    });
  }
  if (Object.keys(words).length > 0) body["chat_template_kwargs"] = words;
}

/** vLLM knows efforts and no budgets. */
function budgetToEffort(body: ChatBody, call: ChatCall): void {
  const { thinking } = body;
  delete body["thinking"];
  if (!isObject(thinking) || body["reasoning_effort"] !== undefined) return;
  const budget = thinking["budget_tokens"];
  const effort = thinking["type"] === "disabled" ? "none" : effortOf(typeof budget === "number" ? budget : 0);
  body["reasoning_effort"] = effort;
  call.warnings.push({
    param: "thinking",
    message: `thinking became reasoning_effort ${effort}: vLLM has no thinking budget`,
  });
}

/** LiteLLM's steps. */
function effortOf(budget: number): string {
  if (budget >= 10_000) return "high";
  if (budget >= 5_000) return "medium";
  return budget >= 2_000 ? "low" : "minimal";
}
