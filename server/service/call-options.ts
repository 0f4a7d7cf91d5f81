// How a call is made: where it goes, its limits and retries, what it will cost, and what is kept of it. Everything is
// settled before the first byte is sent.

import { type Layers, resolved, resolveTarget } from "../config/resolve.ts";
import type { CallToPrice } from "../cost/cost-of-call.ts";
import type { Pricing } from "../cost/pricing.ts";
import type { Answered, CallOptions } from "../engine/engine.ts";
import type { GoogleTokens } from "../engine/google-token.ts";
import type { Http } from "../engine/http.ts";
import type { Identity } from "../engine/prepare.ts";
import type { Stop } from "../engine/stop.ts";
import { limitsOf, type Target } from "../engine/target.ts";
import type { HostModels } from "../protocol/host-models.ts";
import type { CompletionParams, EmbeddingParams } from "../protocol/messages.ts";
import type { Config } from "../protocol/results.ts";
import type { TextCompletionParams } from "../protocol/text-completion.ts";
import type { Provider } from "../providers/types.ts";
import { baseModelOf, pricesOf, type Steering } from "./steering.ts";
import type { Tracking } from "./tracking.ts";

/** LiteLLM's default: two retries, three requests. */
export const DEFAULT_RETRIES = 2;

/** The configuration of what is kept, and of what may be spent. */
export type Kept = Pick<Config, "budgets" | "allow_unpriced" | "ledger" | "cache">;
export type Options = CallOptions & {
  drop_params: boolean;
  mocked: boolean;
  kept: Kept;
  /** What an answer is priced by. */
  toPrice(answer: Answered): CallToPrice;
};

/** What of the service a call is made with. */
export interface CallMeans {
  layers(): Layers | Promise<Layers>;
  http(): Http;
  google: GoogleTokens;
  pricing: Pricing;
  /** The client's own models. */
  hostModels: HostModels | undefined;
}

type Told = Tracking & { stream: boolean; mocked?: boolean };

/** A promise only where something is waited for: a configuration that is being read, a key the client is asked for. */
export function callOptions(
  means: CallMeans,
  row: Provider,
  model: string,
  params: Steering,
  stop: Stop,
  told: Told,
): Options | Promise<Options> {
  const layers = means.layers();
  if (layers instanceof Promise)
    return layers.then((read) => optionsUnder(read, means, row, model, params, stop, told));
  return optionsUnder(layers, means, row, model, params, stop, told);
}

function optionsUnder(
  layers: Layers,
  means: CallMeans,
  row: Provider,
  model: string,
  params: Steering,
  stop: Stop,
  told: Told,
): Options | Promise<Options> {
  const { mocked = row.id === "mock" } = told;
  const names = { model, requested_model: params.model };
  const target = mocked || row.upstream ? nowhere(row, names) : targetOf(row, names, params, layers, stop);
  const settle = (where: Target): Options => settledOptions(layers, means, where, params, stop, told, mocked);
  if (target instanceof Promise || row.credentials === "google")
    return Promise.resolve(target)
      .then((found) => withToken(means, found, stop))
      .then(settle);
  return settle(target);
}

/** Google's own addresses take a token that is made for a while. */
async function withToken(means: CallMeans, target: Target, stop: Stop): Promise<Target> {
  const wanted = target.provider.credentials === "google" && target.api_key === undefined;
  if (!wanted || target.own_base) return target;
  const token = means.google.token(target.settings["vertex_credentials"], means.http());
  return { ...target, api_key: await stop.race(token) };
}

function settledOptions(
  layers: Layers,
  means: CallMeans,
  target: Target,
  params: Steering,
  stop: Stop,
  { call_id, observe, onStatus, stream, kept: keep }: Told,
  mocked: boolean,
): Options {
  const { provider: row, model } = target;
  const kept: Kept = {
    budgets: resolved("budgets", layers),
    allow_unpriced: resolved("allow_unpriced", layers),
    ledger: resolved("ledger", layers),
    cache: resolved("cache", layers),
  };
  if (keep) keep.config = kept;
  const timeout =
    (stream ? params.stream_timeout : undefined) ?? params.timeout ?? resolved("timeout", layers);
  const retries = params.num_retries ?? params.max_retries;
  const toPrice = (answer: Answered): CallToPrice => ({
    provider: row.id,
    model,
    base_model: baseModelOf(target.settings, params),
    response_model: answer.model,
    usage: answer.usage,
    service_tier: answer.service_tier,
    prices: pricesOf(params),
  });
  return {
    target,
    limits: limitsOf(timeout, { stream, local: row.local }),
    // A mock fails as it was told to: trying again would only make the caller wait.
    max_retries: retries ?? (mocked ? 0 : (resolved("num_retries", layers) ?? DEFAULT_RETRIES)),
    drop_params: resolved("drop_params", layers) ?? false,
    mocked,
    kept,
    call_id,
    observe,
    onStatus,
    stop,
    toPrice,
    price: (answer) => means.pricing.costUsd(toPrice(answer), { mocked }),
  };
}

/** Who is asked for what, as an adapter is told. `now` in Unix milliseconds. */
export function identityOf(
  { target, call_id, drop_params }: Options,
  params: CompletionParams | EmbeddingParams | TextCompletionParams,
  now: number,
): Identity {
  const { provider, model, own_base, settings, api_base } = target;
  return {
    provider: provider.id,
    model,
    requested_model: params.model,
    id: `chatcmpl-${call_id}`,
    created: Math.floor(now / 1000),
    supported: provider.supportedParams(model, own_base),
    supported_embedding: provider.embed?.supported?.(model),
    setting_names: provider.settings,
    settings,
    own_base,
    api_base,
    drop_params: params.drop_params ?? drop_params,
  };
}

function targetOf(
  row: Provider,
  names: { model: string; requested_model: string },
  params: Steering,
  layers: Layers,
  stop: Stop,
): Target | Promise<Target> {
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
  return target instanceof Promise ? stop.race(target) : target;
}

/** Where nothing is sent over the network. */
function nowhere(provider: Provider, names: { model: string; requested_model: string }): Target {
  const place = provider.upstream ? `${provider.id}:` : "mock:";
  const target = { api_base: place, origin: place, api_key: undefined, headers: {} };
  return { provider, ...names, ...target, settings: {}, own_base: false };
}
