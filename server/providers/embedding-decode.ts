// Embedding answers in every shape seen: OpenAI's list (floats or base64), Ollama's `embeddings` and the older
// `embedding`. A count that differs from the inputs is a warning with the data kept. Pure.

import type { EmbeddingData, EmbeddingResponse } from "../protocol/messages.ts";
import { isObject } from "./openai-delta.ts";
import { readFailure } from "./openai-failure.ts";
import { type EmbedCall, WireFailure } from "./types.ts";
import { count } from "./usage.ts";

export function decodeEmbeddings(json: unknown, call: EmbedCall): EmbeddingResponse {
  if (!isObject(json))
    throw new WireFailure({ message: "the answer is not a JSON object", code: "no_answer" });
  if (json["error"] !== undefined && json["error"] !== null) throw new WireFailure(readFailure(json));
  const data = readVectors(json);
  if (data === undefined)
    throw new WireFailure({ message: "the answer holds no embedding", code: "no_answer" });
  const inputs = inputCount(call.params.input);
  if (data.length !== inputs) {
    call.warnings.push({
      param: "input",
      message: `${inputs} inputs were sent and ${data.length} embeddings came back`,
    });
  }
  const response: EmbeddingResponse = {
    object: "list",
    model: typeof json["model"] === "string" ? json["model"] : call.requested_model,
    data,
  };
  const usage = json["usage"];
  const told = isObject(usage) ? usage : {};
  const prompt_tokens = count(told["prompt_tokens"]) ?? count(json["prompt_eval_count"]);
  if (prompt_tokens !== undefined) {
    response.usage = { ...told, prompt_tokens, total_tokens: count(told["total_tokens"]) ?? prompt_tokens };
  }
  return response;
}

function readVectors(json: Record<string, unknown>): EmbeddingData[] | undefined {
  const list = json["data"];
  if (Array.isArray(list)) {
    return list.filter(isObject).map((item, position) => ({
      object: "embedding",
      index: count(item["index"]) ?? position,
      embedding: vector(item["embedding"]),
    }));
  }
  const many = json["embeddings"];
  if (Array.isArray(many))
    return many.map((one, index) => ({ object: "embedding", index, embedding: vector(one) }));
  const single = json["embedding"];
  if (Array.isArray(single)) return [{ object: "embedding", index: 0, embedding: vector(single) }];
  return undefined;
}

function vector(value: unknown): number[] | string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value))
    throw new WireFailure({ message: "an embedding is neither numbers nor base64", code: "no_answer" });
  return value as number[];
}

/** A flat list of token ids is one input. */
export function inputCount(input: EmbedCall["params"]["input"]): number {
  return Array.isArray(input) && typeof input[0] !== "number" ? input.length : 1;
}
