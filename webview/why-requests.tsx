// Each request that was sent for an answer: to whom, when, how it ended, how long it took and what was waited after it.

import { useId } from "preact/hooks";
import type { AttemptRecord } from "../server/protocol/errors.ts";
import type { RouteAttempt } from "../server/protocol/route-trace.ts";
import { time } from "./figures.ts";
import { Icon } from "./icon.tsx";
import { t } from "./strings.ts";

type Request = Partial<RouteAttempt> & AttemptRecord;

interface RequestsProps {
  of: readonly Request[];
  /** What asked itself where no deployment is told. */
  model: string;
  nameOf: (deployment: string) => string;
}

export function WhyRequests({ of, model, nameOf }: RequestsProps) {
  const title = useId();
  const begins = beginsOf(of);
  return (
    <>
      <p class="caption" id={title}>
        {t("Requests")}
      </p>
      <ol class="requests" aria-labelledby={title}>
        {of.map((request, index) => (
          <li key={request.attempt}>
            <div class={`request ${request.outcome === "ok" ? "" : "failed"}`}>
              <Icon name={request.outcome === "ok" ? "check" : "error"} />
              <strong>{request.deployment === undefined ? model : nameOf(request.deployment)}</strong>{" "}
              <span>{outcomeOf(request)}</span>
            </div>
            <p>{factsOf(request, begins[index] ?? 0).join(" · ")}</p>
            {request.error !== undefined && <p>{request.error}</p>}
            {request.stopped_because !== undefined && <p>{request.stopped_because}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}

function outcomeOf({ outcome, status_code }: Request): string {
  return status_code === undefined ? outcome : `${outcome} (${status_code})`;
}

/** Milliseconds from the first request on. */
function beginsOf(requests: readonly Request[]): number[] {
  let at = 0;
  return requests.map(({ ms, waited_ms }) => {
    const begin = at;
    at += ms + (waited_ms ?? 0);
    return begin;
  });
}

function factsOf({ ms, waited_ms }: Request, begin: number): string[] {
  return [
    begin > 0 ? t("sent after {0}", time(begin)) : t("sent at once"),
    t("took {0}", time(ms)),
    waited_ms === undefined || waited_ms === 0 ? "" : t("then waited {0}", time(waited_ms)),
  ].filter((fact) => fact !== "");
}
