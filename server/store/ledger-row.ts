// One attempt as the ledger keeps it: who asked what of whom, how it ended, what it took. A text of the call only where
// the user turned that on.

export interface LedgerRow {
  /** Unique; the attempt's, not the call's. */
  id: string;
  call_id: string;
  /** Unix milliseconds at its end; of a reservation, at its beginning. */
  at: number;
  kind: "completion" | "embedding";
  provider: string;
  /** As the caller named it. */
  model: string;
  /** A Router's deployment; null for a direct call. */
  deployment: string | null;
  router: string | null;
  /** Who called: an extension's id, or null. */
  caller: string | null;
  /** The chat or task it belongs to. */
  session: string | null;
  /** LiteLLM's `tags`, as a JSON list. */
  tags: string | null;
  /**
   * "ok", "Cancelled", or the class of the error. "reserved": under a budget and still running; "unknown": its process
   * ended before the call did.
   */
  outcome: string;
  status_code: number | null;
  /** null where the provider told none. */
  prompt_tokens: number | null;
  completion_tokens: number | null;
  cached_tokens: number | null;
  reasoning_tokens: number | null;
  /** 10⁻⁹ USD; null = price unknown. */
  cost_nano_usd: number | null;
  /** The most it may cost, while it is reserved or unknown. */
  reserved_nano_usd: number | null;
  /** Milliseconds; null where nothing came. */
  ms_first_chunk: number | null;
  ms_total: number;
  /** The messages as JSON and the answer's text, only where the user keeps them. */
  prompt: string | null;
  answer: string | null;
}

export const LEDGER_COLUMNS = [
  "id",
  "call_id",
  "at",
  "kind",
  "provider",
  "model",
  "deployment",
  "router",
  "caller",
  "session",
  "tags",
  "outcome",
  "status_code",
  "prompt_tokens",
  "completion_tokens",
  "cached_tokens",
  "reasoning_tokens",
  "cost_nano_usd",
  "reserved_nano_usd",
  "ms_first_chunk",
  "ms_total",
  "prompt",
  "answer",
] as const satisfies readonly (keyof LedgerRow)[];

/** What totals can be told apart by. `day` is UTC. */
export const GROUPINGS = [
  "day",
  "provider",
  "model",
  "deployment",
  "router",
  "caller",
  "session",
  "outcome",
] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Sums over rows that are alike in the groupings asked for; the others are absent. */
export interface LedgerTotal {
  day?: string;
  provider?: string;
  model?: string;
  deployment?: string | null;
  router?: string | null;
  caller?: string | null;
  session?: string | null;
  outcome?: string;
  /** Calls that ended. */
  calls: number;
  /** Calls of which no attempt succeeded. */
  failures: number;
  /** Attempts that ended: with retries and fallbacks more than calls. */
  attempts: number;
  /** Calls whose process ended before they did. */
  unknown: number;
  prompt_tokens: number;
  completion_tokens: number;
  cached_tokens: number;
  reasoning_tokens: number;
  /** Sum of what is known; null = nothing is. */
  cost_nano_usd: number | null;
  /** Attempts that used tokens and have no price. */
  unpriced: number;
  /** Mean of what succeeded, milliseconds; null = nothing did. */
  ms_first_chunk: number | null;
  ms_total: number | null;
}
