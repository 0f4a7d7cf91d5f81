// Ollama's native API: /api/chat (NDJSON), /api/embed, /api/tags. Source: Ollama's docs/api.md.
// Tool calls get an index and an id of their own, and their finish reason is tool_calls, which Ollama never says.

import { decodeEmbeddings } from "./embedding-decode.ts";
import { decodeOllamaResponse, OllamaStreamDecoder } from "./ollama-decode.ts";
import { ollamaBody } from "./ollama-request.ts";
import { ollamaText } from "./ollama-text.ts";
import { isObject } from "./openai-delta.ts";
import { readFailureBody } from "./openai-failure.ts";
import type { ModelListing, Provider } from "./types.ts";

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
  "seed",
  "tools",
  "tool_choice",
  "logprobs",
  "top_logprobs",
]);

export const ollama: Provider = {
  id: "ollama",
  label: "Ollama",
  env: { key: ["OLLAMA_API_KEY"], base: ["OLLAMA_API_BASE", "OLLAMA_HOST"] },
  base_url: "http://localhost:11434",
  key_required: false,
  local: true,
  auth: (key) => ({ authorization: `Bearer ${key}` }),
  chat: {
    framing: "ndjson",
    request: (call) => ({ method: "POST", path: "/api/chat", body: ollamaBody(call) }),
    response: decodeOllamaResponse,
    stream: (call) => new OllamaStreamDecoder(call),
  },
  embed: {
    request: ({ model, params, passthrough }) => ({
      method: "POST",
      path: "/api/embed",
      body: {
        model,
        input: params.input,
        ...(params.dimensions === undefined ? {} : { dimensions: params.dimensions }),
        ...passthrough,
        ...params.extra_body,
      },
    }),
    response: decodeEmbeddings,
  },
  text: ollamaText,
  models: {
    request: () => ({ method: "GET", path: "/api/tags" }),
    response: (json): ModelListing[] => {
      const list = isObject(json) ? json["models"] : undefined;
      if (!Array.isArray(list)) return [];
      return list
        .filter(isObject)
        .map((item) => String(item["name"] ?? item["model"] ?? ""))
        .filter((id) => id !== "")
        .map((id) => ({ id, mode: /embed|minilm|bge-/i.test(id) ? "embedding" : "chat" }));
    },
  },
  supportedParams: () => CHAT_PARAMS,
  inputs: ["image"],
  failure: (status, _headers, body) => readFailureBody(status, body),
  hint: ({ name, message, model, api_base, refused }) => {
    if (refused) return `Is Ollama running at ${api_base}? Start it with: ollama serve`;
    if (name === "NotFoundError" && /model|not found/i.test(message))
      return `Get the model with: ollama pull ${model}`;
    return undefined;
  },
};
