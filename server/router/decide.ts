// One decision: candidates, what filters each, then the strategy among those left. It changes nothing; whoever asks
// takes the deployment. Why it came out so is kept as it was found and spelt out only when somebody reads it.

import type { Deployment } from "./deployment.ts";
import type { Slot } from "./state.ts";
import { type StrategyContext, strategyOf } from "./strategies.ts";

export interface DecideContext extends StrategyContext {
  strategy: string;
  /** Deployments that failed in this request: not again while others are left. */
  tried: ReadonlySet<string>;
  /** Of the request; undefined = tags are not looked at. */
  tags?: readonly string[] | undefined;
  /** One common tag is enough; else all are wanted. */
  match_any: boolean;
  region?: string | undefined;
  /** Why the deployment cannot take this call (context window, abilities, budget), undefined = it can. */
  unfit?: ((deployment: Deployment) => string | undefined) | undefined;
  /** Which limit of it is reached now. */
  limited?: ((slot: Slot) => string | undefined) | undefined;
}

/** `edgequake.trace` of an answer, one for each decision. */
export interface DecisionTrace {
  strategy: string;
  /** What the scores are: "weight", "in_flight", … */
  measure: string | null;
  /** Deployment ids. */
  chosen: string | null;
  candidates: { id: string; filtered?: string; score?: number }[];
}

export interface Decision {
  slot: Slot | undefined;
  /** For each candidate what filtered it; empty = nothing filtered any. */
  filtered: readonly (string | undefined)[];
  trace(): DecisionTrace;
}

const FAILED = "failed in this request";
const NOTHING: readonly undefined[] = [];

export function decide(candidates: readonly Slot[], context: DecideContext): Decision {
  const { now, tried, tags, region, unfit, limited } = context;
  const defaults = tags !== undefined && tags.length === 0 && candidates.some(isDefault);
  let filtered: (string | undefined)[] | undefined;
  let left: Slot[] = [];
  let order = Number.POSITIVE_INFINITY;
  let mixed = false;
  let failed = 0;
  for (let index = 0; index < candidates.length; index++) {
    const slot = candidates[index] as Slot;
    const { deployment } = slot;
    const because =
      cooled(slot, now) ??
      (region !== undefined && deployment.region !== region ? `not in region ${region}` : undefined) ??
      (tags === undefined ? undefined : untagged(deployment, tags, context.match_any, defaults)) ??
      // One of a better tier is there: what costs more to find out is not asked of this one.
      (deployment.order > order
        ? undefined
        : (unfit?.(deployment) ??
          limited?.(slot) ??
          (tried.size > 0 && tried.has(deployment.id) ? FAILED : undefined)));
    if (because !== undefined) {
      filtered ??= new Array<string | undefined>(candidates.length).fill(undefined);
      filtered[index] = because;
      if (because === FAILED) failed++;
      continue;
    }
    if (left.length > 0 && deployment.order !== order) mixed = true;
    if (deployment.order < order) order = deployment.order;
    left.push(slot);
  }
  // Nothing but what failed already: then those again.
  if (left.length === 0 && failed > 0 && filtered) {
    for (const [index, because] of filtered.entries()) {
      if (because !== FAILED) continue;
      const slot = candidates[index] as Slot;
      if (left.length > 0 && slot.deployment.order !== order) mixed = true;
      if (slot.deployment.order < order) order = slot.deployment.order;
      filtered[index] = undefined;
      left.push(slot);
    }
  }
  if (mixed) {
    filtered ??= new Array<string | undefined>(candidates.length).fill(undefined);
    for (let index = 0; index < candidates.length; index++) {
      const its = (candidates[index] as Slot).deployment.order;
      if (filtered[index] !== undefined || its === order) continue;
      filtered[index] = `order ${its === Number.POSITIVE_INFINITY ? "none" : its}, and ${order} comes before`;
    }
    left = left.filter(({ deployment }) => deployment.order === order);
  }
  const choice = left.length === 0 ? undefined : strategyOf(context.strategy)(left, context);
  const slot = choice && left[choice.index];
  const found = filtered ?? NOTHING;
  return {
    slot,
    filtered: found,
    trace: () => {
      let scored = 0;
      return {
        strategy: context.strategy,
        measure: choice?.measure ?? null,
        chosen: slot?.deployment.id ?? null,
        candidates: candidates.map(({ deployment: { id } }, index) => {
          const because = found[index];
          if (because !== undefined) return { id, filtered: because };
          const score = choice?.scores[scored++];
          return score === undefined ? { id } : { id, score };
        }),
      };
    },
  };
}

/** Cooled now, or about to be probed by another request. */
function cooled({ state }: Slot, now: number): string | undefined {
  if (state.cooled_until === 0) return undefined;
  if (now < state.cooled_until) return `cooled: ${state.cooled_because}`;
  return state.probing ? "recovering: one request is looking" : undefined;
}

function isDefault({ deployment }: Slot): boolean {
  return deployment.tags.includes("default");
}

function untagged(
  { tags: own }: Deployment,
  wanted: readonly string[],
  any: boolean,
  defaults: boolean,
): string | undefined {
  if (wanted.length === 0) return defaults && !own.includes("default") ? "not tagged default" : undefined;
  const fits = any ? wanted.some((tag) => own.includes(tag)) : wanted.every((tag) => own.includes(tag));
  return fits ? undefined : `not tagged ${wanted.join(any ? " or " : " and ")}`;
}
