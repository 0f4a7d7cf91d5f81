// A call of another program, in its own name: whatever it says of itself, the ledger and the budgets count it as the
// caller it was let in as. Pure.

import type { Attribution } from "../../server/protocol/attribution.ts";

interface Attributable {
  attribution?: unknown;
  api_key?: unknown;
  input_cost_per_token?: unknown;
  output_cost_per_token?: unknown;
}

export function attributed<P extends object>(params: P, caller: string): P & { attribution: Attribution } {
  const { attribution, input_cost_per_token, output_cost_per_token, ...rest } = params as P & Attributable;
  const said = (typeof attribution === "object" && attribution !== null ? attribution : {}) as Attribution;
  // What the user's own key pays is not the caller's to price: a budget goes by it.
  const prices = rest.api_key ? { input_cost_per_token, output_cost_per_token } : {};
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(prices).filter(([, value]) => value !== undefined)),
    attribution: {
      caller,
      ...(said.session === undefined ? {} : { session: said.session }),
      ...(said.tags === undefined ? {} : { tags: said.tags }),
    },
  } as unknown as P & { attribution: Attribution };
}
