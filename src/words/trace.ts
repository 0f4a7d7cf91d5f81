// A router's trace, its reasons in the language VS Code is shown in.

import type { RouteTrace } from "../../server/protocol/route-trace.ts";
import { inUsersWords } from "./users-words.ts";

export function traceInUsersWords(trace: RouteTrace): RouteTrace {
  const said = <K extends string>(one: { [key in K]?: string }, key: K): { [key in K]?: string } =>
    one[key] === undefined ? {} : ({ [key]: inUsersWords(one[key]) } as { [key in K]?: string });
  return {
    ...trace,
    attempts: trace.attempts.map((one) => ({
      ...one,
      ...said(one, "error"),
      ...said(one, "stopped_because"),
    })),
    decisions: trace.decisions.map((decision) => ({
      ...decision,
      candidates: decision.candidates.map((one) => ({ ...one, ...said(one, "filtered") })),
    })),
  };
}
