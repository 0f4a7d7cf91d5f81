// Which tokenizer a model uses. Only OpenAI's are public and bundled; for every other model one of them stands in,
// as in LiteLLM, and its counts are estimates. Pure.

import { resolveModel } from "../providers/registry.ts";

export type EncodingName = "o200k_base" | "cl100k_base";

export interface Encoding {
  name: EncodingName;
  /** It is the model's own. */
  exact: boolean;
}

/** Providers whose models may be OpenAI's, under OpenAI's names. */
const HOSTS_OF_OPENAI = new Set([
  ...[
    "openai",
    "azure",
    "github",
    "openrouter",
    "vercel_ai_gateway",
    "openai_compatible",
    "groq",
    "cerebras",
  ],
  ...["bedrock", "together_ai", "fireworks_ai", "huggingface", "ollama"],
]);
const O200K = /^(?:gpt-(?:4o|4\.[1-9]|[5-9]|oss|realtime|audio|image)|chatgpt-|o[1-9](?:-|$))/;
const CL100K = /^(?:gpt-(?:4(?!\.|o)|3\.5|35)|text-embedding-(?:3|ada))/;

/** A model string no provider is known for gets an estimate too. */
export function encodingOf(model: string, custom_llm_provider?: string): Encoding {
  const { provider, name } = nameOf(model, custom_llm_provider);
  if (HOSTS_OF_OPENAI.has(provider)) {
    if (O200K.test(name)) return { name: "o200k_base", exact: true };
    if (CL100K.test(name)) return { name: "cl100k_base", exact: true };
  }
  return { name: "cl100k_base", exact: false };
}

function nameOf(model: string, custom_llm_provider: string | undefined): { provider: string; name: string } {
  let resolved = { provider: "", model };
  try {
    resolved = resolveModel(model, custom_llm_provider);
  } catch {}
  const last = resolved.model.toLowerCase().split("/").at(-1) ?? "";
  return { provider: resolved.provider, name: last.replace(/^ft:/, "").replace(/^openai\./, "") };
}
