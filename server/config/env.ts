// What the environment says about a provider. First name found wins, as in LiteLLM.

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
