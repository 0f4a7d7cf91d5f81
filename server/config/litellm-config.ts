// LiteLLM's proxy configuration -> the arguments of one Router: `model_list`, `router_settings`, what of
// `litellm_settings` is a router's, and Router arguments at the top level. What is not used is named. Pure.

type Json = Readonly<Record<string, unknown>>;

export interface RouterConfig {
  options: Json & { readonly model_list: readonly unknown[] };
  /** One per key that was left out; never a value. */
  warnings: string[];
}

const SECTIONS = [
  "model_list",
  "router_settings",
  "litellm_settings",
  "general_settings",
  "environment_variables",
  "credential_list",
];
/** Keys of litellm_settings by the Router's name for them. */
const GLOBALS: Readonly<Record<string, string>> = {
  num_retries: "num_retries",
  request_timeout: "timeout",
  allowed_fails: "allowed_fails",
  fallbacks: "fallbacks",
  context_window_fallbacks: "context_window_fallbacks",
  content_policy_fallbacks: "content_policy_fallbacks",
  default_fallbacks: "default_fallbacks",
};
/** Those that are arguments of every call. */
const EVERY_CALL = ["drop_params"];
const REFERENCE = "os.environ/";

export function routerOptionsOf(raw: Json): RouterConfig {
  const warnings: string[] = [];
  const globals = record(raw["litellm_settings"]);
  const general = Object.keys(record(raw["general_settings"]));
  if (general.length > 0)
    warnings.push(`general_settings are for LiteLLM's proxy and not used: ${general.join(", ")}`);
  const settings: Record<string, unknown> = {};
  const defaults: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(globals)) {
    const name = GLOBALS[key];
    if (name !== undefined) settings[name] = value;
    else if (EVERY_CALL.includes(key)) defaults[key] = value;
    else warnings.push(`litellm_settings.${key} is not used`);
  }
  const own = record(raw["router_settings"]);
  const top = Object.fromEntries(Object.entries(raw).filter(([key]) => !SECTIONS.includes(key)));
  const { model_list } = raw;
  const credentials = credentialsOf(raw["credential_list"]);
  const list = (Array.isArray(model_list) ? model_list : []).map((entry: unknown) =>
    known(entry, credentials),
  );
  const options = {
    // One wrong entry must not take the others away.
    ignore_invalid_deployments: true,
    ...settings,
    ...own,
    ...top,
    ...(Object.keys(defaults).length > 0
      ? { default_litellm_params: { ...defaults, ...record({ ...own, ...top }["default_litellm_params"]) } }
      : {}),
    model_list: list,
  };
  return {
    options: replaced(options, record(raw["environment_variables"])) as RouterConfig["options"],
    warnings,
  };
}

/** LiteLLM's `credential_list`, by name. */
function credentialsOf(given: unknown): Map<string, Json> {
  const entries = Array.isArray(given) ? given.map(record) : [];
  return new Map(
    entries.map(({ credential_name, credential_values }) => [
      String(credential_name),
      record(credential_values),
    ]),
  );
}

function known(entry: unknown, credentials: ReadonlyMap<string, Json>): unknown {
  const params = record(record(entry)["litellm_params"]);
  const { litellm_credential_name: name, ...rest } = params;
  if (typeof name !== "string") return entry;
  return { ...record(entry), litellm_params: { ...credentials.get(name), ...rest } };
}

/** What the file itself says of the environment stands for the variable. */
function replaced(value: unknown, variables: Json): unknown {
  if (Object.keys(variables).length === 0) return value;
  if (typeof value === "string" && value.startsWith(REFERENCE)) {
    const own = variables[value.slice(REFERENCE.length)];
    return own === undefined || own === null ? value : String(own);
  }
  if (Array.isArray(value)) return value.map((one) => replaced(one, variables));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one, variables)]));
}

function record(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
