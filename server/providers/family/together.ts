// Together AI: hybrid models think when `reasoning` is switched on, gpt-oss by its effort. Its answers carry a
// retry-after even when they are good, which only failures are asked for. Source: docs.together.ai.

import type { ChatBody } from "../chat-body.ts";
import { isObject } from "../openai-delta.ts";
import { openaiLike } from "../openai-like.ts";
import type { ChatCall, ModelListing } from "../types.ts";

export const together = openaiLike({
  id: "together_ai",
  label: "Together AI",
  env: {
    key: ["TOGETHER_API_KEY", "TOGETHER_AI_API_KEY", "TOGETHERAI_API_KEY", "TOGETHER_AI_TOKEN"],
    base: ["TOGETHER_AI_API_BASE"],
  },
  base_url: "https://api.together.xyz/v1",
  not_taken: [{ params: ["user", "verbosity"] }],
  renames: { max_completion_tokens: "max_tokens" },
  reasoning_back: "reasoning",
  body: switchReasoning,
  embed: {},
  models: { mode: ({ type }) => MODES[String(type)] },
  inputs: ["image"],
});

const MODES: Readonly<Record<string, ModelListing["mode"]>> = {
  chat: "chat",
  embedding: "embedding",
  image: "unknown",
  video: "unknown",
  audio: "unknown",
  transcribe: "unknown",
  moderation: "unknown",
  rerank: "unknown",
  language: "unknown",
};

function switchReasoning(body: ChatBody, call: ChatCall): void {
  const { thinking } = body;
  delete body["thinking"];
  if (body["reasoning_effort"] === "none") {
    delete body["reasoning_effort"];
    body["reasoning"] = { enabled: false };
    return;
  }
  if (!isObject(thinking)) return;
  body["reasoning"] = { enabled: thinking["type"] !== "disabled" };
  if (thinking["budget_tokens"] === undefined) return;
  call.warnings.push({
    param: "thinking",
    message: "thinking.budget_tokens was dropped: Together AI thinks without a budget",
  });
}
