// Limits, prices and abilities beside each model of a list: what get_model_info() knows. What nobody knows is null,
// never a zero and never a guess.

import type { ModelDetails, ModelsResult } from "../protocol/results.ts";
import { get_model_info, type ModelInfo } from "./model-info.ts";
import { UNKNOWN_MODEL } from "./unknown-model.ts";

const SUPPORTS = "supports_";

/** `of`: what is known of one of them. */
export async function withDetails(
  { models, problems }: ModelsResult,
  of: (model: string) => Promise<ModelDetails>,
): Promise<ModelsResult> {
  const detailed = await Promise.all(
    models.map(async (entry) => {
      const details = await of(entry.model);
      // What its own list says of it counts more.
      const { max_input_tokens = null } = entry.details ?? {};
      return { ...entry, details: max_input_tokens === null ? details : { ...details, max_input_tokens } };
    }),
  );
  return { models: detailed, problems };
}

/** Of one model, without asking anybody. */
export async function modelDetails(model: string): Promise<ModelDetails> {
  try {
    return detailsOfInfo(await get_model_info(model));
  } catch {
    // Nothing is known of it: that is no failure.
    return UNKNOWN_MODEL;
  }
}

export function detailsOfInfo(info: ModelInfo): ModelDetails {
  const supports = Object.keys(info)
    .filter((field) => field.startsWith(SUPPORTS) && info[field] === true)
    .map((field) => field.slice(SUPPORTS.length));
  return {
    max_input_tokens: info.max_input_tokens,
    max_output_tokens: info.max_output_tokens,
    input_cost_per_token: info.input_cost_per_token,
    output_cost_per_token: info.output_cost_per_token,
    prices_date: info.prices_date,
    supports: supports.length === 0 ? null : supports,
  };
}
