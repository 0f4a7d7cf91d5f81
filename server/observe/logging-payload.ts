// LiteLLM's StandardLoggingPayload of a finished call. Every field is what it is named for; what is not known is null.

import { loadedCatalogue } from "../models/catalogue.ts";
import { get_model_info } from "../models/model-info.ts";
import type { StandardLoggingPayload } from "../protocol/callbacks.ts";
import type { OpenAIError } from "../protocol/errors.ts";
import type { EmbeddingResponse, ModelResponse } from "../protocol/messages.ts";
import { type CallFacts, textOf } from "./call-facts.ts";
import { breakdownOf } from "./cost-breakdown.ts";
import type { EndedCall } from "./observer.ts";
import { answerWithoutTexts, NO_MESSAGES, paramsWithoutTexts } from "./without-texts.ts";

/** `texts`: prompts, tools and answers are in it. */
export async function loggingPayload(
  facts: CallFacts,
  end: EndedCall,
  texts: boolean,
): Promise<StandardLoggingPayload> {
  const { begun, made, attribution } = facts;
  const { params, began } = begun;
  const { provider, model } = facts.named;
  const { error } = end;
  const answer = end.answer && (texts ? end.answer : answerWithoutTexts(end.answer));
  const priced = made && end.answer && breakdownOf(...toPrice(facts, end.answer));
  const response_cost = end.cache_hit ? 0 : end.cost_usd;
  const model_id = attribution.deployment ?? null;
  const cache_key = made?.cache_key ?? null;
  const failed = error ? informationOf(error, provider) : null;
  const tokens = tokensOf(end);
  const seconds = (ms: number): number => ms / 1000;
  return facts.clean<StandardLoggingPayload>({
    id: begun.call_id,
    trace_id: facts.trace_id,
    call_type: facts.type,
    stream: facts.stream,
    response_cost,
    cost_breakdown: end.cache_hit ? null : (priced ?? null),
    response_cost_failure_debug_info:
      response_cost === null && !error ? { error_str: "no price of this model is known", model } : null,
    status: error ? "failure" : "success",
    status_fields: { llm_api_status: error ? "failure" : "success", guardrail_status: "not_run" },
    custom_llm_provider: provider,
    ...tokens,
    startTime: seconds(began),
    endTime: seconds(end.ended),
    completionStartTime: seconds(end.ms_first_chunk === null ? end.ended : began + end.ms_first_chunk),
    response_time: seconds(end.ended - began),
    model_map_information: { model_map_key: model, model_map_value: await mapOf(model, provider) },
    model,
    model_id,
    model_group: begun.model_group ?? null,
    api_base: facts.api_base,
    metadata: {
      requester_metadata: (params.metadata as Record<string, unknown> | null | undefined) ?? null,
      caller: attribution.caller ?? null,
      session: attribution.session ?? null,
      router_id: attribution.router ?? null,
    },
    cache_hit: end.cache_hit,
    cache_key,
    saved_cache_cost: end.cache_hit ? (priced?.total_cost ?? 0) : 0,
    request_tags: [...(attribution.tags ?? [])],
    end_user: textOf(params.user) ?? null,
    requester_ip_address: null,
    messages: texts ? facts.messages : NO_MESSAGES,
    response: answer ?? null,
    error_str: error?.message ?? null,
    error_information: failed,
    model_parameters: texts ? facts.parameters : paramsWithoutTexts(facts.parameters),
    hidden_params: {
      model_id,
      cache_key,
      api_base: facts.api_base,
      response_cost,
      litellm_overhead_time_ms: overheadOf(end, began),
      additional_headers: null,
      batch_models: null,
      usage_object: (end.usage as Record<string, unknown> | undefined) ?? null,
      litellm_model_name: params.model,
    },
    guardrail_information: null,
  });
}

function toPrice(
  facts: CallFacts,
  answer: ModelResponse | EmbeddingResponse,
): Parameters<typeof breakdownOf> {
  const { made, begun } = facts as CallFacts & { made: NonNullable<CallFacts["made"]> };
  const service_tier = "service_tier" in answer ? answer.service_tier : undefined;
  const call = made.toPrice({ model: answer.model, usage: answer.usage, service_tier });
  return [call, made.mocked ? undefined : loadedCatalogue(), new Date(begun.began)];
}

function tokensOf({ usage }: EndedCall) {
  const { prompt_tokens = 0, completion_tokens = 0, total_tokens } = usage ?? {};
  return {
    total_tokens: total_tokens ?? prompt_tokens + completion_tokens,
    prompt_tokens,
    completion_tokens,
  };
}

/** Everything but the requests and what was waited between them. */
function overheadOf({ attempts, ended }: EndedCall, began: number): number | null {
  if (attempts.length === 0) return null;
  const away = attempts.reduce((sum, { ms, waited_ms = 0 }) => sum + ms + waited_ms, 0);
  return Math.max(0, Math.round((ended - began - away) * 1000) / 1000);
}

function informationOf(error: OpenAIError, provider: string | null) {
  return {
    error_code: String(error.status_code ?? error.code ?? ""),
    error_class: error.name,
    llm_provider: error.llm_provider ?? provider ?? "",
    traceback: error.stack ?? "",
    error_message: error.message,
  };
}

/** null = nothing is known of the model. */
async function mapOf(model: string, provider: string | null): Promise<Record<string, unknown> | null> {
  if (provider === null || !loadedCatalogue()) return null;
  return get_model_info(model, provider).catch(() => null);
}
