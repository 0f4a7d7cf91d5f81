// What the user says of models: abilities, limits and prices that go before everything known of them. One map for the
// whole process, as in LiteLLM; only an exact name finds its entry.

import { createError } from "../protocol/errors.ts";
import { resolveModel } from "../providers/registry.ts";
import { type RateSheet, ratesOfFields } from "./rates.ts";

/** LiteLLM's fields, in USD per token; every field may be left out, and unknown ones are kept. */
export interface ModelFields {
  litellm_provider?: string;
  mode?: string;
  max_tokens?: number;
  max_input_tokens?: number;
  max_output_tokens?: number;
  input_cost_per_token?: number;
  output_cost_per_token?: number;
  [field: string]: unknown;
}

/** By the name a lookup uses: `<our provider id>/<model>`, or the bare name; beside it the key as it was given. */
const registered = new Map<string, { key: string; fields: ModelFields }>();
const sheets = new WeakMap<ModelFields, { rates: RateSheet | undefined }>();

/**
 * LiteLLM's register_model(): adds to or overrides what is known of models, from the next call on. Keys are model
 * names with or without their provider ("openai/gpt-4o", "my-model"); a second entry of a key adds its fields to the
 * first. Prices are USD per token, with LiteLLM's endings (`_above_200k_tokens`, `_priority`, `_flex`, `_batches`).
 * @returns every registered model.
 * @throws BadRequestError for what is no dictionary of dictionaries, or a price or limit that is no number ≥ 0.
 */
export function register_model(models: Readonly<Record<string, ModelFields>>): Record<string, ModelFields> {
  if (!isDictionary(models)) throw wrong("give {model: {input_cost_per_token: …, …}}");
  const checked = Object.entries(models).map(([model, fields]) => [model, check(model, fields)] as const);
  for (const [key, fields] of checked) {
    const name = lookupName(key);
    registered.set(name, { key, fields: { ...registered.get(name)?.fields, ...fields } });
  }
  return Object.fromEntries([...registered.values()].map(({ key, fields }) => [key, { ...fields }]));
}

/** Forgets every registered model. */
export function forgetRegisteredModels(): void {
  registered.clear();
}

/** The entry of this very model: under its full name first, then the bare one, unless that says another provider. */
export function registeredModel(provider: string, model: string): ModelFields | undefined {
  if (registered.size === 0) return undefined;
  const name = model.toLowerCase();
  const full = registered.get(`${provider}/${name}`);
  if (full) return full.fields;
  const bare = registered.get(name)?.fields;
  return bare && fits(bare.litellm_provider, provider) ? bare : undefined;
}

/** "ollama_chat/x" and "ollama/x" are one model. */
function lookupName(key: string): string {
  const name = key.trim().toLowerCase();
  const slash = name.indexOf("/");
  const provider = slash > 0 ? providerNamed(name.slice(0, slash)) : undefined;
  return provider === undefined ? name : `${provider}/${name.slice(slash + 1)}`;
}

/** The prices among the fields of an entry, read once. */
export function registeredRates(fields: ModelFields): RateSheet | undefined {
  let read = sheets.get(fields);
  if (!read) {
    read = { rates: ratesOfFields(fields) };
    sheets.set(fields, read);
  }
  return read.rates;
}

function fits(wanted: string | undefined, provider: string): boolean {
  return wanted === undefined || wanted === provider || providerNamed(wanted) === provider;
}

function providerNamed(name: string): string | undefined {
  try {
    return resolveModel("any", name).provider;
  } catch {
    return undefined;
  }
}

function check(model: string, fields: unknown): ModelFields {
  if (!isDictionary(fields)) throw wrong(`${model}: give its fields, like {input_cost_per_token: 0.000001}`);
  for (const [field, value] of Object.entries(fields)) {
    if (!/cost_per|_cost$|_cost_|^max_/.test(field) || typeof value === "object" || value === undefined)
      continue;
    if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
      throw wrong(`${model}: ${field} must be a number of 0 or more`);
  }
  return { ...fields };
}

function isDictionary(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(message: string): Error {
  return createError("BadRequestError", { message: `register_model: ${message}`, param: "register_model" });
}
