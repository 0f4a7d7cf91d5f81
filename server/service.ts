// The seam every transport and the library call. It resolves where a call goes, runs it on the engine, and
// remembers what it used. Its input is already validated; its failures are always LiteLLM's classes.

import { randomUUID } from "node:crypto";
import { CallBook } from "./call-book.ts";
import { callsAfter, fallbackWarning, withoutPlan } from "./call-fallbacks.ts";
import { envConfig } from "./config/env.ts";
import { type ReadConfig, readConfig } from "./config/read-config.ts";
import { type Layers, resolveTarget, resolveValue } from "./config/resolve.ts";
import { providerStatus, resolvedValues } from "./config/status.ts";
import { ConfigToml } from "./config/toml.ts";
import { Pricing } from "./cost/pricing.ts";
import { type CallOptions, type ChunkSink, Engine } from "./engine/engine.ts";
import { GoogleTokens } from "./engine/google-token.ts";
import { Http } from "./engine/http.ts";
import { prepareChat, prepareEmbedding } from "./engine/prepare.ts";
import type { Clock } from "./engine/run.ts";
import { Stop } from "./engine/stop.ts";
import { limitsOf, type Target } from "./engine/target.ts";
import { extrasOfKept, Gathered, mayBeKept, streamOfKept, withoutExtras } from "./kept-answers.ts";
import { attributionOf } from "./protocol/attribution.ts";
import type { CompactChunk } from "./protocol/compact.ts";
import { numbersOf } from "./protocol/embeddings.ts";
import { type AttemptRecord, asOpenAIError, Cancelled, createError, OpenAIError } from "./protocol/errors.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
  Timeouts,
  Usage,
  Warning,
} from "./protocol/messages.ts";
import type { Result } from "./protocol/methods.ts";
import type { Config, ModelEntry, ModelsResult, ProvidersResult, StreamEnd } from "./protocol/results.ts";
import { estimateTokens } from "./providers/estimate-tokens.ts";
import { isMocked, mockScript } from "./providers/mock.ts";
import { PROVIDERS, providerOf, resolveModel } from "./providers/registry.ts";
import type { ChatCall, EmbedCall, Provider } from "./providers/types.ts";
import { Routers } from "./routing.ts";
import { LeasedLimits } from "./store/leased-limits.ts";
import type { Grouping } from "./store/ledger-row.ts";
import type { OpenedStore } from "./store/open-store.ts";
import { type CachePlan, planCache, ResponseCache, wantsCache } from "./store/response-cache.ts";
import { Sessions } from "./store/sessions.ts";
import { type TokenQuestion, token_count_details } from "./tokens/token-counter.ts";

/** LiteLLM's default: two retries, three requests. */
const DEFAULT_RETRIES = 2;
/** Reading the prices takes the thread some milliseconds: not those right after the start, when the first call comes. */
const WARM_PRICES_MS = 1000;

export interface ServiceOptions {
  env: NodeJS.ProcessEnv;
  clock?: Clock;
  onWarning?(message: string): void;
  secret?: Layers["secret"];
  /** Where usage, chats and answers are kept beyond this process; absent: in memory alone. Let go by dispose(). */
  store?: OpenedStore | undefined;
}

/** The arguments that steer a call instead of being sent. */
interface Steering {
  model: string;
  timeout?: number | Timeouts | undefined;
  stream_timeout?: number | undefined;
  num_retries?: number | undefined;
  max_retries?: number | undefined;
  api_key?: string | undefined;
  api_base?: string | undefined;
  base_url?: string | undefined;
  extra_headers?: Record<string, string> | undefined;
  /** LiteLLM's prices of one call, USD per token. */
  input_cost_per_token?: unknown;
  output_cost_per_token?: unknown;
}

/** What a call is told by and tells to. */
interface Tracking {
  call_id: string;
  observe?: CallOptions["observe"];
  /** What the ledger keeps of it, as it becomes known. */
  kept?: { reserved: boolean; config: Kept | undefined };
}
/** The configuration of what is kept, and of what may be spent. */
type Kept = Pick<Config, "budgets" | "allow_unpriced" | "ledger" | "cache">;
type Options = CallOptions & { drop_params: boolean; mocked: boolean; kept: Kept };
/** A call's value, and what the ledger wants to know of it. */
interface Tracked<T> {
  value: T;
  usage: Partial<Usage> | undefined;
  kind?: "completion" | "embedding";
  cost_usd?: number | null | undefined;
  ms_first_chunk?: number | null;
  /** Only where texts are kept. */
  answer?: string | null | undefined;
}

const CLOCK: Clock = { now: Date.now, monotonic: () => performance.now(), random: Math.random };

export class Service {
  readonly #env: NodeJS.ProcessEnv;
  readonly #env_config: Config;
  readonly #clock: Clock;
  readonly #warn: (message: string) => void;
  readonly #toml: ConfigToml;
  readonly #store: OpenedStore | undefined;
  readonly #book: CallBook;
  readonly #cache: ResponseCache;
  /** Chats; in memory where there is no store. */
  readonly sessions: Sessions;
  readonly routers: Routers;
  readonly #limits: LeasedLimits | undefined;
  readonly #pricing: Pricing;
  readonly #live = new Set<Stop>();
  #secret: Layers["secret"];
  #pushed: Config = {};
  #configuring: Promise<void> | undefined;
  #http = new Http();
  readonly #google: GoogleTokens;
  #engine: Engine;
  #warming: NodeJS.Timeout | undefined;

  constructor(options: ServiceOptions) {
    this.#env = options.env;
    this.#env_config = envConfig(options.env);
    this.#clock = options.clock ?? CLOCK;
    this.#warn = options.onWarning ?? (() => {});
    this.#secret = options.secret;
    this.#toml = new ConfigToml(options.env, this.#clock.monotonic, this.#warn);
    this.#store = options.store;
    this.#book = new CallBook(options.store?.store, this.#clock.now, this.#warn);
    this.#cache = new ResponseCache(options.store?.store, this.#clock.now);
    this.sessions = new Sessions(options.store?.store, this.#clock.now);
    this.#pricing = new Pricing(this.#clock.now);
    this.#google = new GoogleTokens(options.env, this.#clock.now);
    this.#engine = new Engine(this.#http, this.#clock);
    this.#limits = options.store && new LeasedLimits(options.store.store);
    this.routers = new Routers({
      limits: this.#limits,
      env: options.env,
      clock: this.#clock,
      onWarning: this.#warn,
      run: {
        completion: (params, stop) => this.#completion(params, stop),
        stream: (params, sink, stop) => this.#stream(params, sink, stop),
        embedding: (params, stop) => this.#embedding(params, stop, "either"),
      },
    });
  }

  /** Replaces the pushed layer. What is wrong in it is left out and warned of. */
  configure(raw: unknown): void {
    const read = readConfig(raw);
    if (!(read instanceof Promise)) {
      this.#configuring = undefined;
      this.#apply(read);
      return;
    }
    // A call that follows waits for it; a later configuration replaces it.
    const configuring = read.then((done) => {
      if (this.#configuring !== configuring) return;
      this.#configuring = undefined;
      this.#apply(done);
    });
    this.#configuring = configuring;
  }

  #apply({ config, warnings }: ReadConfig): void {
    for (const warning of warnings) this.#warn(`configuration: ${warning}`);
    const rewired = JSON.stringify(config.http ?? {}) !== JSON.stringify(this.#pushed.http ?? {});
    this.#pushed = config;
    if (rewired) {
      // Calls in flight finish on the connections they have.
      this.#http = new Http(config.http);
      this.#engine = new Engine(this.#http, this.#clock);
    }
  }

  askSecretsOf(secret: Layers["secret"]): void {
    this.#secret = secret;
  }

  /** Loads what the first call needs, then what its cost does. */
  async warm(): Promise<void> {
    await this.#http.warm();
    this.#warming = setTimeout(() => void this.#pricing.warm(), WARM_PRICES_MS);
    this.#warming.unref();
  }

  /** With `fallbacks`, the models named there after the first has failed. */
  async completion(params: CompletionParams, stop = new Stop()): Promise<ModelResponse> {
    if (params.router_id != null) return this.routers.completion(params.router_id, params, stop);
    return this.#withFallbacks(
      params,
      (one) => this.#completion(one, stop),
      (response, warning) => response.edgequake?.warnings.push(warning),
    );
  }

  async #completion(params: CompletionParams, stop: Stop): Promise<ModelResponse> {
    return this.#tracked(params, stop, async (tracking) => {
      const { call, options, mock } = await this.#chat(params, stop, tracking, false);
      const plan = this.#planCache("completion", params, call, options);
      const kept = plan && (await this.#kept<ModelResponse>(plan, call, tracking));
      if (kept) return { value: kept, usage: undefined };
      await this.#reserve("completion", params, call, options, tracking);
      const response = await this.#engine.completion(call, options, mock);
      if (plan && mayBeKept(response)) await this.#cache.put(plan, withoutExtras(response));
      const answer = options.kept.ledger?.keep_texts ? textOf(response) : undefined;
      return { value: response, usage: response.usage, cost_usd: response.edgequake?.cost_usd, answer };
    });
  }

  /** The same; once something was delivered no other model takes over. */
  async stream(
    params: CompletionParams,
    sink: ChunkSink,
    stop = new Stop(),
  ): Promise<Omit<StreamEnd, "stream_id">> {
    if (params.router_id != null) return this.routers.stream(params.router_id, params, sink, stop);
    return this.#withFallbacks(
      params,
      (one) => this.#stream(one, sink, stop),
      (end, warning) => end.warnings.push(warning),
    );
  }

  async #stream(
    params: CompletionParams,
    sink: ChunkSink,
    stop: Stop,
  ): Promise<Omit<StreamEnd, "stream_id">> {
    return this.#tracked(params, stop, async (tracking) => {
      const { call, options, mock } = await this.#chat(params, stop, tracking, true);
      const include_usage = params.stream_options?.include_usage === true;
      const plan = this.#planCache("completion", params, call, options);
      const kept = plan && (await this.#kept<ModelResponse>(plan, call, tracking));
      if (kept?.edgequake) {
        const { chunks, end } = streamOfKept(kept, kept.edgequake, include_usage);
        sink.push(chunks);
        return { value: end, usage: undefined };
      }
      await this.#reserve("completion", params, call, options, tracking);
      const keep_text = options.kept.ledger?.keep_texts === true;
      const gathered = plan || keep_text ? new Gathered() : undefined;
      const end = await this.#engine.stream(
        call,
        { ...options, include_usage },
        gathered ? gathering(sink, gathered) : sink,
        mock,
      );
      const { usage, cost_usd, ms_first_chunk } = end;
      const response = gathered?.answer(usage);
      if (plan && response && mayBeKept(response)) await this.#cache.put(plan, response);
      const answer = keep_text && response ? textOf(response) : undefined;
      return { value: end, usage: usage ?? undefined, cost_usd, ms_first_chunk, answer };
    });
  }

  /** `base64: true` gives every vector as base64, whatever the provider sent; "either" leaves each as it came. */
  async embedding(
    params: EmbeddingParams,
    stop = new Stop(),
    { base64 = false }: { base64?: boolean | "either" } = {},
  ): Promise<EmbeddingResponse> {
    const { router_id, encoding_format } = params;
    if (router_id == null) return this.#embedding(params, stop, base64);
    const response = await this.routers.embedding(router_id, params, stop);
    if (base64 !== "either")
      settleEncoding(response, encoding_format === "base64" || (base64 && encoding_format !== "float"));
    return response;
  }

  async #embedding(
    params: EmbeddingParams,
    stop: Stop,
    base64: boolean | "either",
  ): Promise<EmbeddingResponse> {
    return this.#tracked(params, stop, async (tracking) => {
      const { provider, model } = resolveModel(params.model, params.custom_llm_provider);
      const row = providerOf(provider);
      if (!row.embed) {
        throw createError("BadRequestError", {
          message: `${row.label} has no embeddings`,
          llm_provider: provider,
          model: params.model,
        });
      }
      const options = await this.#options(row, model, params, stop, { ...tracking, stream: false });
      const call = prepareEmbedding(params, this.#identity(options, params));
      const plan = this.#planCache("embedding", params, call, options);
      const kept = plan && (await this.#kept<EmbeddingResponse>(plan, call, tracking));
      if (!kept) await this.#reserve("embedding", params, call, options, tracking);
      const response = kept ?? (await this.#engine.embedding(call, options, provider === "mock"));
      if (plan && !kept) await this.#cache.put(plan, withoutExtras(response));
      const { encoding_format } = params;
      if (base64 !== "either")
        settleEncoding(response, encoding_format === "base64" || (base64 && encoding_format !== "float"));
      if (kept) return { value: response, usage: undefined, kind: "embedding" };
      const usage = response.usage && { ...response.usage, completion_tokens: 0 };
      return { value: response, usage, kind: "embedding", cost_usd: response.edgequake?.cost_usd };
    });
  }

  /** What the configured providers list; who does not answer is named. */
  async models(
    params: {
      provider?: string | undefined;
      api_base?: string | undefined;
      api_key?: string | undefined;
    } = {},
    stop = new Stop(),
  ): Promise<ModelsResult> {
    const wanted = params.provider === undefined ? undefined : providerOf(params.provider);
    const layers = await this.#layers();
    const rows = wanted ? [wanted] : [...PROVIDERS.values()];
    const models: ModelEntry[] = [];
    const problems: ModelsResult["problems"] = [];
    await Promise.all(
      rows.map(async (row) => {
        if (row.id === "mock") {
          models.push(...["echo", "lorem", "slow"].map((id) => entry(row, id, "chat", "builtin")));
          return;
        }
        if (!wanted && !(await providerStatus(row, layers)).configured) return;
        const steering = { ...params, model: row.id, timeout: 10, num_retries: 0 };
        const options = this.#options(row, "", steering, stop, { call_id: randomUUID(), stream: false });
        try {
          const listed = await this.#engine.models(await options);
          models.push(...listed.map(({ id, mode }) => entry(row, id, mode, "provider")));
        } catch (thrown) {
          if (stop.reason) throw stop.reason;
          const { name, message } = asOpenAIError(thrown);
          problems.push({ provider: row.id, name, message });
        }
      }),
    );
    return { models, problems };
  }

  async providers(): Promise<ProvidersResult> {
    const layers = await this.#layers();
    const providers = await Promise.all([...PROVIDERS.values()].map((row) => providerStatus(row, layers)));
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

  async #withFallbacks<T>(
    params: CompletionParams,
    call: (params: CompletionParams) => Promise<T>,
    warn: (value: T, warning: Warning) => void,
  ): Promise<T> {
    const first = withoutPlan(params);
    if (first === params) return call(params);
    try {
      return await call(first);
    } catch (thrown) {
      const error = asOpenAIError(thrown);
      if (error.chunks_sent !== undefined) throw error;
      for (const next of callsAfter(params, error)) {
        try {
          const value = await call(next);
          warn(value, fallbackWarning(params.model, error, next.model));
          return value;
        } catch (failed) {
          const after = asOpenAIError(failed);
          if (after.name === "Cancelled" || after.chunks_sent !== undefined) throw after;
        }
      }
      // The first one is what the caller asked about.
      throw error;
    }
  }

  async #chat(params: CompletionParams, stop: Stop, tracking: Tracking, stream: boolean) {
    const { provider, model } = resolveModel(params.model, params.custom_llm_provider);
    const row = providerOf(provider);
    const mocked = provider === "mock" || isMocked(params);
    const options = await this.#options(row, model, params, stop, { ...tracking, stream, mocked });
    const call = prepareChat(params, this.#identity(options, params), stream);
    return { call, options, mock: mocked ? mockScript(call) : undefined };
  }

  #identity({ target, call_id, drop_params }: Options, params: CompletionParams | EmbeddingParams) {
    const { provider, model, own_base, settings, api_base } = target;
    return {
      provider: provider.id,
      model,
      requested_model: params.model,
      id: `chatcmpl-${call_id}`,
      created: Math.floor(this.#clock.now() / 1000),
      supported: provider.supportedParams(model, own_base),
      supported_embedding: provider.embed?.supported?.(model),
      setting_names: provider.settings,
      settings,
      own_base,
      api_base,
      drop_params: params.drop_params ?? drop_params,
    };
  }

  async #options(
    row: Provider,
    model: string,
    params: Steering,
    stop: Stop,
    {
      call_id,
      observe,
      stream,
      mocked = row.id === "mock",
      kept: keep,
    }: Tracking & { stream: boolean; mocked?: boolean },
  ): Promise<Options> {
    const layers = await this.#layers();
    const kept: Kept = {
      budgets: resolveValue("budgets", layers).value,
      allow_unpriced: resolveValue("allow_unpriced", layers).value,
      ledger: resolveValue("ledger", layers).value,
      cache: resolveValue("cache", layers).value,
    };
    if (keep) keep.config = kept;
    const names = { model, requested_model: params.model };
    let target = mocked ? mockTarget(row, names) : await this.#target(row, names, params, layers, stop);
    if (row.credentials === "google" && target.api_key === undefined && !target.own_base) {
      const api_key = await stop.race(this.#google.token(target.settings["vertex_credentials"], this.#http));
      target = { ...target, api_key };
    }
    const timeout =
      (stream ? params.stream_timeout : undefined) ?? params.timeout ?? resolveValue("timeout", layers).value;
    const retries = params.num_retries ?? params.max_retries;
    return {
      target,
      limits: limitsOf(timeout, { stream, local: row.local }),
      // A mock fails as it was told to: trying again would only make the caller wait.
      max_retries: retries ?? (mocked ? 0 : (resolveValue("num_retries", layers).value ?? DEFAULT_RETRIES)),
      drop_params: resolveValue("drop_params", layers).value ?? false,
      mocked,
      kept,
      call_id,
      observe,
      stop,
      price: (answer) =>
        this.#pricing.costUsd(
          {
            provider: row.id,
            model,
            base_model: target.settings["base_model"],
            response_model: answer.model,
            usage: answer.usage,
            service_tier: answer.service_tier,
            prices: pricesOf(params),
          },
          { mocked },
        ),
    };
  }

  /** undefined = this call does without the cache. */
  #planCache(
    kind: "completion" | "embedding",
    params: CompletionParams | EmbeddingParams,
    call: ChatCall | EmbedCall,
    { target, kept }: Options,
  ): CachePlan | undefined {
    if (!wantsCache(params, kept.cache)) return undefined;
    const secret = new Set(target.provider.settings?.filter((one) => one.secret).map(({ name }) => name));
    const settings = Object.entries(target.settings).filter(([name]) => !secret.has(name));
    const request = {
      kind,
      provider: target.provider.id,
      model: target.model,
      api_base: target.api_base,
      params: call.params,
      passthrough: call.passthrough,
      settings: Object.fromEntries(settings),
      headers: target.headers,
    };
    return planCache(request, params.cache, kept.cache);
  }

  async #kept<T extends ModelResponse | EmbeddingResponse>(
    plan: CachePlan,
    { warnings }: ChatCall | EmbedCall,
    { call_id }: Tracking,
  ): Promise<T | undefined> {
    const began = this.#clock.monotonic();
    const kept = await this.#cache.get<T>(plan);
    if (kept) kept.edgequake = extrasOfKept(call_id, warnings, this.#clock.monotonic() - began);
    return kept;
  }

  /** Throws BudgetExceededError. Where no budget is set it costs nothing. */
  async #reserve(
    kind: "completion" | "embedding",
    params: CompletionParams | EmbeddingParams,
    call: ChatCall | EmbedCall,
    { target, mocked, kept }: Options,
    tracking: Tracking,
  ): Promise<void> {
    const prices = pricesOf(params as Steering);
    // A mock buys nothing.
    if (!kept.budgets?.length || (mocked && !prices)) return;
    const { max_completion_tokens, max_tokens, n } = call.params as CompletionParams;
    const { messages, tools, input } = params as Partial<CompletionParams & EmbeddingParams>;
    const warnings = await this.#book.reserve(
      {
        call_id: tracking.call_id,
        kind,
        model: params.model,
        attribution: attributionOf(params),
        call: {
          provider: target.provider.id,
          model: target.model,
          base_model: target.settings["base_model"],
          prices,
        },
        sent: kind === "embedding" ? input : { messages, tools },
        max_tokens: max_completion_tokens ?? max_tokens,
        n,
      },
      kept,
    );
    if (!warnings) return;
    if (tracking.kept) tracking.kept.reserved = true;
    call.warnings.push(...warnings);
  }

  #target(
    row: Provider,
    names: { model: string; requested_model: string },
    params: Steering,
    layers: Layers,
    stop: Stop,
  ): Promise<Target> {
    const { api_key, api_base, base_url, extra_headers } = params;
    const target = resolveTarget(
      row,
      names,
      {
        api_key,
        api_base: api_base ?? base_url,
        extra_headers,
        settings: params as unknown as Readonly<Record<string, unknown>>,
      },
      layers,
    );
    // Only a client that is asked for a key can keep a call waiting here.
    return layers.secret ? stop.race(target) : target;
  }

  async #layers(): Promise<Layers> {
    while (this.#configuring) await this.#configuring;
    const toml = this.#toml.state();
    return {
      pushed: this.#pushed,
      env: this.#env,
      env_config: this.#env_config,
      toml: toml instanceof Promise ? await toml : toml,
      secret: this.#secret,
    };
  }

  async #tracked<T>(
    params: CompletionParams | EmbeddingParams,
    stop: Stop,
    run: (tracking: Tracking) => Promise<Tracked<T>>,
  ): Promise<T> {
    this.#live.add(stop);
    const call_id = randomUUID();
    const attempts: AttemptRecord[] = [];
    const kept: NonNullable<Tracking["kept"]> = { reserved: false, config: undefined };
    let ok = false;
    let done: Tracked<T> | undefined;
    try {
      if (stop.reason) throw stop.reason;
      done = await run({ call_id, observe: (attempt) => attempts.push(attempt), kept });
      ok = true;
      return done.value;
    } catch (thrown) {
      const error = asOpenAIError(thrown);
      error.call_id ??= call_id;
      throw error;
    } finally {
      this.#live.delete(stop);
      const slash = params.model.indexOf("/");
      const named = params.custom_llm_provider ?? (slash > 0 ? params.model.slice(0, slash) : "openai");
      const provider = PROVIDERS.has(named) ? named : "unknown";
      const { model } = params;
      const { usage, kind = "completion", cost_usd = null, ms_first_chunk = null } = done ?? {};
      const { reserved, config } = kept;
      const texts = config?.ledger?.keep_texts
        ? { prompt: JSON.stringify(params["messages"] ?? params["input"]), answer: done?.answer ?? null }
        : undefined;
      const call = { call_id, kind, provider, model, ok, attempts, usage, cost_usd, ms_first_chunk };
      const attribution = attributionOf(params);
      this.#book.ended({ ...call, attribution, reserved, texts }, config?.ledger);
    }
  }
}

/** Where nothing is sent. */
function mockTarget(provider: Provider, names: { model: string; requested_model: string }): Target {
  const nowhere = { api_base: "mock:", origin: "mock:", api_key: undefined, headers: {} };
  return { provider, ...names, ...nowhere, settings: {}, own_base: false };
}

function entry(
  row: Provider,
  id: string,
  mode: ModelEntry["mode"],
  source: ModelEntry["source"],
): ModelEntry {
  return { model: `${row.id}/${id}`, provider: row.id, mode, source };
}

/** The same sink, and what went through it is remembered. */
function gathering(sink: ChunkSink, gathered: Gathered): ChunkSink {
  return {
    push: (chunks: CompactChunk[]) => {
      gathered.add(chunks);
      sink.push(chunks);
    },
    control: (control) => sink.control?.(control),
  };
}

function textOf(response: ModelResponse): string | null {
  return response.choices[0]?.message.content ?? null;
}

function pricesOf({
  input_cost_per_token,
  output_cost_per_token,
}: Steering): Record<string, unknown> | undefined {
  if (input_cost_per_token === undefined && output_cost_per_token === undefined) return undefined;
  return { input_cost_per_token, output_cost_per_token };
}

/** Gives the caller the encoding it asked for, whatever the provider chose. */
function settleEncoding(response: EmbeddingResponse, base64: boolean): void {
  for (const item of response.data) {
    const { embedding } = item;
    if (base64 && typeof embedding !== "string") {
      item.embedding = Buffer.from(new Float32Array(embedding).buffer).toString("base64");
    } else if (!base64 && typeof embedding === "string") item.embedding = numbersOf(embedding);
  }
}
