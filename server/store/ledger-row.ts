// One attempt as the ledger keeps it: who asked what of whom, how it ended, what it took. Never a text of the call.

export interface LedgerRow {
  /** Unique; the attempt's, not the call's. */
  id: string;
  call_id: string;
  /** Unix milliseconds. */
  at: number;
  kind: "completion" | "embedding";
  provider: string;
  /** As the caller named it. */
  model: string;
  /** A Router's deployment; null for a direct call. */
  deployment: string | null;
  /** Who called: an extension's id, or null. */
  caller: string | null;
  /** "ok", "Cancelled", or the class of the error. */
  outcome: string;
  status_code: number | null;
  /** null where the provider told none. */
  prompt_tokens: number | null;
  completion_tokens: number | null;
  cached_tokens: number | null;
  reasoning_tokens: number | null;
  /** 10⁻⁹ USD; null = price unknown. */
  cost_nano_usd: number | null;
  /** Milliseconds; null where nothing came. */
  ms_first_chunk: number | null;
  ms_total: number;
}

export const LEDGER_COLUMNS = [
  "id",
  "call_id",
  "at",
  "kind",
  "provider",
  "model",
  "deployment",
  "caller",
  "outcome",
  "status_code",
  "prompt_tokens",
  "completion_tokens",
  "cached_tokens",
  "reasoning_tokens",
  "cost_nano_usd",
  "ms_first_chunk",
  "ms_total",
] as const satisfies readonly (keyof LedgerRow)[];

/** Totals of one provider, model and UTC day. */
export interface LedgerTotal {
  day: string;
  provider: string;
  model: string;
  calls: number;
  /** Calls of which no attempt succeeded. */
  failures: number;
  prompt_tokens: number;
  completion_tokens: number;
  /** Sum of what is known. */
  cost_nano_usd: number | null;
  /** Attempts that used tokens and have no price. */
  unpriced: number;
}
