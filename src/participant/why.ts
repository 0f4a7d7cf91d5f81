// Why an answer is as it is, in words: who was asked, in which order, who failed, what it took. Pure.

import type { Took } from "../lm/ask-model.ts";
import { inUsersWords } from "../words/users-words.ts";

/** The words around it, in the reader's language. */
export interface WhyWords {
  answered(model: string): string;
  deployment(deployment: string, group: string): string;
  chosen(strategy: string, count: number): string;
  filtered(deployment: string, why: string): string;
  attempt(number: number, deployment: string, outcome: string, seconds: string): string;
  fallback(group: string, failed: string): string;
  direct: string;
  retried(attempts: number): string;
  took(seconds: string, first: string | null): string;
  cost(tokens: number | null, usd: number | null): string;
}

/** Markdown. */
export function whyText(took: Took, words: WhyWords): string {
  const { trace, model, ms, ms_first_chunk, attempts, tokens, cost_usd, warnings } = took;
  const lines = [words.answered(model)];
  if (trace) {
    lines.push(words.deployment(trace.deployment, trace.group));
    for (const { strategy, candidates } of trace.decisions) {
      lines.push(words.chosen(strategy, candidates.length));
      for (const { id, filtered } of candidates)
        if (filtered) lines.push(words.filtered(id, inUsersWords(filtered)));
    }
    if (trace.attempts.length > 1)
      for (const one of trace.attempts)
        lines.push(words.attempt(one.attempt, one.deployment, one.outcome, seconds(one.ms)));
    for (const { group, failed } of trace.fallbacks) lines.push(words.fallback(group, failed));
  } else lines.push(attempts > 1 ? words.retried(attempts) : words.direct);
  lines.push(words.took(seconds(ms), ms_first_chunk === null ? null : seconds(ms_first_chunk)));
  lines.push(words.cost(tokens, cost_usd));
  lines.push(...warnings);
  return lines.map((line) => `- ${line}`).join("\n");
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(ms < 1000 ? 2 : 1);
}
