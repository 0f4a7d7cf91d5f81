// Which of the deployments that may be asked is asked: LiteLLM's routing strategies as pure functions. Chance is handed
// in, and a missing figure never hides a deployment: a missing weight is 1, an unmeasured latency comes first.

import { createError } from "../protocol/errors.ts";
import type { Deployment } from "./deployment.ts";
import type { Slot } from "./state.ts";

export const STRATEGIES = [
  "simple-shuffle",
  "least-busy",
  "usage-based-routing",
  "usage-based-routing-v2",
  "latency-based-routing",
  "cost-based-routing",
  "provider-budget-routing",
] as const;
export type StrategyName = (typeof STRATEGIES)[number];

export interface StrategyContext {
  /** Of a clock that never goes back, milliseconds. */
  now: number;
  /** 0 ≤ random() < 1. */
  random(): number;
  stream: boolean;
  /** Share above the lowest latency that still counts as the lowest. */
  lowest_latency_buffer: number;
  /** USD of a token in and a token out together; null = unknown. */
  price(deployment: Deployment): number | null;
}

export interface Choice {
  index: number;
  /** By position among the candidates; what each score means: `measure`. */
  scores: readonly number[];
  measure: string;
}

type Strategy = (slots: readonly Slot[], context: StrategyContext) => Choice;

/** @throws BadRequestError naming the strategies there are. */
export function strategyOf(name: string): Strategy {
  const found = BY_NAME.get(name);
  if (found) return found;
  throw createError("BadRequestError", {
    message: `routing_strategy "${name}" is not known; there are ${STRATEGIES.join(", ")}`,
    param: "routing_strategy",
  });
}

/** By weight if any has one, else by rpm, else by tpm, else all alike; what others have and one lacks counts as 1. */
function simpleShuffle(slots: readonly Slot[], { random }: StrategyContext): Choice {
  const weights = new Array<number>(slots.length);
  let measure = "equal";
  for (const { deployment } of slots) {
    if (deployment.weight !== undefined) {
      measure = "weight";
      break;
    }
    if (deployment.rpm !== undefined) measure = "rpm";
    else if (deployment.tpm !== undefined && measure === "equal") measure = "tpm";
  }
  let sum = 0;
  for (let index = 0; index < slots.length; index++) {
    const deployment = (slots[index] as Slot).deployment;
    const own =
      measure === "weight"
        ? deployment.weight
        : measure === "rpm"
          ? deployment.rpm
          : measure === "tpm"
            ? deployment.tpm
            : 1;
    sum += weights[index] = own ?? 1;
  }
  // All weights 0: nothing is preferred.
  if (sum === 0) return { index: Math.floor(random() * slots.length), scores: weights, measure };
  let left = random() * sum;
  let index = 0;
  for (let last = 0; last < slots.length; last++) {
    const weight = weights[last] as number;
    if (weight === 0) continue;
    index = last;
    left -= weight;
    if (left < 0) break;
  }
  return { index, scores: weights, measure };
}

function leastBusy(slots: readonly Slot[], { random }: StrategyContext): Choice {
  const scores = slots.map(({ state }) => state.in_flight);
  return { index: lowest(scores, 0, random), scores, measure: "in_flight" };
}

function usageBased(slots: readonly Slot[], { now, random }: StrategyContext): Choice {
  const scores = slots.map(({ state }) => state.tokens.total(now));
  return { index: lowest(scores, 0, random), scores, measure: "tokens_of_minute" };
}

/** A stream by its time to the first chunk, else by the time per token; who was never measured is tried first. */
function latencyBased(
  slots: readonly Slot[],
  { stream, random, lowest_latency_buffer }: StrategyContext,
): Choice {
  const scores = slots.map(({ state }) => (stream ? state.ttft : state.ms_per_token).mean() ?? 0);
  const measure = stream ? "ms_first_chunk" : "ms_per_token";
  return { index: lowest(scores, lowest_latency_buffer, random), scores, measure };
}

/** LiteLLM's stand-in for an unknown price: dearer than any known one, so that it is asked last. */
const UNKNOWN_PRICE = 10;

function costBased(slots: readonly Slot[], { price, random }: StrategyContext): Choice {
  const scores = slots.map(({ deployment }) => price(deployment) ?? UNKNOWN_PRICE);
  return { index: lowest(scores, 0, random), scores, measure: "usd_per_token" };
}

/** One of the lowest, and of those within `buffer` of it, by chance. */
function lowest(scores: readonly number[], buffer: number, random: () => number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const score of scores) if (score < least) least = score;
  const most = least * (1 + buffer);
  let count = 0;
  for (const score of scores) if (score <= most) count++;
  let wanted = Math.floor(random() * count);
  for (let index = 0; index < scores.length; index++) {
    if ((scores[index] as number) <= most && wanted-- === 0) return index;
  }
  return 0;
}

const BY_NAME: ReadonlyMap<string, Strategy> = new Map<StrategyName, Strategy>([
  ["simple-shuffle", simpleShuffle],
  ["least-busy", leastBusy],
  ["usage-based-routing", usageBased],
  ["usage-based-routing-v2", usageBased],
  ["latency-based-routing", latencyBased],
  ["cost-based-routing", costBased],
  // What is over its budget was filtered before.
  ["provider-budget-routing", simpleShuffle],
]);
