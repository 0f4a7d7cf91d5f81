// A row of the ledger for tests, with whatever of it matters.

import type { LedgerRow } from "../../server/store/ledger-row.ts";

export function ledgerRow(fields: Partial<LedgerRow> = {}): LedgerRow {
  return {
    id: "a",
    call_id: "c",
    at: Date.UTC(2026, 0, 2, 3),
    kind: "completion",
    provider: "openai",
    model: "openai/m",
    deployment: null,
    router: null,
    caller: null,
    session: null,
    tags: null,
    outcome: "ok",
    status_code: null,
    prompt_tokens: 7,
    completion_tokens: 11,
    cached_tokens: null,
    reasoning_tokens: null,
    cost_nano_usd: 1_500,
    reserved_nano_usd: null,
    ms_first_chunk: 3.5,
    ms_total: 10,
    prompt: null,
    answer: null,
    ...fields,
  };
}
