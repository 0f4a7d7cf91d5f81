// Embeddings of the Gemini API: every input is one request of a batch. The API tells no usage.
// Source: Gemini API reference, models.batchEmbedContents.

import { createError } from "../protocol/errors.ts";
import type { EmbeddingResponse } from "../protocol/messages.ts";
import { decodeEmbeddings } from "./embedding-decode.ts";
import { googleFailure } from "./gemini-failure.ts";
import { readGeminiUsage } from "./gemini-usage.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { type EmbedCall, WireFailure } from "./types.ts";

const NAMES: Readonly<Record<string, string>> = {
  task_type: "taskType",
  input_type: "taskType",
  output_dimensionality: "outputDimensionality",
};

/** `model` is the bare name, without "models/". Throws BadRequestError for tokens instead of text. */
export function geminiEmbedBody(call: EmbedCall, model: string): Json {
  const { params, passthrough } = call;
  const own: Json = {};
  for (const [key, value] of Object.entries(passthrough)) own[NAMES[key] ?? key] = value;
  const { requests: _requests, ...fields } = own;
  const dimensions = params.dimensions === undefined ? {} : { outputDimensionality: params.dimensions };
  const inputs: readonly unknown[] = Array.isArray(params.input) ? params.input : [params.input];
  const requests = inputs.map((text) => {
    if (typeof text !== "string") {
      throw createError("BadRequestError", {
        message:
          "Gemini takes text to embed; tokens cannot be sent. Give input as a string or a list of strings",
        llm_provider: "gemini",
        model: call.requested_model,
        param: "input",
      });
    }
    return { model: `models/${model}`, content: { parts: [{ text }] }, ...dimensions, ...fields };
  });
  return { requests, ...params.extra_body };
}

/** {embeddings: [{values}]} of a batch and {embedding: {values}} of a single request. */
export function decodeGeminiEmbeddings(json: unknown, call: EmbedCall): EmbeddingResponse {
  const failure = googleFailure(json);
  if (failure) throw new WireFailure(failure);
  const { embedding, embeddings, usageMetadata, ...rest } = isObject(json) ? json : {};
  const many: unknown[] = Array.isArray(embeddings) ? embeddings : isObject(embedding) ? [embedding] : [];
  if (many.length === 0)
    throw new WireFailure({ message: "the answer holds no embedding", code: "no_answer" });
  const response = decodeEmbeddings({ ...rest, embeddings: many.map(valuesOf) }, call);
  const usage = readGeminiUsage(usageMetadata);
  if (usage) response.usage = { prompt_tokens: usage.prompt_tokens, total_tokens: usage.total_tokens };
  return response;
}

function valuesOf(one: unknown): unknown {
  return isObject(one) ? one["values"] : one;
}
