// LiteLLM's arguments that mean nothing here, each with what does it instead. They are accepted, never sent, and never
// dropped in silence: a provider would refuse them, and some hold secrets of somebody else's. Pure.

import type { Warning } from "../protocol/messages.ts";
import { isCountedPrice, isPriceField } from "../protocol/price-fields.ts";

const ROUTERS = "only a Router goes by it";
const PROXYS = "it is for LiteLLM's proxy alone";
const GIVEN = "messages are sent as they are given";

const INSTEAD: Readonly<Record<string, string>> = {
  model_list: "make a Router of it",
  deployment_id: "name the deployment in model, as azure/<deployment>",
  api_type: "name the provider in model",
  client: "connections are the library's own",
  headers: "say extra_headers",
  provider_specific_header: "say extra_headers",
  request_timeout: "say timeout",
  force_timeout: "say timeout",
  ssl_verify: "certificates are checked for all calls alike; NODE_EXTRA_CA_CERTS names further ones",
  merge_reasoning_content_in_choices: "reasoning stands in reasoning_content",
  litellm_credential_name: "give api_key and api_base; only a LiteLLM config.yaml has a credential_list",
  max_file_size_mb: "no size of a file is looked at",
  supports_system_message: GIVEN,
  ensure_alternating_roles: GIVEN,
  user_continue_message: GIVEN,
  assistant_continue_message: GIVEN,
  tag_regex: "tags are compared as they are",
  tenant_id: "give azure_ad_token",
  client_id: "give azure_ad_token",
  client_secret: "give azure_ad_token",
  use_litellm_proxy: "name the proxy in api_base",
  guardrails: PROXYS,
  prompt_id: PROXYS,
  prompt_variables: PROXYS,
  prompt_label: PROXYS,
  prompt_version: PROXYS,
  use_in_pass_through: PROXYS,
  configurable_clientside_auth_params: PROXYS,
  // A deployment's own; those of one call are taken out before.
  fallbacks: "name them in the Router's fallbacks",
  context_window_fallback_dict: "name them in the Router's context_window_fallbacks",
};

const OF_ROUTERS: ReadonlySet<string> = new Set([
  "context_window_fallbacks",
  "content_policy_fallbacks",
  "disable_fallbacks",
  "max_fallbacks",
  "specific_deployment",
  "continue_streams",
  "allowed_model_region",
  "region_name",
  "retry_policy",
  "model_group_retry_policy",
  "cooldown_time",
  "rpm",
  "tpm",
  "max_parallel_requests",
  "weight",
  "order",
  "max_budget",
  "budget_duration",
]);

/** Settings, and keys among them, that the provider that is asked has no use for. */
const FAMILIES: readonly [RegExp, instead: string][] = [
  [/^(?:aws|azure|vertex)_/, "the provider that is asked has no such setting"],
  [/^(?:langfuse|langsmith|humanloop|arize|posthog|wandb|gcs)_/, "callbacks are set with the library's own"],
  [/^default_api_key_[rt]pm_limit$/, PROXYS],
  [/^litellm_/, "only LiteLLM itself goes by it"],
];

/** What is told of an argument that is not sent; null: nothing, it asks for nothing; undefined: it is the provider's. */
export function unusedParam(name: string, value: unknown): Warning | null | undefined {
  const instead = insteadOf(name);
  if (instead === undefined) return undefined;
  const idle = value === (name === "ssl_verify") || (Array.isArray(value) && value.length === 0);
  return idle ? null : { param: name, message: `${name} is not used: ${instead}` };
}

function insteadOf(name: string): string | undefined {
  if (OF_ROUTERS.has(name)) return ROUTERS;
  if (Object.hasOwn(INSTEAD, name)) return INSTEAD[name];
  if (isPriceField(name) && !isCountedPrice(name)) return "prices are per token, search and request";
  return FAMILIES.find(([family]) => family.test(name))?.[1];
}
