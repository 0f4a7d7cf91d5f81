// How an answer came to be: who could have given it and what spoke against each, who was asked and how that went,
// and what was counted. The router's trace, for a person to read.

import type { Usage } from "../server/protocol/messages.ts";
import type { RouteAttempt, RouteDecision } from "../server/protocol/route-trace.ts";
import type { Turn } from "../server/protocol/webview.ts";
import { costOf } from "./answer-facts.tsx";
import { count, time } from "./figures.ts";
import { t } from "./strings.ts";
import { Table } from "./table.tsx";

export function Why({ id, turn }: { id: string; turn: Turn }) {
  const { trace, attempts } = turn;
  return (
    <section class="why" id={id} aria-label={t("Why")}>
      {trace ? (
        <>
          <p>{t("The router {0} was asked for {1}.", trace.router_id, trace.model)}</p>
          {trace.decisions.map((decision, index) => (
            <Decision key={index} number={index + 1} of={decision} />
          ))}
          <Attempts of={trace.attempts} />
          {trace.fallbacks.map(({ group, failed }) => (
            <p key={group}>{t("{0} failed with {1}; {2} stood in.", group, failed, trace.group)}</p>
          ))}
        </>
      ) : (
        <p>
          {t("{0} was asked directly: no router chose.", turn.model ?? "")}
          {attempts !== null && ` ${attempts === 1 ? t("1 request") : t("{0} requests", attempts)}`}
        </p>
      )}
      <Counted turn={turn} />
    </section>
  );
}

function Decision({
  number,
  of: { strategy, measure, chosen, candidates },
}: {
  number: number;
  of: RouteDecision;
}) {
  return (
    <Table
      caption={t("Choice {0}: {1}", number, strategy)}
      head={[t("Candidate"), measure === null ? t("Score") : t("Score ({0})", measure), t("Outcome")]}
      rows={candidates.map(({ id, filtered, score }) => ({
        key: id,
        strong: id === chosen,
        cells: [
          id,
          score === undefined ? "–" : count(score),
          id === chosen
            ? t("chosen")
            : filtered === undefined
              ? t("not chosen")
              : t("left out: {0}", filtered),
        ],
      }))}
    />
  );
}

function Attempts({ of }: { of: readonly RouteAttempt[] }) {
  return (
    <Table
      caption={t("Requests")}
      head={["#", t("Deployment"), t("Outcome"), t("Time"), t("Then waited")]}
      rows={of.map(({ attempt, deployment, outcome, status_code, ms, waited_ms }) => ({
        key: String(attempt),
        strong: outcome === "ok",
        cells: [
          String(attempt),
          deployment,
          status_code === undefined ? outcome : `${outcome} (${status_code})`,
          time(ms),
          waited_ms === undefined ? "–" : time(waited_ms),
        ],
      }))}
    />
  );
}

function Counted({ turn }: { turn: Turn }) {
  const { usage } = turn;
  return (
    <Table
      caption={t("Counted")}
      head={[t("What"), t("Amount")]}
      rows={[
        ...(usage ? countedRows(usage) : []),
        { key: "cost", strong: true, cells: [t("Cost"), costOf(turn)] },
      ]}
    />
  );
}

function countedRows(usage: Usage): { key: string; cells: string[] }[] {
  const cached = usage.prompt_tokens_details?.cached_tokens;
  const thought = usage.completion_tokens_details?.reasoning_tokens;
  const rows: [string, number | undefined][] = [
    [t("Input tokens"), usage.prompt_tokens],
    [t("of these from the provider's cache"), cached],
    [t("Output tokens"), usage.completion_tokens],
    [t("of these reasoning"), thought],
  ];
  return rows.flatMap(([name, value]) =>
    value === undefined ? [] : [{ key: name, cells: [name, count(value)] }],
  );
}
