// The API other extensions get: LiteLLM's functions, answered by the backend. Frozen, without keys, and typed
// without `vscode`, so that its declarations can be used anywhere.

import type { Client } from "../server/connection/client.ts";
import type { CompletionStream } from "../server/protocol/completion-stream.ts";
import * as errors from "../server/protocol/errors.ts";
import { BadRequestError } from "../server/protocol/errors.ts";
import type {
  ChatCompletionChunk,
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "../server/protocol/messages.ts";
import type { ModelsResult, ProvidersResult, StreamEnd } from "../server/protocol/results.ts";

export type * from "../server/protocol/messages.ts";
export type * from "../server/protocol/results.ts";

/** An answer as it comes: `break` cancels the call. A cut stream throws APIConnectionError with `partial`. */
export interface ChunkStream extends AsyncIterable<ChatCompletionChunk> {
  /** Settles with the totals after the last chunk; rejects with the call's error. */
  readonly end: Promise<StreamEnd>;
  cancel(): void;
  /** Waits for the end and gives the whole answer. */
  response(): Promise<ModelResponse>;
}

interface Abortable {
  /** Stops the call when it aborts. */
  signal?: AbortSignal;
}
export type CompletionCall = CompletionParams & Abortable;
export type EmbeddingCall = EmbeddingParams & Abortable;
type Rest<T> = T extends unknown ? Omit<T, "model"> : never;

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

/** Version 1. Fields may be added; none changes its meaning within a version. */
export interface EdgeQuakeAPI {
  /** LiteLLM's completion(): `completion({model, messages})` or `completion(model, {messages})`. */
  readonly completion: Completion;
  readonly acompletion: Completion;
  /** LiteLLM's embedding(). */
  readonly embedding: Embedding;
  readonly aembedding: Embedding;
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

/** What of the extension the API stands on. */
export interface ApiHost {
  client(): Promise<Client>;
  log(message: string): void;
  newStream(start: (client: Client) => CompletionStream): ChunkStream;
}

const VERSION = 1;

export function createExports(host: ApiHost): EdgeQuakeExports {
  const getAPI = (version: 1, callerId: string): EdgeQuakeAPI => {
    if (version !== VERSION) {
      throw new BadRequestError({
        message: `this version of EdgeQuake has API version ${VERSION}, and not ${String(version)}`,
        param: "version",
      });
    }
    if (typeof callerId !== "string" || callerId.trim() === "") {
      throw new BadRequestError({
        message: "say who calls: getAPI(1, context.extension.id)",
        param: "callerId",
      });
    }
    host.log(`API version ${version} given to ${callerId}`);
    return createApi(host);
  };
  return Object.freeze({ getAPI });
}

function createApi(host: ApiHost): EdgeQuakeAPI {
  const complete = (first: string | CompletionCall, second?: Rest<CompletionCall>) => {
    const { signal, ...params } = named(first, second) as CompletionCall;
    const options = signal ? { signal } : {};
    if (params.stream === true) return host.newStream((client) => client.stream(params, options));
    return host.client().then((client) => client.completion(params, options));
  };
  const embed = async (first: string | EmbeddingCall, second?: Rest<EmbeddingCall>) => {
    const { signal, ...params } = named(first, second) as EmbeddingCall;
    return (await host.client()).embedding(params, signal ? { signal } : {});
  };
  const completion = complete as Completion;
  const embedding = embed as Embedding;
  return Object.freeze({
    completion,
    acompletion: completion,
    embedding,
    aembedding: embedding,
    errors,
    models: async (params: { provider?: string } = {}) =>
      (await host.client()).request("edgequake/models", params),
    providers: async () => (await host.client()).request("edgequake/providers"),
  });
}

function named(first: unknown, second: unknown): Record<string, unknown> {
  if (typeof first === "string" && typeof second === "object" && second !== null)
    return { ...second, model: first };
  if (typeof first === "object" && first !== null) return { ...first };
  throw new BadRequestError({
    message: "give completion({model, messages}) or completion(model, {messages})",
  });
}
