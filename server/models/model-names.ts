// LiteLLM's questions about a model's name: whose it is, what it may be asked, what the environment must hold for it,
// and which models the environment's keys open. Synchronous but for the last, and no key is ever told.

import { createError } from "../protocol/errors.ts";
import { OPENAI_EMBEDDING_PARAMS } from "../providers/params.ts";
import { PROVIDERS, providerOf, resolveModel } from "../providers/registry.ts";
import type { Provider } from "../providers/types.ts";
import { loadCatalogue } from "./catalogue.ts";

/**
 * LiteLLM's get_llm_provider(): the model without its prefix, and whose it is.
 * @throws BadRequestError that says what to write.
 */
export function get_llm_provider(
  model: string,
  custom_llm_provider?: string,
): { model: string; custom_llm_provider: string } {
  const resolved = resolveModel(model, custom_llm_provider);
  return { model: resolved.model, custom_llm_provider: resolved.provider };
}

/**
 * LiteLLM's get_supported_openai_params(): OpenAI's parameters that the model takes, by name.
 * `request_type` is "chat_completion" (default) or "embeddings".
 * @throws BadRequestError for an unknown provider or request type.
 */
export function get_supported_openai_params(
  model: string,
  custom_llm_provider?: string,
  request_type: "chat_completion" | "embeddings" = "chat_completion",
): string[] {
  const resolved = resolveModel(model, custom_llm_provider);
  const row = providerOf(resolved.provider);
  if (request_type === "chat_completion") return [...row.supportedParams(resolved.model)];
  if (request_type === "embeddings") {
    if (!row.embed) return [];
    return [...(row.embed.supported?.(resolved.model) ?? OPENAI_EMBEDDING_PARAMS)];
  }
  throw createError("BadRequestError", {
    message: `request_type "${String(request_type)}" is none: give "chat_completion" or "embeddings"`,
    param: "request_type",
  });
}

export interface EnvironmentCheck {
  keys_in_environment: boolean;
  /** Names of variables to set; where several would do, the usual one. */
  missing_keys: string[];
}

/**
 * LiteLLM's validate_environment(): whether the environment holds what a call of the model needs. `env` is
 * process.env unless given; `api_key` and `api_base` count as there.
 * @throws BadRequestError for an unknown provider.
 */
export function validate_environment(
  model: string,
  given: { api_key?: string; api_base?: string; env?: Env } = {},
): EnvironmentCheck {
  const row = providerOf(resolveModel(model).provider);
  const missing_keys = missing(row, given.env ?? process.env, given);
  return { keys_in_environment: missing_keys.length === 0, missing_keys };
}

/**
 * LiteLLM's get_valid_models() without asking anyone: the known models of every provider whose key stands in the
 * environment, or of which `keyed` says that there is one, as completion() takes them.
 */
export async function knownModels(env: Env, keyed: ReadonlySet<string> = new Set()): Promise<string[]> {
  const catalogue = await loadCatalogue();
  const has_key = (row: Provider): boolean =>
    keyed.has(row.id) ||
    ((has(row.env.key, env) || hasSecret(row, env)) && missing(row, env, {}).length === 0);
  return [...PROVIDERS.values()]
    .filter(has_key)
    .flatMap((row) => catalogue.models(row.id).map((model) => `${row.id}/${model}`));
}

type Env = Readonly<Record<string, string | undefined>>;

/** What a call is signed with where there is no key. */
const SIGNED_WITH: Readonly<Record<string, readonly string[]>> = {
  bedrock: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
};

function missing(row: Provider, env: Env, given: { api_key?: string; api_base?: string }): string[] {
  const keyed = given.api_key !== undefined || has(row.env.key, env) || hasSecret(row, env);
  const names = keyed ? [] : [...(SIGNED_WITH[row.id] ?? (row.key_required ? row.env.key.slice(0, 1) : []))];
  const addressed = given.api_base !== undefined || has(row.env.base, env);
  return addressed ? names : [...names, ...unaddressed(row, env)];
}

/** What the address depends on and is not told. */
function unaddressed(row: Provider, env: Env): string[] {
  const settings = row.settings ?? [];
  const told = settings.flatMap(({ name, env: from, default: otherwise }): [string, string][] => {
    const value = from.map((one) => env[one]?.trim()).find(Boolean) ?? otherwise;
    return value === undefined ? [] : [[name, value]];
  });
  const base_url = row.baseUrl ? row.baseUrl(Object.fromEntries(told)) : row.base_url;
  if (base_url != null) return [];
  if (!row.baseUrl) return row.env.base.slice(0, 1);
  const known = new Set(told.map(([name]) => name));
  const open = settings.filter(({ name, secret }) => !known.has(name) && !secret);
  return open.flatMap(({ env: from }) => from.slice(0, 1));
}

/** A signing key counts where it is whole. */
function hasSecret(row: Provider, env: Env): boolean {
  const signed = SIGNED_WITH[row.id];
  if (signed) return signed.every((name) => has([name], env));
  return (row.settings ?? []).some((setting) => setting.secret === true && has(setting.env, env));
}

function has(names: readonly string[], env: Env): boolean {
  return names.some((name) => (env[name]?.trim() ?? "") !== "");
}
