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
  "vertex.predict": "embeddings by a key, and not a token: the fixtures have embeddings",
};

/** The makers whose own API bedrock/invoke/… speaks; Claude's before its messages took a text and gave one back. */
const INVOKED = /(?:^|\.)(?:anthropic\.claude-(?!instant|v\d)|openai\.)/;

/** undefined: it is in scope. */
export function outOfScope({ api, kind, model }: Entry): string | undefined {
  if (api === null) return "an error page of no known API";
  if (kind === "models" || api === "models") return "model lists: the fixtures have them";
  if (api.startsWith("bedrock.invoke") && !INVOKED.test(model ?? ""))
    return "Bedrock's makers' own text APIs, for which there is Converse";
  return APIS[api];
}
