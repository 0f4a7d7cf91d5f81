// The one deadline over everything a routed call does: attempts, waits, fallbacks. A number bounds the whole of an
// answer, and of a stream the wait for its first chunk.

import type { Asked } from "./call-needs.ts";
import type { RouterHost } from "./host.ts";
import type { Settled } from "./options.ts";
import type { Steering } from "./routed-params.ts";

export interface CallDeadline {
  /** Milliseconds until it ends the call. */
  left(): number;
  /** It stands no more. */
  lift(): void;
}

export const NO_DEADLINE: CallDeadline = { left: () => Number.POSITIVE_INFINITY, lift: () => {} };

export function startDeadline(
  { error, clock }: Pick<RouterHost, "error" | "clock">,
  { stop, stream, delivered }: Pick<Asked, "stop" | "stream" | "delivered">,
  steering: Steering,
  settled: Settled,
): CallDeadline {
  const given = (stream ? steering.stream_timeout : undefined) ?? steering.timeout;
  const own = (stream ? settled.stream_timeout : undefined) ?? settled.timeout;
  const timeout = given ?? own;
  const total = typeof timeout === "number" ? timeout : (timeout as { total?: number } | undefined)?.total;
  if (total === undefined || total === null) return NO_DEADLINE;
  const first = stream && typeof timeout === "number";
  const due = clock.monotonic() + total * 1000;
  const timer = setTimeout(() => {
    if (first && delivered()) return;
    const kind = first ? "first_token" : "total";
    const message = `no ${first ? "first token" : "whole answer"} within ${total} s over all attempts (timeout.${kind})`;
    stop.stop(error("Timeout", { message, code: `timeout_${kind}` }));
  }, total * 1000);
  return {
    left: () => (first && delivered() ? Number.POSITIVE_INFINITY : due - clock.monotonic()),
    lift: () => clearTimeout(timer),
  };
}
