// Perplexity: answers from the web, their sources beside them; it takes no tools. Embeddings come as signed bytes
// in base64 and become numbers here. Source: docs.perplexity.ai, "Chat completions" and "Embeddings".

import { createError } from "../../protocol/errors.ts";
import type { EmbeddingResponse } from "../../protocol/messages.ts";
import { decodeEmbeddings } from "../embedding-decode.ts";
import { isObject, type Json } from "../openai-delta.ts";
import { openaiLike } from "../openai-like.ts";
import type { EmbedCall } from "../types.ts";
import { withCost } from "../usage.ts";

export const perplexity = openaiLike({
  id: "perplexity",
  label: "Perplexity",
  env: { key: ["PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY"], base: ["PERPLEXITY_API_BASE"] },
  base_url: "https://api.perplexity.ai",
  not_taken: [
    {
      params: [
        ...["tools", "tool_choice", "parallel_tool_calls", "functions", "function_call", "n", "stop"],
        ...["logit_bias", "logprobs", "top_logprobs", "seed", "modalities", "audio", "prediction", "user"],
        ...["thinking", "verbosity", "service_tier", "safety_identifier", "store"],
        ...["prompt_cache_key", "prompt_cache_retention"],
      ],
    },
  ],
  renames: { max_completion_tokens: "max_tokens" },
  message: withFileUrls,
  // Of the price, several parts are told and their sum.
  usage: (usage) => {
    const cost: unknown = usage.cost;
    return isObject(cost) ? withCost({ ...usage, cost_details: cost }, cost["total_cost"]) : usage;
  },
  embed: {
    path: "/v1/embeddings",
    supported: () => new Set(["dimensions", "encoding_format"]),
    encoding: "unsaid",
    response,
  },
  models: false,
  inputs: ["image", "pdf"],
});

/** OpenAI's `file` part in Perplexity's words: an address, or the bare base64. */
function withFileUrls(message: Json): Json {
  const { content } = message;
  if (!Array.isArray(content) || !content.some((part) => isObject(part) && part["type"] === "file"))
    return message;
  return { ...message, content: content.map(toPart) };
}

function toPart(part: unknown): unknown {
  if (!isObject(part) || part["type"] !== "file" || !isObject(part["file"])) return part;
  const { file_data, file_id, filename } = part["file"];
  const given = file_data ?? file_id;
  const usable = typeof given === "string" && /^(?:data:|https?:)/.test(given);
  if (!usable) {
    throw createError("BadRequestError", {
      message:
        "Perplexity takes a file as an https address or as data:…;base64,…; it keeps no uploaded files",
      llm_provider: "perplexity",
      param: "messages",
    });
  }
  const url = given.replace(/^data:[^,]*;base64,/, "");
  return {
    type: "file_url",
    file_url: { url },
    ...(typeof filename === "string" ? { file_name: filename } : {}),
  };
}

/** Signed bytes; the encoding that the caller wants is made of the numbers afterwards. */
function response(json: unknown, call: EmbedCall): EmbeddingResponse {
  const decoded = decodeEmbeddings(json, call);
  for (const item of decoded.data) {
    if (typeof item.embedding === "string")
      item.embedding = [...new Int8Array(Buffer.from(item.embedding, "base64"))];
  }
  return decoded;
}
