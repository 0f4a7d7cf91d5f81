// The seam every transport and the library call. It resolves where a call goes, runs it on the engine, and
// remembers what it used. Its input is already validated; its failures are always LiteLLM's classes.

import { randomUUID } from "node:crypto";
import { callsAfter, fallbackWarning, withoutPlan } from "./call-fallbacks.ts";
import { envConfig } from "./config/env.ts";
import { type ReadConfig, readConfig } from "./config/read-config.ts";
import { type Layers, resolveTarget, resolveValue } from "./config/resolve.ts";
import { providerStatus, resolvedValues } from "./config/status.ts";
import { ConfigToml } from "./config/toml.ts";
import { UsageTracker } from "./cost/tracker.ts";
import { type CallOptions, type ChunkSink, Engine } from "./engine/engine.ts";
import { GoogleTokens } from "./engine/google-token.ts";
import { Http } from "./engine/http.ts";
import { prepareChat, prepareEmbedding } from "./engine/prepare.ts";
import type { Clock } from "./engine/run.ts";
import { Stop } from "./engine/stop.ts";
import { limitsOf, type Target } from "./engine/target.ts";
import { numbersOf } from "./protocol/embeddings.ts";
import { asOpenAIError, Cancelled, createError } from "./protocol/errors.ts";
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

/** LiteLLM's default: two retries, three requests. */
const DEFAULT_RETRIES = 2;

export interface ServiceOptions {
  env: NodeJS.ProcessEnv;
  clock?: Clock;
  onWarning?(message: string): void;
  secret?: Layers["secret"];
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
}

const CLOCK: Clock = { now: Date.now, monotonic: () => performance.now(), random: Math.random };

export class Service {
  readonly #env: NodeJS.ProcessEnv;
  readonly #env_config: Config;
  readonly #clock: Clock;
  readonly #warn: (message: string) => void;
  readonly #toml: ConfigToml;
  readonly #usage: UsageTracker;
  readonly #live = new Set<Stop>();
  #secret: Layers["secret"];
  #pushed: Config = {};
  #configuring: Promise<void> | undefined;
  #http = new Http();
  readonly #google: GoogleTokens;
  #engine: Engine;

  constructor(options: ServiceOptions) {
    this.#env = options.env;
    this.#env_config = envConfig(options.env);
    this.#clock = options.clock ?? CLOCK;
    this.#warn = options.onWarning ?? (() => {});
    this.#secret = options.secret;
    this.#toml = new ConfigToml(options.env, this.#clock.monotonic, this.#warn);
    this.#usage = new UsageTracker(this.#clock.now);
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

  /** Loads what the first call needs. */
  async warm(): Promise<void> {
    await this.#http.warm();
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
    return this.#tracked(params, stop, async (call_id) => {
      const prepared = await this.#chat(params, stop, call_id, false);
      const response = await this.#engine.completion(prepared.call, prepared.options, prepared.mock);
      return { value: response, usage: response.usage };
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
    return this.#tracked(params, stop, async (call_id) => {
      const prepared = await this.#chat(params, stop, call_id, true);
      const include_usage = params.stream_options?.include_usage === true;
      const end = await this.#engine.stream(
        prepared.call,
        { ...prepared.options, include_usage },
        sink,
        prepared.mock,
      );
      return { value: end, usage: end.usage ?? undefined };
    });
  }

  /** `base64: true` gives every vector as base64, whatever the provider sent; "either" leaves each as it came. */
  async embedding(
    params: EmbeddingParams,
    stop = new Stop(),
    { base64 = false }: { base64?: boolean | "either" } = {},
  ): Promise<EmbeddingResponse> {
    return this.#tracked(params, stop, async (call_id) => {
      const { provider, model } = resolveModel(params.model, params.custom_llm_provider);
      const row = providerOf(provider);
      if (!row.embed) {
        throw createError("BadRequestError", {
          message: `${row.label} has no embeddings`,
          llm_provider: provider,
          model: params.model,
        });
      }
      const options = await this.#options(row, model, params, stop, { call_id, stream: false });
      const call = prepareEmbedding(params, this.#identity(options, params));
      const response = await this.#engine.embedding(call, options, provider === "mock");
      const { encoding_format } = params;
      if (base64 !== "either")
        settleEncoding(response, encoding_format === "base64" || (base64 && encoding_format !== "float"));
      return { value: response, usage: response.usage && { ...response.usage, completion_tokens: 0 } };
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

  usage(): Result<"edgequake/usage"> {
    return { since: this.#usage.since, rows: this.#usage.rows() };
  }

  /** An estimate, and it says so. */
  countTokens(params: {
    text?: string | undefined;
    messages?: readonly { content?: unknown }[] | undefined;
  }): Result<"edgequake/countTokens"> {
    const contents = (params.messages ?? []).map(({ content }) => content);
    return { tokens: estimateTokens(params.text ?? "", contents), exact: false };
  }

  /** Cancels what is in flight and closes the connections. */
  async dispose(): Promise<void> {
    for (const stop of this.#live)
      stop.stop(new Cancelled({ message: "EdgeQuake is shutting down", code: "ABORT_ERR" }));
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

  async #chat(params: CompletionParams, stop: Stop, call_id: string, stream: boolean) {
    const { provider, model } = resolveModel(params.model, params.custom_llm_provider);
    const row = providerOf(provider);
    const mocked = provider === "mock" || isMocked(params);
    const options = await this.#options(row, model, params, stop, { call_id, stream, mocked });
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
    { call_id, stream, mocked = row.id === "mock" }: { call_id: string; stream: boolean; mocked?: boolean },
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
      stop,
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
    run: (call_id: string) => Promise<{ value: T; usage: Partial<Usage> | undefined }>,
  ): Promise<T> {
    this.#live.add(stop);
    const call_id = randomUUID();
    let ok = false;
    let usage: Partial<Usage> | undefined;
    try {
      if (stop.reason) throw stop.reason;
      const done = await run(call_id);
      ok = true;
      usage = done.usage;
      return done.value;
    } catch (thrown) {
      const error = asOpenAIError(thrown);
      error.call_id ??= call_id;
      throw error;
    } finally {
      this.#live.delete(stop);
      const slash = params.model.indexOf("/");
      const provider = params.custom_llm_provider ?? (slash > 0 ? params.model.slice(0, slash) : "openai");
      this.#usage.record({
        provider: PROVIDERS.has(provider) ? provider : "unknown",
        model: params.model,
        ok,
        prompt_tokens: usage?.prompt_tokens,
        completion_tokens: usage?.completion_tokens,
      });
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

/** Gives the caller the encoding it asked for, whatever the provider chose. */
function settleEncoding(response: EmbeddingResponse, base64: boolean): void {
  for (const item of response.data) {
    const { embedding } = item;
    if (base64 && typeof embedding !== "string") {
      item.embedding = Buffer.from(new Float32Array(embedding).buffer).toString("base64");
    } else if (!base64 && typeof embedding === "string") item.embedding = numbersOf(embedding);
  }
}
