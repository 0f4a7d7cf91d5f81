// What the environment says about a provider. First name found wins, as in LiteLLM.

import type { Config } from "../protocol/results.ts";
import type { Provider } from "../providers/types.ts";

export interface EnvValue {
  value: string;
  name: string;
}

export function first(env: NodeJS.ProcessEnv, names: readonly string[]): EnvValue | undefined {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value) return { value, name };
  }
  return undefined;
}

export function envKey(env: NodeJS.ProcessEnv, provider: Provider): EnvValue | undefined {
  return first(env, provider.env.key);
}

export function envBase(env: NodeJS.ProcessEnv, provider: Provider): EnvValue | undefined {
  const found = first(env, provider.env.base);
  if (!found) return undefined;
  return { ...found, value: found.name === "OLLAMA_HOST" ? hostToBase(found.value) : found.value };
}

/** OLLAMA_HOST is the server's listen address: "0.0.0.0", "host:port" or a URL. */
function hostToBase(host: string): string {
  const url = URL.parse(/^https?:\/\//.test(host) ? host : `http://${host}`);
  if (!url) return host;
  if (url.hostname === "0.0.0.0" || url.hostname === "[::]") url.hostname = "127.0.0.1";
  if (url.port === "" && !/^https?:\/\/[^/]*:\d/.test(host) && url.protocol === "http:") url.port = "11434";
  return url.href.replace(/\/$/, "");
}

/** What holds for every call, with the names of LiteLLM's edge package beside ours. What is no value is left out. */
export function envConfig(env: NodeJS.ProcessEnv): Config {
  const told = (name: string): string | undefined =>
    first(env, [`EDGEQUAKE_${name}`, `LITELLM_EDGE_${name}`])?.value;
  const number = (text: string | undefined): number => (text === undefined ? Number.NaN : Number(text));
  const config: Config = {};
  const default_model = told("MODEL");
  if (default_model !== undefined) config.default_model = default_model;
  const retries = number(told("MAX_RETRIES"));
  if (Number.isInteger(retries) && retries >= 0 && retries <= 10) config.num_retries = retries;
  const timeout = number(told("TIMEOUT"));
  if (timeout > 0 && Number.isFinite(timeout)) config.timeout = timeout;
  const drop = told("DROP_PARAMS")?.toLowerCase();
  if (drop !== undefined) config.drop_params = drop === "true" || drop === "1";
  return config;
}
