// Which groups follow a failed one, and how often a class of failure is tried again: LiteLLM's fallbacks and retry
// policies. Pure. A special list without an entry for the group leaves the way to the general one open.

import { createError } from "../protocol/errors.ts";

/** A group's name, or a call's own arguments with another model. */
export type Fallback = string | Readonly<{ model: string; [param: string]: unknown }>;
/** LiteLLM's shape: `[{"gpt-4": ["b", "c"]}, {"*": ["d"]}]`. */
export type FallbackList = readonly Readonly<Record<string, readonly Fallback[]>>[];

export interface FallbackPlan {
  fallbacks: FallbackList;
  context_window_fallbacks: FallbackList;
  content_policy_fallbacks: FallbackList;
  default_fallbacks: readonly Fallback[];
  max_fallbacks: number;
}

/** @throws BadRequestError naming the list that has another shape. */
export function readFallbacks(given: unknown, name: string): FallbackList {
  if (given === undefined || given === null) return [];
  const entries = Array.isArray(given) ? given : [given];
  for (const entry of entries) {
    const fits =
      typeof entry === "object" &&
      entry !== null &&
      Object.values(entry).every((list) => Array.isArray(list) && list.every(isFallback));
    if (!fits) {
      throw createError("BadRequestError", {
        message: `${name} must be a list such as [{"gpt-4": ["other-group"]}]`,
        param: name,
      });
    }
  }
  return entries as FallbackList;
}

export function isFallback(given: unknown): given is Fallback {
  if (typeof given === "string") return true;
  return (
    typeof given === "object" &&
    given !== null &&
    typeof (given as Record<string, unknown>)["model"] === "string"
  );
}

/** The groups to ask after `group` failed with a class of failure, in order, without those already asked. */
export function fallbacksAfter(
  plan: FallbackPlan,
  failure: { name: string },
  { group, asked, own }: { group: string; asked: ReadonlySet<string>; own?: readonly Fallback[] | undefined },
): Fallback[] {
  if (failure.name === "Cancelled") return [];
  const found = own ?? special(plan, failure.name, group) ?? general(plan, group);
  return found.filter((one) => !asked.has(typeof one === "string" ? one : one.model));
}

function special(plan: FallbackPlan, name: string, group: string): readonly Fallback[] | undefined {
  if (name === "ContextWindowExceededError") return entryOf(plan.context_window_fallbacks, group);
  if (name === "ContentPolicyViolationError") return entryOf(plan.content_policy_fallbacks, group);
  return undefined;
}

function general(plan: FallbackPlan, group: string): readonly Fallback[] {
  return entryOf(plan.fallbacks, group) ?? plan.default_fallbacks;
}

function entryOf(list: FallbackList, group: string): readonly Fallback[] | undefined {
  return (
    list.find((entry) => Object.hasOwn(entry, group))?.[group] ??
    list.find((entry) => Object.hasOwn(entry, "*"))?.["*"]
  );
}

/** LiteLLM's names: "RateLimitErrorRetries", "TimeoutErrorRetries", … */
export type RetryPolicy = Readonly<Record<string, number>>;

/** How often a failure of that class is tried again by policy; undefined = the policy does not speak of it. */
export function retriesOf(policy: RetryPolicy | undefined, name: string): number | undefined {
  if (!policy) return undefined;
  return policy[`${name}Retries`] ?? (name === "Timeout" ? policy["TimeoutErrorRetries"] : undefined);
}
