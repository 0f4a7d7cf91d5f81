// Every provider, one line each, and which provider a model string means. Ids, key names and the README's
// table derive from here.

import { createError } from "../protocol/errors.ts";
import { anthropic } from "./anthropic.ts";
import { bedrock } from "./bedrock.ts";
import { cohere } from "./cohere.ts";
import { azure } from "./family/azure.ts";
import { deepseek } from "./family/deepseek.ts";
import { fireworks } from "./family/fireworks.ts";
import { groq } from "./family/groq.ts";
import { hostedVllm, llamacpp, llamafile, lmStudio } from "./family/local.ts";
import { openrouter } from "./family/openrouter.ts";
import { perplexity } from "./family/perplexity.ts";
import { cerebras, github, huggingface, nvidiaNim, openaiCompatible, vercelGateway } from "./family/plain.ts";
import { together } from "./family/together.ts";
import { xai } from "./family/xai.ts";
import { zai } from "./family/zai.ts";
import { gemini } from "./gemini.ts";
import { codestral, mistral } from "./mistral.ts";
import { mock } from "./mock.ts";
import { ollama } from "./ollama.ts";
import { openai } from "./openai.ts";
import type { Provider } from "./types.ts";
import { vertex } from "./vertex.ts";
import { vscode } from "./vscode.ts";

export const PROVIDERS: ReadonlyMap<string, Provider> = new Map(
  [
    openai,
    anthropic,
    gemini,
    vertex,
    mistral,
    codestral,
    ollama,
    cohere,
    bedrock,
    azure,
    groq,
    deepseek,
    xai,
    openrouter,
    together,
    fireworks,
    perplexity,
    cerebras,
    zai,
    github,
    huggingface,
    nvidiaNim,
    vercelGateway,
    lmStudio,
    llamafile,
    llamacpp,
    hostedVllm,
    openaiCompatible,
    vscode,
    mock,
  ].map((one) => [one.id, one]),
);

/** LiteLLM's other names for a provider. */
const ALIASES: Readonly<Record<string, string>> = {
  ollama_chat: "ollama",
  cohere: "cohere_chat",
  "text-completion-codestral": "codestral",
  "text-completion-openai": "openai",
  vertex: "vertex_ai",
  vertex_ai_beta: "vertex_ai",
  vllm: "hosted_vllm",
  custom_openai: "openai_compatible",
  openai_like: "openai_compatible",
};

export interface ResolvedModel {
  provider: string;
  /** Without the provider prefix. */
  model: string;
}

/** Bare names LiteLLM knows without a prefix. */
const BARE: readonly [pattern: RegExp, provider: string][] = [
  [
    /^(?:gpt-|chatgpt-|o[1-9](?:-|$)|ft:(?:gpt-|o[1-9])|codex-|computer-use-|text-embedding-(?:3|ada))/,
    "openai",
  ],
  [/^claude-/, "anthropic"],
  [/^command-/, "cohere_chat"],
  [/^(?:mistral|magistral|ministral|codestral|devstral|pixtral|open-mi)/, "mistral"],
  [/^gemini-/, "gemini"],
  [/^deepseek-/, "deepseek"],
  [/^grok-/, "xai"],
];

/**
 * LiteLLM's get_llm_provider: the `custom_llm_provider` argument, else what stands before the first "/", else
 * the table of bare names. Throws BadRequestError that says what to write.
 */
export function resolveModel(model: string, custom_llm_provider?: string | null): ResolvedModel {
  const wanted = model.trim();
  if (custom_llm_provider) {
    const provider = idOf(custom_llm_provider);
    if (provider === undefined) throw unknownProvider(wanted, custom_llm_provider);
    const prefix = `${custom_llm_provider}/`;
    return { provider, model: wanted.startsWith(prefix) ? wanted.slice(prefix.length) : wanted };
  }
  const slash = wanted.indexOf("/");
  const prefix = slash > 0 ? wanted.slice(0, slash) : undefined;
  const provider = prefix === undefined ? undefined : idOf(prefix);
  if (provider !== undefined) {
    const rest = wanted.slice(slash + 1);
    if (rest.trim() === "") {
      throw createError("BadRequestError", {
        message: `the model string "${wanted}" names a provider and no model. Write ${prefix}/<model>`,
        model: wanted,
        llm_provider: provider,
        param: "model",
      });
    }
    return { provider, model: rest };
  }
  if (prefix === undefined) {
    for (const [pattern, id] of BARE) if (pattern.test(wanted)) return { provider: id, model: wanted };
  }
  throw unknownProvider(wanted, prefix);
}

function idOf(name: string): string | undefined {
  const id = Object.hasOwn(ALIASES, name) ? (ALIASES[name] as string) : name;
  return PROVIDERS.has(id) ? id : undefined;
}

function unknownProvider(model: string, prefix: string | undefined): Error {
  const known = [...PROVIDERS.keys()].join(", ");
  const named = prefix ? `"${prefix}" is no provider EdgeQuake knows` : "it names no provider";
  return createError("BadRequestError", {
    message: `LLM Provider NOT provided: the model string is "${model}", and ${named}. Write <provider>/<model>, like openai/gpt-4o; providers: ${known}. For any OpenAI-compatible server write openai/<model> and give api_base`,
    model,
    param: "model",
    code: "unknown_provider",
  });
}

/** Throws BadRequestError that names the providers there are. */
export function providerOf(id: string): Provider {
  const row = PROVIDERS.get(id);
  if (row) return row;
  const known = [...PROVIDERS.keys()].join(", ");
  throw createError("BadRequestError", {
    message: `"${id}" is no provider EdgeQuake knows. There are: ${known}`,
    param: "provider",
  });
}
