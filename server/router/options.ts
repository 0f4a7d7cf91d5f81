// LiteLLM's Router arguments, read by hand and settled once. A value of another type is refused by name; a key that
// is not understood is warned of and nothing else.

import { createError } from "../protocol/errors.ts";
import { COOLDOWN_MS, type CooldownPolicy } from "./cooldown.ts";
import { type Deployment, readModelList } from "./deployment.ts";
import { type Fallback, type FallbackPlan, isFallback, type RetryPolicy, readFallbacks } from "./fallback.ts";
import type { Alias } from "./groups.ts";
import type { LimitSet, SharedLimitSets } from "./limiter.ts";
import { periodMs } from "./period.ts";
import { type Budget, budgetOf } from "./spending.ts";
import { strategyOf } from "./strategies.ts";

/** As given: LiteLLM's names, times in seconds. */
export type RouterOptions = Readonly<Record<string, unknown>> & { readonly model_list: readonly unknown[] };

export interface Settled extends FallbackPlan {
  deployments: Deployment[];
  aliases: Readonly<Record<string, Alias>>;
  strategy: string;
  lowest_latency_buffer: number;
  latencies: number;
  num_retries: number | undefined;
  retry_policy: RetryPolicy | undefined;
  model_group_retry_policy: Readonly<Record<string, RetryPolicy>>;
  cooldown: CooldownPolicy;
  /** Sleep until the first deployment recovers instead of refusing. */
  wait_for_recovery: boolean;
  pre_call_checks: boolean;
  tag_filtering: boolean;
  match_any: boolean;
  default_priority: number;
  /** Milliseconds a request waits for a limit to free. */
  queue_ms: number;
  timeout: unknown;
  stream_timeout: unknown;
  /** By provider, and by deployment under its own name. */
  budgets: Readonly<Record<string, Budget>>;
  /** Over several deployments: of a provider, of all. */
  shared_limits: SharedLimitSets;
  /** Some shared limit counts tokens. */
  limits_tokens: boolean;
  /** A stream that broke off is gone on with by another request. */
  continue_streams: boolean;
  warnings: string[];
}

const DEFAULT_QUEUE_S = 60;
/** LiteLLM's keys that mean something here. */
const KNOWN = new Set([
  "model_list",
  "model_group_alias",
  "routing_strategy",
  "routing_strategy_args",
  "num_retries",
  "retry_policy",
  "model_group_retry_policy",
  "allowed_fails",
  "allowed_fails_policy",
  "cooldown_time",
  "disable_cooldowns",
  "wait_for_recovery",
  "enable_pre_call_checks",
  "enable_tag_filtering",
  "tag_filtering_match_any",
  "default_priority",
  "queue_timeout",
  "timeout",
  "stream_timeout",
  "fallbacks",
  "context_window_fallbacks",
  "content_policy_fallbacks",
  "default_fallbacks",
  "max_fallbacks",
  "default_litellm_params",
  "default_max_parallel_requests",
  "provider_budget_config",
  "provider_limits",
  "global_limits",
  "continue_streams",
  "ignore_invalid_deployments",
]);

/** @throws BadRequestError naming what cannot be read. */
export function settleOptions(given: unknown, env: (name: string) => string | undefined): Settled {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw refused("give the router an object such as {model_list: […]}");
  const options = given as Readonly<Record<string, unknown>>;
  const strategy = text(options, "routing_strategy") ?? "simple-shuffle";
  strategyOf(strategy);
  const args = record(options, "routing_strategy_args") ?? {};
  const per_group = record(options, "model_group_retry_policy") ?? {};
  const list = readModelList(options["model_list"], {
    env,
    ignore_invalid_deployments: flag(options, "ignore_invalid_deployments"),
    default_litellm_params: record(options, "default_litellm_params"),
    default_max_parallel_requests: number(options, "default_max_parallel_requests"),
  });
  const shared_limits = {
    all: limitsOf(record(options, "global_limits") ?? {}, "global_limits"),
    providers: Object.fromEntries(
      Object.entries(record(options, "provider_limits") ?? {}).map(([provider, set]) => {
        const name = `provider_limits.${provider}`;
        return [provider, limitsOf(record({ [name]: set }, name) ?? {}, name)];
      }),
    ),
  };
  const unknown = Object.keys(options).filter((key) => !KNOWN.has(key) && options[key] != null);
  return {
    deployments: list.deployments,
    aliases: aliasesOf(record(options, "model_group_alias")),
    strategy,
    lowest_latency_buffer: number(args, "lowest_latency_buffer") ?? 0,
    latencies: Math.min(1000, number(args, "max_latency_list_size") ?? 10),
    num_retries: number(options, "num_retries"),
    retry_policy: counts(options["retry_policy"], "retry_policy"),
    model_group_retry_policy: Object.fromEntries(
      Object.entries(per_group).map(([group, policy]) => [
        group,
        counts(policy, `model_group_retry_policy.${group}`) ?? {},
      ]),
    ),
    cooldown: {
      disabled: flag(options, "disable_cooldowns") ?? false,
      cooldown_ms: milliseconds(number(options, "cooldown_time")) ?? COOLDOWN_MS,
      allowed_fails: number(options, "allowed_fails"),
      allowed_fails_policy: counts(options["allowed_fails_policy"], "allowed_fails_policy"),
    },
    wait_for_recovery: flag(options, "wait_for_recovery") ?? false,
    pre_call_checks: flag(options, "enable_pre_call_checks") ?? false,
    tag_filtering: flag(options, "enable_tag_filtering") ?? false,
    match_any: flag(options, "tag_filtering_match_any") ?? true,
    default_priority: number(options, "default_priority") ?? 0,
    queue_ms: milliseconds(number(options, "queue_timeout") ?? DEFAULT_QUEUE_S) as number,
    timeout: options["timeout"] ?? undefined,
    stream_timeout: options["stream_timeout"] ?? undefined,
    fallbacks: readFallbacks(options["fallbacks"], "fallbacks"),
    context_window_fallbacks: readFallbacks(options["context_window_fallbacks"], "context_window_fallbacks"),
    content_policy_fallbacks: readFallbacks(options["content_policy_fallbacks"], "content_policy_fallbacks"),
    default_fallbacks: defaultFallbacks(options["default_fallbacks"]),
    max_fallbacks: number(options, "max_fallbacks") ?? 5,
    budgets: {
      ...budgetsOf(record(options, "provider_budget_config") ?? {}),
      ...Object.fromEntries(
        list.deployments.flatMap(({ id, budget }) => (budget ? [[budgetOf(id), budget]] : [])),
      ),
    },
    shared_limits,
    limits_tokens: [shared_limits.all, ...Object.values(shared_limits.providers)].some(
      ({ tpm }) => tpm !== undefined,
    ),
    continue_streams: flag(options, "continue_streams") ?? false,
    warnings: [
      ...list.warnings,
      ...unknown.map((key) => `the router does not know "${key}"; it is left out`),
    ],
  };
}

function defaultFallbacks(given: unknown): readonly Fallback[] {
  if (given === undefined || given === null) return [];
  if (Array.isArray(given) && given.every(isFallback)) return given;
  throw refused("default_fallbacks must be an array of model names");
}

function aliasesOf(given: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, Alias>> {
  for (const [name, alias] of Object.entries(given ?? {})) {
    const model = typeof alias === "object" && alias !== null ? (alias as { model?: unknown }).model : alias;
    if (typeof model !== "string")
      throw refused(`model_group_alias["${name}"] must be a model name or {model, hidden}`);
  }
  return (given ?? {}) as Readonly<Record<string, Alias>>;
}

function budgetsOf(given: Readonly<Record<string, unknown>>): Settled["budgets"] {
  return Object.fromEntries(
    Object.entries(given).map(([provider, one]) => {
      const { budget_limit, max_budget, time_period, budget_duration } = (one ?? {}) as Record<
        string,
        unknown
      >;
      const limit = Number(budget_limit ?? max_budget);
      const period_ms = periodMs(time_period ?? budget_duration);
      if (!Number.isFinite(limit) || limit < 0 || period_ms === undefined) {
        throw refused(
          `provider_budget_config.${provider} must be {budget_limit: USD, time_period: "1d"} (s, m, h, d, w, mo)`,
        );
      }
      return [provider, { limit, period_ms }];
    }),
  );
}

function limitsOf(given: Readonly<Record<string, unknown>>, name: string): LimitSet {
  const kinds = ["rpm", "tpm", "max_parallel_requests"];
  const unknown = Object.keys(given).filter((key) => !kinds.includes(key));
  if (unknown.length > 0) throw refused(`${name} has ${kinds.join(", ")}, and not ${unknown.join(", ")}`);
  const set = counts(given, name) ?? {};
  return { rpm: set["rpm"], tpm: set["tpm"], max_parallel_requests: set["max_parallel_requests"] };
}

function counts(given: unknown, name: string): Readonly<Record<string, number>> | undefined {
  if (given === undefined || given === null) return undefined;
  const own = record({ [name]: given }, name) as Readonly<Record<string, unknown>>;
  const set = Object.entries(own).filter(([, value]) => value !== null && value !== undefined);
  for (const [key, value] of set) {
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
      throw refused(`${name}.${key} must be a whole number of at least 0`);
  }
  return Object.fromEntries(set) as Record<string, number>;
}

function number(options: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = options[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
    throw refused(`${name} must be a number of at least 0`, name);
  return value;
}

function flag(options: Readonly<Record<string, unknown>>, name: string): boolean | undefined {
  const value = options[name] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  throw refused(`${name} must be true or false`, name);
}

function text(options: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = options[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw refused(`${name} must be a string`, name);
}

function record(
  options: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const value = options[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  throw refused(`${name} must be an object`, name);
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

function refused(message: string, param?: string): Error {
  return createError("BadRequestError", { message, param });
}
