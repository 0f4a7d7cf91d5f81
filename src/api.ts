// The API other extensions get: LiteLLM's functions, answered by the backend. Types alone, without `vscode`, so
// that their declarations can be used anywhere.

import type { OnStatus } from "../server/protocol/call-status.ts";
import type * as errors from "../server/protocol/errors.ts";
import type { ErrorData } from "../server/protocol/errors.ts";
import type {
  ChatCompletionChunk,
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "../server/protocol/messages.ts";
import type { ModelsResult, ProvidersResult, StreamEnd } from "../server/protocol/results.ts";
import type { RouterStatus } from "../server/protocol/route-trace.ts";
import type { RouterOptions } from "../server/protocol/router-options.ts";

export type { CallStatus, OnStatus } from "../server/protocol/call-status.ts";
export type * from "../server/protocol/messages.ts";
export type * from "../server/protocol/results.ts";
export type * from "../server/protocol/route-trace.ts";
export type { RouterOptions } from "../server/protocol/router-options.ts";

/** An answer as it comes: `break` cancels the call. A cut stream throws APIConnectionError with `partial`. */
export interface ChunkStream extends AsyncIterable<ChatCompletionChunk> {
  /** Settles with the totals after the last chunk; rejects with the call's error. */
  readonly end: Promise<StreamEnd>;
  cancel(): void;
  /** Waits for the end and gives the whole answer. */
  response(): Promise<ModelResponse>;
}

interface OwnOptions {
  /** Stops the call when it aborts. */
  signal?: AbortSignal;
  /** Told when a request failed and another one follows. */
  onStatus?: OnStatus;
}
export type CompletionCall = CompletionParams & OwnOptions;
export type EmbeddingCall = EmbeddingParams & OwnOptions;
export type Rest<T> = T extends unknown ? Omit<T, "model"> : never;

export interface Completion {
  (params: CompletionCall & { stream: true }): ChunkStream;
  (model: string, params: Rest<CompletionCall> & { stream: true }): ChunkStream;
  (params: CompletionCall & { stream?: false }): Promise<ModelResponse>;
  (model: string, params: Rest<CompletionCall> & { stream?: false }): Promise<ModelResponse>;
}
export interface Embedding {
  (params: EmbeddingCall): Promise<EmbeddingResponse>;
  (model: string, params: Rest<EmbeddingCall>): Promise<EmbeddingResponse>;
}

/**
 * LiteLLM's Router: several deployments behind one name, with strategies, retries, cooldowns, fallbacks and limits.
 * `model` of its calls names a group.
 */
export interface Router {
  /** `router_id` of its calls. */
  readonly id: string;
  completion(params: CompletionCall & { stream: true }): ChunkStream;
  completion(params: CompletionCall & { stream?: false }): Promise<ModelResponse>;
  acompletion(params: CompletionCall & { stream: true }): ChunkStream;
  acompletion(params: CompletionCall & { stream?: false }): Promise<ModelResponse>;
  stream(params: Omit<CompletionCall, "stream">): ChunkStream;
  embedding(params: EmbeddingCall): Promise<EmbeddingResponse>;
  aembedding(params: EmbeddingCall): Promise<EmbeddingResponse>;
  /** Deployments with cooldowns, counts, latencies, limits and last errors; never a key. */
  status(): Promise<RouterStatus>;
  /** New arguments; counters and cooldowns of the deployments that stay are kept. */
  update(options: RouterOptions): Promise<void>;
  /** Cancels what it has in flight. Calls after it fail. */
  dispose(): Promise<void>;
}
export interface RouterConstructor {
  /** What it is given is read with its first call, which rejects with BadRequestError for what cannot be read. */
  new (options: RouterOptions): Router;
  /** Of a LiteLLM proxy's config.yaml, as it is. `path` is absolute. */
  from_config_yaml(path: string): Promise<Router>;
}

/** What errors are across extension hosts: the fields of LiteLLM's classes, the message among them. */
export type JsonError = ErrorData & { message: string };
export interface JsonFailure {
  error: JsonError;
}
/** What a stream brought since it was asked last. */
export interface JsonPieces {
  chunks: ChatCompletionChunk[];
  /** After this nothing comes; `end` or `error` says how it ended. */
  done: boolean;
  end?: StreamEnd;
  error?: JsonError;
}

/**
 * The API as commands, from JSON to JSON, for extensions in another extension host than EdgeQuake's: exports do not
 * reach them. `vscode.commands.executeCommand(name, callerId, params)`. They never throw: a failure is `{error}`. Who
 * calls is asked about, counted and bounded as through `getAPI`.
 *
 * A stream is begun with `stream.start`, then asked for with `stream.next` until `done`; each answer waits until something
 * is there, half a minute at most. One that nobody asks for during a minute is cancelled.
 */
export interface EdgeQuakeCommands {
  "edgequake.api.completion": (callerId: string, params: CompletionParams) => ModelResponse | JsonFailure;
  "edgequake.api.embedding": (callerId: string, params: EmbeddingParams) => EmbeddingResponse | JsonFailure;
  "edgequake.api.models": (callerId: string, params?: { provider?: string }) => ModelsResult | JsonFailure;
  "edgequake.api.stream.start": (
    callerId: string,
    params: CompletionParams,
  ) => { stream_id: string } | JsonFailure;
  "edgequake.api.stream.next": (stream_id: string) => JsonPieces | JsonFailure;
  "edgequake.api.stream.cancel": (stream_id: string) => { cancelled: boolean } | JsonFailure;
}

/** Version 1. Fields may be added; none changes its meaning within a version. */
export interface EdgeQuakeAPI {
  /** LiteLLM's completion(): `completion({model, messages})` or `completion(model, {messages})`. */
  readonly completion: Completion;
  readonly acompletion: Completion;
  /** LiteLLM's embedding(). */
  readonly embedding: Embedding;
  readonly aembedding: Embedding;
  readonly Router: RouterConstructor;
  /** LiteLLM's exception classes: what calls reject with. */
  readonly errors: typeof errors;
  models(params?: { provider?: string }): Promise<ModelsResult>;
  providers(): Promise<ProvidersResult>;
}

export interface EdgeQuakeExports {
  /**
   * @param version 1.
   * @param callerId your extension's id (`context.extension.id`). It is your word, not a proof: VS Code does not
   *   tell who calls, so this is a guard and no boundary.
   * @throws BadRequestError for a version this extension does not have, or without a caller.
   */
  getAPI(version: 1, callerId: string): EdgeQuakeAPI;
}
