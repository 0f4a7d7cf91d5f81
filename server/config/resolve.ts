// Argument > pushed configuration > environment > config.toml, for every value, and which layer won. A key goes
// only to the origin it belongs to: the api_base of its own layer, else the provider's default.

import type { Target } from "../engine/target.ts";
import { isLoopback, parseBase } from "../engine/url.ts";
import { createError } from "../protocol/errors.ts";
import type { Config, Source } from "../protocol/results.ts";
import type { Provider, Setting, Settings } from "../providers/types.ts";
import { envBase, envKey, first } from "./env.ts";
import { cleanKey } from "./keys.ts";
import type { TomlState } from "./toml.ts";

export interface Layers {
  pushed: Config;
  env: NodeJS.ProcessEnv;
  toml: TomlState;
  /** What the environment says of every call. */
  env_config: Config;
  /** Asks the client; undefined when it declared no secrets. */
  secret: ((request: SecretRequest) => Promise<string | null>) | undefined;
}

export interface SecretRequest {
  provider: string;
  origin: string;
  /** Whom the call is for, where it is one call. */
  model?: string | undefined;
}

/** What of a call's arguments decides where it goes. */
export interface Addressing {
  api_key?: string | null | undefined;
  api_base?: string | null | undefined;
  extra_headers?: Record<string, string> | null | undefined;
  /** The call's arguments, where the provider's settings are looked for. */
  settings?: Readonly<Record<string, unknown>> | undefined;
}

interface Found {
  value: string | undefined;
  source: Source;
}

export function resolveBase(
  provider: Provider,
  argument: string | null | undefined,
  layers: Layers,
  settings: Settings = NO_SETTINGS,
): Found {
  if (argument) return { value: argument, source: "argument" };
  const pushed = ownBase(layers.pushed, provider);
  if (pushed) return { value: pushed, source: "config" };
  const env = envBase(layers.env, provider);
  if (env) return { value: env.value, source: "environment" };
  const toml = ownBase(layers.toml.config, provider);
  if (toml) return { value: toml, source: "config.toml" };
  const home = homeOf(provider, settings);
  return home === undefined ? { value: undefined, source: "none" } : { value: home, source: "default" };
}

/** What one layer says of the address: of this provider, or of all. */
function ownBase(config: Config, provider: Provider): string | undefined {
  return config.providers?.[provider.id]?.api_base ?? config.api_base;
}

/** The provider's own address. */
function homeOf(provider: Provider, settings: Settings): string | undefined {
  return provider.base_url ?? provider.baseUrl?.(settings);
}

const NO_SETTINGS: Settings = Object.freeze({});

/** Every setting of the provider that some layer knows. A secret one counts only where `isHome` or given in the call. */
export function resolveSettings(
  provider: Provider,
  given: Readonly<Record<string, unknown>> | undefined,
  layers: Layers,
  isHome = true,
): Settings {
  if (!provider.settings) return NO_SETTINGS;
  const settings: Record<string, string> = {};
  for (const setting of provider.settings) {
    const { value, source } = resolveSetting(provider, setting, given?.[setting.name], layers);
    if (value === undefined || (setting.secret && source !== "argument" && !isHome)) continue;
    settings[setting.name] = value;
  }
  return settings;
}

export function resolveSetting(
  { id }: Provider,
  { name, env, default: otherwise }: Setting,
  given: unknown,
  layers: Layers,
): Found {
  if (typeof given === "string" && given !== "") return { value: given, source: "argument" };
  const of = (config: Config): string | undefined =>
    (config.providers?.[id] as Record<string, string | undefined> | undefined)?.[name];
  const pushed = of(layers.pushed);
  if (pushed) return { value: pushed, source: "config" };
  const found = first(layers.env, env);
  if (found) return { value: found.value, source: "environment" };
  const toml = of(layers.toml.config);
  if (toml) return { value: toml, source: "config.toml" };
  return otherwise === undefined
    ? { value: undefined, source: "none" }
    : { value: otherwise, source: "default" };
}

/** The first layer with a key that belongs to `origin`. A promise only where a client has to be asked. */
export function resolveKey(
  provider: Provider,
  argument: string | null | undefined,
  origin: string,
  layers: Layers,
  settings: Settings = NO_SETTINGS,
  model?: string,
): Found | Promise<Found> {
  const given = cleanKey(argument, provider.id);
  if (given) return { value: given, source: "argument" };
  const belongs = (base: string | undefined): boolean => {
    const own = base ?? homeOf(provider, settings);
    return own !== undefined && originOf(own) === origin;
  };
  const pushed = layers.pushed.providers?.[provider.id];
  if (pushed?.api_key && belongs(ownBase(layers.pushed, provider))) {
    return { value: cleanKey(pushed.api_key, provider.id), source: "config" };
  }
  const below = (): Found => {
    const env = envKey(layers.env, provider);
    if (env && belongs(envBase(layers.env, provider)?.value)) {
      return { value: cleanKey(env.value, provider.id), source: "environment" };
    }
    const toml = layers.toml.config.providers?.[provider.id];
    if (toml?.api_key && belongs(ownBase(layers.toml.config, provider))) {
      return { value: cleanKey(toml.api_key, provider.id), source: "config.toml" };
    }
    return { value: undefined, source: "none" };
  };
  if (!layers.secret || provider.id === "mock") return below();
  const asked = { provider: provider.id, origin, ...(model === undefined ? {} : { model }) };
  return layers.secret(asked).then((answer) => {
    const secret = cleanKey(answer, provider.id);
    return secret ? { value: secret, source: "secret" } : below();
  });
}

/**
 * Throws AuthenticationError and BadRequestError that say what to do. Sends nothing. A promise only where a client has to
 * be asked for the key.
 */
export function resolveTarget(
  provider: Provider,
  names: { model: string; requested_model: string },
  addressing: Addressing,
  layers: Layers,
): Target | Promise<Target> {
  let settings = resolveSettings(provider, addressing.settings, layers);
  const { value: api_base } = resolveBase(provider, addressing.api_base, layers, settings);
  if (api_base === undefined) {
    throw createError("BadRequestError", {
      llm_provider: provider.id,
      model: names.requested_model,
      message: missingBase(provider, settings),
      param: "api_base",
    });
  }
  const base = parseBase(api_base);
  const key = resolveKey(
    provider,
    addressing.api_key,
    base.origin,
    layers,
    settings,
    names.model === "" ? undefined : `${provider.id}/${names.model}`,
  );
  const home = homeOf(provider, settings);
  const atHome = home !== undefined && originOf(home) === base.origin;
  if (!atHome && provider.settings?.some(({ secret }) => secret)) {
    const own = resolveBase(provider, undefined, layers, settings).value;
    const belongs = own !== undefined && originOf(own) === base.origin;
    settings = resolveSettings(provider, addressing.settings, layers, belongs);
  }
  const address = {
    provider,
    ...names,
    api_base: base.href.replace(/\/+$/, ""),
    origin: base.origin,
    settings,
    own_base: !atHome,
    headers: headersOf(provider, addressing, layers),
  };
  const finish = ({ value: api_key }: Found): Target => {
    refuseKey(provider, names, api_key, { base, atHome }, layers);
    return { ...address, api_key };
  };
  return key instanceof Promise ? key.then(finish) : finish(key);
}

/** Throws where a key is missing that is needed, or would travel in the open. */
function refuseKey(
  provider: Provider,
  { requested_model }: { requested_model: string },
  api_key: string | undefined,
  { base, atHome }: { base: Readonly<URL>; atHome: boolean },
  layers: Layers,
): void {
  const fields = { llm_provider: provider.id, model: requested_model };
  if (!api_key && provider.key_required && atHome) {
    throw createError("AuthenticationError", {
      ...fields,
      message: missingKey(provider, layers),
      code: "missing_api_key",
    });
  }
  if (api_key && base.protocol === "http:" && !isLoopback(base)) {
    throw createError("BadRequestError", {
      ...fields,
      message: `an API key is not sent over plain http to ${base.origin}: others on the way could read it. Use https`,
      param: "api_base",
      code: "plain_http",
    });
  }
}

function missingBase(provider: Provider, settings: Settings): string {
  const missing =
    provider.settings?.filter(({ name, secret }) => !secret && settings[name] === undefined) ?? [];
  const ways = missing.map(({ name, env }) => (env[0] ? `${name} (or ${env[0]})` : name));
  return `${provider.label} has no default address: give ${["api_base", ...ways].join(", or ")}`;
}

/** undefined for what is no URL: a key bound to it goes nowhere. */
export function originOf(base: string | undefined): string | undefined {
  try {
    return base === undefined ? undefined : parseBase(base).origin;
  } catch {
    return undefined;
  }
}

function missingKey(provider: Provider, layers: Layers): string {
  const { path, problem } = layers.toml;
  const ways = [
    ...(layers.secret ? ['run "EdgeQuake: Set API Key"'] : []),
    ...provider.env.key.slice(0, 1).map((name) => `set the environment variable ${name}`),
    ...(path === null ? [] : [`write api_key under [providers.${provider.id}] in ${path}`]),
    "pass api_key with the call",
  ];
  const broken = problem === null ? "" : ` (Note: ${problem}.)`;
  return `there is no API key for ${provider.label}: ${ways.join(", or ")}${broken}`;
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

function headersOf(
  provider: Provider,
  addressing: Addressing,
  layers: Layers,
): Readonly<Record<string, string>> {
  const toml = layers.toml.config.providers?.[provider.id]?.extra_headers;
  const pushed = layers.pushed.providers?.[provider.id]?.extra_headers;
  const own = addressing.extra_headers;
  return toml || pushed || own ? lowerCase({ ...toml, ...pushed, ...own }) : NO_HEADERS;
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /\p{Cc}|[^\p{ASCII}\u00a0-\u00ff]/u.test(value)) {
      throw createError("BadRequestError", {
        message: `extra_headers: "${name.slice(0, 50)}" is no valid header`,
        param: "extra_headers",
      });
    }
  }
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

type Everywhere =
  | "default_model"
  | "num_retries"
  | "timeout"
  | "drop_params"
  | "budgets"
  | "allow_unpriced"
  | "ledger"
  | "cache"
  | "router"
  | "router_config";

/** The value alone of what resolveValue() finds. */
export function resolved<Name extends Everywhere>(
  name: Name,
  { pushed, env_config, toml }: Layers,
): Config[Name] {
  return pushed[name] ?? env_config[name] ?? toml.config[name];
}

/** What holds for every call, from the first layer that says it. */
export function resolveValue<Name extends Everywhere>(
  name: Name,
  { pushed, env_config, toml }: Layers,
): { value: Config[Name]; source: Source } {
  if (pushed[name] !== undefined) return { value: pushed[name], source: "config" };
  if (env_config[name] !== undefined) return { value: env_config[name], source: "environment" };
  const written = toml.config[name];
  return { value: written, source: written === undefined ? "none" : "config.toml" };
}
