// Azure OpenAI: the model string names a deployment, which stands in the path beside an api-version; a base that
// ends in /openai/v1 or /models is the newer surface, where it stands in the body. Source: learn.microsoft.com.

import { createError } from "../../protocol/errors.ts";
import { openai } from "../openai.ts";
import { isObject, type Json } from "../openai-delta.ts";
import { readFailureBody } from "../openai-failure.ts";
import { chatParamsOf } from "../openai-thinking.ts";
import { responsesModel, responsesWire } from "../responses.ts";
import type { ChatCall, ChatWire, EmbedCall, Failure, Provider, WireRequest } from "../types.ts";

const plain = responsesWire();
const responses: ChatWire = { ...plain, request: responsesRequest };
const chat: ChatWire = { ...openai.chat, request: chatRequest };

export const azure: Provider = {
  id: "azure",
  label: "Azure OpenAI",
  env: { key: ["AZURE_API_KEY"], base: ["AZURE_API_BASE"] },
  base_url: null,
  settings: [
    { name: "api_version", env: ["AZURE_API_VERSION"], default: "2024-10-21" },
    { name: "azure_ad_token", env: ["AZURE_AD_TOKEN"], secret: true },
    // What a deployment of another name serves: decides between max_tokens and max_completion_tokens.
    { name: "base_model", env: [] },
  ],
  key_required: true,
  local: false,
  auth: authHeader,
  sign: ({ headers }, { azure_ad_token }) => {
    if (azure_ad_token !== undefined) return { authorization: `Bearer ${azure_ad_token}` };
    if (headers["api-key"] !== undefined || headers["authorization"] !== undefined) return {};
    throw createError("AuthenticationError", {
      message: "there is no API key for Azure OpenAI: set AZURE_API_KEY, or AZURE_AD_TOKEN for Entra ID",
      llm_provider: "azure",
      code: "missing_api_key",
    });
  },
  chat,
  chatFor: ({ model }) => (responsesModel(model, true) === undefined ? chat : responses),
  embed: openai.embed && { ...openai.embed, max_batch: 2048, request: embedRequest },
  // Its list is of what could be deployed, not of the deployments that a call can name.
  models: undefined,
  supportedParams: (model) =>
    responsesModel(model, true) === undefined
      ? chatParamsOf(model, false)
      : openai.supportedParams(model, false),
  failure: (status, _headers, body) => withFilterResult(readFailureBody(status, body), body),
  hint: ({ name, refused, api_base }) => {
    if (refused) return `Nothing listens at ${api_base}: api_base is https://<resource>.openai.azure.com`;
    return name === "NotFoundError"
      ? "Azure wants the deployment's name, azure/<deployment>, and its resource's address as api_base."
      : undefined;
  },
  inputs: ["image", "audio"],
};

/** Entra ID's tokens are JWTs and go as a bearer; keys never look like one. */
function authHeader(key: string): Record<string, string> {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(key) ? { authorization: `Bearer ${key}` } : { "api-key": key };
}

function chatRequest(call: ChatCall): WireRequest {
  // OpenAI's own API at another address: as strict with what it does not know.
  const known = { ...call, own_base: false, model: call.settings["base_model"] ?? call.model };
  const request = openai.chat.request(known);
  return addressed(request, call, "chat/completions");
}

/** Beside the deployments and not below one: the body names it. */
function responsesRequest(call: ChatCall): WireRequest {
  const deployment = responsesModel(call.model, true) ?? call.model;
  const model = call.settings["base_model"] ?? deployment;
  const request = plain.request({ ...call, own_base: false, model });
  return { ...request, path: responsesPath(call), body: { ...request.body, model: deployment } };
}

function responsesPath(call: ChatCall): string {
  const version = call.settings["api_version"] ?? "";
  // Versions from before the API was: only the surface without versions has it then.
  const known = VERSIONLESS.includes(version) || version >= "2025-03-01";
  const settings = known ? call.settings : { ...call.settings, api_version: "v1" };
  const { path, names_model } = addressOf({ ...call, model: "-", settings }, "responses");
  return names_model ? path.replace("/deployments/-", "") : path;
}

function embedRequest(call: EmbedCall): WireRequest {
  const request = openai.embed?.request(call) as WireRequest;
  return addressed(request, call, "embeddings");
}

function addressed(request: WireRequest, call: ChatCall | EmbedCall, api: string): WireRequest {
  const { path, names_model } = addressOf(call, api);
  const { model: _known, ...rest } = request.body as Json;
  return { ...request, path, body: names_model ? rest : { model: call.model, ...rest } };
}

/** Versions that mean the surface without versions. */
const VERSIONLESS = ["v1", "latest", "preview"];

function addressOf(
  { model, settings, api_base }: ChatCall | EmbedCall,
  api: string,
): { path: string; names_model: boolean } {
  const [base = "", query = ""] = (api_base ?? "").split("?");
  const version = settings["api_version"] ?? "";
  const asked = query.includes("api-version=") ? "" : `?api-version=${encodeURIComponent(version)}`;
  const preview = version === "preview" && asked !== "" ? asked : "";
  const prefix = base.replace(/^https?:\/\/[^/]*/, "").replace(/\/+$/, "");
  if (prefix.endsWith("/v1")) return { path: `/${api}${preview}`, names_model: false };
  if (prefix.endsWith("/models")) return { path: `/${api}${asked}`, names_model: false };
  if (prefix.includes("/deployments/")) return { path: `/${api}${asked}`, names_model: true };
  const openaiPrefix = prefix.endsWith("/openai") ? "" : "/openai";
  if (VERSIONLESS.includes(version))
    return { path: `${openaiPrefix}/v1/${api}${preview}`, names_model: false };
  return {
    path: `${openaiPrefix}/deployments/${encodeURIComponent(model)}/${api}${asked}`,
    names_model: true,
  };
}

/** A refusal by the content filter names what it saw: "hate: high". */
function withFilterResult(failure: Failure, body: string): Failure {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return failure;
  }
  const error = isObject(json) ? json["error"] : undefined;
  const inner = isObject(error) ? error["innererror"] : undefined;
  const result = isObject(inner)
    ? (inner["content_filter_result"] ?? inner["content_filter_results"])
    : undefined;
  if (!isObject(result)) return failure;
  const seen = Object.entries(result).flatMap(([category, verdict]) =>
    isObject(verdict) && verdict["filtered"] === true
      ? [`${category}${typeof verdict["severity"] === "string" ? `: ${verdict["severity"]}` : ""}`]
      : [],
  );
  return seen.length === 0 ? failure : { ...failure, message: `${failure.message} (${seen.join(", ")})` };
}
