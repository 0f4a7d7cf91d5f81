// What must be the same in two generateContent requests. Everything that is made equal first stands here, numbered.

import { callOf, camelled, declarationsOf, partsOf, toolsOf } from "./gemini-call.ts";
import type { Json } from "./wire.ts";

/** 1. Types may be told by number, and in capitals. */
const TYPES = ["unspecified", "string", "number", "integer", "boolean", "array", "object", "null"];
/** 2. Words of a schema that hold the model to nothing, or to what is the rule anyway. */
const NOISE = new Set([
  "$schema",
  "$id",
  "$defs",
  "definitions",
  "title",
  "additionalProperties",
  "strict",
  "default",
]);

function typeOf(told: unknown): unknown {
  if (typeof told === "number") return TYPES[told];
  return typeof told === "string" ? told.toLowerCase() : told;
}

/** 3. References are put in place, one choice with null is nullable, a constant is a list of one, oneOf is anyOf. */
export function plainSchema(given: unknown, root: unknown = given, depth = 0): unknown {
  if (typeof given !== "object" || given === null || depth > 12) return given;
  if (Array.isArray(given)) return given.map((one) => plainSchema(one, root, depth + 1));
  const { $ref, ...beside } = given as Json;
  if (typeof $ref === "string") return plainSchema({ ...found(root, $ref), ...beside }, root, depth + 1);
  const schema = camelled(given as Json);
  const result: Json = {};
  for (const [key, value] of Object.entries(schema)) {
    if (NOISE.has(key) || (key === "required" && (value as unknown[]).length === 0)) continue;
    if (key === "type") Object.assign(result, plainType(value));
    else if (key === "const") result["enum"] = [value];
    else if (key === "anyOf" || key === "oneOf") {
      const open = (value as Json[]).filter((one) => typeOf(one["type"]) !== "null");
      if (open.length < (value as Json[]).length) result["nullable"] = true;
      const [only] = open;
      if (open.length === 1) Object.assign(result, plainSchema(only, root, depth + 1));
      else result["anyOf"] = plainSchema(open, root, depth + 1);
    } else if (key === "properties") {
      const entries = Object.entries(value as Json);
      if (entries.length === 0) continue;
      result[key] = Object.fromEntries(
        entries.map(([name, one]) => [name, plainSchema(one, root, depth + 1)]),
      );
    } else result[key] = key === "items" ? plainSchema(value, root, depth + 1) : value;
  }
  if (result["enum"]) result["type"] ??= "string";
  return result;
}

function plainType(value: unknown): Json {
  if (!Array.isArray(value)) return { type: typeOf(value) };
  const [only, ...others] = value.filter((one) => one !== "null");
  const type = others.length === 0 ? only : [only, ...others];
  return { type, ...(value.includes("null") ? { nullable: true } : {}) };
}

function found(root: unknown, ref: string): Json {
  let at = root as Json;
  for (const step of ref.slice(2).split("/")) at = (at?.[step] ?? {}) as Json;
  return at;
}

/** 4. A function without parameters may say so, or say nothing. */
function parametersOf({ parameters, parametersJsonSchema }: Json): unknown {
  const schema = plainSchema(parameters ?? parametersJsonSchema) as Json | undefined;
  const empty =
    schema === undefined || JSON.stringify(schema) === '{"type":"object"}' || JSON.stringify(schema) === "{}";
  return empty ? null : schema;
}

/** 5. Base64 may be written with either alphabet, and an object's `{}` may be left out. */
function partOf(part: Json, recorded: boolean): Json {
  const { functionCall, functionResponse, inlineData, fileData, thought, ...rest } = part;
  const result: Json = { ...(thought ? { thought } : {}), ...rest };
  if (functionCall) {
    const { args, ...call } = camelled(functionCall as Json);
    result["functionCall"] = { ...call, args: args ?? {} };
  }
  if (functionResponse) {
    const { parts, ...response } = camelled(functionResponse as Json);
    const media = ((parts ?? []) as Json[]).map((one) => partOf(camelled(one), recorded));
    result["functionResponse"] = { ...response, ...(media.length > 0 ? { parts: media } : {}) };
  }
  if (inlineData) {
    const { data, mimeType } = camelled(inlineData as Json);
    result["inlineData"] = { mimeType, data: Buffer.from(String(data), "base64").toString("base64") };
  }
  if (fileData) {
    const { fileUri, mimeType } = camelled(fileData as Json);
    result["fileData"] = { fileUri, ...(mimeType ? { mimeType } : {}) };
  }
  return result;
}

/**
 * 6. Turns of one role that follow each other are one turn. 7. A blank stands in for words where there are none.
 * 8. Google's word for a signature that is not known may stand where the recorded request has none.
 */
function turnsOf(body: Json, recorded: boolean): Json[] {
  const turns: { role: string; parts: Json[] }[] = [];
  const list = Array.isArray(body["contents"]) ? body["contents"] : [body["contents"]];
  for (const content of list as Json[]) {
    const role = content["role"] === "model" ? "model" : "user";
    const parts = partsOf(content).map((part) => partOf(part, recorded));
    const last = turns.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else turns.push({ role, parts });
  }
  for (const turn of turns) {
    turn.parts = turn.parts.filter(
      (part) => String(part["text"] ?? "x").trim() !== "" || part["thoughtSignature"],
    );
    for (const part of turn.parts)
      if (part["thoughtSignature"] === "skip_thought_signature_validator") delete part["thoughtSignature"];
  }
  return turns;
}

/** 9. Defaults: one candidate, the model's choice of tools. 10. A limit of thoughts is the same with and without them shown. */
export function projection(body: Json, ids: ReadonlySet<string>): Json {
  const own = camelled(body);
  const call = callOf(body);
  const thoughts = call["thinking"] as Json | undefined;
  const tools = toolsOf(body);
  const declared = declarationsOf(tools);
  const format = call["response_format"] as Json | undefined;
  const schema = (format?.["json_schema"] as Json | undefined)?.["schema"];
  const choice = call["tool_choice"];
  return {
    turns: turnsOf(own, true).map((turn) => withoutIds(turn, ids)),
    system: partsOf(own["systemInstruction"])
      .map((part) => part["text"])
      .filter((text) => text !== ""),
    functions: declared.map((one) => ({
      name: one["name"],
      description: one["description"] || null,
      parameters: parametersOf(one),
    })),
    tools: tools
      .map(({ functionDeclarations: _declared, ...rest }) => rest)
      .filter((rest) => Object.keys(rest).length > 0),
    choice: choice === "auto" || declared.length === 0 ? null : (choice ?? null),
    schema: schema === undefined ? null : plainSchema(schema),
    format: format?.["type"] ?? null,
    thinking: thoughts?.["budget_tokens"] ?? (call["reasoning_effort"] || null),
    n: call["n"] === 1 ? null : (call["n"] ?? null),
    config: call["generationConfig"] ?? null,
    sampling: [
      "temperature",
      "top_p",
      "top_k",
      "max_tokens",
      "stop",
      "presence_penalty",
      "frequency_penalty",
      "seed",
      "modalities",
      "logprobs",
      "top_logprobs",
    ].map((key) => call[key] ?? null),
    others: ["safetySettings", "cachedContent", "toolConfig", "labels"].map((key) => call[key] ?? null),
  };
}

/** Ids that the recorded request does not tell say nothing. */
function withoutIds(turn: Json, ids: ReadonlySet<string>): Json {
  const parts = (turn["parts"] as Json[]).map((part) => {
    const result = { ...part };
    for (const key of ["functionCall", "functionResponse"]) {
      const { id, ...rest } = (part[key] ?? {}) as Json;
      if (part[key]) result[key] = ids.has(String(id)) ? { id, ...rest } : rest;
    }
    return result;
  });
  return { ...turn, parts };
}

/** Ids of a recorded request that Gemini itself gave: others may be left out. */
export function idsOf(body: Json): ReadonlySet<string> {
  const text = JSON.stringify(body["contents"] ?? []);
  return new Set([...text.matchAll(/"id":"((?!call_)[^"]+)"/g)].map(([, id]) => String(id)));
}
