// DeepSeek: thinking is switched by type and sized by effort, both sent as the caller gave them; its cache counts
// become OpenAI's; a JSON schema is asked for in words, for its API knows only "some JSON". Source: api-docs.deepseek.com.

import type { ChatBody } from "../chat-body.ts";
import { isObject } from "../openai-delta.ts";
import { openaiLike } from "../openai-like.ts";
import type { ChatCall } from "../types.ts";
import { withCachedTokens } from "../usage.ts";

export const deepseek = openaiLike({
  id: "deepseek",
  label: "DeepSeek",
  env: { key: ["DEEPSEEK_API_KEY"], base: ["DEEPSEEK_API_BASE"] },
  base_url: "https://api.deepseek.com",
  // LiteLLM's address: strict tools and the completion of a begun answer live there.
  path: (call) => (isPlainHome(call) ? "/beta/chat/completions" : "/chat/completions"),
  text: {
    path: (call) => (isPlainHome(call) ? "/beta/completions" : "/completions"),
    not_taken: ["n", "best_of", "seed", "logit_bias", "user"],
  },
  not_taken: [{ params: ["user", "verbosity"] }],
  renames: { max_completion_tokens: "max_tokens" },
  schemas: "in words",
  body: (body, call) => withoutBudget(body, call, "DeepSeek"),
  usage: (usage) => withCachedTokens(usage, usage["prompt_cache_hit_tokens"]),
});

function isPlainHome({ own_base, api_base }: Pick<ChatCall, "own_base" | "api_base">): boolean {
  return !own_base && /^https?:\/\/[^/]+\/?$/.test(api_base ?? "https://api.deepseek.com");
}

/** `thinking` stays a switch; a budget in it is named as dropped. */
export function withoutBudget(body: ChatBody, call: ChatCall, label: string): void {
  const { thinking } = body;
  if (!isObject(thinking)) return;
  const { budget_tokens, ...rest } = thinking;
  body["thinking"] = rest["type"] === "adaptive" ? { ...rest, type: "enabled" } : rest;
  if (budget_tokens === undefined) return;
  call.warnings.push({
    param: "thinking",
    message: `thinking.budget_tokens was dropped: ${label} thinks without a budget`,
  });
}
