// A call of another program, in its own name: whatever it says of itself, the ledger and the budgets count it as the
// caller it was let in as, at prices it cannot choose. Pure.

import type { Attribution } from "../../server/protocol/attribution.ts";
import { asPaid } from "../../server/protocol/own-key.ts";

interface Attributable {
  attribution?: unknown;
  fallbacks?: unknown;
}

export function attributed<P extends object>(params: P, caller: string): P & { attribution: Attribution } {
  const { attribution, fallbacks, ...rest } = asPaid(params as P & Attributable);
  const said = (typeof attribution === "object" && attribution !== null ? attribution : {}) as Attribution;
  return {
    ...rest,
    // Each names a call of its own, with its own key or the user's. Whom it is for the backend takes from this one.
    ...(fallbacks === undefined ? {} : { fallbacks: paid(fallbacks) }),
    attribution: {
      caller,
      ...(said.session === undefined ? {} : { session: said.session }),
      ...(said.tags === undefined ? {} : { tags: said.tags }),
    },
  } as unknown as P & { attribution: Attribution };
}

function paid(fallbacks: unknown): unknown {
  if (!Array.isArray(fallbacks)) return fallbacks;
  return fallbacks.map((one: unknown) => (typeof one === "object" && one !== null ? asPaid(one) : one));
}
