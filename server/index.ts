// The library: LiteLLM's functions for any Node program. Importing it starts nothing and loads little; the
// engine comes with the first call. `completion`, `embedding`, and their LiteLLM aliases.

import { completion_cost, completion_cost_details, cost_per_token } from "./cost/completion-cost.ts";
import { configOfGlobals, mergeConfig, takeCallbacks, withGlobals } from "./globals.ts";
import type { Library, OwnOptions } from "./library.ts";
import { type Prepare, RouterHandle } from "./library-router.ts";
import { get_max_tokens, get_model_info } from "./models/model-info.ts";
import {
  get_llm_provider,
  get_supported_openai_params,
  knownModels,
  validate_environment,
} from "./models/model-names.ts";
import { register_model } from "./models/register-model.ts";
import * as supports from "./models/supports.ts";
import type { OnStatus } from "./protocol/call-status.ts";
import { noCallbacks } from "./protocol/callbacks.ts";
import { CompletionStream } from "./protocol/completion-stream.ts";
import * as errors from "./protocol/errors.ts";
import { asOpenAIError, Cancelled, createError } from "./protocol/errors.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "./protocol/messages.ts";
import type { Middleware } from "./protocol/middleware.ts";
import type { Config, ModelsResult, ProvidersResult } from "./protocol/results.ts";
import type { RouterOptions } from "./protocol/router-options.ts";
import type { TextCompletionParams, TextCompletionResponse } from "./protocol/text-completion.ts";
import { stream_chunk_builder } from "./tokens/stream-chunk-builder.ts";
import { decode, encode, token_count_details, token_counter } from "./tokens/token-counter.ts";
import { closeTokenizer } from "./tokens/tokenizer-thread.ts";
import { trim_messages } from "./tokens/trim-messages.ts";

export type { CostQuestion } from "./cost/completion-cost.ts";
export type { Cost, CostLine } from "./cost/price.ts";
export type { ModelInfo } from "./models/model-info.ts";
export type { EnvironmentCheck } from "./models/model-names.ts";
export type { ModelFields } from "./models/register-model.ts";
export * from "./models/supports.ts";
export { accumulate } from "./protocol/accumulate.ts";
export type { CallStatus, OnStatus } from "./protocol/call-status.ts";
export type * from "./protocol/callbacks.ts";
export { CompletionStream } from "./protocol/completion-stream.ts";
export type * from "./protocol/messages.ts";
export type * from "./protocol/middleware.ts";
export type * from "./protocol/results.ts";
export type * from "./protocol/route-trace.ts";
export type { RouterOptions } from "./protocol/router-options.ts";
export type * from "./protocol/text-completion.ts";
export type { TokenCount, TokenQuestion } from "./tokens/token-counter.ts";
export type { TrimOptions } from "./tokens/trim-messages.ts";
export {
  completion_cost,
  completion_cost_details,
  cost_per_token,
  decode,
  encode,
  errors,
  get_llm_provider,
  get_max_tokens,
  get_model_info,
  get_supported_openai_params,
  register_model,
  stream_chunk_builder,
  token_count_details,
  token_counter,
  trim_messages,
  validate_environment,
};

/** For the library only. */
interface InProcess {
  /** Stops the call when it aborts. */
  signal?: AbortSignal;
  /** Told when a request failed and another one follows. */
  onStatus?: OnStatus;
}
export type CompletionCall = CompletionParams & InProcess;
export type EmbeddingCall = EmbeddingParams & InProcess;
export type TextCompletionCall = TextCompletionParams & InProcess;
type Rest<T> = T extends unknown ? Omit<T, "model"> : never;

let loaded: Promise<Library> | undefined;
function library(): Promise<Library> {
  loaded ??= import("./library.ts").then(({ createLibrary }) => {
    const created = createLibrary(callbacks);
    created.configure(mergeConfig(configured, globals));
    for (const use of around) use.in(created);
    return created;
  });
  return loaded;
}
/** What configure() was given, and what was set on `edgequake`. */
let configured: Config = {};
let globals: Config = {};
/** The lists of `edgequake`, and what use() was given: both outlive a library that is disposed of. */
const callbacks = noCallbacks();
const around = new Set<{ in(library: Library): void }>();
async function reconfigure(): Promise<void> {
  const current = await loaded;
  current?.configure(mergeConfig(configured, globals));
}

/**
 * LiteLLM's completion(). `completion({model, messages, …})` or `completion(model, {messages, …})`.
 *
 * Without `stream` a Promise of a ModelResponse (OpenAI's chat.completion). With `stream: true` an AsyncIterable
 * of chunks whose `break` cancels the call; it may be awaited first, as in LiteLLM. A stream that is cut throws
 * APIConnectionError with `partial`, the answer so far: it never ends as if it were whole.
 *
 * `timeout` in seconds; `num_retries` default 2 (three requests). `signal` stops the call.
 * @throws the classes of `errors`, named as in LiteLLM; a bad argument is a BadRequestError with `issues`.
 */
export function completion(params: CompletionCall & { stream: true }): CompletionStream;
export function completion(model: string, params: Rest<CompletionCall> & { stream: true }): CompletionStream;
export function completion(params: CompletionCall & { stream?: false }): Promise<ModelResponse>;
export function completion(
  model: string,
  params: Rest<CompletionCall> & { stream?: false },
): Promise<ModelResponse>;
export function completion(params: CompletionCall): Promise<ModelResponse> | CompletionStream;
export function completion(
  model: string,
  params: Rest<CompletionCall>,
): Promise<ModelResponse> | CompletionStream;
export function completion(
  first: string | CompletionCall,
  second?: Rest<CompletionCall>,
): Promise<ModelResponse> | CompletionStream {
  return started(named(first, second) as CompletionCall);
}

function started(call: CompletionCall, prepare?: Prepare): Promise<ModelResponse> | CompletionStream {
  const { signal, onStatus, ...params } = call;
  const own = { signal, onStatus };
  return params.stream === true ? startStream(params, own, prepare) : whole(params, own, prepare);
}

/**
 * LiteLLM's embedding(): `input` is a text, texts, token ids or lists of them. Vectors are numbers, or base64 of
 * little-endian float32 with `encoding_format: "base64"`.
 * @throws the classes of `errors`.
 */
export function embedding(params: EmbeddingCall): Promise<EmbeddingResponse>;
export function embedding(model: string, params: Rest<EmbeddingCall>): Promise<EmbeddingResponse>;
export async function embedding(
  first: string | EmbeddingCall,
  second?: Rest<EmbeddingCall>,
): Promise<EmbeddingResponse> {
  const { signal, onStatus, ...params } = named(first, second) as EmbeddingCall;
  return (await library()).embedding(params, { signal, onStatus });
}

/**
 * LiteLLM's text_completion(): continues `prompt`, or fills in what belongs between it and `suffix` (Codestral,
 * Ollama's and llama.cpp's models for code, OpenAI-like servers). Whole answers only.
 * @throws the classes of `errors`.
 */
export function text_completion(params: TextCompletionCall): Promise<TextCompletionResponse>;
export function text_completion(
  model: string,
  params: Rest<TextCompletionCall>,
): Promise<TextCompletionResponse>;
export async function text_completion(
  first: string | TextCompletionCall,
  second?: Rest<TextCompletionCall>,
): Promise<TextCompletionResponse> {
  const { signal, onStatus, ...params } = named(first, second) as TextCompletionCall;
  return (await library()).textCompletion(params as TextCompletionParams, { signal, onStatus });
}

/**
 * LiteLLM's Router: several deployments behind one name, with strategies, retries, cooldowns, fallbacks and limits.
 *
 * `new Router({model_list: [{model_name, litellm_params}], …})`, then `completion`, `acompletion`, `embedding`,
 * `stream` with a group's name as `model`; `status()`, `update(options)`, `dispose()`. Nothing is loaded before its
 * first call, which throws BadRequestError for an argument that cannot be read. `num_retries` default 2: at most three
 * requests over all deployments of a group. Each answer says in `edgequake.trace` who was asked and why.
 */
export class Router extends RouterHandle<CompletionCall, EmbeddingCall, CompletionStream> {
  constructor(options: RouterOptions) {
    super(options, {
      library,
      completion: (params, prepare) => started(asOfNow({ ...params }) as CompletionCall, prepare),
      embedding: async ({ signal, onStatus, ...params }, prepare) => {
        const lib = await library();
        await prepare(lib);
        return lib.embedding(params as EmbeddingParams, { signal, onStatus });
      },
    });
  }

  /**
   * Of a LiteLLM proxy's config.yaml, as it is: model_list, router_settings, litellm_settings. What it holds beside is
   * named by a warning.
   * @throws BadRequestError saying what to mend in the file.
   */
  static async from_config_yaml(path: string): Promise<Router> {
    return new Router((await (await library()).routerFile(path)) as unknown as RouterOptions);
  }
}

/** LiteLLM's names for the same functions. */
export const acompletion = completion;
export const aembedding = embedding;
export const atext_completion = text_completion;

/**
 * Replaces the library's own configuration layer: below a call's arguments, above the environment and
 * config.toml. Unknown keys are left out and named on stderr.
 */
export async function configure(config: Config): Promise<void> {
  configured = config;
  // One that is loaded later begins with it.
  if (loaded) await reconfigure();
  else await library();
}

/**
 * Puts middleware around every call that the library makes to a provider, a Router's included: `before` a completion,
 * stream, embedding or list of models (changes its params, or throws to refuse it), on each `chunk` of a stream, `after`
 * it (changes its answer), and when it `failed`. The first that is added is outermost. Calls that run are left alone.
 *
 * Gives back a function that takes it out again.
 */
export function use(middleware: Middleware): () => void {
  let out: (() => void) | undefined;
  const use = {
    in(library: Library): void {
      out = library.use(middleware);
    },
  };
  around.add(use);
  void loaded?.then((library) => {
    if (around.has(use) && !out) use.in(library);
  });
  return () => {
    around.delete(use);
    out?.();
  };
}

/** Every provider and where its key and address come from; never a key. */
export async function providers(): Promise<ProvidersResult> {
  return (await library()).providers();
}

/** What the configured providers list; a provider that does not answer stands in `problems`. */
export async function models(
  params: { provider?: string; api_base?: string; api_key?: string } = {},
): Promise<ModelsResult> {
  return (await library()).models(params);
}

/**
 * LiteLLM's get_valid_models(): models whose provider has a key, as completion() takes them. Without
 * `check_provider_endpoint` (default) those the price data lists; with it what the providers themselves list, where
 * one that does not answer is left out (models() names it).
 */
export async function get_valid_models(
  check_provider_endpoint = false,
  custom_llm_provider?: string,
): Promise<string[]> {
  const provider = custom_llm_provider === undefined ? {} : { provider: custom_llm_provider };
  if (check_provider_endpoint) {
    const listed = await models(provider);
    return listed.models.filter((one) => one.source === "provider").map(({ model }) => model);
  }
  const status = await providers();
  const keyed = status.providers.filter(({ key_source }) => key_source !== "none").map(({ id }) => id);
  const known = await knownModels(process.env, new Set(keyed));
  return custom_llm_provider === undefined
    ? known
    : known.filter((model) => model.startsWith(`${custom_llm_provider}/`));
}

/** Cancels what is in flight and closes every connection. The next call starts anew. */
export async function dispose(): Promise<void> {
  const current = loaded;
  loaded = undefined;
  await Promise.all([(await current)?.dispose(), closeTokenizer()]);
}

function named(first: unknown, second: unknown): Record<string, unknown> {
  if (typeof first === "string") {
    if (typeof second === "object" && second !== null) return asOfNow({ ...second, model: first });
    throw createError("BadRequestError", {
      message: "the second argument is missing: completion(model, {messages: […]})",
    });
  }
  if (typeof first === "object" && first !== null) return asOfNow({ ...first });
  throw createError("BadRequestError", {
    message: "give completion({model, messages}) or completion(model, {messages})",
  });
}

/** The call is what it was when it was made: a program may add to its own list right after. */
function asOfNow(params: Record<string, unknown>): Record<string, unknown> {
  const { messages } = params;
  return Array.isArray(messages) ? { ...params, messages: [...messages] } : params;
}

async function whole(params: CompletionParams, own: OwnOptions, prepare?: Prepare): Promise<ModelResponse> {
  const lib = await library();
  await prepare?.(lib);
  return lib.completion(params, own);
}

function startStream(
  params: CompletionParams,
  { signal, onStatus }: OwnOptions,
  prepare?: Prepare,
): CompletionStream {
  const stream = new CompletionStream();
  if (signal?.aborted) {
    stream.fail(new Cancelled({ message: "the signal was already aborted", code: "ABORT_ERR" }));
    return stream;
  }
  const onAbort = (): void => stream.cancel();
  signal?.addEventListener("abort", onAbort, { once: true });
  void library()
    .then(async (lib) => {
      await prepare?.(lib);
      await lib.stream(params, stream, onStatus);
    })
    .catch((thrown: unknown) => stream.fail(asOpenAIError(thrown)))
    .finally(() => signal?.removeEventListener("abort", onAbort));
  return stream;
}

/**
 * The library as one object, for programs that set LiteLLM's globals: `edgequake.openai_key = "…"` (one per
 * provider), `api_base`, `drop_params`, `num_retries`, `request_timeout`. They count for calls made after.
 */
export const edgequake = withGlobals(
  {
    ...{
      completion,
      acompletion,
      embedding,
      aembedding,
      text_completion,
      atext_completion,
      configure,
      providers,
      models,
      dispose,
      errors,
    },
    ...{ token_counter, token_count_details, encode, decode, trim_messages, stream_chunk_builder },
    ...{ completion_cost, completion_cost_details, cost_per_token, register_model, get_model_info },
    ...{ get_max_tokens, get_llm_provider, get_supported_openai_params, get_valid_models },
    ...{ validate_environment, ...supports, Router, use },
  },
  (set) => {
    takeCallbacks(set, callbacks);
    globals = configOfGlobals(set);
    void reconfigure();
  },
  callbacks,
);
