// What the ledger keeps of one call: a row for each attempt, the usage and the price on the last. Pure.

import type { Attribution } from "../protocol/attribution.ts";
import type { AttemptRecord } from "../protocol/errors.ts";
import type { Usage } from "../protocol/messages.ts";
import type { LedgerRow } from "./ledger-row.ts";

export interface CallRecord {
  call_id: string;
  /** Unix milliseconds at its end. */
  at: number;
  kind: LedgerRow["kind"];
  provider: string;
  model: string;
  attribution: Attribution;
  /** Only where the user keeps texts. */
  texts?: { prompt: string; answer: string | null } | undefined;
  attempts: readonly AttemptRecord[];
  usage: Partial<Usage> | undefined;
  cost_usd: number | null;
  ms_first_chunk: number | null;
}

const NANO = 1e9;

export function rowsOfCall(call: CallRecord): LedgerRow[] {
  const { call_id, at, kind, provider, model, usage, cost_usd, attribution, texts } = call;
  return call.attempts.map(({ attempt, outcome, status_code, ms }, position): LedgerRow => {
    const last = position === call.attempts.length - 1;
    const told = last ? usage : undefined;
    return {
      id: `${call_id}/${attempt}`,
      call_id,
      at,
      kind,
      provider,
      model,
      deployment: attribution.deployment ?? null,
      router: attribution.router ?? null,
      caller: attribution.caller ?? null,
      session: attribution.session ?? null,
      tags: attribution.tags && attribution.tags.length > 0 ? JSON.stringify(attribution.tags) : null,
      outcome,
      status_code: status_code ?? null,
      prompt_tokens: told?.prompt_tokens ?? null,
      completion_tokens: told?.completion_tokens ?? null,
      cached_tokens: told?.prompt_tokens_details?.cached_tokens ?? null,
      reasoning_tokens: told?.completion_tokens_details?.reasoning_tokens ?? null,
      cost_nano_usd: last && cost_usd !== null ? Math.round(cost_usd * NANO) : null,
      reserved_nano_usd: null,
      ms_first_chunk: last ? call.ms_first_chunk : null,
      ms_total: ms,
      prompt: last ? (texts?.prompt ?? null) : null,
      answer: last ? (texts?.answer ?? null) : null,
    };
  });
}
