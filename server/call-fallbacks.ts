// LiteLLM's `fallbacks` and `context_window_fallback_dict` of one call: which calls follow a failed one. Each has its
// own retries. A key given for one address goes to no other, and a price holds for the model it was given with. Pure.

import type { CallStatus } from "./protocol/call-status.ts";
import type { OpenAIError } from "./protocol/errors.ts";
import type { CompletionParams, Warning } from "./protocol/messages.ts";
import { isPriceField } from "./protocol/price-fields.ts";

/** What says where a call goes: not carried over to another provider. */
const ADDRESS = [
  "api_key",
  "api_base",
  "base_url",
  "api_version",
  "organization",
  "extra_headers",
  "custom_llm_provider",
];
const PLAN = ["fallbacks", "context_window_fallback_dict"];
/** LiteLLM's own bound. */
const MOST = 5;

/** The call without its plan, which is not sent. */
export function withoutPlan(params: CompletionParams): CompletionParams {
  if (PLAN.every((name) => params[name] === undefined)) return params;
  return Object.fromEntries(
    Object.entries(params).filter(([name]) => !PLAN.includes(name)),
  ) as CompletionParams;
}

/** The calls to try after `error`, in order. A cancelled call has none, nor one that no model would take. */
export function callsAfter(params: CompletionParams, error: OpenAIError): CompletionParams[] {
  if (error.name === "Cancelled") return [];
  const larger = (params["context_window_fallback_dict"] as Record<string, unknown> | null | undefined)?.[
    params.model
  ];
  if (error.name === "ContextWindowExceededError" && typeof larger === "string")
    return [instead(params, larger)];
  const given = params["fallbacks"];
  if (!Array.isArray(given)) return [];
  return given.slice(0, MOST).flatMap((one: unknown) => {
    if (typeof one === "string") return [instead(params, one)];
    const named =
      typeof one === "object" && one !== null && typeof (one as { model?: unknown }).model === "string";
    if (!named) return [];
    // Whom a call is for, its fallbacks are for.
    const { model, attribution: _whose, ...own } = one as CompletionParams;
    return [{ ...instead(params, model), ...own }];
  });
}

/** What the answer says of the models that failed before it. */
export function fallbackWarning(from: string, error: OpenAIError, to: string): Warning {
  return { param: "model", message: `${from} failed with ${error.name}; ${to} answered instead` };
}

/** What a waiting caller is told of it. */
export function fallingBack({ name, status_code, attempts }: OpenAIError, model: string): CallStatus {
  const attempt = attempts?.length ?? 0;
  return {
    kind: "fallback",
    failed: name,
    status_code: status_code ?? null,
    wait_ms: 0,
    attempt,
    deployment: null,
    model,
  };
}

function instead(params: CompletionParams, model: string): CompletionParams {
  const same = providerIn(model) === providerIn(params.model);
  const kept = Object.entries(withoutPlan(params)).filter(
    ([name]) => !isPriceField(name) && (same || !ADDRESS.includes(name)),
  );
  return { ...(Object.fromEntries(kept) as CompletionParams), model };
}

function providerIn(model: string): string {
  return model.split("/", 1)[0] ?? "";
}
