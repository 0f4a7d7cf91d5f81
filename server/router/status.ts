// A router's deployments as they stand, for people and programs: no key, no address, no argument of a call.

import type { DeploymentStatus } from "../protocol/route-trace.ts";
import type { Limiter } from "./limiter.ts";
import type { Slot } from "./state.ts";

export function statusOf(slots: Iterable<Slot>, limiter: Limiter, now: number): DeploymentStatus[] {
  return Array.from(slots, ({ deployment, state }) => {
    const cooled_ms = Math.max(0, Math.ceil(state.cooled_until - now));
    return {
      id: deployment.id,
      model_name: deployment.model_name,
      model: deployment.params.model,
      healthy: state.cooled_until === 0,
      cooled_ms,
      cooled_because: state.cooled_until === 0 ? null : state.cooled_because,
      in_flight: state.in_flight,
      requests: state.requests.total(now),
      tokens: state.tokens.total(now),
      successes: state.successes.total(now),
      failures: state.failures.total(now),
      ms_first_chunk: state.ttft.mean() ?? null,
      ms_per_token: state.ms_per_token.mean() ?? null,
      limits: limiter.free(deployment.id),
      last_error: state.last_error ?? null,
    };
  });
}
