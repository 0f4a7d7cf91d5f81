// Keys in a router's arguments: those that are written out instead of named as os.environ/NAME. Where a list may be read
// by others they are taken out. Pure.

type Json = Readonly<Record<string, unknown>>;

const REFERENCE = "os.environ/";

/** Whether some deployment's key is written out instead of named. */
export function holdsKeys(options: Json): boolean {
  return paramsOf(options).some((params) => Object.entries(params).some(isKey));
}

/** The same without keys that are written out. */
export function withoutKeys<T extends Json>(options: T): T {
  const list = options["model_list"];
  if (!Array.isArray(list)) return options;
  const model_list = list.map((entry: unknown) => {
    const params = record(record(entry)["litellm_params"]);
    const kept = Object.fromEntries(Object.entries(params).filter((one) => !isKey(one)));
    return { ...record(entry), litellm_params: kept };
  });
  return { ...options, model_list };
}

function isKey([name, value]: [string, unknown]): boolean {
  if (!/(?:^|_)(?:key|secret|token|password|credentials)(?:$|_)|secret_access_key$/.test(name)) return false;
  // A path of a credentials file is no secret; max_tokens and the like are numbers.
  if (name === "vertex_credentials") return typeof value !== "string" || value.trim().startsWith("{");
  return typeof value === "string" && value !== "" && !value.startsWith(REFERENCE);
}

function paramsOf(options: Json): Json[] {
  const list = options["model_list"];
  return Array.isArray(list) ? list.map((entry: unknown) => record(record(entry)["litellm_params"])) : [];
}

function record(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
