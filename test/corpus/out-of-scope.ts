// Recordings of APIs that completion() and embedding() do not speak, each with its reason.

import type { Entry } from "./recordings.ts";

const APIS: Readonly<Record<string, string>> = {
  "openai.completions": "legacy text completions",
  "ollama.generate": "Ollama's older API, which /api/chat covers",
  "ollama.show": "Ollama's model details: no call",
  "anthropic.countTokens": "token counting: no call",
  "gemini.countTokens": "token counting: no call",
  "cohere.v1.generate": "Cohere's older text completions",
  "cohere.v1.chat": "Cohere's older chat API",
  "vertex.predict": "no chat and no embedding of this API",
};

/** undefined: it is in scope. */
export function outOfScope({ api, kind }: Entry): string | undefined {
  if (api === null) return "an error page of no known API";
  if (kind === "models" || api === "models") return "model lists: the fixtures have them";
  return APIS[api];
}
