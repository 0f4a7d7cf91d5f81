// Embeddings of Bedrock, by InvokeModel in the words of the model's maker: Amazon Titan (one text a request) and
// Cohere (up to 96).

import { createError } from "../protocol/errors.ts";
import type { EmbeddingResponse } from "../protocol/messages.ts";
import { baseModel } from "./bedrock-models.ts";
import { addressOf } from "./bedrock-request.ts";
import { decodeEmbeddings } from "./embedding-decode.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { type EmbedCall, type EmbedWire, WireFailure, type WireRequest } from "./types.ts";
import { count } from "./usage.ts";

const isCohere = (model: string): boolean => baseModel(model).startsWith("cohere.");
const isTitan = (model: string): boolean => baseModel(model).startsWith("amazon.titan-embed");
const hasSizes = (model: string): boolean =>
  !/titan-embed-text-v1|cohere\.embed-[a-z]+-v3/.test(baseModel(model));

export const bedrockEmbed: EmbedWire = {
  supported: (model) => (hasSizes(model) ? new Set(["dimensions"]) : new Set()),
  max_batch: (model) => (isCohere(model) ? 96 : 1),
  request(call): WireRequest {
    const { id } = addressOf(call);
    const { params, passthrough, model } = call;
    const body = isCohere(model) ? cohereBody(call) : isTitan(model) ? titanBody(call) : undefined;
    if (!body) {
      throw createError("BadRequestError", {
        message: `embeddings of ${model} are not known. Bedrock's are amazon.titan-embed-… and cohere.embed-…`,
        llm_provider: "bedrock",
        model: call.requested_model,
        param: "model",
      });
    }
    return {
      method: "POST",
      path: `/model/${encodeURIComponent(id)}/invoke`,
      body: { ...body, ...passthrough, ...params.extra_body },
    };
  },
  response: decode,
};

function titanBody({ params, requested_model }: EmbedCall): Json {
  const { input, dimensions } = params;
  const inputText = Array.isArray(input) && input.length === 1 ? input[0] : input;
  if (typeof inputText !== "string") {
    throw createError("BadRequestError", {
      message: "Titan embeds one text a request: input must be a text, or a list of one",
      llm_provider: "bedrock",
      model: requested_model,
      param: "input",
    });
  }
  return { inputText, ...(dimensions === undefined ? {} : { dimensions }) };
}

function cohereBody({ params }: EmbedCall): Json {
  const { input, dimensions } = params;
  return {
    texts: typeof input === "string" ? [input] : input,
    input_type: "search_document",
    ...(dimensions === undefined ? {} : { output_dimension: dimensions }),
  };
}

function decode(json: unknown, call: EmbedCall): EmbeddingResponse {
  if (!isObject(json))
    throw new WireFailure({ message: "the answer is not a JSON object", code: "no_answer" });
  const byType = json["embeddings"];
  const vectors = isObject(byType) ? Object.values(byType).find(Array.isArray) : undefined;
  const response = decodeEmbeddings(vectors ? { embeddings: vectors } : json, call);
  const tokens = count(json["inputTextTokenCount"]);
  if (tokens !== undefined) response.usage = { prompt_tokens: tokens, total_tokens: tokens };
  return response;
}
