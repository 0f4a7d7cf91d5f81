// OpenAI chat completions, embeddings and model list, and any server that speaks like it through api_base.
// Source: OpenAI's API reference; parameter rules of the o-series and gpt-5 as LiteLLM maps them.

import { decodeEmbeddings } from "./embedding-decode.ts";
import { readModelList } from "./model-list.ts";
import { decodeResponse, OpenAIStreamDecoder } from "./openai-decode.ts";
import { readFailureBody } from "./openai-failure.ts";
import { openaiBody } from "./openai-request.ts";
import { openaiText } from "./openai-text.ts";
import { chatParamsOf } from "./openai-thinking.ts";
import { OPENAI_EMBEDDING_PARAMS } from "./params.ts";
import { responsesModel, responsesParams, responsesWire } from "./responses.ts";
import type { ModelListing, Provider, WireRequest } from "./types.ts";

function organization(params: { organization?: unknown }): Record<string, string> {
  return typeof params.organization === "string" ? { "openai-organization": params.organization } : {};
}

const responses = responsesWire({ headers: ({ params }) => organization(params) });

export const openai: Provider = {
  id: "openai",
  label: "OpenAI",
  env: { key: ["OPENAI_API_KEY"], base: ["OPENAI_BASE_URL", "OPENAI_API_BASE"] },
  base_url: "https://api.openai.com/v1",
  key_required: true,
  local: false,
  auth: (key) => ({ authorization: `Bearer ${key}` }),
  chat: {
    framing: "sse",
    request: (call): WireRequest => ({
      method: "POST",
      path: "/chat/completions",
      headers: organization(call.params),
      body: openaiBody(call, !call.own_base),
    }),
    response: decodeResponse,
    stream: (call) => new OpenAIStreamDecoder(call),
  },
  chatFor: (call) => (responsesModel(call.model, call.own_base) === undefined ? openai.chat : responses),
  embed: {
    max_batch: 2048,
    // The second generation has one size alone.
    supported: (model) =>
      /^text-embedding-ada/.test(model) ? new Set(["encoding_format", "user"]) : OPENAI_EMBEDDING_PARAMS,
    request: ({ model, params, passthrough }): WireRequest => ({
      method: "POST",
      path: "/embeddings",
      headers: organization(params),
      body: {
        model,
        input: params.input,
        // A tenth of the bytes and of the parsing; decoded to numbers before the caller sees it.
        encoding_format: params.encoding_format ?? "base64",
        ...(params.dimensions === undefined ? {} : { dimensions: params.dimensions }),
        ...(params.user === undefined ? {} : { user: params.user }),
        ...passthrough,
        ...params.extra_body,
      },
    }),
    response: decodeEmbeddings,
  },
  text: openaiText({ headers: ({ params }) => organization(params) }),
  models: {
    request: () => ({ method: "GET", path: "/models" }),
    response: (json) => readModelList(json, ({ id, name }) => modeOf(String(id ?? name ?? ""))),
  },
  supportedParams: (model, own_base = false) => {
    const known = responsesModel(model, own_base);
    const taken = chatParamsOf(known ?? model, own_base);
    return known === undefined ? taken : responsesParams(taken);
  },
  inputs: ["image", "pdf", "audio"],
  failure: (status, _headers, body) => readFailureBody(status, body),
  hint: ({ name, refused, api_base }) => {
    if (refused) return `Nothing listens at ${api_base}: is the server running, and is api_base right?`;
    if (name === "NotFoundError")
      return "Check the model's name, and that api_base ends with the server's /v1.";
    return undefined;
  },
};

function modeOf(id: string): ModelListing["mode"] {
  if (/embed/i.test(id)) return "embedding";
  return /^(?:gpt-|o\d|chatgpt|codex-|computer-use-)/.test(id) &&
    !/audio|realtime|transcribe|tts|image/.test(id)
    ? "chat"
    : "unknown";
}
