// Results and configuration as plain types, for the published declarations: users of the library and of the
// extension's API need no zod. schema.ts checks itself against each of them.

import type { AttemptRecord } from "./errors.ts";
import type { Timeouts, Usage, Warning } from "./messages.ts";
import type { RouteTrace } from "./route-trace.ts";

/** Where a value came from; never the value of a secret. */
export type Source = "argument" | "config" | "secret" | "environment" | "config.toml" | "default" | "none";

/** The end of a stream. */
export interface StreamEnd {
  stream_id: string;
  /** How many chunks the stream had. */
  chunks: number;
  /** By choice index. */
  finish_reasons: string[];
  usage: Usage | null;
  /** USD; null = price unknown. */
  cost_usd: number | null;
  request_id: string | null;
  call_id: string;
  ms_first_chunk: number | null;
  ms_total: number;
  attempts: number;
  /** Where a request of it failed: all of them, and how each ended. A routed call has its trace. */
  attempt_records?: AttemptRecord[] | undefined;
  warnings: Warning[];
  /** The answer was kept from an earlier call. */
  cache_hit?: boolean | undefined;
  /** Of a routed call: who was asked, why, and how it went. */
  trace?: RouteTrace | undefined;
}

export interface ProviderConfig {
  api_key?: string | undefined;
  api_base?: string | undefined;
  organization?: string | undefined;
  /** Azure. */
  api_version?: string | undefined;
  azure_ad_token?: string | undefined;
  /** Bedrock. */
  aws_access_key_id?: string | undefined;
  aws_secret_access_key?: string | undefined;
  aws_session_token?: string | undefined;
  aws_region_name?: string | undefined;
  /** Vertex AI: a project, a location, and the path or text of a credentials file. */
  vertex_project?: string | undefined;
  vertex_location?: string | undefined;
  vertex_credentials?: string | undefined;
  extra_headers?: Record<string, string> | undefined;
}

/** What may be spent: by one session, provider or calling program, or by all of a day. Days are UTC. */
export interface BudgetConfig {
  scope: "session" | "day" | "provider" | "caller";
  /** Only of this one; default of each by itself. */
  name?: string | undefined;
  /** USD. */
  max_budget: number;
  /** "1d" is today, "7d" today and the six days before. Default "1d"; a session's is its whole life. */
  budget_duration?: string | undefined;
}

/** What is kept of calls. */
export interface LedgerConfig {
  /** Days; default 400. */
  retention_days?: number | undefined;
  /** Also the messages and the answer. Default false. */
  keep_texts?: boolean | undefined;
}

/** Answers that are kept and given again for the same call. */
export interface CacheConfig {
  type: "memory" | "disk";
  /** Seconds an answer is good for; default 3600. */
  ttl?: number | undefined;
  /** default_off: only calls with `caching: true` or `cache` use it. Default "default_on". */
  mode?: "default_on" | "default_off" | undefined;
  /** Default 64. */
  max_megabytes?: number | undefined;
}

/** Keys beside these are Router arguments as well. */
export interface RouterConfig {
  model_list: Record<string, unknown>[];
  router_settings?: Record<string, unknown> | undefined;
  litellm_settings?: Record<string, unknown> | undefined;
  [option: string]: unknown;
}

/** The configuration a client or a program pushes, and what config.toml holds. */
export interface Config {
  default_model?: string | undefined;
  /** Default 2: three requests. */
  num_retries?: number | undefined;
  /** For every provider that has none of its own in the same layer. */
  api_base?: string | undefined;
  drop_params?: boolean | undefined;
  /** Seconds, or each limit by name. */
  timeout?: number | Timeouts | undefined;
  providers?: Record<string, ProviderConfig> | undefined;
  /** A call that would pass one is refused before it is sent. */
  budgets?: BudgetConfig[] | undefined;
  /** Under a budget a model without a known price is refused, unless this is set. */
  allow_unpriced?: boolean | undefined;
  ledger?: LedgerConfig | undefined;
  cache?: CacheConfig | undefined;
  /** LiteLLM's Router arguments, or its proxy's configuration; groups are called as "router/<group>". */
  router?: RouterConfig | undefined;
  /** Absolute path of a LiteLLM proxy's config.yaml; its groups are called likewise. */
  router_config?: string | undefined;
  http?:
    | {
        proxy?: string | undefined;
        no_proxy?: string[] | undefined;
        proxy_strict_ssl?: boolean | undefined;
        system_certificates?: boolean | undefined;
      }
    | undefined;
}

export interface ProviderStatus {
  id: string;
  label: string;
  api_base: string | null;
  api_base_source: Source;
  key_required: boolean;
  /** Which layer's key would be used; never the key. */
  key_source: Source;
  key_env: string[];
  /** Has what a call needs; a local server may still be off. */
  configured: boolean;
  /** The provider's own settings that some layer knows. A secret's value is never told. */
  settings: { name: string; source: Source; value: string | null }[];
}
/** A value that holds for every call, and the layer that won. */
export interface ResolvedValue {
  name: string;
  source: Source;
  value: unknown;
}
export interface ProvidersResult {
  providers: ProviderStatus[];
  config_toml: { path: string | null; problem: string | null };
  /** num_retries, timeout, drop_params and the like. */
  values: ResolvedValue[];
}

export interface ModelEntry {
  /** provider/model, as completion() takes it. */
  model: string;
  provider: string;
  mode: "chat" | "embedding" | "unknown";
  /** "router": a group of a configured router. */
  source: "builtin" | "provider" | "router";
  /** Where `details` was asked for. */
  details?: ModelDetails | undefined;
}
/** What is known of a model; null = nobody knows. */
export interface ModelDetails {
  max_input_tokens: number | null;
  max_output_tokens: number | null;
  /** USD. */
  input_cost_per_token: number | null;
  output_cost_per_token: number | null;
  /** Of which day the prices are; null where they are unknown or the user's own. */
  prices_date: string | null;
  /** LiteLLM's flags without `supports_`: "vision", "function_calling", "reasoning"; null = its family is unknown. */
  supports: string[] | null;
}
export interface ModelsResult {
  models: ModelEntry[];
  /** Providers that did not answer. */
  problems: { provider: string; name: string; message: string }[];
}

/** One thing that was tried. */
export interface DiagnosisStep {
  /** "configuration", "address", "key", "proxy", "dns", "connect", "tls", "http", "call", "environment". */
  name: string;
  /** skipped: it does not apply, or one before it failed. */
  outcome: "ok" | "warning" | "failed" | "skipped";
  /** What was found, in a sentence or more. */
  message: string;
  /** What a person can do about it. */
  advice?: string | undefined;
  ms?: number | undefined;
}
export interface Diagnosis {
  model: string;
  /** null where the model names none that is known. */
  provider: string | null;
  steps: DiagnosisStep[];
}
