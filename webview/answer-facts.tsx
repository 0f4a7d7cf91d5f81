// Below an answer: who gave it, what it used and what it cost; what is not known is said to be unknown, or left out.

import type { Turn } from "../server/protocol/webview.ts";
import { count, money, time } from "./figures.ts";
import { t } from "./strings.ts";

export function AnswerFacts({ turn, alone }: { turn: Turn; alone: boolean }) {
  return (
    <ul class="facts">
      {factsOf(turn, alone).map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
    </ul>
  );
}

export function costOf({ cost_usd }: Turn): string {
  return cost_usd === null ? t("cost unknown") : money(cost_usd);
}

export function tokensOf({ usage }: Turn): string {
  return usage ? t("{0} → {1} tokens", count(usage.prompt_tokens), count(usage.completion_tokens)) : "";
}

function factsOf(turn: Turn, alone: boolean): string[] {
  const { model, trace, attempts, usage, cost_usd, ms_first_chunk, ms_total } = turn;
  const passed = trace?.fallbacks.map(({ group }) => group).join(", ") ?? "";
  return [
    alone ? (model ?? "") : "",
    trace && trace.deployment !== model ? trace.deployment : "",
    passed === "" ? "" : t("instead of {0}", passed),
    attempts !== null && attempts > 1 ? t("{0} requests", attempts) : "",
    alone ? tokensOf(turn) : "",
    alone && (usage !== null || cost_usd !== null) ? costOf(turn) : "",
    ms_first_chunk === null ? "" : t("first token {0}", time(ms_first_chunk)),
    ms_total === null || !alone ? "" : t("total {0}", time(ms_total)),
  ].filter((fact) => fact !== "");
}
