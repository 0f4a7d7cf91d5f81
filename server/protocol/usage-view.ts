// What the extension host and the usage page say to each other. Types only. The host asks the backend; the page draws
// what it is given and keeps nothing.

export interface UsageRow {
  /** UTC, YYYY-MM-DD. */
  day?: string | undefined;
  model?: string | undefined;
  caller?: string | null | undefined;
  outcome?: string | undefined;
  calls: number;
  failures: number;
  attempts?: number | undefined;
  prompt_tokens: number;
  completion_tokens: number;
  cached_tokens?: number | undefined;
  reasoning_tokens?: number | undefined;
  /** USD; null = no price is known. */
  cost_usd: number | null;
  unpriced?: number | undefined;
  ms_first_chunk?: number | null | undefined;
  ms_total?: number | null | undefined;
}

export interface Cooldown {
  router: string;
  deployment: string;
  model: string;
  cooled_ms: number;
  because: string | null;
}

export interface UsageReport {
  days: number;
  /** When the ledger was read, in ISO 8601. */
  at: string;
  /** First and last day, UTC. */
  from: string;
  to: string;
  byDayAndModel: UsageRow[];
  byModel: UsageRow[];
  byCaller: UsageRow[];
  byOutcome: UsageRow[];
  cooldowns: Cooldown[];
}

export type ToUsage =
  | { type: "report"; report: UsageReport; l10n: Record<string, string>; language: string }
  | { type: "failed"; message: string; l10n: Record<string, string> };

export type FromUsage =
  | { type: "ready" }
  | { type: "period"; days: number }
  | { type: "refresh" }
  | { type: "export"; format: "csv" | "json" };
