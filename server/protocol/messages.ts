// The shapes callers see: OpenAI's chat completion objects with LiteLLM's additions. Types only.
// Optional fields are absent, not null, unless OpenAI's own shape says null.

import type { Attribution } from "./attribution.ts";
import type { AttemptRecord } from "./errors.ts";
import type { RouteTrace } from "./route-trace.ts";

export interface TextPart {
  type: "text";
  text: string;
  cache_control?: { type: "ephemeral"; ttl?: "5m" | "1h" };
}
export interface ImagePart {
  type: "image_url";
  image_url: { url: string; detail?: "auto" | "low" | "high"; format?: string } | string;
}
export interface AudioPart {
  type: "input_audio";
  input_audio: { data: string; format: string };
}
export interface FilePart {
  type: "file";
  file: { file_id?: string; file_data?: string; filename?: string; format?: string };
}
/** A content part this version does not know is passed on as it is. */
export interface OtherPart {
  type: string;
  [key: string]: unknown;
}
export type ContentPart = TextPart | ImagePart | AudioPart | FilePart | OtherPart;

export interface FunctionCall {
  name: string;
  /** JSON text, exactly as the model wrote it. */
  arguments: string;
}
export interface ToolCall {
  id: string;
  type: "function";
  function: FunctionCall;
  index?: number;
  provider_specific_fields?: Record<string, unknown>;
}
export type ThinkingBlock =
  | { type: "thinking"; thinking: string; signature?: string }
  | { type: "redacted_thinking"; data: string };

/** One turn of the conversation, as the caller gives it. */
export interface Message {
  role: "system" | "developer" | "user" | "assistant" | "tool" | "function";
  content?: string | ContentPart[] | null;
  name?: string;
  tool_calls?: ToolCall[] | null;
  tool_call_id?: string;
  function_call?: FunctionCall | null;
  reasoning_content?: string | null;
  thinking_blocks?: ThinkingBlock[] | null;
  [key: string]: unknown;
}

export interface Tool {
  type: string;
  function?: {
    name: string;
    description?: string;
    parameters?: Record<string, unknown>;
    strict?: boolean | null;
  };
  [key: string]: unknown;
}

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: { cached_tokens?: number; audio_tokens?: number; [key: string]: unknown };
  completion_tokens_details?: {
    reasoning_tokens?: number;
    audio_tokens?: number;
    [key: string]: unknown;
  };
  /** Provider-reported price in USD, where it tells one. */
  cost?: number;
  [key: string]: unknown;
}

/** LiteLLM's normalised values; a provider's own unknown value passes through. */
export type FinishReason =
  | "stop"
  | "length"
  | "tool_calls"
  | "function_call"
  | "content_filter"
  | (string & {});

export interface AssistantMessage {
  role: "assistant";
  content: string | null;
  tool_calls?: ToolCall[];
  function_call?: FunctionCall;
  refusal?: string;
  reasoning_content?: string;
  thinking_blocks?: ThinkingBlock[];
  audio?: Record<string, unknown>;
  images?: unknown[];
  annotations?: unknown[];
  provider_specific_fields?: Record<string, unknown>;
}

export interface Choices {
  index: number;
  finish_reason: FinishReason;
  message: AssistantMessage;
  logprobs?: Record<string, unknown> | null;
  provider_specific_fields?: Record<string, unknown>;
}

/** An input that was dropped, clamped or coerced: nothing asked for is lost silently. */
export interface Warning {
  param?: string | undefined;
  message: string;
}

/** What is ours and not the provider's, kept apart from the OpenAI shape. */
export interface ResponseExtras {
  warnings: Warning[];
  request_id?: string;
  call_id: string;
  attempts: number;
  /** Where a request of it failed: all of them, and how each ended. A routed call has its trace. */
  attempt_records?: AttemptRecord[] | undefined;
  /** Milliseconds to the first content; equals ms_total when not streamed. */
  ms_first_chunk: number | null;
  ms_total: number;
  /** USD; null = price unknown, never a guess. */
  cost_usd: number | null;
  /** The answer was kept from an earlier call: nothing was sent, and it costs nothing. */
  cache_hit?: boolean;
  /** Of a routed call: who was asked, why, and how it went. */
  trace?: RouteTrace | undefined;
}

export interface ModelResponse {
  id: string;
  object: "chat.completion";
  /** Unix seconds. */
  created: number;
  model: string;
  choices: Choices[];
  usage?: Usage;
  system_fingerprint?: string | null;
  service_tier?: string | null;
  provider_specific_fields?: Record<string, unknown>;
  edgequake?: ResponseExtras;
}

export interface DeltaToolCall {
  index: number;
  id?: string;
  type?: "function";
  function: { name?: string; arguments?: string };
  provider_specific_fields?: Record<string, unknown>;
}

export interface Delta {
  role?: "assistant";
  content?: string | null;
  tool_calls?: DeltaToolCall[];
  function_call?: { name?: string; arguments?: string };
  refusal?: string;
  reasoning_content?: string;
  thinking_blocks?: ThinkingBlock[];
  audio?: Record<string, unknown>;
  images?: unknown[];
  annotations?: unknown[];
  provider_specific_fields?: Record<string, unknown>;
}

export interface StreamingChoices {
  index: number;
  delta: Delta;
  finish_reason: FinishReason | null;
  logprobs?: Record<string, unknown> | null;
  provider_specific_fields?: Record<string, unknown>;
}

/** LiteLLM's ModelResponseStream: `id` is the same on every chunk; content chunks never carry finish_reason. */
export interface ChatCompletionChunk {
  id: string;
  object: "chat.completion.chunk";
  created: number;
  model: string;
  choices: StreamingChoices[];
  usage?: Usage;
  system_fingerprint?: string | null;
  service_tier?: string | null;
  provider_specific_fields?: Record<string, unknown>;
}

export interface EmbeddingData {
  object: "embedding";
  index: number;
  /** Numbers, or base64 of little-endian float32 when that was asked for. */
  embedding: number[] | string;
  /** The same numbers without a copy, where they came as float32; not part of the JSON. */
  readonly floats?: Float32Array;
}

export interface EmbeddingResponse {
  object: "list";
  model: string;
  data: EmbeddingData[];
  usage?: { prompt_tokens: number; total_tokens: number; [key: string]: unknown };
  edgequake?: ResponseExtras;
}

/** Seconds. A number is LiteLLM's `timeout`. */
export interface Timeouts {
  /** TCP and TLS; default 10. */
  connect?: number | undefined;
  /** From sending to the first content; default 600, none for a local server. */
  first_token?: number | undefined;
  /** Longest time without content; comments and pings do not count. Default 300, 900 for a local server. */
  idle?: number | undefined;
  /** Everything, retries included; default 6000, none for a local server. */
  total?: number | undefined;
}

export interface CacheControl {
  /** How long this answer may be given again. */
  ttl?: number;
  /** How old a kept answer may be. */
  "s-maxage"?: number;
  /** No kept answer is given. */
  "no-cache"?: boolean;
  /** This answer is not kept. */
  "no-store"?: boolean;
  /** Answers of other namespaces are not given. */
  namespace?: string;
}

/** LiteLLM's `completion()` arguments. What is not named here passes through to the provider. */
export interface CompletionParams {
  model: string;
  messages: Message[];
  stream?: boolean;
  stream_options?: { include_usage?: boolean; [key: string]: unknown };
  temperature?: number | null;
  top_p?: number | null;
  n?: number | null;
  stop?: string | string[] | null;
  max_tokens?: number | null;
  max_completion_tokens?: number | null;
  presence_penalty?: number | null;
  frequency_penalty?: number | null;
  logit_bias?: Record<string, number> | null;
  logprobs?: boolean | null;
  top_logprobs?: number | null;
  user?: string;
  seed?: number | null;
  tools?: Tool[] | null;
  tool_choice?: string | Record<string, unknown> | null;
  parallel_tool_calls?: boolean | null;
  functions?: unknown[] | null;
  function_call?: unknown;
  response_format?: Record<string, unknown> | null;
  reasoning_effort?: string | null;
  verbosity?: string | null;
  modalities?: string[] | null;
  audio?: Record<string, unknown> | null;
  prediction?: Record<string, unknown> | null;
  service_tier?: string | null;
  metadata?: Record<string, unknown> | null;
  api_key?: string;
  api_base?: string;
  base_url?: string;
  api_version?: string;
  organization?: string;
  custom_llm_provider?: string;
  extra_headers?: Record<string, string>;
  extra_body?: Record<string, unknown>;
  timeout?: number | Timeouts;
  stream_timeout?: number;
  num_retries?: number;
  max_retries?: number;
  drop_params?: boolean;
  additional_drop_params?: string[];
  allowed_openai_params?: string[];
  mock_response?: string | Record<string, unknown> | null;
  mock_tool_calls?: ToolCall[] | null;
  mock_timeout?: boolean;
  mock_delay?: number;
  /** Who the call is made for: kept in the ledger, never sent. */
  attribution?: Attribution;
  /** Asks the router of that id: `model` names one of its groups. */
  router_id?: string | null;
  /** Whether a kept answer may be given and this one kept. */
  caching?: boolean;
  /** LiteLLM's controls of one call, seconds. */
  cache?: CacheControl;
  [key: string]: unknown;
}

/** LiteLLM's `embedding()` arguments. */
export interface EmbeddingParams {
  model: string;
  input: string | string[] | number[] | number[][];
  dimensions?: number;
  encoding_format?: "float" | "base64";
  user?: string;
  api_key?: string;
  api_base?: string;
  base_url?: string;
  api_version?: string;
  organization?: string;
  custom_llm_provider?: string;
  extra_headers?: Record<string, string>;
  extra_body?: Record<string, unknown>;
  timeout?: number | Timeouts;
  num_retries?: number;
  max_retries?: number;
  drop_params?: boolean;
  attribution?: Attribution;
  /** Asks the router of that id: `model` names one of its groups. */
  router_id?: string | null;
  caching?: boolean;
  cache?: CacheControl;
  [key: string]: unknown;
}
