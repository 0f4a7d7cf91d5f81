// How an answer came to be: who could have given it and what spoke against each, who was asked and how that went,
// and what was counted. The router's trace, for a person to read.

import type { Usage } from "../server/protocol/messages.ts";
import type { RouteDecision } from "../server/protocol/route-trace.ts";
import type { Turn } from "../server/protocol/webview.ts";
import { costOf } from "./answer-facts.tsx";
import { count } from "./figures.ts";
import { nameOfDeployment } from "./limits.ts";
import { t } from "./strings.ts";
import { Table } from "./table.tsx";
import { WhyLimits } from "./why-limits.tsx";
import { WhyRequests } from "./why-requests.tsx";

interface WhyProps {
  id: string;
  turn: Turn;
  /** By Escape. */
  onClose: () => void;
}

export function Why({ id, turn, onClose }: WhyProps) {
  const { trace, attempts, attempt_records, model } = turn;
  const requests = trace?.attempts ?? attempt_records ?? [];
  const routed = requests.some(({ deployment }) => deployment !== undefined);
  const nameOf = (deployment: string): string => nameOfDeployment(turn.id, deployment);
  return (
    <section
      class="why"
      id={id}
      aria-label={t("Why")}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
      }}
    >
      {trace && <p>{t("The router {0} was asked for {1}.", trace.router_id, trace.model)}</p>}
      {!routed && (
        <p>
          {t("{0} was asked directly: no router chose.", model ?? "")}
          {attempts !== null && ` ${attempts === 1 ? t("1 request") : t("{0} requests", attempts)}`}
        </p>
      )}
      {trace?.decisions.map((decision, index) => (
        <Decision key={index} number={index + 1} of={decision} nameOf={nameOf} />
      ))}
      {requests.length > 0 && <WhyRequests of={requests} model={model ?? ""} nameOf={nameOf} />}
      {trace?.fallbacks.map(({ group, failed }) => (
        <p key={group}>{t("{0} failed with {1}; {2} stood in.", group, failed, trace.group)}</p>
      ))}
      {routed && <WhyLimits turn={turn.id} />}
      <Counted turn={turn} />
    </section>
  );
}

interface DecisionProps {
  number: number;
  of: RouteDecision;
  nameOf: (deployment: string) => string;
}

function Decision({ number, of: { strategy, measure, chosen, candidates }, nameOf }: DecisionProps) {
  return (
    <Table
      caption={
        measure === null
          ? t("Choice {0}: {1}", number, strategy)
          : t("Choice {0}: {1} by {2}", number, strategy, measure)
      }
      head={[t("Candidate"), t("Score"), t("Outcome")]}
      rows={candidates.map(({ id, filtered, score }) => ({
        key: id,
        strong: id === chosen,
        cells: [nameOf(id), score === undefined ? "–" : count(score), outcomeOf(id === chosen, filtered)],
      }))}
    />
  );
}

function outcomeOf(chosen: boolean, filtered: string | undefined): string {
  if (chosen) return t("chosen");
  return filtered === undefined ? t("not chosen") : t("left out: {0}", filtered);
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
