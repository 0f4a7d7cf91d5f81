// Cohere's v2 API: /v2/chat (SSE), /v2/embed, /v1/models. Source: Cohere's API reference.
// Errors are `{message}` alone: the status tells the class, and the words only refine it.

import type { EmbeddingResponse } from "../protocol/messages.ts";
import { CohereStreamDecoder, decodeCohereResponse } from "./cohere-decode.ts";
import { cohereBody } from "./cohere-request.ts";
import { decodeEmbeddings } from "./embedding-decode.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { readFailureBody } from "./openai-failure.ts";
import { type EmbedCall, type ModelListing, type Provider, WireFailure, type WireRequest } from "./types.ts";
import { count } from "./usage.ts";

const CHAT_PARAMS: ReadonlySet<string> = new Set([
  "temperature",
  "top_p",
  "stream",
  "stream_options",
  "stop",
  "max_tokens",
  "max_completion_tokens",
  "presence_penalty",
  "frequency_penalty",
  "response_format",
  "reasoning_effort",
  "thinking",
  "seed",
  "tools",
  "tool_choice",
  "logprobs",
]);

const EMBEDDING_PARAMS: ReadonlySet<string> = new Set(["dimensions", "encoding_format"]);
const MOST_TEXTS = 96;
/** Cohere's own status: what was asked or said is not allowed. */
const BLOCKED = 498;

export const cohere: Provider = {
  id: "cohere_chat",
  label: "Cohere",
  env: { key: ["COHERE_API_KEY", "CO_API_KEY"], base: ["COHERE_API_BASE"] },
  base_url: "https://api.cohere.com",
  key_required: true,
  local: false,
  auth: (key) => ({ authorization: `Bearer ${key}` }),
  chat: {
    framing: "sse",
    request: (call): WireRequest => ({ method: "POST", path: "/v2/chat", body: cohereBody(call) }),
    response: decodeCohereResponse,
    stream: (call) => new CohereStreamDecoder(call),
  },
  embed: {
    max_batch: MOST_TEXTS,
    supported: () => EMBEDDING_PARAMS,
    request: embedRequest,
    response: decodeCohereEmbeddings,
  },
  models: {
    request: () => ({ method: "GET", path: "/v1/models?page_size=1000" }),
    response: (json): ModelListing[] => {
      const models = isObject(json) && Array.isArray(json["models"]) ? json["models"].filter(isObject) : [];
      return models.filter((item) => typeof item["name"] === "string").map(toListing);
    },
  },
  supportedParams: () => CHAT_PARAMS,
  inputs: ["image"],
  failure: (status, _headers, body) => {
    const failure = readFailureBody(status, body);
    if (status === BLOCKED) return { ...failure, code: "content_policy_violation" };
    return { ...failure, code: failure.code ?? errorType(body) };
  },
};

function toListing(item: Json): ModelListing {
  const uses = Array.isArray(item["endpoints"]) ? item["endpoints"] : [];
  const mode = uses.includes("chat") ? "chat" : uses.includes("embed") ? "embedding" : "unknown";
  return { id: String(item["name"]), mode };
}

/** `error_type`, which newer errors carry: "TOO_MANY_TOKENS" and the like. */
function errorType(body: string): string | undefined {
  const found = /"error_type"\s*:\s*"([A-Z_]{1,64})"/.exec(body)?.[1];
  return found === "TOO_MANY_TOKENS" ? "context_length_exceeded" : found?.toLowerCase();
}

function embedRequest({ params, passthrough, model }: EmbedCall): WireRequest {
  const { input, dimensions, encoding_format, extra_body } = params;
  const own = passthrough["images"] !== undefined || passthrough["inputs"] !== undefined;
  const body: Json = {
    model,
    ...(own ? {} : { texts: typeof input === "string" ? [input] : input }),
    input_type: own && passthrough["images"] !== undefined ? "image" : "search_document",
    embedding_types: [encoding_format === "base64" ? "base64" : "float"],
    ...(dimensions === undefined ? {} : { output_dimension: dimensions }),
  };
  return { method: "POST", path: "/v2/embed", body: { ...body, ...passthrough, ...extra_body } };
}

/** Vectors by type: floats where they are, else what was asked for. */
export function decodeCohereEmbeddings(json: unknown, call: EmbedCall): EmbeddingResponse {
  if (!isObject(json) || !isObject(json["embeddings"])) return decodeEmbeddings(json, call);
  const byType = json["embeddings"];
  const types = ["float", "base64", "int8", "uint8", "binary", "ubinary"];
  const type = types.find((one) => Array.isArray(byType[one]));
  if (type === undefined)
    throw new WireFailure({ message: "the answer holds no embedding", code: "no_answer" });
  const response = decodeEmbeddings({ embeddings: byType[type] }, call);
  const meta = isObject(json["meta"]) ? json["meta"] : {};
  const billed = isObject(meta["billed_units"]) ? meta["billed_units"] : undefined;
  if (billed) {
    const tokens = (count(billed["input_tokens"]) ?? 0) + (count(billed["image_tokens"]) ?? 0);
    response.usage = { prompt_tokens: tokens, total_tokens: tokens, billed_units: billed };
  }
  return response;
}
