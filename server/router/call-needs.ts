// What one call needs: which deployments may take it, what it takes of limits, and what it is told where nobody can.

import { LONGEST_WAIT_MS } from "../engine/retry.ts";
import type { Stop } from "../engine/stop.ts";
import type { OnStatus } from "../protocol/call-status.ts";
import type { OpenAIError } from "../protocol/errors.ts";
import type { Admission, Request } from "./admission.ts";
import type { Continuation } from "./continuation.ts";
import type { CallDeadline } from "./deadline.ts";
import type { DecideContext } from "./decide.ts";
import type { Group, Groups } from "./groups.ts";
import type { RouterHost } from "./host.ts";
import type { Settled } from "./options.ts";
import { nobody } from "./outcome.ts";
import type { RetryBudgets } from "./retry-budgets.ts";
import type { Params, Steering } from "./routed-params.ts";
import { budgetNames, type Spending } from "./spending.ts";

/** What a call is told by its caller. */
export interface Asked {
  stop: Stop;
  stream: boolean;
  /** Whether something of the answer reached the caller. */
  delivered: () => boolean;
  onStatus: OnStatus | undefined;
  /** Of a stream. */
  continuation?: Continuation;
}

/** What of the router a call goes by: as it was when the call began. */
export interface Means {
  host: RouterHost;
  deadline: CallDeadline;
  admission: Admission;
  spending: Spending;
  budgets: RetryBudgets;
  groups: Groups;
  settled: Settled;
}

/** What decides on a deployment for this call. */
export function contextOf(
  { host, settled, spending }: Means,
  { stream }: Asked,
  steering: Steering,
  params: Params,
  tried: ReadonlySet<string>,
): Omit<DecideContext, "now" | "limited"> {
  const { clock, price, unfit } = host;
  const tokens = settled.pre_call_checks && unfit ? tokensOf(host, params) : 0;
  return {
    strategy: settled.strategy,
    random: clock.random,
    stream,
    lowest_latency_buffer: settled.lowest_latency_buffer,
    price: (deployment) => {
      const { input_cost, output_cost } = deployment;
      if (input_cost !== undefined || output_cost !== undefined)
        return (input_cost ?? 0) + (output_cost ?? 0);
      return price?.(deployment) ?? null;
    },
    tried,
    tags: settled.tag_filtering ? steering.tags : undefined,
    match_any: settled.match_any,
    region: steering.region,
    unfit:
      settled.pre_call_checks || spending.any
        ? (deployment) => {
            const now = clock.monotonic();
            const over = spending.any
              ? budgetNames(deployment)
                  .map((name) => spending.over(name, now))
                  .find((why) => why !== undefined)
              : undefined;
            return over ?? (settled.pre_call_checks ? unfit?.(deployment, params, tokens) : undefined);
          }
        : undefined,
  };
}

/** What it asks of limits, and how long it may wait for them. */
export function requestFor(
  { host, settled }: Means,
  { stop }: Asked,
  steering: Steering,
  params: Params,
  group: Group,
  onWait: (ms: number) => void,
): Request {
  const limited = settled.limits_tokens || group.slots.some(({ deployment }) => deployment.tpm !== undefined);
  return {
    group: group.name,
    slots: group.slots,
    tokens: limited ? tokensOf(host, params) : 0,
    priority: steering.priority ?? settled.default_priority,
    queue_ms: settled.queue_ms,
    wait_for_recovery: settled.wait_for_recovery,
    longest_recovery_ms: LONGEST_WAIT_MS,
    onWait,
    stop,
  };
}

function tokensOf(host: RouterHost, params: Params): number {
  return Math.max(1, Math.ceil(host.estimate?.(params) ?? 1));
}

/** The error where nobody can take it. */
export function nobodyError(
  host: RouterHost,
  params: Params,
  group: Group,
  found: Parameters<typeof nobody>[2],
): OpenAIError {
  const unfit = group.slots.length > 0 && found.decision.filtered.every((why) => why?.startsWith("cannot"));
  return host.error(unfit ? "BadRequestError" : "RateLimitError", {
    message: nobody(String(params["model"]), group.slots, found),
    model: String(params["model"]),
    code: found.because === "too large" ? "limit_too_small" : "no_deployment",
    ...(found.recovery_ms === undefined ? {} : { retry_after_ms: Math.ceil(found.recovery_ms) }),
  });
}
