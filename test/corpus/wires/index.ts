// Every wire under test, one line each. The first that replays a recording does.

import { anthropic } from "./anthropic.ts";
import { bedrock } from "./bedrock.ts";
import { bedrockInvoke } from "./bedrock-invoke.ts";
import { cohere } from "./cohere.ts";
import { gemini } from "./gemini.ts";
import { ollama } from "./ollama.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiResponses } from "./openai-responses.ts";
import { vertex } from "./vertex.ts";
import type { Wire } from "./wire.ts";

export const WIRES: readonly Wire[] = [
  openaiResponses,
  anthropic,
  bedrock,
  bedrockInvoke,
  cohere,
  gemini,
  ollama,
  openaiChat,
  vertex,
];
