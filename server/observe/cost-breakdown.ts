// The parts of a cost in LiteLLM's names, of the prices that are loaded already. Unknown is null, never 0.

import { type CallToPrice, costOfCall } from "../cost/cost-of-call.ts";
import type { Catalogue } from "../models/catalogue.ts";
import type { CostBreakdown } from "../protocol/callbacks.ts";

/** null = no cost is known. */
export function breakdownOf(
  call: CallToPrice,
  catalogue: Catalogue | undefined,
  at: Date,
): CostBreakdown | null {
  const { nano_usd, breakdown } = costOfCall(call, catalogue, at);
  if (nano_usd === null) return null;
  const total_cost = nano_usd / 1e9;
  // A provider that tells its price tells the whole.
  if (breakdown.some(({ item }) => item === "reported"))
    return { input_cost: null, output_cost: null, tool_usage_cost: null, total_cost };
  let [output, tools] = [0, 0];
  for (const line of breakdown) {
    if (/^(?:output|reasoning|citation)/.test(line.item)) output += line.nano_usd;
    else if (line.item === "web_search") tools += line.nano_usd;
  }
  return {
    input_cost: (nano_usd - output - tools) / 1e9,
    output_cost: output / 1e9,
    tool_usage_cost: tools / 1e9,
    total_cost,
  };
}
