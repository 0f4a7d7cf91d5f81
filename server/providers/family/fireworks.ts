// Fireworks: a bare model name is one of its own and gets the prefix its API wants; schemas, thinking and efforts
// are taken as they are. Source: docs.fireworks.ai, "Create chat completion".

import { openaiLike } from "../openai-like.ts";

const PREFIX = "accounts/fireworks/models/";
/** Deployments and other people's models have paths of their own. */
const fullName = (model: string): string => (model.includes("/") ? model : PREFIX + model);

export const fireworks = openaiLike({
  id: "fireworks_ai",
  label: "Fireworks AI",
  env: {
    key: ["FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY", "FIREWORKSAI_API_KEY", "FIREWORKS_AI_TOKEN"],
    base: ["FIREWORKS_API_BASE"],
  },
  base_url: "https://api.fireworks.ai/inference/v1",
  not_taken: [
    { params: ["modalities", "audio", "web_search_options", "verbosity", "store", "service_tier"] },
  ],
  renames: { max_completion_tokens: "max_tokens" },
  body(body, call) {
    body["model"] = fullName(call.model);
  },
  embed: { supported: () => new Set(["dimensions"]) },
  models: {
    mode: ({ kind, supports_chat }) =>
      kind === "EMBEDDING_MODEL" ? "embedding" : supports_chat === false ? "unknown" : undefined,
  },
  inputs: ["image"],
});
