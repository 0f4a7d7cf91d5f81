// Argument > pushed configuration > environment > config.toml, for every value, and which layer won. A key goes
// only to the origin it belongs to: the api_base of its own layer, else the provider's default.

import type { Target } from "../engine/target.ts";
import { isLoopback, parseBase } from "../engine/url.ts";
import { createError } from "../protocol/errors.ts";
import type { Config, Source } from "../protocol/results.ts";
import type { Provider } from "../providers/types.ts";
import { envBase, envKey } from "./env.ts";
import { cleanKey } from "./keys.ts";
import type { TomlState } from "./toml.ts";

export interface Layers {
  pushed: Config;
  env: NodeJS.ProcessEnv;
  toml: TomlState;
  /** Asks the client; undefined when it declared no secrets. */
  secret: ((request: { provider: string; origin: string }) => Promise<string | null>) | undefined;
}

/** What of a call's arguments decides where it goes. */
export interface Addressing {
  api_key?: string | null | undefined;
  api_base?: string | null | undefined;
  extra_headers?: Record<string, string> | null | undefined;
}

interface Found {
  value: string | undefined;
  source: Source;
}

export function resolveBase(provider: Provider, argument: string | null | undefined, layers: Layers): Found {
  if (argument) return { value: argument, source: "argument" };
  const pushed = layers.pushed.providers?.[provider.id]?.api_base;
  if (pushed) return { value: pushed, source: "config" };
  const env = envBase(layers.env, provider);
  if (env) return { value: env.value, source: "environment" };
  const toml = layers.toml.config.providers?.[provider.id]?.api_base;
  if (toml) return { value: toml, source: "config.toml" };
  return provider.base_url === null
    ? { value: undefined, source: "none" }
    : { value: provider.base_url, source: "default" };
}

/** The first layer with a key that belongs to `origin`. */
export async function resolveKey(
  provider: Provider,
  argument: string | null | undefined,
  origin: string,
  layers: Layers,
): Promise<Found> {
  const given = cleanKey(argument, provider.id);
  if (given) return { value: given, source: "argument" };
  const belongs = (base: string | undefined): boolean => {
    const own = base ?? provider.base_url ?? undefined;
    return own !== undefined && originOf(own) === origin;
  };
  const pushed = layers.pushed.providers?.[provider.id];
  if (pushed?.api_key && belongs(pushed.api_base)) {
    return { value: cleanKey(pushed.api_key, provider.id), source: "config" };
  }
  if (layers.secret && provider.id !== "mock") {
    const secret = cleanKey(await layers.secret({ provider: provider.id, origin }), provider.id);
    if (secret) return { value: secret, source: "secret" };
  }
  const env = envKey(layers.env, provider);
  if (env && belongs(envBase(layers.env, provider)?.value)) {
    return { value: cleanKey(env.value, provider.id), source: "environment" };
  }
  const toml = layers.toml.config.providers?.[provider.id];
  if (toml?.api_key && belongs(toml.api_base)) {
    return { value: cleanKey(toml.api_key, provider.id), source: "config.toml" };
  }
  return { value: undefined, source: "none" };
}

/** Throws AuthenticationError and BadRequestError that say what to do. Sends nothing. */
export async function resolveTarget(
  provider: Provider,
  names: { model: string; requested_model: string },
  addressing: Addressing,
  layers: Layers,
): Promise<Target> {
  const { value: api_base } = resolveBase(provider, addressing.api_base, layers);
  const fields = { llm_provider: provider.id, model: names.requested_model };
  if (api_base === undefined) {
    throw createError("BadRequestError", {
      ...fields,
      message: `${provider.label} has no default address: give api_base`,
      param: "api_base",
    });
  }
  const base = parseBase(api_base);
  const { value: api_key } = await resolveKey(provider, addressing.api_key, base.origin, layers);
  const atHome = provider.base_url !== null && originOf(provider.base_url) === base.origin;
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
  return {
    provider,
    ...names,
    api_base: base.href.replace(/\/+$/, ""),
    origin: base.origin,
    api_key,
    headers: headersOf(provider, addressing, layers),
  };
}

/** undefined for what is no URL: a key bound to it goes nowhere. */
function originOf(base: string): string | undefined {
  try {
    return parseBase(base).origin;
  } catch {
    return undefined;
  }
}

function missingKey(provider: Provider, layers: Layers): string {
  const { path, problem } = layers.toml;
  const ways = [
    ...provider.env.key.slice(0, 1).map((name) => `set the environment variable ${name}`),
    ...(layers.secret ? ['run "EdgeQuake: Set API Key"'] : []),
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
