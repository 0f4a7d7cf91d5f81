// LiteLLM's callbacks: what they are given and what may be one. Types, and the lists as a program finds them.

import type { OpenAIError } from "./errors.ts";
import type { ChatCompletionChunk, EmbeddingResponse, Message, ModelResponse } from "./messages.ts";

/** Stands for every text where message logging is off. LiteLLM's own words. */
export const NOT_LOGGED = "redacted-by-litellm";

/** USD; null = price unknown. */
export interface CostBreakdown {
  input_cost: number | null;
  output_cost: number | null;
  tool_usage_cost: number | null;
  total_cost: number | null;
}

/** LiteLLM's StandardLoggingPayload. Times are Unix seconds, durations seconds unless their name says milliseconds. */
export interface StandardLoggingPayload {
  /** The call's own id: `call_id` of its answer or error. */
  id: string;
  /** The same for everything one call of the program led to: retries elsewhere, fallbacks. */
  trace_id: string;
  call_type: "completion" | "embedding";
  stream: boolean;
  /** USD; null = price unknown, never 0. */
  response_cost: number | null;
  cost_breakdown: CostBreakdown | null;
  response_cost_failure_debug_info: { error_str: string; model: string } | null;
  status: "success" | "failure";
  status_fields: { llm_api_status: "success" | "failure"; guardrail_status: "not_run" };
  custom_llm_provider: string | null;
  total_tokens: number;
  prompt_tokens: number;
  completion_tokens: number;
  startTime: number;
  endTime: number;
  /** Of a stream its first chunk, else the end. */
  completionStartTime: number;
  response_time: number;
  model_map_information: { model_map_key: string; model_map_value: Record<string, unknown> | null };
  model: string;
  /** Of a routed call: the deployment and its group. */
  model_id: string | null;
  model_group: string | null;
  api_base: string;
  metadata: {
    requester_metadata: Record<string, unknown> | null;
    caller: string | null;
    session: string | null;
    router_id: string | null;
  };
  cache_hit: boolean;
  cache_key: string | null;
  /** What a kept answer would have cost. */
  saved_cache_cost: number;
  request_tags: string[];
  end_user: string | null;
  requester_ip_address: null;
  messages: Message[] | string | null;
  response: ModelResponse | EmbeddingResponse | null;
  error_str: string | null;
  error_information: {
    error_code: string;
    error_class: string;
    llm_provider: string;
    traceback: string;
    error_message: string;
  } | null;
  /** What the model was called with, without texts, tools and keys where messages are not logged. */
  model_parameters: Record<string, unknown>;
  hidden_params: {
    model_id: string | null;
    cache_key: string | null;
    api_base: string;
    response_cost: number | null;
    /** What the call took beyond its requests and the waits between them. */
    litellm_overhead_time_ms: number | null;
    additional_headers: null;
    batch_models: null;
    usage_object: Record<string, unknown> | null;
    litellm_model_name: string;
  };
  guardrail_information: null;
}

/** What LiteLLM hands to every callback; never a key. */
export interface CallbackFields {
  litellm_call_id: string;
  litellm_trace_id: string;
  call_type: "completion" | "embedding";
  model: string;
  custom_llm_provider: string | null;
  messages: Message[] | string | null;
  input: unknown;
  optional_params: Record<string, unknown>;
  litellm_params: { api_base: string; metadata: Record<string, unknown> | null };
  user: string | null;
  stream: boolean;
  start_time: Date;
  end_time: Date | null;
  completion_start_time: Date | null;
  response_cost: number | null;
  cache_hit: boolean;
  /** Once the call is over. */
  standard_logging_object?: StandardLoggingPayload;
  complete_streaming_response?: ModelResponse | null;
  exception?: OpenAIError;
}

type Told<Response> = (
  kwargs: CallbackFields,
  response_obj: Response,
  start_time: Date,
  end_time: Date,
) => unknown;

/** LiteLLM's CustomLogger. Where a logger has both forms of an event its async one is called. */
export interface CustomLogger {
  /** Before a request is sent; not for an answer from the cache. */
  log_pre_api_call?(model: string, messages: Message[] | string | null, kwargs: CallbackFields): unknown;
  async_log_pre_api_call?(
    model: string,
    messages: Message[] | string | null,
    kwargs: CallbackFields,
  ): unknown;
  log_success_event?: Told<ModelResponse | EmbeddingResponse>;
  async_log_success_event?: Told<ModelResponse | EmbeddingResponse>;
  /** The response is what came before it failed, or null. */
  log_failure_event?: Told<ModelResponse | EmbeddingResponse | null>;
  async_log_failure_event?: Told<ModelResponse | EmbeddingResponse | null>;
  /** Each chunk of a stream. */
  log_stream_event?: Told<ChatCompletionChunk>;
  async_log_stream_event?: Told<ChatCompletionChunk>;
  /** Of this logger alone: false gives it the texts, true keeps them from it. Default: as the program has it. */
  turn_off_message_logging?: boolean;
}

/** LiteLLM's function for a finished call, whichever way it ended. */
export type CallbackFunction = Told<ModelResponse | EmbeddingResponse | null>;

/** A function, a logger, or "otel" for OpenTelemetry spans and metrics. */
export type Callback = CallbackFunction | CustomLogger | "otel";

export interface CallbackLists {
  /** Told of everything. */
  callbacks: Callback[];
  success_callback: Callback[];
  failure_callback: Callback[];
  /** Functions here are told before a request is sent. */
  input_callback: (((kwargs: CallbackFields) => unknown) | CustomLogger)[];
  /** true (default here): no prompt and no answer goes to a callback. */
  turn_off_message_logging: boolean;
}

export function noCallbacks(): CallbackLists {
  return {
    callbacks: [],
    success_callback: [],
    failure_callback: [],
    input_callback: [],
    turn_off_message_logging: true,
  };
}
