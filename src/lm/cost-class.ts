// What a call to a model roughly costs, told before it is made: by the price of a million tokens it writes. Pure.

import type { ModelDetails } from "../../server/protocol/results.ts";

export type CostClass = "free" | "low" | "medium" | "high" | "unknown";

const LOW = 2;
const MEDIUM = 12;

export function costClass(details: ModelDetails | undefined): CostClass {
  const price = details?.output_cost_per_token;
  if (price == null) return "unknown";
  const dollars = price * 1e6;
  if (dollars === 0) return "free";
  if (dollars <= LOW) return "low";
  return dollars <= MEDIUM ? "medium" : "high";
}
