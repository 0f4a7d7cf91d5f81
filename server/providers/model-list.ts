// Model lists as the OpenAI-like APIs give them: `{data: [...]}`, `{models: [...]}` or a bare list. What a model is
// for is read from the list where it tells, else guessed from the name; never throws.

import { isObject, type Json } from "./openai-delta.ts";
import type { ModelListing } from "./types.ts";

const EMBEDS = /embed|(?:^|[-/])(?:bge|e5|gte|minilm|uae|m2-bert)[-/]/i;
const NO_CHAT =
  /whisper|transcri|tts|speech|rerank|moderation|guard|(?:^|[-/])(?:flux|ocr|dall-e)|stable-diffusion|image|video|imagine/i;

/** `mode`: what the provider's own list says of a model, undefined where it does not. */
export function readModelList(
  json: unknown,
  mode?: (item: Json) => ModelListing["mode"] | undefined,
): ModelListing[] {
  const list = isObject(json) ? (json["data"] ?? json["models"]) : json;
  if (!Array.isArray(list)) return [];
  const found: ModelListing[] = [];
  for (const item of list.filter(isObject)) {
    const id = String(item["id"] ?? item["name"] ?? "");
    if (id !== "") found.push({ id, mode: mode?.(item) ?? modeOfName(id) });
  }
  return found;
}

function modeOfName(id: string): ModelListing["mode"] {
  if (EMBEDS.test(id)) return "embedding";
  return NO_CHAT.test(id) ? "unknown" : "chat";
}
