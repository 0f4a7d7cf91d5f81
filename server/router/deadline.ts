// The one deadline over everything a routed call does: attempts, waits, fallbacks. A number bounds the whole of an
// answer, and of a stream the wait for its first chunk.

import type { Stop } from "../engine/stop.ts";
import type { RouterHost } from "./host.ts";
import type { Settled } from "./options.ts";
import type { Steering } from "./routed-params.ts";

/** Returns what ends it. */
export function startDeadline(
  error: RouterHost["error"],
  { stop, stream, delivered }: { stop: Stop; stream: boolean; delivered: () => boolean },
  steering: Steering,
  settled: Settled,
): () => void {
  const given = (stream ? steering.stream_timeout : undefined) ?? steering.timeout;
  const own = (stream ? settled.stream_timeout : undefined) ?? settled.timeout;
  const timeout = given ?? own;
  const total = typeof timeout === "number" ? timeout : (timeout as { total?: number } | undefined)?.total;
  if (total === undefined || total === null) return () => {};
  const first = stream && typeof timeout === "number";
  const timer = setTimeout(() => {
    if (first && delivered()) return;
    const kind = first ? "first_token" : "total";
    const message = `no ${first ? "first token" : "whole answer"} within ${total} s over all attempts (timeout.${kind})`;
    stop.stop(error("Timeout", { message, code: `timeout_${kind}` }));
  }, total * 1000);
  return () => clearTimeout(timer);
}
