// Prices as integers: what one token, query or request costs, in femto-dollars (1e-15 USD), with the prompt size
// from which another price holds. Reads LiteLLM's price fields and the catalogue's alike. Pure.

import { RATE_FIELD, RATE_FIELDS, type RateName } from "../protocol/price-fields.ts";

export type { RateName };

/** The service tiers with prices of their own, and LiteLLM's endings of their fields. */
const TIER_ENDINGS = { priority: "_priority", flex: "_flex", batch: "_batches" } as const;
export type ServiceTier = keyof typeof TIER_ENDINGS;

export interface Rate {
  base: bigint;
  /** Ascending. `above` is exclusive: a prompt of exactly that many tokens still pays the price before. */
  tiers: { above: number; price: bigint }[];
}
export type Rates = Partial<Record<RateName, Rate>>;
export interface RateSheet {
  standard: Rates;
  tiers: Partial<Record<ServiceTier, Rates>>;
}

const FEMTO = 1e15;
/** Catalogue key -> ours, and how many units its price is for. */
const CATALOGUE_KEYS: Readonly<Record<string, [name: RateName, per: number]>> = {
  input_mtok: ["input", 1e6],
  output_mtok: ["output", 1e6],
  cache_read_mtok: ["cache_read", 1e6],
  cache_write_mtok: ["cache_write", 1e6],
  cache_write_1h_mtok: ["cache_write_1h", 1e6],
  input_audio_mtok: ["input_audio", 1e6],
  output_audio_mtok: ["output_audio", 1e6],
  cache_audio_read_mtok: ["cache_read_audio", 1e6],
  input_image_mtok: ["input_image", 1e6],
  output_image_mtok: ["output_image", 1e6],
  output_reasoning_mtok: ["reasoning", 1e6],
  output_citation_mtok: ["citation", 1e6],
  web_searches_kcount: ["web_search", 1e3],
  requests_kcount: ["request", 1e3],
};

export type CataloguePrices = Readonly<
  Record<string, number | { base: number; tiers: { start: number; price: number }[] } | undefined>
>;

const read = new WeakMap<CataloguePrices, { sheet: RateSheet | undefined }>();

/** An empty price list is no price, not a free model. A list is read once; what comes back is shared. */
export function ratesOfCatalogue(prices: CataloguePrices): RateSheet | undefined {
  let known = read.get(prices);
  if (!known) {
    known = { sheet: readCatalogue(prices) };
    read.set(prices, known);
  }
  return known.sheet;
}

function readCatalogue(prices: CataloguePrices): RateSheet | undefined {
  const standard: Rates = {};
  for (const [key, price] of Object.entries(prices)) {
    const [name, per] = CATALOGUE_KEYS[key] ?? [];
    if (name === undefined || per === undefined || price === undefined) continue;
    const { base, tiers } = typeof price === "number" ? { base: price, tiers: [] } : price;
    standard[name] = {
      base: femto(base, per),
      tiers: tiers
        .map((tier) => ({ above: tier.start, price: femto(tier.price, per) }))
        .sort((a, b) => a.above - b.above),
    };
  }
  return Object.keys(standard).length === 0 ? undefined : { standard, tiers: {} };
}

const NAME_OF = new Map<string, RateName>(
  Object.entries(RATE_FIELDS).map(([name, field]) => [field, name as RateName]),
);

/** LiteLLM's price fields in USD; undefined when there is none among them. */
export function ratesOfFields(fields: Readonly<Record<string, unknown>>): RateSheet | undefined {
  const sheet: RateSheet = { standard: {}, tiers: {} };
  let found = false;
  const steps: [Rates, RateName, number, bigint][] = [];
  for (const [key, value] of Object.entries(fields)) {
    const match = RATE_FIELD.exec(key);
    const name = NAME_OF.get(match?.[1] ?? "");
    if (!match || name === undefined || !isPrice(value)) continue;
    found = true;
    const rates = ratesFor(sheet, match[3]);
    if (match[2] === undefined) rates[name] = { base: femto(value, 1), tiers: [] };
    else steps.push([rates, name, Number(match[2]) * 1000, femto(value, 1)]);
  }
  found = readRanges(fields["tiered_pricing"], sheet, steps) || found;
  const search = fields["search_context_cost_per_query"];
  if (typeof search === "object" && search !== null) {
    const price = (search as Record<string, unknown>)["search_context_size_medium"];
    if (isPrice(price)) {
      sheet.standard.web_search ??= { base: femto(price, 1), tiers: [] };
      found = true;
    }
  }
  for (const [rates, name, above, price] of steps.sort((a, b) => a[2] - b[2])) {
    const standard = sheet.standard[name]?.base;
    rates[name] ??= { base: standard ?? price, tiers: [] };
    rates[name].tiers.push({ above, price });
  }
  return found ? sheet : undefined;
}

/** `tiered_pricing: [{range: [0, 32000], input_cost_per_token, …}, …]`: the row of the range holds for all tokens. */
function readRanges(given: unknown, sheet: RateSheet, steps: [Rates, RateName, number, bigint][]): boolean {
  let found = false;
  for (const row of Array.isArray(given) ? given : []) {
    const { range, ...prices } = row as { range?: unknown } & Record<string, unknown>;
    const from = Array.isArray(range) ? Number(range[0]) : Number.NaN;
    if (!Number.isFinite(from) || from < 0) continue;
    for (const [key, value] of Object.entries(prices)) {
      const name = NAME_OF.get(key);
      if (name === undefined || !isPrice(value)) continue;
      found = true;
      if (from === 0) sheet.standard[name] = { base: femto(value, 1), tiers: [] };
      else steps.push([sheet.standard, name, from, femto(value, 1)]);
    }
  }
  return found;
}

function ratesFor(sheet: RateSheet, ending: string | undefined): Rates {
  for (const [tier, its] of Object.entries(TIER_ENDINGS) as [ServiceTier, string][]) {
    if (its !== ending) continue;
    sheet.tiers[tier] ??= {};
    return sheet.tiers[tier];
  }
  return sheet.standard;
}

/** The price at a prompt of this size. */
export function rateAt({ base, tiers }: Rate, prompt_tokens: number): bigint {
  let price = base;
  for (const tier of tiers) if (prompt_tokens > tier.above) price = tier.price;
  return price;
}

/** The same in LiteLLM's fields, USD. A step at 271,999 tokens is named 272k. */
export function fieldsOfRates({ standard, tiers }: RateSheet): Record<string, number> {
  const fields: Record<string, number> = {};
  const lists: [string, Rates][] = [["", standard]];
  for (const [tier, rates] of Object.entries(tiers)) lists.push([TIER_ENDINGS[tier as ServiceTier], rates]);
  for (const [ending, rates] of lists) {
    for (const [name, rate] of Object.entries(rates)) {
      const field = RATE_FIELDS[name as RateName];
      fields[field + ending] = usd(rate.base);
      for (const { above, price } of rate.tiers)
        fields[`${field}_above_${Math.round(above / 1000)}k_tokens${ending}`] = usd(price);
    }
  }
  return fields;
}

function isPrice(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function femto(usd: number, per: number): bigint {
  return BigInt(Math.round(usd * (FEMTO / per)));
}

/** Through the decimal text, so that 2500000000 becomes 0.0000025 and not 0.0000025000000000000001. */
function usd(price: bigint): number {
  return Number(`${price}e-15`);
}
