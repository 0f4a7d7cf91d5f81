// Usage × rates = money, in integers. A price that is not known makes the whole cost null, never 0; where a near price
// has to stand in for a missing one, the cost says that it is estimated. Pure.

import { type Rate, type RateName, type RateSheet, rateAt, type ServiceTier } from "../models/rates.ts";
import type { Usage } from "../protocol/messages.ts";
import { billOf } from "./billable.ts";

export interface CostLine {
  item: RateName | "reported" | "upstream";
  /** Tokens, searches or requests. */
  units: number;
  nano_usd: number;
}

export interface Cost {
  /** USD; null = price unknown, never a guess. */
  cost_usd: number | null;
  /** The same in whole billionths of a dollar. */
  nano_usd: number | null;
  /** What it is made of; the lines add up to nano_usd exactly. */
  breakdown: CostLine[];
  /** A near price stood in for one that is not known, or the usage contradicts itself. */
  estimated: boolean;
  /**
   * Whose price it is: told by the provider, given with the call, registered, or of the price catalogue; "answer" is
   * the cost an answer already carries.
   */
  source: "provider" | "call" | "registered" | "catalogue" | "answer" | "none";
  /** The day of the catalogue's data, where its prices were used. */
  prices_date: string | null;
}

export const UNKNOWN_COST: Cost = {
  cost_usd: null,
  nano_usd: null,
  breakdown: [],
  estimated: false,
  source: "none",
  prices_date: null,
};

/** Femto-dollars in a nano-dollar. */
const NANO = 1_000_000n;
const NANO_PER_USD = 1e9;
/** A ten-billionth of a dollar, as xAI counts. */
const TICKS_PER_NANO = 10;

/** What stands in for a rate that is missing, and whether that is a guess. */
const STAND_IN: Partial<Record<RateName, { rate: RateName; guess: boolean }>> = {
  cache_read: { rate: "input", guess: true },
  cache_read_audio: { rate: "cache_read", guess: true },
  cache_write: { rate: "input", guess: true },
  cache_write_1h: { rate: "cache_write", guess: true },
  input_audio: { rate: "input", guess: true },
  // Most providers charge for an image by the tokens it becomes, at the price of text.
  input_image: { rate: "input", guess: false },
  reasoning: { rate: "output", guess: false },
  output_audio: { rate: "output", guess: true },
  output_image: { rate: "output", guess: true },
};
/** Charged for only where a price is known for it. */
const EXTRAS: ReadonlySet<RateName> = new Set(["citation", "web_search", "request"]);

/** undefined = a token was used that no price is known for. */
export function priceOf(
  usage: Partial<Usage>,
  sheet: RateSheet,
  service_tier?: string | null,
): Pick<Cost, "cost_usd" | "nano_usd" | "breakdown" | "estimated"> | undefined {
  const bill = billOf(usage);
  if (!bill) return undefined;
  const tier = tierOf(service_tier ?? usage["traffic_type"]);
  const breakdown: CostLine[] = [];
  let estimated = bill.doubtful;
  let femto = 0n;
  let nano = 0n;
  for (const name in bill.units) {
    const item = name as RateName;
    const units = bill.units[item];
    if (!units) continue;
    const found = rateFor(item, sheet, tier);
    if (!found) {
      if (EXTRAS.has(item)) continue;
      return undefined;
    }
    estimated ||= found.guess && !EXTRAS.has(item);
    femto += BigInt(units) * rateAt(found.rate, bill.prompt_tokens);
    // Rounded on the running sum, so that the lines add up to the rounded total.
    const sum = (femto + NANO / 2n) / NANO;
    breakdown.push({ item, units, nano_usd: Number(sum - nano) });
    nano = sum;
  }
  const nano_usd = Number(nano);
  return { cost_usd: nano_usd / NANO_PER_USD, nano_usd, breakdown, estimated };
}

function rateFor(
  item: RateName,
  { standard, tiers }: RateSheet,
  tier: ServiceTier | undefined,
): { rate: Rate; guess: boolean } | undefined {
  let guess = false;
  for (let name: RateName | undefined = item; name !== undefined; ) {
    const rate = (tier && tiers[tier]?.[name]) ?? standard[name];
    if (rate) return { rate, guess: guess || (tier !== undefined && rate === standard[name]) };
    const next: { rate: RateName; guess: boolean } | undefined = STAND_IN[name];
    guess ||= next?.guess ?? false;
    name = next?.rate;
  }
  return undefined;
}

/** OpenAI's `service_tier`, Google's traffic type. What is no tier with a price of its own is the standard one. */
function tierOf(name: unknown): ServiceTier | undefined {
  if (typeof name !== "string") return undefined;
  return (["priority", "flex", "batch"] as const).find((tier) => name.toLowerCase().includes(tier));
}

/** What the provider says the call cost: `usage.cost`, its parts, or ticks. undefined = it says nothing. */
export function reportedCost(usage: Partial<Usage>): Cost | undefined {
  const told: unknown = usage.cost;
  const total =
    typeof told === "object" && told !== null ? (told as { total_cost?: unknown }).total_cost : told;
  const ticks = usage["cost_in_usd_ticks"];
  const nano = isMoney(total)
    ? Math.round(total * NANO_PER_USD)
    : isMoney(ticks)
      ? Math.round(ticks / TICKS_PER_NANO)
      : undefined;
  if (nano === undefined) return undefined;
  const breakdown: CostLine[] = [{ item: "reported", units: 1, nano_usd: nano }];
  // OpenRouter with a key of the user's own: what the provider behind it charges comes on top.
  const upstream = (usage["cost_details"] as { upstream_inference_cost?: unknown } | undefined)
    ?.upstream_inference_cost;
  if (usage["is_byok"] === true && isMoney(upstream))
    breakdown.push({ item: "upstream", units: 1, nano_usd: Math.round(upstream * NANO_PER_USD) });
  const nano_usd = breakdown.reduce((sum, line) => sum + line.nano_usd, 0);
  return {
    cost_usd: nano_usd / NANO_PER_USD,
    nano_usd,
    breakdown,
    estimated: false,
    source: "provider",
    prices_date: null,
  };
}

function isMoney(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
