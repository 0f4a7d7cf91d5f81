// LiteLLM's module globals (`litellm.openai_key = …`) as an object of ours, for a module's own names cannot be
// assigned to. What is set there is the library's own configuration layer: below arguments, above the environment.

import type { CallbackLists } from "./protocol/callbacks.ts";
import { createError } from "./protocol/errors.ts";
import type { Config, ProviderConfig } from "./protocol/results.ts";

export interface Globals {
  /** For every provider that has none of its own in the same layer. */
  api_base?: string | undefined;
  /** OpenAI's key, by LiteLLM's older name. */
  api_key?: string | undefined;
  drop_params?: boolean | undefined;
  /** 0 to 10; default 2. */
  num_retries?: number | undefined;
  /** Seconds. */
  request_timeout?: number | undefined;
  vertex_project?: string | undefined;
  vertex_location?: string | undefined;
  /** Who is told of every call, before and after: functions, LiteLLM's CustomLogger, "otel". May be pushed to. */
  callbacks: CallbackLists["callbacks"];
  /** Those told of answers alone, of failures alone, of calls before they are sent. */
  success_callback: CallbackLists["success_callback"];
  failure_callback: CallbackLists["failure_callback"];
  input_callback: CallbackLists["input_callback"];
  /** Default true: no prompt and no answer goes to a callback or a span. */
  turn_off_message_logging?: boolean | undefined;
  /** A provider's key: `openai_key`, `anthropic_key`, … */
  [key: `${string}_key`]: string | undefined;
}

/** LiteLLM's names that are no provider's id of ours. */
const NAMES: Readonly<Record<string, string>> = {
  api_key: "openai",
  togetherai_api_key: "together_ai",
  together_key: "together_ai",
  cohere_key: "cohere_chat",
  vertex_key: "vertex_ai",
};
/** LiteLLM's callbacks: no configuration, but who is told of calls. */
const CALLBACKS = ["callbacks", "success_callback", "failure_callback", "input_callback"] as const;
const TOLD: ReadonlySet<string> = new Set([...CALLBACKS, "turn_off_message_logging"]);
const VALUES = new Set([
  ...TOLD,
  "api_base",
  "drop_params",
  "num_retries",
  "request_timeout",
  "vertex_project",
  "vertex_location",
]);

/** The configuration that these globals mean. */
export function configOfGlobals(globals: Readonly<Record<string, unknown>>): Config {
  const config: Config = {};
  const providers: Record<string, ProviderConfig> = {};
  const own = (id: string): ProviderConfig => (providers[id] ??= {});
  for (const [name, value] of Object.entries(globals)) {
    if (value === undefined || value === null || TOLD.has(name)) continue;
    if (name === "api_base") config.api_base = value as string;
    else if (name === "drop_params") config.drop_params = value as boolean;
    else if (name === "num_retries") config.num_retries = value as number;
    else if (name === "request_timeout") config.timeout = value as number;
    else if (name === "vertex_project" || name === "vertex_location")
      own("vertex_ai")[name] = value as string;
    else own(NAMES[name] ?? name.slice(0, -"_key".length)).api_key = value as string;
  }
  if (Object.keys(providers).length > 0) config.providers = providers;
  return config;
}

/** The lists as they are set now, into those that a library watches. Throws BadRequestError for what is no list. */
export function takeCallbacks(globals: Readonly<Record<string, unknown>>, into: CallbackLists): void {
  for (const name of CALLBACKS) {
    const list = globals[name] ?? [];
    if (!Array.isArray(list))
      throw createError("BadRequestError", { message: `edgequake.${name} is a list`, param: name });
    into[name] = list;
  }
  into.turn_off_message_logging = globals["turn_off_message_logging"] !== false;
}

/** What configure() was given with the globals on top. */
export function mergeConfig(config: Config, globals: Config): Config {
  const providers: Record<string, ProviderConfig> = { ...config.providers };
  for (const [id, own] of Object.entries(globals.providers ?? {}))
    providers[id] = { ...providers[id], ...own };
  const merged = { ...config, ...globals };
  return Object.keys(providers).length > 0 ? { ...merged, providers } : merged;
}

/** `functions` with globals that may be set; `onSet` is told of each change. Throws BadRequestError for other names. */
export function withGlobals<T extends object>(
  functions: T,
  onSet: (globals: Readonly<Record<string, unknown>>) => void,
  initial: Partial<CallbackLists> = {},
): T & Globals {
  let globals: Record<string, unknown> = { ...initial };
  return new Proxy(functions, {
    get: (target, name, receiver) =>
      typeof name === "string" && Object.hasOwn(globals, name)
        ? globals[name]
        : Reflect.get(target, name, receiver),
    set: (target, name, value) => {
      const known =
        typeof name === "string" && !(name in target) && (VALUES.has(name) || name.endsWith("_key"));
      if (!known) {
        throw createError("BadRequestError", {
          message: `edgequake.${String(name)} cannot be set. What can: <provider>_key, ${[...VALUES].join(", ")}`,
          param: String(name),
        });
      }
      const before = { ...globals };
      globals[name as string] = value;
      try {
        onSet({ ...globals });
      } catch (refused) {
        globals = before;
        throw refused;
      }
      return true;
    },
    deleteProperty: (_, name) => {
      delete globals[String(name)];
      const first = initial[name as keyof CallbackLists];
      if (first !== undefined) globals[String(name)] = Array.isArray(first) ? [] : first;
      onSet({ ...globals });
      return true;
    },
  }) as T & Globals;
}
