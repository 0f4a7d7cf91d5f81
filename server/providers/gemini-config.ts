// What steers an answer -> Gemini's generationConfig: sampling, length, the form of the answer, modalities. Its own
// words may be given as arguments, in camelCase or snake_case. Source: Gemini API reference, GenerationConfig.

import { isAtLeast } from "./gemini-models.ts";
import { reduceSchema } from "./gemini-schema.ts";
import { thinkingConfig } from "./gemini-thinking.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

const OWN = new Set([
  "topK",
  "topP",
  "maxOutputTokens",
  "candidateCount",
  "stopSequences",
  "presencePenalty",
  "frequencyPenalty",
  "responseMimeType",
  "responseSchema",
  "responseJsonSchema",
  "responseModalities",
  "responseLogprobs",
  "mediaResolution",
  "speechConfig",
  "imageConfig",
  "thinkingConfig",
  "enableEnhancedCivicAnswers",
  "audioTimestamp",
  "routingConfig",
  "modelSelectionConfig",
  "enableAffectiveDialog",
]);

export interface SplitArguments {
  config: Json;
  /** What stands beside generationConfig in the body. */
  body: Json;
}

/** Passthrough arguments by where they belong; names of the top level get their one spelling. */
export function splitOwn(passthrough: Readonly<Json>): SplitArguments {
  const config: Json = {};
  const body: Json = {};
  for (const [key, value] of Object.entries(passthrough)) {
    const name = camel(key);
    if (name === "generationConfig" && isObject(value)) {
      for (const [inner, one] of Object.entries(value)) config[camel(inner)] = one;
    } else if (OWN.has(name)) config[name] = value;
    else body[TOP.has(name) ? name : key] = value;
  }
  return { config, body };
}

const TOP = new Set(["safetySettings", "cachedContent", "toolConfig", "systemInstruction", "serviceTier"]);

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Sets `check_schema` where the model can be held to a part of the wanted schema alone. */
export function toConfig(call: ChatCall): Json {
  const { params, model } = call;
  const config: Json = {};
  const put = (name: string, value: unknown): void => {
    if (value != null) config[name] = value;
  };
  put("temperature", params.temperature);
  put("topP", params.top_p);
  put("maxOutputTokens", params.max_completion_tokens ?? params.max_tokens);
  put("candidateCount", params.n);
  put("stopSequences", typeof params.stop === "string" ? [params.stop] : params.stop);
  put("seed", params.seed);
  for (const [param, name] of [
    ["presence_penalty", "presencePenalty"],
    ["frequency_penalty", "frequencyPenalty"],
  ] as const) {
    if (params[param] == null) continue;
    if (!isAtLeast(model, 3)) put(name, params[param]);
    else warn(call, param, `${param} ${params[param]} was dropped: ${model} takes no penalties`);
  }
  put("responseLogprobs", params.logprobs);
  put("logprobs", params.top_logprobs);
  if (params.top_logprobs != null) config["responseLogprobs"] ??= true;
  put(
    "responseModalities",
    params.modalities?.map((one) => one.toUpperCase()),
  );
  put("speechConfig", speech(call));
  put("thinkingConfig", thinkingConfig(call));
  addFormat(call, config);
  return config;
}

/** OpenAI's `audio: {voice, format}`. */
function speech(call: ChatCall): Json | undefined {
  const { audio } = call.params;
  if (!isObject(audio)) return undefined;
  const { voice, format } = audio;
  if (format !== undefined && format !== "pcm16")
    warn(call, "audio", `audio format ${String(format)} was dropped: Gemini speaks pcm16`);
  return typeof voice === "string"
    ? { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } }
    : undefined;
}

function addFormat(call: ChatCall, config: Json): void {
  const format = call.params.response_format;
  if (!isObject(format) || format["type"] === "text" || format["type"] === undefined) return;
  const { type } = format;
  if (type !== "json_object" && type !== "json_schema") {
    warn(
      call,
      "response_format",
      `response_format ${String(type)} was dropped: Gemini takes text, json_object and json_schema`,
    );
    return;
  }
  config["responseMimeType"] = "application/json";
  const wanted = format["json_schema"];
  const schema =
    format["response_schema"] ?? (isObject(wanted) ? (wanted["schema"] ?? undefined) : format["schema"]);
  if (!isObject(schema)) {
    if (type === "json_schema")
      warn(call, "response_format", "response_format json_schema holds no schema: any JSON was asked for");
    return;
  }
  if (isAtLeast(call.model, 2.5)) {
    config["responseJsonSchema"] = schema;
    return;
  }
  const reduced = reduceSchema(schema);
  // What cannot be reduced goes as it is: the newer of the two fields may be known all the same.
  config[reduced ? "responseSchema" : "responseJsonSchema"] = reduced?.schema ?? schema;
  if (reduced && reduced.dropped.length === 0) return;
  call.check_schema = schema;
  if (!reduced) return;
  warn(
    call,
    "response_format",
    `${call.model} cannot be held to ${reduced.dropped.join(", ")} of a JSON schema: the answer is checked instead`,
  );
}

function warn(call: ChatCall, param: string, message: string): void {
  call.warnings.push({ param, message });
}
