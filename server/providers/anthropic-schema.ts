// A JSON schema -> the part of it that Anthropic's structured outputs take. What they do not take goes into the
// description, where the model reads it, and the engine checks the answer against the whole schema. Pure.
// Source: Anthropic's documentation of structured outputs, "JSON Schema limitations".

import { isObject, type Json } from "./openai-delta.ts";

export interface NarrowedSchema {
  schema: Json;
  /** Keywords that were moved into descriptions, or closed objects that were open. */
  changed: string[];
}

const FORMATS = new Set([
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "uri",
  "ipv4",
  "ipv6",
  "uuid",
]);
const UNKNOWN = new Set([
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "maxItems",
  "uniqueItems",
  "contains",
  "minContains",
  "maxContains",
  "minProperties",
  "maxProperties",
]);
/** Keywords whose value is a schema, a list of them, or a table of them. */
const ONE = ["items"];
const LISTS = ["anyOf", "allOf", "oneOf", "prefixItems"];
const TABLES = ["properties", "$defs", "definitions"];
/** What only an answer that is checked, and not held to it, can follow. */
const IMPOSSIBLE = [
  "patternProperties",
  "if",
  "not",
  "dependentSchemas",
  "propertyNames",
  "unevaluatedProperties",
];

/** undefined: such a schema cannot be narrowed (objects with free keys, conditions). */
export function narrowSchema(schema: Json): NarrowedSchema | undefined {
  const changed = new Set<string>();
  const narrowed = narrow(schema, changed);
  if (!narrowed || !isObject(narrowed)) return undefined;
  return { schema: narrowed, changed: [...changed] };
}

function narrow(value: unknown, changed: Set<string>): Json | boolean | undefined {
  if (!isObject(value)) return value === true || value === false ? undefined : {};
  if (IMPOSSIBLE.some((key) => value[key] !== undefined)) return undefined;
  const result: Json = {};
  const told: string[] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (isUnknown(key, inner)) told.push(`${key}: ${JSON.stringify(inner)}`);
    else if (ONE.includes(key)) {
      const one = narrow(inner, changed);
      if (one === undefined) return undefined;
      result[key] = one;
    } else if (LISTS.includes(key) && Array.isArray(inner)) {
      const list = inner.map((one) => narrow(one, changed));
      if (list.includes(undefined)) return undefined;
      if (key === "oneOf") changed.add("oneOf");
      result[key === "oneOf" ? "anyOf" : key] = list;
    } else if (TABLES.includes(key) && isObject(inner)) {
      const table = Object.entries(inner).map(([name, one]) => [name, narrow(one, changed)] as const);
      if (table.some(([, one]) => one === undefined)) return undefined;
      result[key] = Object.fromEntries(table);
    } else result[key] = inner;
  }
  if (isObjectSchema(result) && !close(result, changed)) return undefined;
  if (told.length > 0) {
    for (const one of told) changed.add(one.slice(0, one.indexOf(":")));
    const { description } = result;
    const words = `{${told.join(", ")}}`;
    result["description"] = typeof description === "string" ? `${description}\n\n${words}` : words;
  }
  return result;
}

function isUnknown(key: string, value: unknown): boolean {
  if (key === "format") return typeof value === "string" && !FORMATS.has(value);
  if (key === "minItems") return value !== 0 && value !== 1;
  return UNKNOWN.has(key);
}

function isObjectSchema({ type, properties }: Json): boolean {
  return type === "object" || (Array.isArray(type) && type.includes("object")) || isObject(properties);
}

/** Objects must say that they hold nothing else. */
function close(schema: Json, changed: Set<string>): boolean {
  const { additionalProperties: more } = schema;
  if (more === false) return true;
  const open = more === true || more === undefined;
  // Without a name to fill, an open object is one with free keys.
  if (!open || !isObject(schema["properties"]) || Object.keys(schema["properties"]).length === 0)
    return false;
  if (more === true) changed.add("additionalProperties");
  schema["additionalProperties"] = false;
  return true;
}
