// Google's Gemini API: generateContent, batchEmbedContents and the list of models. The key travels in a header, never
// in the address, where it would stand in logs. Source: Gemini API reference, v1beta.

import { decodeGeminiResponse, GeminiStreamDecoder } from "./gemini-decode.ts";
import { decodeGeminiEmbeddings, geminiEmbedBody } from "./gemini-embed.ts";
import { readGoogleFailure } from "./gemini-failure.ts";
import { canThink } from "./gemini-models.ts";
import { geminiBody, geminiMethod, geminiParams } from "./gemini-request.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ModelListing, Provider } from "./types.ts";

const MOST_INPUTS = 100;

export const gemini: Provider = {
  id: "gemini",
  label: "Google Gemini",
  env: { key: ["GEMINI_API_KEY", "GOOGLE_API_KEY"], base: ["GEMINI_API_BASE"] },
  base_url: "https://generativelanguage.googleapis.com",
  key_required: true,
  local: false,
  auth: (key) => ({ "x-goog-api-key": key }),
  chat: {
    framing: "sse",
    request: (call) => ({
      method: "POST",
      path: `/v1beta/${resource(call.model)}:${geminiMethod(call)}`,
      body: geminiBody(call),
    }),
    response: decodeGeminiResponse,
    stream: (call) => new GeminiStreamDecoder(call),
  },
  embed: {
    max_batch: MOST_INPUTS,
    supported: () => EMBEDDING_PARAMS,
    request: (call) => ({
      method: "POST",
      path: `/v1beta/${resource(call.model)}:batchEmbedContents`,
      body: geminiEmbedBody(call, bare(call.model)),
    }),
    response: decodeGeminiEmbeddings,
  },
  models: {
    request: () => ({ method: "GET", path: "/v1beta/models?pageSize=1000" }),
    response: (json) => {
      const list = isObject(json) ? json["models"] : undefined;
      return Array.isArray(list) ? list.filter(isObject).map(listing) : [];
    },
  },
  supportedParams: (model) => geminiParams(canThink(model)),
  inputs: ["image", "pdf", "audio"],
  failure: (status, _headers, body) => readGoogleFailure(status, body),
  hint: ({ name, status }) => {
    if (name === "AuthenticationError") return "Get a key at https://aistudio.google.com/apikey";
    if (status === 404)
      return "Check the model's name: Google retires models; its list is at https://ai.google.dev/gemini-api/docs/models";
    return undefined;
  },
};

const EMBEDDING_PARAMS: ReadonlySet<string> = new Set(["dimensions", "encoding_format"]);

function bare(model: string): string {
  return model.replace(/^models\//, "");
}

/** A tuned model is a resource of another kind; any other name is one of `models/`. */
function resource(model: string): string {
  const name = /^(?:tunedModels|models)\//.test(model) ? model : `models/${model}`;
  return name.split("/").map(encodeURIComponent).join("/");
}

function listing(model: Json): ModelListing {
  const methods = model["supportedGenerationMethods"];
  const knows = (method: string): boolean => Array.isArray(methods) && methods.includes(method);
  const mode = knows("generateContent")
    ? "chat"
    : knows("embedContent") || knows("batchEmbedContents")
      ? "embedding"
      : "unknown";
  return { id: bare(String(model["name"] ?? "")), mode };
}
