// A caller's arguments, parted: what steers the router, and what the chosen deployment is called with. A deployment's
// key, address and price are its own: a caller's never go to another's host.

import type { Warning } from "../protocol/messages.ts";
import { isPriceField } from "../protocol/price-fields.ts";
import type { Deployment } from "./deployment.ts";
import { type Fallback, isFallback } from "./fallback.ts";
import { type Group, modelOf } from "./groups.ts";

export type Params = Readonly<Record<string, unknown>>;

export interface Steering {
  num_retries: number | undefined;
  priority: number | undefined;
  fallbacks: readonly Fallback[] | undefined;
  context_window_fallbacks: unknown;
  content_policy_fallbacks: unknown;
  disable_fallbacks: boolean;
  continue_streams: boolean | undefined;
  tags: readonly string[];
  region: string | undefined;
  timeout: unknown;
  stream_timeout: unknown;
}

const STEERING = new Set([
  "router_id",
  "num_retries",
  "max_retries",
  "priority",
  "fallbacks",
  "context_window_fallbacks",
  "content_policy_fallbacks",
  "context_window_fallback_dict",
  "disable_fallbacks",
  "continue_streams",
  "specific_deployment",
  "allowed_model_region",
]);
const ADDRESS = new Set([
  "api_key",
  "api_base",
  "base_url",
  "api_version",
  "organization",
  "custom_llm_provider",
]);

export function steeringOf(params: Params): Steering {
  const count = (name: string): number | undefined =>
    typeof params[name] === "number" ? params[name] : undefined;
  const { fallbacks, tags, allowed_model_region: region, continue_streams: goes_on } = params;
  const metadata = params["metadata"] as { tags?: unknown } | null | undefined;
  return {
    num_retries: count("num_retries") ?? count("max_retries"),
    priority: count("priority"),
    fallbacks: Array.isArray(fallbacks) ? fallbacks.filter(isFallback) : undefined,
    context_window_fallbacks: params["context_window_fallbacks"],
    content_policy_fallbacks: params["content_policy_fallbacks"],
    disable_fallbacks: params["disable_fallbacks"] === true,
    continue_streams: typeof goes_on === "boolean" ? goes_on : undefined,
    tags: strings(tags) ?? strings(metadata?.tags) ?? [],
    region: typeof region === "string" ? region : undefined,
    timeout: params["timeout"] ?? undefined,
    stream_timeout: params["stream_timeout"] ?? undefined,
  };
}

/** What a fallback is called with: the same arguments, its own on top. */
export function fallbackParams(params: Params, fallback: Fallback): Params {
  if (typeof fallback === "string") return { ...params, model: fallback };
  // Whom a call is for, its fallbacks are for.
  const { attribution: _whose, ...own } = fallback;
  return { ...params, ...own };
}

/** One request of the deployment: its defaults, the caller's arguments, and neither's retries. */
export function requestOf(
  deployment: Deployment,
  group: Group,
  params: Params,
  timeouts: { timeout: unknown; stream_timeout: unknown },
): Record<string, unknown> {
  const request: Record<string, unknown> = { ...deployment.params };
  for (const [name, value] of Object.entries(params)) {
    if (STEERING.has(name) || isDeployments(name) || value === undefined) continue;
    request[name] = name === "metadata" ? untagged(value) : value;
  }
  request["model"] = modelOf(deployment, group, String(params["model"]));
  request["num_retries"] = 0;
  for (const [name, value] of Object.entries(deployment.model_info))
    if (isPriceField(name)) request[name] ??= value;
  for (const [name, value] of Object.entries(timeouts)) {
    if (value === undefined) delete request[name];
    else request[name] = value;
  }
  if (request["metadata"] === undefined) delete request["metadata"];
  // The ledger's; a provider never sees them.
  const { tags } = steeringOf(params);
  if (tags.length > 0) request["tags"] = tags;
  return request;
}

export function addressWarnings(params: Params): Warning[] {
  return Object.keys(params)
    .filter((param) => isDeployments(param) && params[param] !== undefined && params[param] !== null)
    .map((param) => ({
      param,
      message: `${param} is the deployment's own in a routed call; yours is not used`,
    }));
}

function isDeployments(name: string): boolean {
  return ADDRESS.has(name) || isPriceField(name);
}

/** Tags are for the router; a provider would refuse a list here. */
function untagged(metadata: unknown): unknown {
  if (typeof metadata !== "object" || metadata === null || !("tags" in metadata)) return metadata;
  const { tags: _tags, ...rest } = metadata;
  return Object.keys(rest).length > 0 ? rest : undefined;
}

function strings(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : undefined;
}
