// LiteLLM's get_model_info() and get_max_tokens(): limits, abilities and prices of a model in LiteLLM's fields. What
// was registered goes before the price catalogue, and that before the families' table. Unmapped is an error, not a zero.

import { createError } from "../protocol/errors.ts";
import { resolveModel } from "../providers/registry.ts";
import { abilitiesOf } from "./abilities.ts";
import { type Capabilities, capabilitiesOf } from "./capabilities.ts";
import { type CatalogueModel, loadCatalogue, PRICES_DATE, pricesAt } from "./catalogue.ts";
import { get_supported_openai_params } from "./model-names.ts";
import { fieldsOfRates, ratesOfCatalogue } from "./rates.ts";
import { type ModelFields, registeredModel } from "./register-model.ts";

export interface ModelInfo {
  /** The model's name without its provider. */
  key: string;
  litellm_provider: string;
  mode: string;
  /** As in LiteLLM the longest output, else the whole context; null = unknown. */
  max_tokens: number | null;
  max_input_tokens: number | null;
  max_output_tokens: number | null;
  /** USD; null = unknown, never a guess. */
  input_cost_per_token: number | null;
  output_cost_per_token: number | null;
  /** The day of the price data; null where the prices were registered or are unknown. */
  prices_date: string | null;
  supported_openai_params: string[];
  /** `supports_*`, further prices and what was registered. */
  [field: string]: unknown;
}

/**
 * LiteLLM's get_model_info(): everything known of a model.
 *
 * `model` is named as completion() takes it. Prices are USD per token, of today.
 * @throws BadRequestError (`code: "unmapped_model"`) where nothing is known of the model, and for an unknown provider.
 */
export async function get_model_info(model: string, custom_llm_provider?: string): Promise<ModelInfo> {
  const resolved = resolveModel(model, custom_llm_provider);
  const catalogue = await loadCatalogue();
  const row = catalogue.find(resolved.provider, resolved.model)?.row;
  const family = capabilitiesOf(resolved.model);
  const own = registeredModel(resolved.provider, resolved.model);
  if (!row && !family && !own) {
    throw createError("BadRequestError", {
      message: `This model isn't mapped yet. model=${resolved.model}, custom_llm_provider=${resolved.provider}. Tell its limits and prices with register_model({"${resolved.provider}/${resolved.model}": {max_input_tokens: …, input_cost_per_token: …}})`,
      model: resolved.model,
      llm_provider: resolved.provider,
      code: "unmapped_model",
    });
  }
  const mode = own?.mode ?? family?.mode ?? "chat";
  const params = get_supported_openai_params(
    resolved.model,
    resolved.provider,
    mode === "embedding" ? "embeddings" : "chat_completion",
  );
  const prices = pricesOf(row, new Date());
  const abilities = abilitiesOf(resolved.provider, resolved.model);
  return {
    key: resolved.model,
    litellm_provider: resolved.provider,
    input_cost_per_token: null,
    output_cost_per_token: null,
    ...prices,
    ...(family?.output_vector_size === undefined ? {} : { output_vector_size: family.output_vector_size }),
    prices_date: prices["input_cost_per_token"] === undefined || isPriced(own) ? null : PRICES_DATE,
    supported_openai_params: params,
    ...Object.fromEntries([...abilities].sort().map((one) => [`supports_${one}`, true])),
    ...own,
    mode,
    ...limits(row, family, own),
  };
}

/**
 * LiteLLM's get_max_tokens(): the longest answer in tokens, else the whole context; null = unknown.
 * @throws as get_model_info().
 */
export async function get_max_tokens(model: string, custom_llm_provider?: string): Promise<number | null> {
  return (await get_model_info(model, custom_llm_provider)).max_tokens;
}

/** Tokens a model reads; undefined = unknown. */
export async function inputLimit(model: string, custom_llm_provider?: string): Promise<number | undefined> {
  const resolved = resolveModel(model, custom_llm_provider);
  const row = (await loadCatalogue()).find(resolved.provider, resolved.model)?.row;
  const own = registeredModel(resolved.provider, resolved.model);
  return limits(row, capabilitiesOf(resolved.model), own).max_input_tokens ?? undefined;
}

function limits(
  row: CatalogueModel | undefined,
  family: Capabilities | undefined,
  own: ModelFields | undefined,
): Pick<ModelInfo, "max_tokens" | "max_input_tokens" | "max_output_tokens"> {
  const output = own?.max_output_tokens ?? family?.max_output_tokens ?? null;
  const context = own?.max_tokens ?? row?.context_window ?? null;
  // Open models: how much of their context there is, the host decides.
  const hosted = family?.max_output_tokens === undefined ? context : null;
  const input = own?.max_input_tokens ?? hosted ?? family?.max_input_tokens ?? context;
  return {
    max_tokens: own?.max_tokens ?? output ?? context ?? input,
    max_input_tokens: input,
    max_output_tokens: output,
  };
}

function pricesOf(row: CatalogueModel | undefined, now: Date): Record<string, number> {
  const sheet = row && ratesOfCatalogue(pricesAt(row, now));
  return sheet ? fieldsOfRates(sheet) : {};
}

function isPriced(own: ModelFields | undefined): boolean {
  return own?.input_cost_per_token !== undefined || own?.output_cost_per_token !== undefined;
}
