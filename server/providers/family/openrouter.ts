// OpenRouter: it tells what a call cost when asked, which it always is; thoughts go back as the details they came
// as; cache marks stand on content parts, for the models that heed them. Source: openrouter.ai/docs.

import { isObject, type Json } from "../openai-delta.ts";
import { openaiLike } from "../openai-like.ts";
import { joinReasoningDetails } from "../reasoning-details.ts";
import { reasoningObject } from "../reasoning-object.ts";
import type { ChatCall, EmbedCall } from "../types.ts";

/** Models behind it that take cache marks; the others cache by themselves or not at all. */
const CACHE_MARKS = /^(?:anthropic|google)\/|claude|gemini/;

export const openrouter = openaiLike({
  id: "openrouter",
  label: "OpenRouter",
  env: { key: ["OPENROUTER_API_KEY", "OR_API_KEY"], base: ["OPENROUTER_API_BASE"] },
  base_url: "https://openrouter.ai/api/v1",
  settings: [
    { name: "or_site_url", env: ["OR_SITE_URL"] },
    { name: "or_app_name", env: ["OR_APP_NAME"] },
  ],
  headers: appHeaders,
  reasoning_back: "reasoning",
  fields_back: ["reasoning_details"],
  message: (message, call) => withCacheMarks(joinReasoningDetails(message), call),
  body(body) {
    body["usage"] = { include: true };
    reasoningObject(body, { efforts: false });
  },
  embed: {},
  models: {
    mode: ({ architecture }) => {
      const out = isObject(architecture) ? architecture["output_modalities"] : undefined;
      if (!Array.isArray(out)) return undefined;
      if (out.includes("embeddings")) return "embedding";
      return out.includes("text") ? "chat" : "unknown";
    },
  },
  inputs: ["image", "pdf", "audio"],
});

/** Only what the user gave: OpenRouter's rankings name apps in public. */
function appHeaders({ settings }: ChatCall | EmbedCall): Record<string, string> {
  const { or_site_url, or_app_name } = settings;
  return {
    ...(or_site_url === undefined ? {} : { "http-referer": or_site_url }),
    ...(or_app_name === undefined ? {} : { "x-title": or_app_name }),
  };
}

function withCacheMarks(message: Json, call: ChatCall): Json {
  if (!CACHE_MARKS.test(call.model)) return withoutCacheMarks(message, call);
  const { cache_control, ...rest } = message;
  if (cache_control === undefined) return message;
  const { content } = rest;
  const parts = Array.isArray(content) ? content : [{ type: "text", text: content ?? "" }];
  const last = parts.at(-1);
  return { ...rest, content: [...parts.slice(0, -1), { ...last, cache_control }] };
}

function withoutCacheMarks(message: Json, { model, warnings }: ChatCall): Json {
  const { content } = message;
  const parts = Array.isArray(content) ? content : [];
  const marked = (one: unknown): boolean => isObject(one) && one["cache_control"] !== undefined;
  if (!marked(message) && !parts.some(marked)) return message;
  if (!warnings.some(({ param }) => param === "cache_control")) {
    warnings.push({
      param: "cache_control",
      message: `cache_control was dropped: ${model} takes no cache marks`,
    });
  }
  const plain = without(message);
  return Array.isArray(content) ? { ...plain, content: content.map(without) } : plain;
}

function without(marked: Json): Json {
  const { cache_control: _mark, ...rest } = marked;
  return rest;
}
