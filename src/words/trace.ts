// What a router's trace and the requests of a call give as reasons, in the language VS Code is shown in.

import type { RouteTrace } from "../../server/protocol/route-trace.ts";
import { inUsersWords } from "./users-words.ts";

export function traceInUsersWords(trace: RouteTrace): RouteTrace {
  return {
    ...trace,
    attempts: requestsInUsersWords(trace.attempts),
    decisions: trace.decisions.map((decision) => ({
      ...decision,
      candidates: decision.candidates.map((one) =>
        one.filtered === undefined ? one : { ...one, filtered: inUsersWords(one.filtered) },
      ),
    })),
  };
}

export function requestsInUsersWords<T extends { error?: string; stopped_because?: string }>(
  requests: readonly T[],
): T[] {
  return requests.map((one) => ({
    ...one,
    ...(one.error === undefined ? {} : { error: inUsersWords(one.error) }),
    ...(one.stopped_because === undefined ? {} : { stopped_because: inUsersWords(one.stopped_because) }),
  }));
}
