// LiteLLM arguments -> the body of Converse and ConverseStream. What Converse has no field for goes to the model
// itself, in additionalModelRequestFields.

import { createError } from "../protocol/errors.ts";
import { ContentWriter } from "./bedrock-content.ts";
import { isNova } from "./bedrock-models.ts";
import { thinkingFields } from "./bedrock-thinking.ts";
import { outputConfig, singleCall, toolConfig } from "./bedrock-tools.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

/** Converse's own fields; a caller's other own parameters are the model's. */
const OWN = new Set([
  "additionalModelRequestFields",
  "additionalModelResponseFieldPaths",
  "guardrailConfig",
  "outputConfig",
  "performanceConfig",
  "promptVariables",
  "requestMetadata",
  "serviceTier",
]);

export function converseBody(call: ChatCall): Json {
  const { params } = call;
  const { system, turns } = new ContentWriter(call).write(params.messages);
  const body: Json = { messages: turns };
  if (system.length > 0) body["system"] = system;
  const { own, others } = sortOwn(call);
  const inference = inferenceConfig(call);
  const { fields, budget } = thinkingFields(call, turns, inference, others);
  if (Object.keys(inference).length > 0) body["inferenceConfig"] = inference;
  const tools = toolConfig(call, turns, budget);
  if (tools) body["toolConfig"] = tools;
  const format = outputConfig(call);
  if (format) body["outputConfig"] = format;
  const given = own["additionalModelRequestFields"];
  const model = { ...others, ...fields, ...singleCall(call), ...(isObject(given) ? given : {}) };
  return {
    ...body,
    ...own,
    ...(Object.keys(model).length > 0 ? { additionalModelRequestFields: model } : {}),
    ...params.extra_body,
  };
}

function inferenceConfig({ params }: ChatCall): Json {
  const { temperature, top_p, stop } = params;
  const maxTokens = params.max_completion_tokens ?? params.max_tokens;
  return {
    ...(maxTokens == null ? {} : { maxTokens }),
    ...(temperature == null ? {} : { temperature }),
    ...(top_p == null ? {} : { topP: top_p }),
    ...(stop == null ? {} : { stopSequences: typeof stop === "string" ? [stop] : stop }),
  };
}

function sortOwn({ passthrough, model }: ChatCall): { own: Json; others: Json } {
  const own: Json = {};
  const others: Json = {};
  for (const [key, value] of Object.entries(passthrough)) {
    if (OWN.has(key)) own[key] = value;
    else if (key === "top_k" && isNova(model)) others["inferenceConfig"] = { topK: value };
    else others[key] = value;
  }
  return { own, others };
}

export interface Address {
  api: "converse" | "invoke";
  /** The model's id or ARN, without LiteLLM's route ("converse/") and region before it. */
  id: string;
}

type Addressed = Pick<ChatCall, "model" | "requested_model" | "settings" | "api_base">;

/** Throws BadRequestError where the model's own region is not the one that is asked. */
export function addressOf({ model, requested_model, settings, api_base = "" }: Addressed): Address {
  const match = /^(converse|invoke)\/(.*)$/s.exec(model);
  const named = match?.[2] ?? model;
  const prefix = /^([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d)\/(.*)$/s.exec(named);
  const id = prefix?.[2] ?? named;
  const region = prefix?.[1] ?? /^arn:aws[^:]*:bedrock:([a-z0-9-]+):/.exec(id)?.[1];
  // Another's server has no region.
  const asked =
    api_base === "" ? settings["aws_region_name"] : /\.([a-z0-9-]+)\.amazonaws\.com/.exec(api_base)?.[1];
  if (region !== undefined && asked !== undefined && region !== asked) {
    throw createError("BadRequestError", {
      message: `the model is in ${region} and the call goes to ${asked}. Set aws_region_name (or AWS_REGION_NAME) to ${region}`,
      llm_provider: "bedrock",
      model: requested_model,
      param: "aws_region_name",
    });
  }
  return { api: match?.[1] === "invoke" ? "invoke" : "converse", id };
}
