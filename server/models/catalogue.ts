// Prices and context windows of the providers' models: the data of the package @pydantic/genai-prices, loaded when
// it is first asked for. A model that the data does not name has no row: nothing is guessed from a similar name.

import { type Found, fallbacksOf, findRow, type Match } from "./match-model.ts";
import type { CataloguePrices } from "./rates.ts";

/** The day the bundled data was published, and the version of the package it belongs to. */
export const PRICES_DATE = "2026-09-23";
export const PRICES_VERSION = "0.1.8";

export type Constraint =
  | { type: "start_date"; start_date: string }
  | { type: "time_of_date"; start_time: string; end_time: string };

export interface CatalogueModel {
  id: string;
  match: Match;
  context_window?: number;
  deprecated?: boolean;
  prices: CataloguePrices | { constraint?: Constraint; prices: CataloguePrices }[];
}
export interface CatalogueProvider {
  id: string;
  models: CatalogueModel[];
  fallback_model_providers?: string[];
}

/** Our provider id -> the catalogue's. A provider that is missing here has no prices but registered ones. */
const CATALOGUE_IDS: Readonly<Record<string, string>> = {
  openai: "openai",
  anthropic: "anthropic",
  gemini: "google",
  vertex_ai: "google",
  mistral: "mistral",
  cohere_chat: "cohere",
  azure: "azure",
  bedrock: "aws",
  groq: "groq",
  deepseek: "deepseek",
  xai: "x-ai",
  openrouter: "openrouter",
  together_ai: "together",
  fireworks_ai: "fireworks",
  perplexity: "perplexity",
  cerebras: "cerebras",
  zai: "zai",
};
/** Rows found for names asked before; names come from callers, so they are not kept without end. */
const MOST_REMEMBERED = 1000;

export class Catalogue {
  readonly #providers: ReadonlyMap<string, CatalogueProvider>;
  readonly #found = new Map<string, Found<CatalogueModel> | undefined>();

  constructor(providers: readonly CatalogueProvider[]) {
    this.#providers = new Map(providers.map((one) => [one.id, one]));
  }

  /** `provider` is one of ours, `model` stands without its prefix. */
  find(provider: string, model: string): Found<CatalogueModel> | undefined {
    const key = `${provider}/${model}`;
    if (this.#found.has(key)) return this.#found.get(key);
    if (this.#found.size >= MOST_REMEMBERED) this.#found.clear();
    const found = this.#search(provider, model.toLowerCase());
    this.#found.set(key, found);
    return found;
  }

  /** The ids of a provider's models that are still offered. */
  models(provider: string): string[] {
    const rows = this.#providers.get(CATALOGUE_IDS[provider] ?? "")?.models ?? [];
    return rows.filter(({ deprecated }) => deprecated !== true).map(({ id }) => id);
  }

  #search(provider: string, model: string): Found<CatalogueModel> | undefined {
    const own = this.#providers.get(CATALOGUE_IDS[provider] ?? hubOf(provider, model));
    if (!own) return undefined;
    const name = provider === "huggingface" ? model.replace(/:[^/]*$/, "") : model;
    for (const one of [own, ...fallbacksOf(own, this.#providers)]) {
      const found = findRow(one.models, name);
      if (found) return found;
    }
    return undefined;
  }
}

/** Hugging Face's router passes a call on; who serves it stands behind the colon, and that is whose price holds. */
function hubOf(provider: string, model: string): string {
  if (provider !== "huggingface") return "";
  return `huggingface_${/:([a-z0-9-]+)$/.exec(model)?.[1] ?? ""}`;
}

let loading: Promise<Catalogue> | undefined;
let loaded: Catalogue | undefined;

/** The first call reads the data, some hundred kilobytes; the others share it. */
export function loadCatalogue(): Promise<Catalogue> {
  loading ??= import("@pydantic/genai-prices")
    .then((data) => data.waitForUpdate())
    .then((providers) => {
      loaded = new Catalogue((providers ?? []) as unknown as CatalogueProvider[]);
      return loaded;
    });
  return loading;
}

/** The catalogue if it has been read already. */
export function loadedCatalogue(): Catalogue | undefined {
  return loaded;
}

/** The prices that hold at this moment: the last row whose condition is met, else the first. */
export function pricesAt({ prices }: CatalogueModel, now: Date): CataloguePrices {
  if (!Array.isArray(prices)) return prices as CataloguePrices;
  const rows = prices as { constraint?: Constraint; prices: CataloguePrices }[];
  return (rows.findLast(({ constraint }) => holds(constraint, now)) ?? rows[0])?.prices ?? {};
}

function holds(constraint: Constraint | undefined, now: Date): boolean {
  if (constraint === undefined) return true;
  if (constraint.type === "start_date") return now.getTime() >= Date.parse(constraint.start_date);
  const [from, to] = [secondOfDay(constraint.start_time), secondOfDay(constraint.end_time)];
  const second = (now.getTime() / 1000) % 86_400;
  return from <= to ? second >= from && second < to : second >= from || second < to;
}

/** "16:30:00Z", "01:00:00+08:00". */
function secondOfDay(time: string): number {
  return (((Date.parse(`1970-01-01T${time}`) / 1000) % 86_400) + 86_400) % 86_400;
}
