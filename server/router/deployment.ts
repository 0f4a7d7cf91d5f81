// Reads LiteLLM's `model_list` into deployments. Every entry is either read whole or refused with a sentence that
// names it; an id is the same for the same parameters, so that counters survive a reload.

import { createHash } from "node:crypto";
import { createError } from "../protocol/errors.ts";
import { periodMs } from "./period.ts";
import type { Budget } from "./spending.ts";

export interface Deployment {
  /** `model_info.id`, else a hash of the parameters. */
  id: string;
  /** The group it belongs to; may be a pattern ("openai/*", "*"). */
  model_name: string;
  /** What a call of it is made with: `model`, `api_key`, `api_base` and any default argument. */
  params: Readonly<Record<string, unknown>> & { readonly model: string };
  model_info: Readonly<Record<string, unknown>>;
  /** "openai" of "openai/gpt-4o"; what a provider's budget counts. */
  provider: string;
  weight: number | undefined;
  /** Lower is asked first; without one it comes last. */
  order: number;
  /** Requests and tokens per minute. */
  rpm: number | undefined;
  tpm: number | undefined;
  max_parallel_requests: number | undefined;
  tags: readonly string[];
  region: string | undefined;
  /** Milliseconds. */
  cooldown_ms: number | undefined;
  num_retries: number | undefined;
  /** Seconds. */
  timeout: unknown;
  stream_timeout: unknown;
  /** `max_budget` USD in every `budget_duration`. */
  budget: Budget | undefined;
  /** USD per token, given with the deployment. */
  input_cost: number | undefined;
  output_cost: number | undefined;
}

export interface ModelList {
  deployments: Deployment[];
  warnings: string[];
}

export interface ReadOptions {
  /** The environment variable of that name. */
  env(name: string): string | undefined;
  /** An entry that cannot be read is warned of instead of refusing the whole list. */
  ignore_invalid_deployments?: boolean | undefined;
  default_litellm_params?: Readonly<Record<string, unknown>> | undefined;
  default_max_parallel_requests?: number | undefined;
}

/** What steers the router and is no argument of a call. */
const STEERING = new Set([
  "weight",
  "order",
  "rpm",
  "tpm",
  "max_parallel_requests",
  "tags",
  "region_name",
  "cooldown_time",
  "max_retries",
  "num_retries",
  "max_budget",
  "budget_duration",
  "timeout",
  "stream_timeout",
]);
const REFERENCE = "os.environ/";

/** @throws BadRequestError naming the entry that cannot be read. */
export function readModelList(given: unknown, options: ReadOptions): ModelList {
  if (!Array.isArray(given)) throw refused("model_list must be an array of {model_name, litellm_params}");
  const warnings: string[] = [];
  const deployments: Deployment[] = [];
  const ids = new Map<string, number>();
  for (const [index, entry] of given.entries()) {
    try {
      for (const one of expanded(entry, index)) {
        const deployment = readDeployment(one, index, options, ids);
        if (deployments.some(({ id }) => id === deployment.id))
          throw refused(`model_list[${index}]: the id "${deployment.id}" is given twice; ids must differ`);
        deployments.push(deployment);
      }
    } catch (thrown) {
      if (!options.ignore_invalid_deployments) throw thrown;
      warnings.push((thrown as Error).message);
    }
  }
  return { deployments, warnings };
}

/** An organisation list stands for one deployment each. */
function expanded(entry: unknown, index: number): Record<string, unknown>[] {
  const one = recordOf(entry);
  if (!one) throw refused(`model_list[${index}] must be an object {model_name, litellm_params}`);
  const params = recordOf(one["litellm_params"]);
  const organizations = params?.["organization"];
  if (!params || !Array.isArray(organizations)) return [one];
  return organizations.map((organization: unknown) => ({
    ...one,
    litellm_params: { ...params, organization },
  }));
}

function readDeployment(
  entry: Record<string, unknown>,
  index: number,
  options: ReadOptions,
  ids: Map<string, number>,
): Deployment {
  const { model_name } = entry;
  if (typeof model_name !== "string" || model_name === "")
    throw refused(`model_list[${index}].model_name must be a non-empty string`);
  const where = `model_list[${index}] ("${model_name}")`;
  const own = recordOf(entry["litellm_params"]);
  if (!own) throw refused(`${where}: litellm_params must be an object with at least "model"`);
  const given: Record<string, unknown> = { ...options.default_litellm_params, ...own };
  if (typeof given["model"] !== "string" || given["model"] === "")
    throw refused(`${where}: litellm_params.model must be a non-empty string such as "openai/gpt-4o"`);
  const info = entry["model_info"] === undefined ? {} : recordOf(entry["model_info"]);
  if (!info) throw refused(`${where}: model_info must be an object`);
  const params: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (STEERING.has(name) || value === null || value === undefined) continue;
    params[name] = resolved(value, `${where}: litellm_params.${name}`, options.env);
  }
  const number = (name: string, least: number): number | undefined => {
    const value = given[name] ?? entry[name];
    if (value === undefined || value === null) return undefined;
    const settled = resolved(value, `${where}: litellm_params.${name}`, options.env);
    const read = typeof settled === "string" && settled.trim() !== "" ? Number(settled) : settled;
    if (typeof read !== "number" || !Number.isFinite(read) || read < least)
      throw refused(`${where}: litellm_params.${name} must be a number of at least ${least}`);
    return read;
  };
  const { tags } = given;
  if (tags !== undefined && tags !== null && !isStrings(tags))
    throw refused(`${where}: litellm_params.tags must be an array of strings`);
  const cooldown = number("cooldown_time", 0);
  const model = params["model"] as string;
  return {
    id: idOf(info["id"], where, { model_name, given }, ids),
    model_name,
    params: params as Deployment["params"],
    model_info: info,
    provider: providerOfParams(params, model),
    weight: number("weight", 0),
    order: number("order", Number.NEGATIVE_INFINITY) ?? Number.POSITIVE_INFINITY,
    rpm: number("rpm", 0),
    tpm: number("tpm", 0),
    max_parallel_requests: number("max_parallel_requests", 0) ?? options.default_max_parallel_requests,
    tags: tags ?? [],
    region: typeof given["region_name"] === "string" ? given["region_name"] : undefined,
    cooldown_ms: cooldown === undefined ? undefined : cooldown * 1000,
    num_retries: number("num_retries", 0) ?? number("max_retries", 0),
    timeout: given["timeout"] ?? undefined,
    stream_timeout: given["stream_timeout"] ?? undefined,
    budget: budgetFrom(number("max_budget", 0), given["budget_duration"], where),
    input_cost: number("input_cost_per_token", 0),
    output_cost: number("output_cost_per_token", 0),
  };
}

function budgetFrom(limit: number | undefined, duration: unknown, where: string): Budget | undefined {
  if (limit === undefined) return undefined;
  const period_ms = periodMs(duration);
  if (period_ms === undefined)
    throw refused(`${where}: max_budget needs a budget_duration such as "1d" (s, m, h, d, w, mo)`);
  return { limit, period_ms };
}

function providerOfParams(params: Record<string, unknown>, model: string): string {
  const named = params["custom_llm_provider"];
  if (typeof named === "string") return named;
  const slash = model.indexOf("/");
  return slash > 0 ? model.slice(0, slash) : "openai";
}

/** The same parameters twice are two deployments: the second is numbered. */
function idOf(given: unknown, where: string, content: unknown, ids: Map<string, number>): string {
  if (given !== undefined && given !== null) {
    if ((typeof given !== "string" && typeof given !== "number") || given === "")
      throw refused(`${where}: model_info.id must be a non-empty string`);
    return String(given);
  }
  // References to secrets are hashed as they are written, so a new key does not make a new deployment.
  const hash = createHash("sha256").update(canonical(content)).digest("hex").slice(0, 16);
  const count = (ids.get(hash) ?? 0) + 1;
  ids.set(hash, count);
  return count === 1 ? hash : `${hash}-${count}`;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => {
    const record = recordOf(one);
    return record ? Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))) : one;
  });
}

/** "os.environ/X" is the variable X, at any depth. */
function resolved(value: unknown, where: string, env: ReadOptions["env"]): unknown {
  if (typeof value === "string") {
    if (!value.startsWith(REFERENCE)) return value;
    const name = value.slice(REFERENCE.length);
    const found = env(name);
    if (found === undefined || found === "")
      throw refused(`${where}: the environment variable ${name} is not set; set it or give the value itself`);
    return found;
  }
  if (Array.isArray(value)) return value.map((one: unknown) => resolved(one, where, env));
  const record = recordOf(value);
  if (!record) return value;
  return Object.fromEntries(
    Object.entries(record).map(([name, one]) => [name, resolved(one, `${where}.${name}`, env)]),
  );
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function recordOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function refused(message: string): Error {
  return createError("BadRequestError", { message });
}
