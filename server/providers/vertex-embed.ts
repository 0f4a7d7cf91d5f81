// Embeddings of Vertex AI: `predict` with one instance for each input. The tokens of each are told beside its vector.
// Source: Vertex AI documentation, "Text embeddings API".

import { createError } from "../protocol/errors.ts";
import type { EmbeddingResponse } from "../protocol/messages.ts";
import { decodeEmbeddings } from "./embedding-decode.ts";
import { googleFailure } from "./gemini-failure.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { type EmbedCall, WireFailure } from "./types.ts";
import { count } from "./usage.ts";

/** Fields of an instance; the provider's other arguments are parameters of the request. */
const OF_INSTANCE: Readonly<Record<string, string>> = {
  task_type: "task_type",
  taskType: "task_type",
  input_type: "task_type",
  title: "title",
};
const PARAMETERS: Readonly<Record<string, string>> = {
  auto_truncate: "autoTruncate",
  output_dimensionality: "outputDimensionality",
};

/** Gemini's own embedding model takes one input at a time. */
export function mostInputs(model: string): number {
  return model.includes("gemini") ? 1 : 250;
}

/** Throws BadRequestError for tokens instead of text. */
export function vertexEmbedBody(call: EmbedCall): Json {
  const { params, passthrough } = call;
  const instance: Json = {};
  const parameters: Json = {};
  if (params.dimensions !== undefined) parameters["outputDimensionality"] = params.dimensions;
  for (const [key, value] of Object.entries(passthrough)) {
    const own = OF_INSTANCE[key];
    if (own !== undefined) instance[own] = value;
    else parameters[PARAMETERS[key] ?? key] = value;
  }
  const inputs: readonly unknown[] = Array.isArray(params.input) ? params.input : [params.input];
  const instances = inputs.map((content) => {
    if (typeof content === "string") return { content, ...instance };
    throw createError("BadRequestError", {
      message:
        "Vertex AI takes text to embed; tokens cannot be sent. Give input as a string or a list of strings",
      llm_provider: "vertex_ai",
      model: call.requested_model,
      param: "input",
    });
  });
  return {
    instances,
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
    ...params.extra_body,
  };
}

/** {predictions: [{embeddings: {values, statistics: {token_count, truncated}}}]}. A cut input is a warning. */
export function decodeVertexEmbeddings(json: unknown, call: EmbedCall): EmbeddingResponse {
  const failure = googleFailure(json);
  if (failure) throw new WireFailure(failure);
  const list = isObject(json) && Array.isArray(json["predictions"]) ? json["predictions"] : [];
  const predictions = list
    .filter(isObject)
    .map((one) => (isObject(one["embeddings"]) ? one["embeddings"] : {}));
  if (predictions.length === 0)
    throw new WireFailure({ message: "the answer holds no embedding", code: "no_answer" });
  const statistics = predictions.map((one) => (isObject(one["statistics"]) ? one["statistics"] : {}));
  const tokens = statistics.map((one) => count(one["token_count"]));
  const cut = statistics.filter((one) => one["truncated"] === true).length;
  if (cut > 0) call.warnings.push({ param: "input", message: `${cut} inputs were too long and were cut` });
  const response = decodeEmbeddings({ embeddings: predictions.map((one) => one["values"]) }, call);
  if (tokens.some((one) => one !== undefined)) {
    const sum = tokens.reduce<number>((before, one) => before + (one ?? 0), 0);
    response.usage = { prompt_tokens: sum, total_tokens: sum };
  }
  return response;
}
