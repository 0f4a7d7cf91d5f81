// Z.ai's GLM models: thinking is a switch, from GLM-5.2 on an effort sizes it, and JSON comes without schemas, so
// a schema is asked for in words and checked. Source: docs.z.ai, "Chat completion" and "Thinking mode".

import type { ChatBody } from "../chat-body.ts";
import { openaiLike } from "../openai-like.ts";
import type { ChatCall } from "../types.ts";
import { withoutBudget } from "./deepseek.ts";

const NO_EFFORT = /^glm-(?:4|5(?!\.[2-9])(?:[-.]|$))/;

export const zai = openaiLike({
  id: "zai",
  label: "Z.ai",
  env: { key: ["ZAI_API_KEY"], base: ["ZAI_API_BASE"] },
  base_url: "https://api.z.ai/api/paas/v4",
  not_taken: [
    {
      params: [
        ...["n", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs", "top_logprobs"],
        ...["modalities", "audio", "prediction", "web_search_options", "verbosity", "service_tier"],
        ...["functions", "function_call", "store", "prompt_cache_key", "prompt_cache_retention"],
      ],
    },
  ],
  renames: { max_completion_tokens: "max_tokens", user: "user_id" },
  schemas: "in words",
  body(body, call) {
    withoutBudget(body, call, "Z.ai");
    switchThinking(body, call);
  },
  // Its documentation names no list.
  models: false,
  inputs: ["image"],
});

function switchThinking(body: ChatBody, call: ChatCall): void {
  const effort = body["reasoning_effort"];
  if (effort === undefined || !NO_EFFORT.test(call.model)) return;
  if (effort === "none") {
    delete body["reasoning_effort"];
    body["thinking"] ??= { type: "disabled" };
    return;
  }
  call.warnings.push({
    param: "reasoning_effort",
    message: `${call.model} thinks without a measure: of reasoning_effort it heeds only none`,
  });
}
