// What a program may put around every call to a provider: before it, after it, on each chunk, on its failure. Types only.

import type { Attribution } from "./attribution.ts";
import type { OpenAIError } from "./errors.ts";
import type {
  ChatCompletionChunk,
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "./messages.ts";
import type { ModelsResult, StreamEnd } from "./results.ts";
import type { TextCompletionParams, TextCompletionResponse } from "./text-completion.ts";

export interface ModelsParams {
  provider?: string | undefined;
  api_base?: string | undefined;
  api_key?: string | undefined;
  /** Seconds for each provider. */
  timeout?: number | undefined;
  /** Providers that are not asked. */
  without?: readonly string[] | undefined;
}

/** The end of a stream, as middleware sees it. */
export type StreamTotals = Omit<StreamEnd, "stream_id">;

interface Around<Kind extends string, Params> {
  readonly kind: Kind;
  /** As they are now: the caller's, changed by the middleware before. */
  readonly params: Params;
  /** Who it is for; of a routed call also the router and the deployment that is asked. */
  readonly attribution: Attribution;
}

/**
 * One call to one provider: its retries are within it. A routed call is one for each deployment that is asked, with
 * that deployment's model and key; `fallbacks` are calls of their own. The object is the same in all hooks of a call.
 */
export type MiddlewareCall =
  | Around<"completion", CompletionParams>
  | Around<"stream", CompletionParams>
  | Around<"embedding", EmbeddingParams>
  /** Where the provider takes texts as they are; elsewhere it is a completion. */
  | Around<"text_completion", TextCompletionParams>
  | Around<"models", ModelsParams>;

export type MiddlewareParams = MiddlewareCall["params"];
/** By kind: of a completion, a stream, an embedding, a text, a list of models. */
export type MiddlewareAnswer =
  | ModelResponse
  | StreamTotals
  | EmbeddingResponse
  | TextCompletionResponse
  | ModelsResult;

/** What a hook gives back where it changes nothing. */
type Same = undefined;

export interface Middleware {
  /** Named in the error when it throws something that is no error of EdgeQuake's. */
  readonly name?: string;
  /** Before anything is looked up or sent. Other params replace the call's and are checked as a caller's are. Throws to refuse the call. */
  before?(call: MiddlewareCall): MiddlewareParams | Same | Promise<MiddlewareParams | Same>;
  /** The answer, also one from the cache; of a stream its end, once every chunk is out. Another one takes its place. */
  after?(
    answer: MiddlewareAnswer,
    call: MiddlewareCall,
  ): MiddlewareAnswer | Same | Promise<MiddlewareAnswer | Same>;
  /** Each chunk of a stream, whole and in order, at once. Another one or several take its place; [] leaves it out. */
  chunk?(
    chunk: ChatCompletionChunk,
    call: MiddlewareCall,
  ): ChatCompletionChunk | readonly ChatCompletionChunk[] | Same;
  /** The call failed, be it cancelled. Another error takes its place. */
  failed?(error: OpenAIError, call: MiddlewareCall): OpenAIError | Same | Promise<OpenAIError | Same>;
}
