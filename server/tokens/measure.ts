// Messages and tools -> the texts to tokenize and the tokens beside them, by LiteLLM's rules: three a message, one a
// name, three for the reply. It also says what no tokenizer can count. Pure.

import type { Message, Tool } from "../protocol/messages.ts";
import { imageTokens } from "./image-tokens.ts";
import { toolText } from "./tool-text.ts";

const PER_MESSAGE = 3;
const PER_NAME = 1;
const PER_REPLY = 3;
const TOOLS = 9;
/** Tools share the system message's frame. */
const TOOLS_BESIDE_SYSTEM = -4;
const NO_TOOL_WANTED = 1;
const ONE_TOOL_WANTED = 7;

export interface Measure {
  texts: string[];
  /** Beside the texts. */
  tokens: number;
  /** Images, sound and files are in it: their tokens are a guess. */
  guessed: boolean;
}

export function measureMessage(message: Message, use_default_image_token_count = false): Measure {
  const measure: Measure = { texts: [], tokens: PER_MESSAGE, guessed: false };
  for (const [key, value] of Object.entries(message)) {
    if (typeof value === "string") {
      measure.texts.push(value);
      if (key === "name") measure.tokens += PER_NAME;
    } else if (key === "content" && Array.isArray(value)) {
      for (const part of value) measurePart(part, measure, use_default_image_token_count);
    } else if (key === "tool_calls" && Array.isArray(value)) {
      for (const call of value as { function?: { arguments?: unknown } }[])
        if (call.function) measure.texts.push(asText(call.function.arguments));
    } else if (key === "function_call" && value) {
      measure.texts.push(asText((value as { arguments?: unknown }).arguments));
    } else if (key === "thinking_blocks" && Array.isArray(value)) {
      for (const block of value as { thinking?: unknown }[]) measure.texts.push(asText(block.thinking));
    }
  }
  return measure;
}

function measurePart(part: unknown, measure: Measure, use_default: boolean): void {
  if (typeof part === "string") {
    measure.texts.push(part);
    return;
  }
  const { type, text, image_url } = (part ?? {}) as Record<string, unknown>;
  if (typeof text === "string") measure.texts.push(text);
  else if (type === "image_url") {
    measure.tokens += imageTokens(image_url, use_default);
    measure.guessed = true;
  } else measure.guessed = true;
}

/** What a request holds beside its messages; `messages` are there to see whether a system message is among them. */
export function measureRequest({
  messages,
  tools,
  tool_choice,
}: {
  messages: readonly Message[];
  tools?: readonly Tool[] | null | undefined;
  tool_choice?: string | Record<string, unknown> | null | undefined;
}): Measure {
  const measure: Measure = { texts: [], tokens: PER_REPLY, guessed: false };
  if (tools && tools.length > 0) {
    measure.texts.push(toolText(tools));
    measure.tokens += TOOLS;
    if (messages.some(({ role }) => role === "system")) measure.tokens += TOOLS_BESIDE_SYSTEM;
  }
  if (tool_choice === "none") measure.tokens += NO_TOOL_WANTED;
  else if (typeof tool_choice === "object" && tool_choice !== null) {
    const name = (tool_choice["function"] as { name?: unknown } | undefined)?.name;
    measure.tokens += ONE_TOOL_WANTED;
    if (typeof name === "string") measure.texts.push(name);
  }
  return measure;
}

export function joinMeasures(measures: readonly Measure[]): Measure {
  return {
    texts: measures.flatMap(({ texts }) => texts),
    tokens: measures.reduce((sum, { tokens }) => sum + tokens, 0),
    guessed: measures.some(({ guessed }) => guessed),
  };
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}
