// When a failure cools a deployment and for how long, and how it comes back: one request at a time is let through
// after the deadline, and its outcome decides. Deadlines are of a clock that never goes back; a new cooling extends.

import { LONGEST_WAIT_MS } from "../engine/retry.ts";
import type { DeploymentState, Slot } from "./state.ts";

/** LiteLLM's defaults. */
export const COOLDOWN_MS = 5_000;
/** A quota that is used up does not come back in seconds. */
export const QUOTA_COOLDOWN_MS = 600_000;
/** What a provider asks for beyond this is looked at anew by a probe: some say hours, or a date as a number of seconds. */
const LONGEST_TOLD_MS = QUOTA_COOLDOWN_MS;
/** The share of failures is looked at from so many requests of the minute. */
const ENOUGH = 5;
const WORST_SHARE = 0.5;

export interface CooldownPolicy {
  disabled: boolean;
  /** Milliseconds. */
  cooldown_ms: number;
  /** Failures that are borne within the cooldown time; undefined = judged by kind and share instead. */
  allowed_fails: number | undefined;
  /** The same by class ("RateLimitErrorAllowedFails": 0). */
  allowed_fails_policy: Readonly<Record<string, number>> | undefined;
}

/** What a failure says of the deployment. */
export interface DeploymentFailure {
  name: string;
  status_code?: number | undefined;
  code?: string | undefined;
  retry_after_ms?: number | undefined;
}

export interface Cooling {
  ms: number;
  because: string;
}

const QUOTA = new Set(["insufficient_quota", "billing_hard_limit_reached", "insufficient_balance"]);
const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "timeout_connect",
]);

/** LiteLLM's policy names, by the class they speak of. */
function allowedOf({ name }: DeploymentFailure, policy: CooldownPolicy): number | undefined {
  const own = policy.allowed_fails_policy?.[`${name}AllowedFails`];
  const timeout = name === "Timeout" ? policy.allowed_fails_policy?.["TimeoutErrorAllowedFails"] : undefined;
  return own ?? timeout ?? policy.allowed_fails;
}

/** Whether the failure is the deployment's, and not the request's own or the caller's. */
export function isDeploymentsFault({ name, status_code }: DeploymentFailure): boolean {
  if (name === "Cancelled") return false;
  if (name === "Timeout" || name.startsWith("APIConnection")) return true;
  if (status_code === undefined || status_code < 400 || status_code >= 500) return true;
  return [401, 402, 403, 404, 408, 409, 429].includes(status_code);
}

/**
 * How long the deployment is cooled for a failure that was just counted in `state`; undefined = not at all.
 * `alone`: it is the only one of its group.
 */
export function coolingFor(
  { deployment, state }: Slot,
  failure: DeploymentFailure,
  policy: CooldownPolicy,
  { now, alone }: { now: number; alone: boolean },
): Cooling | undefined {
  const own = deployment.cooldown_ms;
  const usual = own ?? policy.cooldown_ms;
  if (policy.disabled || usual === 0 || !isDeploymentsFault(failure)) return undefined;
  const told = failure.retry_after_ms;
  const ms = own ?? (told === undefined ? policy.cooldown_ms : Math.min(told, LONGEST_TOLD_MS));
  const { name, status_code, code = "" } = failure;
  const said = `${name}${status_code === undefined ? "" : ` ${status_code}`}`;
  if (QUOTA.has(code) || status_code === 402)
    return { ms: own ?? Math.max(ms, QUOTA_COOLDOWN_MS), because: "the quota is used up" };
  if (state.cooled_until > 0) return { ms, because: `not recovered: ${said}` };
  if (UNREACHABLE.has(code)) return { ms, because: "it cannot be connected to" };
  const allowed = allowedOf(failure, policy);
  if (allowed !== undefined) {
    const fails = countFail(state, name, { now, ms: usual, policy });
    return fails > allowed
      ? { ms, because: `${fails} failures, ${allowed} allowed, the last: ${said}` }
      : undefined;
  }
  // What is not slept through is a cooldown, though nobody else is there.
  const long = (told ?? 0) > LONGEST_WAIT_MS;
  if (status_code === 429) return alone && !long ? undefined : { ms, because: said };
  if (long) return { ms, because: said };
  if (status_code === 401 || status_code === 404) return { ms, because: said };
  const failures = state.failures.total(now);
  const requests = failures + state.successes.total(now);
  if (!alone && requests >= ENOUGH && failures > requests * WORST_SHARE)
    return { ms, because: `${failures} of ${requests} requests of the last minute failed` };
  return undefined;
}

/** Counted until no failure came for the cooldown time; a class with its own allowance is counted for itself. */
function countFail(
  state: DeploymentState,
  name: string,
  { now, ms, policy }: { now: number; ms: number; policy: CooldownPolicy },
): number {
  if (now >= state.fails_until) state.fails.clear();
  state.fails_until = now + ms;
  const own =
    policy.allowed_fails_policy?.[`${name}AllowedFails`] !== undefined || policy.allowed_fails === undefined;
  const key = own ? name : "*";
  const fails = (state.fails.get(key) ?? 0) + 1;
  state.fails.set(key, fails);
  return fails;
}

/** Cools it; a longer cooldown that runs already is kept. */
export function cool(state: DeploymentState, { ms, because }: Cooling, now: number): void {
  const until = now + ms;
  if (until < state.cooled_until) return;
  state.cooled_until = until;
  state.cooled_because = because;
}

/** Over at once: it answered. */
export function recover(state: DeploymentState): void {
  state.cooled_until = 0;
  state.cooled_because = "";
  state.fails.clear();
}

/** Past its cooldown and nobody has looked yet: the next request is the probe. */
export function isHalfOpen({ cooled_until }: DeploymentState, now: number): boolean {
  return cooled_until > 0 && now >= cooled_until;
}

/** Milliseconds until the first of them may be asked again; undefined = none is cooled. */
export function earliestRecovery(slots: readonly Slot[], now: number): number | undefined {
  let earliest: number | undefined;
  for (const { state } of slots) {
    if (state.cooled_until <= now) continue;
    const ms = state.cooled_until - now;
    if (earliest === undefined || ms < earliest) earliest = ms;
  }
  return earliest;
}
