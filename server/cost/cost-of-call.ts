// What a call cost: the provider's own word first, then prices given with the call, registered ones, the catalogue's.
// The name that was asked for goes before the one that answered, but for Azure, where it only names a deployment.

import { type Catalogue, PRICES_DATE, pricesAt } from "../models/catalogue.ts";
import {
  type RateName,
  type RateSheet,
  type Rates,
  ratesOfCatalogue,
  ratesOfFields,
} from "../models/rates.ts";
import { registeredModel, registeredRates } from "../models/register-model.ts";
import type { Usage } from "../protocol/messages.ts";
import { type Cost, priceOf, reportedCost, UNKNOWN_COST } from "./price.ts";

export interface CallToPrice {
  provider: string;
  /** Without the provider's prefix. */
  model: string;
  /** What the answer calls itself. */
  response_model?: string | undefined;
  /** LiteLLM's `base_model`: what a deployment of another name serves. */
  base_model?: string | undefined;
  usage: Partial<Usage> | undefined;
  service_tier?: string | null | undefined;
  /** `input_cost_per_token`, `output_cost_per_token` and their like, given with the call. */
  prices?: Readonly<Record<string, unknown>> | undefined;
}

/** Without a catalogue only what needs none is priced. `now` decides between a model's prices of different times. */
export function costOfCall(call: CallToPrice, catalogue: Catalogue | undefined, now: Date): Cost {
  const { usage } = call;
  if (!usage) return UNKNOWN_COST;
  const reported = reportedCost(usage);
  if (reported) return reported;
  const found = findSheet(call, catalogue, now);
  const priced = found && priceOf(usage, found.sheet, call.service_tier);
  if (!priced) return UNKNOWN_COST;
  return {
    ...priced,
    estimated: priced.estimated || !found.exact,
    source: found.source,
    prices_date: found.catalogued ? PRICES_DATE : null,
  };
}

interface FoundSheet {
  sheet: RateSheet;
  source: Cost["source"];
  exact: boolean;
  /** Some of the prices are the catalogue's. */
  catalogued: boolean;
}

/** The prices that hold for a call; undefined = unknown. */
export function findSheet(
  call: Omit<CallToPrice, "usage">,
  catalogue: Catalogue | undefined,
  now: Date,
): FoundSheet | undefined {
  const names = namesOf(call);
  let base = inCatalogue(call.provider, names, catalogue, now);
  for (const name of names) {
    const fields = registeredModel(call.provider, name);
    const sheet = fields && registeredRates(fields);
    if (!sheet) continue;
    base = over(sheet, base, "registered");
    break;
  }
  const own = call.prices && ratesOfFields(call.prices);
  return own ? over(own, base, "call") : base;
}

function namesOf({ provider, model, response_model, base_model }: Omit<CallToPrice, "usage">): string[] {
  const answered = response_model === undefined ? [] : [response_model.replace(`${provider}/`, "")];
  const names = provider === "azure" ? [...answered, model] : [model, ...answered];
  const known = base_model?.replace(`${provider}/`, "");
  return known === undefined ? names : [known, ...names];
}

function inCatalogue(
  provider: string,
  names: readonly string[],
  catalogue: Catalogue | undefined,
  now: Date,
): FoundSheet | undefined {
  for (const name of names) {
    const found = catalogue?.find(provider, name);
    const sheet = found && ratesOfCatalogue(pricesAt(found.row, now));
    if (sheet) return { sheet, source: "catalogue", exact: found.exact, catalogued: true };
  }
  return undefined;
}

/** Prices of the user's go before others side by side: who gives a price for input decides on all of the input. */
function over(own: RateSheet, base: FoundSheet | undefined, source: Cost["source"]): FoundSheet {
  const borrowed: Rates = {};
  for (const [name, rate] of Object.entries(base?.sheet.standard ?? {}) as [RateName, Rates[RateName]][]) {
    const side = OUTPUT_SIDE.has(name) ? "output" : "input";
    if (own.standard[side] === undefined && rate) borrowed[name] = rate;
  }
  const catalogued = base?.catalogued === true && Object.keys(borrowed).length > 0;
  return {
    sheet: { standard: { ...borrowed, ...own.standard }, tiers: own.tiers },
    source,
    exact: !catalogued || base.exact,
    catalogued,
  };
}

const OUTPUT_SIDE: ReadonlySet<RateName> = new Set([
  "output",
  "reasoning",
  "output_audio",
  "output_image",
  "citation",
]);
