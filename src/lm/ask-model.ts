// One question to one model, for the chat participant and the tools: the text as it comes, and what the answer took. A
// failure is part of the result where several are asked at once.

import type { Client } from "../../server/connection/client.ts";
import { asOpenAIError } from "../../server/protocol/errors.ts";
import type { CompletionParams } from "../../server/protocol/messages.ts";
import type { StreamEnd } from "../../server/protocol/results.ts";
import type { RouteTrace } from "../../server/protocol/route-trace.ts";
import { messageOf } from "../plain-text.ts";
import { inUsersWords } from "../words/users-words.ts";

/** Plain JSON: it is kept with an answer, to tell later why it is as it is. */
export interface Took {
  model: string;
  ms: number;
  ms_first_chunk: number | null;
  tokens: number | null;
  /** USD; null = unknown. */
  cost_usd: number | null;
  attempts: number;
  warnings: string[];
  trace?: RouteTrace;
}
export type Asked = { text: string; took: Took } | { text: string; error: string; model: string };

/** @throws the call's error */
export async function askModel(
  client: Client,
  params: CompletionParams,
  signal: AbortSignal,
  onText: (text: string) => void = () => {},
): Promise<{ text: string; took: Took }> {
  const stream = client.stream(params, { signal });
  const pieces: string[] = [];
  for await (const chunk of stream) {
    const { content, refusal } = chunk.choices[0]?.delta ?? {};
    const text = content ?? refusal;
    if (!text) continue;
    pieces.push(text);
    onText(text);
  }
  return { text: pieces.join(""), took: tookOf(params.model, await stream.end) };
}

/** All at once; who fails costs the others nothing. */
export function askModels(
  client: Client,
  calls: readonly CompletionParams[],
  signal: AbortSignal,
): Promise<Asked[]> {
  return Promise.all(
    calls.map((params) =>
      askModel(client, params, signal).catch((thrown: unknown) => ({
        text: "",
        error: messageOf(asOpenAIError(thrown)),
        model: params.model,
      })),
    ),
  );
}

function tookOf(model: string, end: StreamEnd): Took {
  return {
    model,
    ms: Math.round(end.ms_total),
    ms_first_chunk: end.ms_first_chunk,
    tokens: end.usage?.total_tokens ?? null,
    cost_usd: end.cost_usd,
    attempts: end.attempts,
    warnings: end.warnings.map(({ message }) => inUsersWords(message)),
    ...(end.trace ? { trace: end.trace } : {}),
  };
}

/** "openai/gpt-4o · 1.2 s · 345 tokens · $0.0021", as far as it is known. Pure. */
export function summaryOf({ model, ms, tokens, cost_usd }: Took): string {
  return [
    model,
    `${(ms / 1000).toFixed(1)} s`,
    ...(tokens === null ? [] : [`${tokens} tokens`]),
    ...(cost_usd === null ? [] : [`$${Number(cost_usd.toPrecision(2))}`]),
  ].join(" · ");
}
