// Sorts a call's arguments: what LiteLLM keeps for itself, what OpenAI names, what is the provider's own.
// An OpenAI parameter the model cannot take is an error, or a warning with drop_params; never a silence. Pure.

import type { Warning } from "../protocol/messages.ts";
import { isCountedPrice } from "../protocol/price-fields.ts";
import { unusedParam } from "./unused-params.ts";

/** LiteLLM's and our own controls: they steer the call and never reach a provider. */
const CONTROL = new Set([
  "model",
  "messages",
  "input",
  "stream_id",
  "api_key",
  "api_base",
  "base_url",
  "api_version",
  "organization",
  "custom_llm_provider",
  "base_model",
  "extra_headers",
  "extra_body",
  "timeout",
  "stream_timeout",
  "num_retries",
  "max_retries",
  "drop_params",
  "additional_drop_params",
  "allowed_openai_params",
  "modify_params",
  "mock_response",
  "mock_tool_calls",
  "mock_timeout",
  "mock_delay",
  "caching",
  "cache",
  "tags",
  "attribution",
  "router_id",
  "signal",
  "no-log",
  "turn_off_message_logging",
  "litellm_trace_id",
]);

/** OpenAI's names for a chat completion (`get_supported_openai_params` of the most able models). */
export const OPENAI_CHAT_PARAMS: ReadonlySet<string> = new Set([
  "temperature",
  "top_p",
  "n",
  "stream",
  "stream_options",
  "stop",
  "max_tokens",
  "max_completion_tokens",
  "modalities",
  "prediction",
  "audio",
  "presence_penalty",
  "frequency_penalty",
  "logit_bias",
  "user",
  "reasoning_effort",
  "verbosity",
  "response_format",
  "seed",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "functions",
  "function_call",
  "logprobs",
  "top_logprobs",
  "web_search_options",
  "service_tier",
  "safety_identifier",
  "prompt_cache_key",
  "prompt_cache_retention",
  "store",
  "metadata",
]);

/** What LiteLLM names on every chat call: OpenAI's, and the thinking budget in Anthropic's words. */
export const CHAT_PARAMS: ReadonlySet<string> = new Set([...OPENAI_CHAT_PARAMS, "thinking"]);

export const OPENAI_EMBEDDING_PARAMS: ReadonlySet<string> = new Set([
  "dimensions",
  "encoding_format",
  "user",
]);

export interface SortedParams {
  /** OpenAI-named parameters the model takes. */
  openai: Record<string, unknown>;
  /** The provider's own. */
  passthrough: Record<string, unknown>;
  warnings: Warning[];
  /** OpenAI-named parameters the model cannot take, with drop_params off. */
  unsupported: string[];
}

export interface ParamSwitches {
  drop_params: boolean;
  additional_drop_params: readonly string[];
  allowed_openai_params: readonly string[];
  /** Arguments that are settings of the provider, and never part of a body. */
  settings?: readonly { readonly name: string }[] | undefined;
}

export function sortParams(
  params: Readonly<Record<string, unknown>>,
  named: ReadonlySet<string>,
  supported: ReadonlySet<string>,
  switches: ParamSwitches,
): SortedParams {
  const sorted: SortedParams = { openai: {}, passthrough: {}, warnings: [], unsupported: [] };
  const dropped = dropNamed(params, switches.additional_drop_params, sorted.warnings);
  for (const [key, value] of Object.entries(dropped)) {
    if (value === null || value === undefined || CONTROL.has(key) || key === "__proto__") continue;
    if (!named.has(key)) passOn(key, value, sorted, switches);
    else if (supported.has(key) || switches.allowed_openai_params.includes(key)) sorted.openai[key] = value;
    else if (switches.drop_params) {
      sorted.warnings.push({
        param: key,
        message: `${key} was dropped: the model does not take it (drop_params is on)`,
      });
    } else sorted.unsupported.push(key);
  }
  return sorted;
}

/** What OpenAI does not name is the provider's, unless LiteLLM alone knows it. */
function passOn(
  key: string,
  value: unknown,
  { passthrough, warnings }: SortedParams,
  { settings, allowed_openai_params: allowed }: ParamSwitches,
): void {
  if (isCountedPrice(key) || settings?.some(({ name }) => name === key)) return;
  const unused = allowed.includes(key) ? undefined : unusedParam(key, value);
  if (unused) warnings.push(unused);
  else if (unused === undefined) passthrough[key] = value;
}

/** `additional_drop_params: ["response_format", "tools[*].strict"]`, LiteLLM's nested paths. */
function dropNamed(
  params: Readonly<Record<string, unknown>>,
  paths: readonly string[],
  warnings: Warning[],
): Record<string, unknown> {
  let result: Record<string, unknown> = { ...params };
  for (const path of paths) {
    const steps = path.split(/\.|(?=\[)/).filter((step) => step !== "");
    const before = JSON.stringify(result[steps[0] ?? ""]);
    result = dropPath(result, steps) as Record<string, unknown>;
    if (before !== JSON.stringify(result[steps[0] ?? ""])) {
      warnings.push({ param: path, message: `${path} was dropped, as additional_drop_params asked` });
    }
  }
  return result;
}

function dropPath(value: unknown, steps: readonly string[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const index = /^\[(\*|\d+)\]$/.exec(step)?.[1];
  if (index !== undefined) {
    if (!Array.isArray(value)) return value;
    const hit = (position: number): boolean => index === "*" || Number(index) === position;
    return rest.length === 0
      ? value.filter((_, position) => !hit(position))
      : value.map((item, position) => (hit(position) ? dropPath(item, rest) : item));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, step))
    return value;
  const entries = Object.entries(value).filter(([key]) => rest.length > 0 || key !== step);
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, key === step ? dropPath(inner, rest) : inner]),
  );
}
