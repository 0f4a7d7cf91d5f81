// A quick look at a call's arguments, without zod: true only for what schema.ts accepts as it is. Anything else,
// wrong or merely unusual, is left to the schemas, which are loaded then. Pure.

type Check = (value: unknown) => boolean;
type Json = Record<string, unknown>;

const text: Check = (value) => typeof value === "string";
const number: Check = (value) => typeof value === "number" && Number.isFinite(value);
const flag: Check = (value) => typeof value === "boolean";
const int =
  (least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
const object: Check = (value) => {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};
const list =
  (item: Check, least = 0): Check =>
  (value) => {
    if (!Array.isArray(value) || value.length < least) return false;
    for (const one of value) if (!item(one)) return false;
    return true;
  };
const record =
  (item: Check): Check =>
  (value) => {
    if (!object(value)) return false;
    for (const key in value as Json) if (!item((value as Json)[key])) return false;
    return true;
  };
const either =
  (...checks: Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));

const ROLES = new Set<unknown>(["system", "developer", "user", "assistant", "tool", "function"]);
const contentPart: Check = (value) => object(value) && typeof (value as Json)["type"] === "string";
const content = either(text, list(contentPart));

/** Fields of a message by their check; those not named are anything. null and undefined are always fine. */
const MESSAGE: Readonly<Record<string, Check>> = {
  content,
  name: text,
  tool_call_id: text,
  reasoning_content: text,
  tool_calls: list((value) => {
    if (!object(value)) return false;
    const { id, type, function: fn } = value as Json;
    if ((id !== undefined && !text(id)) || (type !== undefined && !text(type)) || !object(fn)) return false;
    const given = (fn as Json)["arguments"];
    return text((fn as Json)["name"]) && (given === undefined || text(given) || object(given));
  }),
};
const message: Check = (value) =>
  object(value) && ROLES.has((value as Json)["role"]) && fits(value as Json, MESSAGE);

const tool: Check = (value) => {
  if (!object(value)) return false;
  const { type, function: fn } = value as Json;
  if (type !== undefined && !text(type)) return false;
  if (fn === undefined) return true;
  const name = object(fn) && (fn as Json)["name"];
  return typeof name === "string" && name !== "";
};

const retries = int(0, 10);
const positive: Check = (value) => number(value) && (value as number) > 0;

const COMMON: Readonly<Record<string, Check>> = {
  api_key: text,
  api_base: text,
  base_url: text,
  api_version: text,
  organization: text,
  custom_llm_provider: text,
  extra_headers: record(text),
  extra_body: object,
  // Limits by name are rare enough for the schema.
  timeout: positive,
  num_retries: retries,
  max_retries: retries,
  drop_params: flag,
  additional_drop_params: list(text),
  allowed_openai_params: list(text),
  user: text,
  tags: list(text),
  caching: flag,
  attribution: (value) => isAttribution(value),
  router_id: text,
};

const COMPLETION: Readonly<Record<string, Check>> = {
  ...COMMON,
  messages: list(message, 1),
  stream: flag,
  stream_options: (value) => object(value) && fits(value as Json, { include_usage: flag }),
  stream_timeout: positive,
  temperature: number,
  top_p: number,
  n: int(1),
  stop: either(text, list(text)),
  max_tokens: int(1),
  max_completion_tokens: int(1),
  presence_penalty: number,
  frequency_penalty: number,
  logit_bias: record(number),
  logprobs: flag,
  top_logprobs: int(0),
  seed: int(),
  tools: list(tool),
  tool_choice: either(text, object),
  parallel_tool_calls: flag,
  response_format: object,
  reasoning_effort: text,
  metadata: object,
};
/** What mocks and the cache are told is left to the schema. */
const RARE = ["cache", "mock_response", "mock_tool_calls", "mock_timeout", "mock_delay"];

const EMBEDDING: Readonly<Record<string, Check>> = {
  ...COMMON,
  input: either(text, list(text, 1), list(int(), 1), list(list(int(), 1), 1)),
  dimensions: int(1),
  encoding_format: (value) => value === "float" || value === "base64",
};

function fits(value: Json, checks: Readonly<Record<string, Check>>): boolean {
  for (const key in value) {
    if (!Object.hasOwn(checks, key)) continue;
    const given = value[key];
    if (given !== null && given !== undefined && !(checks[key] as Check)(given)) return false;
  }
  return true;
}

function named(value: unknown): value is Json {
  if (!object(value)) return false;
  const { model } = value as Json;
  return typeof model === "string" && model !== "";
}

const PROVIDER: Readonly<Record<string, Check>> = {
  api_key: text,
  api_base: text,
  organization: text,
  extra_headers: record(text),
};
const onlyThese =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (!object(value)) return false;
    for (const key in value as Json)
      if (!Object.hasOwn(checks, key) || !(checks[key] as Check)((value as Json)[key])) return false;
    return true;
  };

const isAttribution = onlyThese({
  caller: text,
  session: text,
  tags: list(text),
  router: text,
  deployment: text,
});

/** Whether the schema `config` takes it as it is. */
export const isPlainConfig: Check = onlyThese({
  default_model: text,
  num_retries: retries,
  api_base: text,
  drop_params: flag,
  timeout: positive,
  providers: record(onlyThese(PROVIDER)),
});

/** Whether `completionParams` takes it as it is. */
export function isPlainCompletion(value: unknown): boolean {
  return (
    named(value) &&
    Array.isArray(value["messages"]) &&
    fits(value, COMPLETION) &&
    RARE.every((key) => value[key] === undefined)
  );
}

/** Whether `completionStreamParams` takes it as it is. */
export function isPlainStream(value: unknown): boolean {
  if (!isPlainCompletion(value)) return false;
  const { stream_id } = value as Json;
  return typeof stream_id === "string" && stream_id !== "" && stream_id.length <= 256;
}

/** Whether `embeddingParams` takes it as it is. */
export function isPlainEmbedding(value: unknown): boolean {
  return (
    named(value) &&
    value["input"] != null &&
    fits(value, EMBEDDING) &&
    RARE.every((key) => value[key] === undefined)
  );
}
