// A JSON schema -> the subset of OpenAPI's that Gemini's `parameters` and `responseSchema` take: references put in
// place, null as `nullable`, const as enum. A schema that would lose its meaning is not reduced at all. Pure.
// Source: Gemini API reference, Schema.

import { isObject, type Json } from "./openai-delta.ts";

export interface ReducedSchema {
  schema: Json;
  /** Keywords that said something and were left out. */
  dropped: string[];
}

/** Keywords taken as they are. */
const PLAIN = new Set([
  "title",
  "description",
  "nullable",
  "maxItems",
  "minItems",
  "minProperties",
  "maxProperties",
  "minLength",
  "maxLength",
  "pattern",
  "example",
  "propertyOrdering",
  "property_ordering",
  "default",
  "minimum",
  "maximum",
]);
/** Keywords read here, or without meaning for a model. */
const HANDLED = new Set([
  "type",
  "format",
  "enum",
  "const",
  "properties",
  "required",
  "items",
  "anyOf",
  "any_of",
  "oneOf",
  "allOf",
  "$ref",
  "$defs",
  "definitions",
  "$schema",
  "$id",
  "id",
  "$anchor",
  "$comment",
  "$vocabulary",
  "additionalProperties",
  "additional_properties",
  "unevaluatedProperties",
  "examples",
  "strict",
  "readOnly",
  "writeOnly",
  "deprecated",
  "discriminator",
]);
/** What a reduced schema could not mean any more. */
const IRREDUCIBLE = new Set([
  "patternProperties",
  "prefixItems",
  "not",
  "if",
  "then",
  "else",
  "dependentSchemas",
  "$dynamicRef",
  "$recursiveRef",
]);
const FORMATS = new Set(["enum", "date-time", "float", "double", "int32", "int64"]);
const DEEPEST = 32;

class Irreducible extends Error {}

/** Undefined for what cannot be said so: recursion, tuples, conditions, maps, enums of numbers. */
export function reduceSchema(schema: Json): ReducedSchema | undefined {
  const dropped = new Set<string>();
  try {
    const reduced = new Reducer(schema, dropped).reduce(schema, []);
    return { schema: reduced, dropped: [...dropped] };
  } catch (error) {
    if (error instanceof Irreducible) return undefined;
    throw error;
  }
}

class Reducer {
  readonly #root: Json;
  readonly #dropped: Set<string>;

  constructor(root: Json, dropped: Set<string>) {
    this.#root = root;
    this.#dropped = dropped;
  }

  reduce(given: unknown, path: readonly string[]): Json {
    if (given === true) return {};
    if (!isObject(given) || path.length > DEEPEST) throw new Irreducible();
    if (typeof given["$ref"] === "string") return this.#follow(given, given["$ref"], path);
    if (Array.isArray(given["allOf"])) return this.#joined(given, given["allOf"], path);
    const result: Json = {};
    for (const [key, value] of Object.entries(given)) {
      if (IRREDUCIBLE.has(key)) throw new Irreducible();
      if (PLAIN.has(key)) result[key] = value;
      else if (!HANDLED.has(key)) this.#dropped.add(key);
    }
    // A map from any key to a value of one kind.
    if (isObject(given["additionalProperties"]) && Object.keys(given["additionalProperties"]).length > 0)
      throw new Irreducible();
    this.#type(given, result, path);
    this.#values(given, result);
    this.#children(given, result, path);
    return this.#choices(given, result, path);
  }

  #follow(given: Json, ref: string, path: readonly string[]): Json {
    if (path.includes(ref)) throw new Irreducible();
    const { $ref: _ref, $defs: _defs, definitions: _definitions, ...beside } = given;
    const target = this.#find(ref);
    return this.reduce({ ...target, ...beside }, [...path, ref]);
  }

  #find(ref: string): Json {
    let found: unknown = this.#root;
    if (!ref.startsWith("#/")) throw new Irreducible();
    for (const step of ref.slice(2).split("/")) {
      const key = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
      found = isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
    }
    if (!isObject(found)) throw new Irreducible();
    return found;
  }

  /** Objects that all must hold are one object; one schema is itself. */
  #joined(given: Json, all: unknown[], path: readonly string[]): Json {
    const { allOf: _all, ...beside } = given;
    const parts = all.map((one) => this.reduce(one, [...path, "allOf"]));
    const properties: Json = {};
    const required: unknown[] = [];
    let rest: Json = {};
    for (const part of parts) {
      if (part["anyOf"] !== undefined || (parts.length > 1 && !isObject(part["properties"])))
        throw new Irreducible();
      Object.assign(properties, part["properties"] ?? {});
      required.push(...(Array.isArray(part["required"]) ? part["required"] : []));
      rest = { ...rest, ...part };
    }
    if (Object.keys(properties).length === 0) return this.reduce({ ...rest, ...beside }, path);
    const own = isObject(beside["properties"]) ? beside["properties"] : {};
    const needs = [...required, ...(Array.isArray(beside["required"]) ? beside["required"] : [])];
    return this.reduce({ ...rest, ...beside, properties: { ...properties, ...own }, required: needs }, path);
  }

  #type(given: Json, result: Json, path: readonly string[]): void {
    const { type } = given;
    if (Array.isArray(type)) {
      const kinds = type.filter((one) => one !== "null");
      if (kinds.length < type.length) result["nullable"] = true;
      if (kinds.length === 1) result["type"] = kinds[0];
      else if (kinds.length > 1) {
        const { type: _type, description: _description, title: _title, ...rest } = given;
        result["anyOf"] = kinds.map((one) => this.reduce({ ...rest, type: one }, [...path, "type"]));
      }
    } else if (type !== undefined) result["type"] = type;
    else if (isObject(given["properties"])) result["type"] = "object";
    else if (given["items"] !== undefined) result["type"] = "array";
  }

  #values(given: Json, result: Json): void {
    const { format } = given;
    if (typeof format === "string") {
      if (FORMATS.has(format)) result["format"] = format;
      else this.#dropped.add(`format ${format}`);
    }
    const told = given["const"] !== undefined ? [given["const"]] : given["enum"];
    if (!Array.isArray(told)) return;
    const values = told.filter((one) => one !== null);
    if (values.length < told.length) result["nullable"] = true;
    if (!values.every((one) => typeof one === "string")) throw new Irreducible();
    result["type"] ??= "string";
    if (values.length > 0) result["enum"] = values;
  }

  #children(given: Json, result: Json, path: readonly string[]): void {
    const { properties, items, required } = given;
    if (Array.isArray(items)) throw new Irreducible();
    if (items !== undefined) result["items"] = this.reduce(items, [...path, "items"]);
    if (!isObject(properties)) return;
    const names = Object.keys(properties);
    // An object without properties is refused with an empty table, and taken without one.
    if (names.length === 0) return;
    result["properties"] = Object.fromEntries(
      names.map((name) => [name, this.reduce(properties[name], [...path, name])]),
    );
    const needed = Array.isArray(required)
      ? [...new Set(required)].filter((one) => names.includes(String(one)))
      : [];
    if (needed.length > 0) result["required"] = needed;
  }

  /** A node of choices holds nothing else: what stands beside goes into each. */
  #choices(given: Json, result: Json, path: readonly string[]): Json {
    const told = given["anyOf"] ?? given["any_of"] ?? given["oneOf"];
    const { anyOf: made, ...beside } = result;
    if (!Array.isArray(told)) {
      if (made === undefined) return result;
      return { anyOf: (made as Json[]).map((one) => spread(beside, one)) };
    }
    const open = told.filter((one) => !(isObject(one) && one["type"] === "null"));
    if (open.length < told.length) beside["nullable"] = true;
    const reduced = open.map((one) => this.reduce(one, [...path, "anyOf"]));
    const [only] = reduced;
    if (only && reduced.length === 1) return { ...only, ...beside };
    // `required` alone in each choice, and the properties beside them: that is no choice between kinds.
    if (isObject(beside["properties"])) throw new Irreducible();
    return { anyOf: reduced.map((one) => spread(beside, one)) };
  }
}

function spread({ title: _title, default: _default, type: _type, ...beside }: Json, one: Json): Json {
  return { ...beside, ...one };
}
