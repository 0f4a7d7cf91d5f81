// The seam every transport and the library call. It resolves where a call goes, runs it on the engine, and
// remembers what it used. Its input is already validated; its failures are always LiteLLM's classes.

import { randomUUID } from "node:crypto";
import { callsAfter, fallbackWarning, withoutPlan } from "./call-fallbacks.ts";
import { envConfig } from "./config/env.ts";
import { type ReadConfig, readConfig } from "./config/read-config.ts";
import { type Layers, resolveTarget, resolveValue } from "./config/resolve.ts";
import { providerStatus, resolvedValues } from "./config/status.ts";
import { ConfigToml } from "./config/toml.ts";
import { Pricing } from "./cost/pricing.ts";
import { UsageTracker } from "./cost/tracker.ts";
import { type CallOptions, type ChunkSink, Engine } from "./engine/engine.ts";
import { GoogleTokens } from "./engine/google-token.ts";
import { Http } from "./engine/http.ts";
import { prepareChat, prepareEmbedding } from "./engine/prepare.ts";
import type { Clock } from "./engine/run.ts";
import { Stop } from "./engine/stop.ts";
import { limitsOf, type Target } from "./engine/target.ts";
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
import type { Provider } from "./providers/types.ts";
import type { Ledger } from "./store/ledger.ts";
import { rowsOfCall } from "./store/rows-of-call.ts";
import { type TokenQuestion, token_count_details } from "./tokens/token-counter.ts";

/** LiteLLM's default: two retries, three requests. */
const DEFAULT_RETRIES = 2;
const USAGE_DAYS = 30;
/** Reading the prices takes the thread some milliseconds: not those right after the start, when the first call comes. */
const WARM_PRICES_MS = 1000;

export interface ServiceOptions {
  env: NodeJS.ProcessEnv;
  clock?: Clock;
  onWarning?(message: string): void;
  secret?: Layers["secret"];
  /** Where usage is kept beyond this process; absent: in memory alone. */
  ledger?: Ledger | undefined;
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
}
/** A call's value, and what the ledger wants to know of it. */
interface Tracked<T> {
  value: T;
  usage: Partial<Usage> | undefined;
  kind?: "completion" | "embedding";
  cost_usd?: number | null | undefined;
  ms_first_chunk?: number | null;
}

const CLOCK: Clock = { now: Date.now, monotonic: () => performance.now(), random: Math.random };

export class Service {
  readonly #env: NodeJS.ProcessEnv;
  readonly #env_config: Config;
  readonly #clock: Clock;
  readonly #warn: (message: string) => void;
  readonly #toml: ConfigToml;
  readonly #usage: UsageTracker;
  readonly #ledger: Ledger | undefined;
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
    this.#usage = new UsageTracker(this.#clock.now);
    this.#ledger = options.ledger;
    this.#pricing = new Pricing(this.#clock.now);
    this.#google = new GoogleTokens(options.env, this.#clock.now);
    this.#engine = new Engine(this.#http, this.#clock);
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
    return this.#withFallbacks(
      params,
      (one) => this.#completion(one, stop),
      (response, warning) => response.edgequake?.warnings.push(warning),
    );
  }

  async #completion(params: CompletionParams, stop: Stop): Promise<ModelResponse> {
    return this.#tracked(params, stop, async (tracking) => {
      const prepared = await this.#chat(params, stop, tracking, false);
      const response = await this.#engine.completion(prepared.call, prepared.options, prepared.mock);
      return { value: response, usage: response.usage, cost_usd: response.edgequake?.cost_usd };
    });
  }

  /** The same; once something was delivered no other model takes over. */
  async stream(
    params: CompletionParams,
    sink: ChunkSink,
    stop = new Stop(),
  ): Promise<Omit<StreamEnd, "stream_id">> {
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
      const prepared = await this.#chat(params, stop, tracking, true);
      const include_usage = params.stream_options?.include_usage === true;
      const end = await this.#engine.stream(
        prepared.call,
        { ...prepared.options, include_usage },
        sink,
        prepared.mock,
      );
      const { usage, cost_usd, ms_first_chunk } = end;
      return { value: end, usage: usage ?? undefined, cost_usd, ms_first_chunk };
    });
  }

  /** `base64: true` gives every vector as base64, whatever the provider sent; "either" leaves each as it came. */
  async embedding(
    params: EmbeddingParams,
    stop = new Stop(),
    { base64 = false }: { base64?: boolean | "either" } = {},
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
      const response = await this.#engine.embedding(call, options, provider === "mock");
      const { encoding_format } = params;
      if (base64 !== "either")
        settleEncoding(response, encoding_format === "base64" || (base64 && encoding_format !== "float"));
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

  /** Of all windows in the last thirty days where there is a ledger, else of this process. */
  async usage(): Promise<Result<"edgequake/usage">> {
    if (!this.#ledger) return { since: this.#usage.since, rows: this.#usage.rows() };
    const since = this.#clock.now() - USAGE_DAYS * 86_400_000;
    const totals = await this.#ledger.totals(since);
    const rows = totals.map(({ cost_nano_usd, unpriced: _unpriced, ...row }) => ({
      ...row,
      cost_usd: cost_nano_usd === null ? null : cost_nano_usd / 1e9,
    }));
    return { since: new Date(since).toISOString(), rows };
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
    await this.#http.close();
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

  #identity(
    { target, call_id, drop_params }: CallOptions & { drop_params: boolean },
    params: CompletionParams | EmbeddingParams,
  ) {
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
    }: Tracking & { stream: boolean; mocked?: boolean },
  ): Promise<CallOptions & { drop_params: boolean }> {
    const layers = await this.#layers();
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
    params: { model: string; custom_llm_provider?: string | undefined },
    stop: Stop,
    run: (tracking: Tracking) => Promise<Tracked<T>>,
  ): Promise<T> {
    this.#live.add(stop);
    const call_id = randomUUID();
    const attempts: AttemptRecord[] = [];
    let ok = false;
    let done: Tracked<T> | undefined;
    try {
      if (stop.reason) throw stop.reason;
      done = await run({ call_id, observe: (attempt) => attempts.push(attempt) });
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
      this.#usage.record({
        provider,
        model,
        ok,
        prompt_tokens: usage?.prompt_tokens,
        completion_tokens: usage?.completion_tokens,
        cost_usd,
      });
      if (this.#ledger && attempts.length > 0) {
        const at = this.#clock.now();
        const call = { call_id, at, kind, provider, model, attempts, usage, cost_usd, ms_first_chunk };
        for (const row of rowsOfCall(call)) this.#ledger.record(row);
      }
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
