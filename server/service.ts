// The seam every transport and the library call. It resolves where a call goes, runs it on the engine, and
// remembers what it used. Its input is already validated; its failures are always LiteLLM's classes.

import { randomUUID } from "node:crypto";
import { CallBook } from "./call-book.ts";
import type { Layers } from "./config/resolve.ts";
import { providerStatus, resolvedValues } from "./config/status.ts";
import { Pricing } from "./cost/pricing.ts";
import { type ChunkSink, Engine } from "./engine/engine.ts";
import { GoogleTokens } from "./engine/google-token.ts";
import { Http } from "./engine/http.ts";
import type { Clock } from "./engine/run.ts";
import { Stop } from "./engine/stop.ts";
import type { Middlewares } from "./observe/middleware.ts";
import type { Observer } from "./observe/observer.ts";
import type { OnStatus } from "./protocol/call-status.ts";
import { Cancelled, createError, OpenAIError } from "./protocol/errors.ts";
import type { HostModels } from "./protocol/host-models.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "./protocol/messages.ts";
import type { Params, Result } from "./protocol/methods.ts";
import type { StreamTotals } from "./protocol/middleware.ts";
import type { ModelDetails, ModelsResult, ProvidersResult } from "./protocol/results.ts";
import type { RouterStatus } from "./protocol/route-trace.ts";
import type { TextCompletionParams, TextCompletionResponse } from "./protocol/text-completion.ts";
import { estimateTokens } from "./providers/estimate-tokens.ts";
import { isMocked } from "./providers/mock.ts";
import { PROVIDERS, providerOf, resolveModel } from "./providers/registry.ts";
import { Routers } from "./routing.ts";
import { Asking } from "./service/asking.ts";
import { type CallMeans, DEFAULT_RETRIES } from "./service/call-options.ts";
import { Configuration } from "./service/configuration.ts";
import { ConfiguredRouters } from "./service/configured-routers.ts";
import { diagnoseModel } from "./service/diagnose-model.ts";
import { listModels, type ModelsQuestion } from "./service/list-models.ts";
import { settleEncoding } from "./service/settle-encoding.ts";
import { chatOfText, textOfChat } from "./service/text-by-chat.ts";
import type { TrackingHost } from "./service/tracking.ts";
import { withFallbacks } from "./service/with-fallbacks.ts";
import { LeasedLimits } from "./store/leased-limits.ts";
import type { Grouping } from "./store/ledger-row.ts";
import type { OpenedStore } from "./store/open-store.ts";
import { ResponseCache } from "./store/response-cache.ts";
import { Sessions } from "./store/sessions.ts";
import { type TokenQuestion, token_count_details } from "./tokens/token-counter.ts";

/** Reading the prices takes the thread some milliseconds: not those right after the start, when the first call comes. */
const WARM_PRICES_MS = 1000;

export interface ServiceOptions {
  env: NodeJS.ProcessEnv;
  clock?: Clock;
  onWarning?(message: string): void;
  secret?: Layers["secret"];
  /** The client's own models. */
  hostModels?: HostModels | undefined;
  /** Where usage, chats and answers are kept beyond this process; absent: in memory alone. Let go by dispose(). */
  store?: OpenedStore | undefined;
  /** What a program put around its calls, and who is told of them. */
  middleware?: Middlewares | undefined;
  observer?: Observer | undefined;
}

interface EmbeddingOptions {
  base64?: boolean | "either";
  onStatus?: OnStatus | undefined;
}

const CLOCK: Clock = { now: Date.now, monotonic: () => performance.now(), random: Math.random };

export class Service {
  readonly #env: NodeJS.ProcessEnv;
  readonly #configuration: Configuration;
  readonly #store: OpenedStore | undefined;
  readonly #book: CallBook;
  /** Chats; in memory where there is no store. */
  readonly sessions: Sessions;
  readonly routers: Routers;
  readonly #configured: ConfiguredRouters;
  readonly #limits: LeasedLimits | undefined;
  readonly #pricing: Pricing;
  readonly #means: CallMeans;
  readonly #live = new Set<Stop>();
  readonly #middleware: Middlewares | undefined;
  readonly #tracking: TrackingHost;
  readonly #ask: Asking;
  #http = new Http();
  #engine: Engine;
  #warming: NodeJS.Timeout | undefined;

  constructor(options: ServiceOptions) {
    const { env, secret, clock = CLOCK, onWarning: warn = () => {} } = options;
    this.#env = env;
    this.#configuration = new Configuration({
      env,
      secret,
      warn,
      monotonic: clock.monotonic,
      onRewired: (http) => {
        // Calls in flight finish on the connections they have.
        this.#http = new Http(http);
        this.#engine = new Engine(this.#http, clock);
      },
    });
    this.#store = options.store;
    this.#book = new CallBook(options.store?.store, clock.now, warn);
    this.sessions = new Sessions(options.store?.store, clock.now);
    this.#pricing = new Pricing(clock.now);
    this.#engine = new Engine(this.#http, clock);
    this.#means = {
      layers: () => this.#configuration.layers(),
      http: () => this.#http,
      google: new GoogleTokens(env, clock.now),
      pricing: this.#pricing,
      hostModels: options.hostModels,
    };
    this.#middleware = options.middleware;
    this.#tracking = {
      live: this.#live,
      book: this.#book,
      observer: options.observer,
      now: clock.now,
      groupOf: (attribution) => this.routers.groupOf(attribution),
    };
    this.#ask = new Asking({
      means: this.#means,
      engine: () => this.#engine,
      book: this.#book,
      cache: new ResponseCache(options.store?.store, clock.now),
      clock,
      tracking: this.#tracking,
    });
    this.#limits = options.store && new LeasedLimits(options.store.store);
    this.routers = new Routers({
      limits: this.#limits,
      env,
      clock,
      onWarning: warn,
      run: {
        completion: (params, stop) => this.#completion(params, stop),
        stream: (params, sink, stop) => this.#stream(params, sink, stop),
        embedding: (params, stop) => this.#embedding(params, stop, "either"),
      },
    });
    this.#configured = new ConfiguredRouters(this.routers, {
      layers: () => this.#configuration.layers(),
      monotonic: clock.monotonic,
      warn,
    });
  }

  /** Replaces the pushed layer. What is wrong in it is left out and warned of. */
  configure(raw: unknown): void {
    this.#configuration.push(raw);
    const { router, router_config } = (raw ?? {}) as { router?: unknown; router_config?: unknown };
    // What is wrong in one is told now, and not with the first call; what one had is let go.
    if (router !== undefined || router_config !== undefined || this.#configured.any)
      void this.#configured.follow();
  }

  askSecretsOf(secret: Layers["secret"]): void {
    this.#configuration.askSecretsOf(secret);
  }

  /** Loads what the first call needs, then what its cost does. */
  async warm(): Promise<void> {
    await this.#http.warm();
    this.#warming = setTimeout(() => void this.#pricing.warm(), WARM_PRICES_MS);
    this.#warming.unref();
  }

  /** With `fallbacks`, the models named there after the first has failed. */
  completion(params: CompletionParams, stop = new Stop(), onStatus?: OnStatus): Promise<ModelResponse> {
    const routed = async (one: CompletionParams): Promise<ModelResponse> => {
      const placed = await this.#configured.place(one);
      return this.routers.completion(placed.router_id, placed, stop, onStatus);
    };
    // No promise of its own on the way most calls take.
    const whole = (one: CompletionParams): Promise<ModelResponse> =>
      this.#configured.isRouted(one) ? routed(one) : this.#completion(one, stop, onStatus);
    const traced = this.#traced(params);
    if (this.#configured.isRouted(params)) return whole(traced);
    return withFallbacks(traced, onStatus, whole, (response, warning) =>
      response.edgequake?.warnings.push(warning),
    );
  }

  #completion(params: CompletionParams, stop: Stop, onStatus?: OnStatus): Promise<ModelResponse> {
    if (!this.#middleware?.any) return this.#ask.completion(params, stop, onStatus);
    return this.#middleware.around("completion", params, (given) =>
      this.#ask.completion(given, stop, onStatus),
    );
  }

  /** The same; once something was delivered no other model takes over. */
  stream(
    params: CompletionParams,
    sink: ChunkSink,
    stop = new Stop(),
    onStatus?: OnStatus,
  ): Promise<StreamTotals> {
    const routed = async (one: CompletionParams): Promise<StreamTotals> => {
      const placed = await this.#configured.place(one);
      return this.routers.stream(placed.router_id, placed, sink, stop, onStatus);
    };
    const streamed = (one: CompletionParams): Promise<StreamTotals> =>
      this.#configured.isRouted(one) ? routed(one) : this.#stream(one, sink, stop, onStatus);
    const traced = this.#traced(params);
    if (this.#configured.isRouted(params)) return streamed(traced);
    return withFallbacks(traced, onStatus, streamed, (end, warning) => end.warnings.push(warning));
  }

  #stream(params: CompletionParams, sink: ChunkSink, stop: Stop, onStatus?: OnStatus): Promise<StreamTotals> {
    if (!this.#middleware?.any) return this.#ask.stream(params, sink, stop, onStatus);
    return this.#middleware.stream(params, sink, stop, (given, into) =>
      this.#ask.stream(given, into, stop, onStatus),
    );
  }

  /** `base64: true` gives every vector as base64, whatever the provider sent; "either" leaves each as it came. */
  async embedding(
    params: EmbeddingParams,
    stop = new Stop(),
    { base64 = false, onStatus }: EmbeddingOptions = {},
  ): Promise<EmbeddingResponse> {
    if (!this.#configured.isRouted(params)) return this.#embedding(params, stop, base64, onStatus);
    const placed = await this.#configured.place(this.#traced(params));
    const response = await this.routers.embedding(placed.router_id, placed, stop, onStatus);
    settleEncoding(response, params, base64);
    return response;
  }

  async #embedding(
    params: EmbeddingParams,
    stop: Stop,
    base64: boolean | "either",
    onStatus?: OnStatus,
  ): Promise<EmbeddingResponse> {
    if (!this.#middleware?.any) return this.#ask.embedding(params, stop, base64, onStatus);
    return this.#middleware.around("embedding", params, (given) =>
      this.#ask.embedding(given, stop, base64, onStatus),
    );
  }

  /** Of a model that only chats the prompt is asked as a question; there a gap cannot be filled. */
  async textCompletion(
    params: TextCompletionParams,
    stop = new Stop(),
    onStatus?: OnStatus,
  ): Promise<TextCompletionResponse> {
    if (params["router_id"] != null) {
      throw createError("BadRequestError", {
        message: "a Router has no text completions: name the deployment's own model",
        model: params.model,
        param: "router_id",
      });
    }
    const ask = (given: TextCompletionParams) => this.#askText(given, stop, onStatus);
    // Of what goes as a completion it is that completion's middleware.
    if (!this.#middleware?.any || !takesTexts(params)) return ask(params);
    return this.#middleware.around("text_completion", params, ask);
  }

  async #askText(
    params: TextCompletionParams,
    stop: Stop,
    onStatus?: OnStatus,
  ): Promise<TextCompletionResponse> {
    const { provider, model } = resolveModel(params.model, params.custom_llm_provider);
    const row = providerOf(provider);
    const { text } = row;
    const mocked = isMockedText(params, provider);
    if (!text || mocked) {
      const chat = chatOfText(params, row.label, mocked);
      return textOfChat(await this.completion(chat, stop, onStatus));
    }
    return this.#ask.text(params, { row, model, text }, stop, onStatus);
  }

  /** What the configured providers list; who does not answer is named. */
  async models(asked: ModelsQuestion = {}, stop = new Stop()): Promise<ModelsResult> {
    if (!this.#middleware?.any) return this.#models(asked, stop);
    return this.#middleware.around("models", asked, (given) => this.#models(given, stop));
  }

  async #models(asked: ModelsQuestion, stop: Stop): Promise<ModelsResult> {
    const groups = asked.provider === undefined || asked.provider === "router";
    const routed = groups ? await this.#configured.models() : [];
    if (asked.provider === "router") return { models: routed, problems: [] };
    const { models, problems } = await listModels(this.#engine, this.#means, asked, stop);
    return { models: [...routed, ...models], problems };
  }

  /** Limits, prices and abilities, without asking a provider; of a router's group what all its deployments have. */
  async modelInfo(model: string): Promise<ModelDetails> {
    const members = await this.#configured.members(model);
    if (members) return (await import("./service/group-details.ts")).groupDetails(members);
    return (await import("./models/model-details.ts")).modelDetails(model);
  }

  /** One router's deployments, or all routers'. @throws NotFoundError */
  async routerStatus(id?: string): Promise<RouterStatus | { routers: RouterStatus[] }> {
    await this.#configured.follow();
    return id === undefined ? { routers: this.routers.statuses() } : this.routers.status(id);
  }

  /** Tries step by step what a call to this model needs. */
  async diagnose(
    { model, parts }: Params<"edgequake/diagnose">,
    stop = new Stop(),
  ): Promise<Result<"edgequake/diagnose">> {
    const of = {
      means: this.#means,
      configuration: this.#configuration,
      env: this.#env,
      models: (asked: ModelsQuestion) => this.models(asked, stop),
      completion: (params: CompletionParams) => this.completion(params, stop),
    };
    return diagnoseModel(of, model, parts, stop);
  }

  async providers(): Promise<ProvidersResult> {
    const layers = await this.#configuration.layers();
    const providers = await Promise.all(
      [...PROVIDERS.values()].map(async (row) => {
        const status = await providerStatus(row, layers);
        return row.upstream ? { ...status, configured: this.#means.hostModels !== undefined } : status;
      }),
    );
    const { path, problem } = layers.toml;
    const values = resolvedValues(layers, { num_retries: DEFAULT_RETRIES, drop_params: false });
    return { providers, config_toml: { path, problem }, values };
  }

  /** Of all windows in the last thirty days where there is a store, else of this process. */
  async usage(
    asked: { days?: number | undefined; by?: readonly Grouping[] | undefined } = {},
  ): Promise<Result<"edgequake/usage">> {
    return this.#book.usage(asked);
  }

  /** The ledger's rows as the text of a file. */
  async exportUsage({
    format,
    days,
  }: {
    format: "csv" | "json";
    days?: number | undefined;
  }): Promise<string> {
    return this.#book.export(format, days);
  }

  /** By the model's tokenizer where it is public, else an estimate that says so. */
  async countTokens(question: TokenQuestion): Promise<Result<"edgequake/countTokens">> {
    try {
      return await token_count_details(question);
    } catch (thrown) {
      if (thrown instanceof OpenAIError) throw thrown;
      const { text = "", messages = [] } = question;
      const contents = messages.map(({ content }) => content);
      return { tokens: estimateTokens([text].flat().join(""), contents), exact: false };
    }
  }

  /** Cancels what is in flight and closes the connections. */
  async dispose(): Promise<void> {
    for (const stop of this.#live)
      stop.stop(new Cancelled({ message: "EdgeQuake is shutting down", code: "ABORT_ERR" }));
    clearTimeout(this.#warming);
    this.routers.disposeAll();
    await this.#http.close();
    await this.#limits?.dispose();
    await this.#book.dispose();
    await this.#store?.release();
  }

  /** Everything that a call leads to is one trace, where somebody watches. */
  #traced<P extends CompletionParams | EmbeddingParams>(params: P): P {
    if (!this.#tracking.observer?.any || params["litellm_trace_id"] != null) return params;
    return { ...params, litellm_trace_id: randomUUID() };
  }
}

function isMockedText(params: TextCompletionParams, provider: string): boolean {
  return provider === "mock" || isMocked(params as unknown as CompletionParams);
}

function takesTexts(params: TextCompletionParams): boolean {
  const { provider } = resolveModel(params.model, params.custom_llm_provider);
  return providerOf(provider).text !== undefined && !isMockedText(params, provider);
}
