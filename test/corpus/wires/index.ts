// Every wire under test, one line each. The first that replays a recording does.

import { cohere } from "./cohere.ts";
import { ollama } from "./ollama.ts";
import { openaiChat } from "./openai-chat.ts";
import type { Wire } from "./wire.ts";

export const WIRES: readonly Wire[] = [cohere, ollama, openaiChat];
