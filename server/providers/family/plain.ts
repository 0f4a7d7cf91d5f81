// Rows without a quirk worth a file: OpenAI's API as it is, at another address. Sources: each provider's API
// reference, and LiteLLM for the names of keys.

import { openaiLike } from "../openai-like.ts";
import { joinReasoningDetails } from "../reasoning-details.ts";
import { reasoningObject } from "../reasoning-object.ts";

const OPENAI_OWN = ["modalities", "audio", "web_search_options", "verbosity"];

export const cerebras = openaiLike({
  id: "cerebras",
  label: "Cerebras",
  env: { key: ["CEREBRAS_API_KEY"], base: ["CEREBRAS_API_BASE"] },
  base_url: "https://api.cerebras.ai/v1",
  not_taken: [{ params: [...OPENAI_OWN, "thinking", "functions", "function_call"] }],
  reasoning_back: "reasoning",
});

export const github = openaiLike({
  id: "github",
  label: "GitHub Models",
  env: { key: ["GITHUB_API_KEY"], base: ["GITHUB_API_BASE"] },
  base_url: "https://models.github.ai/inference",
  not_taken: [{ params: ["thinking", "web_search_options", "store", "prompt_cache_retention"] }],
  reasoning_back: "none",
  embed: {},
  // Its catalogue stands beside the API, not below it.
  models: false,
  inputs: ["image", "audio"],
});

export const huggingface = openaiLike({
  id: "huggingface",
  label: "Hugging Face",
  env: { key: ["HUGGINGFACE_API_KEY", "HF_TOKEN"], base: ["HUGGINGFACE_API_BASE"] },
  base_url: "https://router.huggingface.co/v1",
  not_taken: [{ params: ["modalities", "audio", "web_search_options", "verbosity", "thinking"] }],
  inputs: ["image"],
});

export const nvidiaNim = openaiLike({
  id: "nvidia_nim",
  label: "NVIDIA NIM",
  env: { key: ["NVIDIA_NIM_API_KEY", "NVIDIA_API_KEY"], base: ["NVIDIA_NIM_API_BASE"] },
  base_url: "https://integrate.api.nvidia.com/v1",
  renames: { max_completion_tokens: "max_tokens" },
  not_taken: [{ params: [...OPENAI_OWN, "thinking", "functions", "function_call"] }],
  embed: {},
  inputs: ["image"],
});

export const vercelGateway = openaiLike({
  id: "vercel_ai_gateway",
  label: "Vercel AI Gateway",
  env: { key: ["VERCEL_AI_GATEWAY_API_KEY", "AI_GATEWAY_API_KEY"], base: ["VERCEL_AI_GATEWAY_API_BASE"] },
  base_url: "https://ai-gateway.vercel.sh/v1",
  body: (body) => reasoningObject(body, { efforts: true }),
  reasoning_back: "reasoning",
  fields_back: ["reasoning_details"],
  message: joinReasoningDetails,
  embed: {},
  models: {
    mode: ({ type }) => (type === "embedding" ? "embedding" : type === "language" ? "chat" : undefined),
  },
  inputs: ["image", "pdf"],
});

export const openaiCompatible = openaiLike({
  id: "openai_compatible",
  label: "OpenAI-compatible server",
  env: { key: ["OPENAI_COMPATIBLE_API_KEY"], base: ["OPENAI_COMPATIBLE_API_BASE"] },
  base_url: null,
  key_required: false,
  embed: {},
  text: {},
  inputs: ["image", "pdf", "audio"],
});
