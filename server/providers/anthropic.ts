// Anthropic's Messages API: /v1/messages (SSE) and /v1/models. Source: Anthropic's API reference. The body and the decoder
// serve every cloud that offers Claude; only addresses, keys and headers are told here.

import { AnthropicStreamDecoder, decodeAnthropicResponse } from "./anthropic-decode.ts";
import { anthropicRequest, claudeParams } from "./anthropic-request.ts";
import { readModelList } from "./model-list.ts";
import { readFailureBody } from "./openai-failure.ts";
import type { Provider, WireRequest } from "./types.ts";

const VERSION = { "anthropic-version": "2023-06-01" };

export const anthropic: Provider = {
  id: "anthropic",
  label: "Anthropic",
  env: {
    key: ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"],
    base: ["ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"],
  },
  base_url: "https://api.anthropic.com",
  key_required: true,
  local: false,
  auth: (key) =>
    // Tokens of a subscription are no API keys.
    key.startsWith("sk-ant-oat")
      ? { authorization: `Bearer ${key}`, "anthropic-beta": "oauth-2025-04-20" }
      : { "x-api-key": key },
  list_headers: ["anthropic-beta"],
  chat: {
    framing: "sse",
    request: (call): WireRequest => {
      const { body, betas } = anthropicRequest(call);
      const beta = betas.length > 0 ? { "anthropic-beta": betas.join(",") } : {};
      return { method: "POST", path: "/v1/messages", headers: { ...VERSION, ...beta }, body };
    },
    response: decodeAnthropicResponse,
    stream: (call) => new AnthropicStreamDecoder(call),
  },
  models: {
    request: () => ({ method: "GET", path: "/v1/models?limit=1000", headers: { ...VERSION } }),
    response: (json) => readModelList(json, () => "chat"),
  },
  supportedParams: claudeParams,
  inputs: ["image", "pdf"],
  failure: (status, _headers, body) => readFailureBody(status, body),
};
