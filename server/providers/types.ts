// Read this first. A provider is data and pure functions: it does no I/O and reads no clock. What it needs
// to know of the world (time, ids) stands in the call. Streaming and whole answers share one decoder.

import type { CompactChunk } from "../protocol/compact.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
  Usage,
  Warning,
} from "../protocol/messages.ts";
import type { TextCompletionResponse } from "../protocol/text-completion.ts";

/** A chat call as an adapter sees it: the provider prefix taken off, switches resolved. */
export interface ChatCall {
  /** Without the provider prefix. */
  model: string;
  /** As the caller named it, for errors and for `model` where the wire has none. */
  requested_model: string;
  params: CompletionParams;
  stream: boolean;
  /** Unix seconds and an id, for wires that carry none. */
  created: number;
  id: string;
  /** Provider parameters: what no OpenAI or LiteLLM name covers; goes into the body as it is. */
  passthrough: Record<string, unknown>;
  /** The provider's own settings (`Provider.settings`), resolved like keys and bases. */
  settings: Settings;
  /** The caller or its configuration gave an address that is not the provider's own. */
  own_base: boolean;
  /** Where the call goes, for providers whose paths depend on it; "" for a mock. */
  api_base?: string | undefined;
  /** Adapters add what they dropped, clamped or coerced. */
  warnings: Warning[];
  /**
   * Set by `request` where a wanted JSON schema could only be asked for (a forced tool, a prompt): the engine
   * validates the finished answer against it and fails with JSONSchemaValidationError.
   */
  check_schema?: Record<string, unknown> | undefined;
}

export interface EmbedCall {
  model: string;
  requested_model: string;
  params: EmbeddingParams;
  passthrough: Record<string, unknown>;
  settings: Settings;
  /** As in ChatCall. */
  api_base?: string | undefined;
  warnings: Warning[];
}

/** A text completion; `params` holds OpenAI's names alone, and none that is null. */
export interface TextCall {
  model: string;
  requested_model: string;
  params: Readonly<Record<string, unknown>>;
  passthrough: Record<string, unknown>;
  extra_body: Record<string, unknown> | undefined;
  /** Unix seconds and an id, for wires that carry none. */
  created: number;
  id: string;
  settings: Settings;
  own_base: boolean;
  api_base?: string | undefined;
  warnings: Warning[];
}

/** Setting name -> value, for what was found. */
export type Settings = Readonly<Record<string, string>>;

/** One setting beside key and base (`api_version`, `aws_region_name`): a call argument, or configured, or in the environment. */
export interface Setting {
  /** LiteLLM's argument name. */
  name: string;
  /** First found wins. */
  env: readonly string[];
  default?: string;
  /** Redacted everywhere, and sent only to the provider's own origin or one given in the same call. */
  secret?: boolean;
}

/** A request as it goes out, for wires that sign it. */
export interface SignableRequest {
  method: "POST" | "GET";
  /** Scheme, host and port. */
  origin: string;
  /** With query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
}

export interface WireRequest {
  method: "POST" | "GET";
  /** Appended to the api_base, which keeps its own path prefix. */
  path: string;
  headers?: Record<string, string>;
  body?: Record<string, unknown>;
  /** It stands beside the version that ends an api_base ("…/v1"), not below it. */
  beside_version?: boolean;
}

/** One failure as a wire told it; the engine turns it into the LiteLLM class. */
export interface Failure {
  status?: number | undefined;
  message: string;
  /** The provider's own code and type, where it has them. */
  code?: string | undefined;
  type?: string | undefined;
  param?: string | undefined;
  /** Milliseconds the body asks to wait (Google RetryInfo and the like). */
  retry_after_ms?: number | undefined;
}

/** Thrown by a decoder for a failure inside a 200. */
export class WireFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.name = "WireFailure";
    this.failure = failure;
  }
}

/** Decodes one stream. Whether the stream ended well is `finished()`, asked by the engine at its end. */
export interface StreamDecoder {
  /** One SSE event's data, or one NDJSON line. Appends to `out`. Throws WireFailure. */
  push(data: string, out: CompactChunk[], event?: string): void;
  /** The terminal marker has been seen; nothing after it matters. */
  done(): boolean;
  /** Every choice has its finish reason: the answer is whole. */
  finished(): boolean;
  /** The held-back finish chunks, to be sent once the answer is known to be whole. */
  end(out: CompactChunk[]): void;
  usage(): Usage | undefined;
  /** By choice index, "" where there is none yet. */
  finishReasons(): string[];
}

export interface ModelListing {
  id: string;
  mode: "chat" | "embedding" | "unknown";
}

/** How the bytes of a stream are cut into events. `eventstream` is AWS's binary framing. */
export type Framing = "sse" | "ndjson" | "eventstream";

/** An AWS event stream tells a failure as an event of this name and the exception's: "exception:throttlingException". */
export const EXCEPTION = "exception:";

/** One chat API. Streaming and whole answers share one decoder. */
export interface ChatWire {
  framing: Framing;
  /** Throws BadRequestError for what the API cannot express. */
  request(call: ChatCall): WireRequest;
  response(json: unknown, call: ChatCall): ModelResponse;
  stream(call: ChatCall): StreamDecoder;
}

export interface EmbedWire {
  /** Most inputs one request may hold; more are sent in several, and come back as one. */
  max_batch?: number | ((model: string) => number);
  /** OpenAI's embedding parameters the model takes; default all three. */
  supported?: (model: string) => ReadonlySet<string>;
  request(call: EmbedCall): WireRequest;
  response(json: unknown, call: EmbedCall): EmbeddingResponse;
}

/** Continues a text, or fills the gap before a suffix. */
export interface TextWire {
  /** Of OpenAI's names. */
  supported(own_base: boolean): ReadonlySet<string>;
  request(call: TextCall): WireRequest;
  response(json: unknown, call: TextCall): TextCompletionResponse;
}

export interface Provider {
  id: string;
  label: string;
  /** Environment variables, first found wins. */
  env: { key: readonly string[]; base: readonly string[] };
  base_url: string | null;
  /** Where the address depends on settings (a region, a resource); undefined = one is missing, and `needs` says which. */
  baseUrl?: (settings: Settings) => string | undefined;
  /** Settings beside key and base. */
  settings?: readonly Setting[];
  /** Without a key a call is refused before sending. */
  key_required: boolean;
  /** Runs on the user's machine: no hard total, long waits for the first token. */
  local: boolean;
  /** Counts as configured only once its address is given: its default is a port that any program may use. */
  needs_address?: boolean | undefined;
  /** Turns a key into its header. */
  auth(key: string, settings: Settings): Record<string, string>;
  /** Headers whose value is a list: what the key, the adapter and the caller say there is sent together. */
  list_headers?: readonly string[] | undefined;
  /** Headers that sign the finished request (AWS SigV4); asked when there is no key. Throws AuthenticationError. */
  sign?: (request: SignableRequest, settings: Settings, now: Date) => Record<string, string>;
  /** Answered by the client's own models, and not over the network. */
  upstream?: "client";
  /** Keys come from Google's token endpoint where the call brings none. */
  credentials?: "google";
  chat: ChatWire;
  /** The API a model needs, where a provider has several. */
  chatFor?: ((call: ChatCall) => ChatWire) | undefined;
  embed?: EmbedWire | undefined;
  /** Absent: it only chats. */
  text?: TextWire | undefined;
  models?:
    | undefined
    | {
        request(settings: Settings): WireRequest;
        response(json: unknown): ModelListing[];
      };
  /** OpenAI parameters the model takes (LiteLLM's get_supported_openai_params). */
  supportedParams(model: string, own_base?: boolean): ReadonlySet<string>;
  /** What may stand in a message beside text, of models that take it. */
  inputs?: readonly ("image" | "pdf" | "audio")[];
  /** Its API knows no JSON schemas: they are asked for in words, and answers are checked. */
  schemas?: "in words" | undefined;
  /** Reads an error body; the class is decided in one place for all (classify.ts). */
  failure(status: number, headers: Record<string, string>, body: string): Failure;
  /** What a person should do, added to the message ("ollama pull x"). */
  hint?: ((failure: HintQuestion) => string | undefined) | undefined;
}

export interface HintQuestion {
  name: string;
  status: number | undefined;
  message: string;
  model: string;
  api_base: string;
  /** The connection was refused: nothing listens there. */
  refused: boolean;
}
