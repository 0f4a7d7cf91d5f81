// A call -> the body of Gemini's generateContent and streamGenerateContent, on the Gemini API and on Vertex AI. The
// provider's own arguments go where they belong, and win. Source: Gemini API reference, models.generateContent.

import { splitOwn, toConfig } from "./gemini-config.ts";
import { toContents } from "./gemini-contents.ts";
import { toToolConfig, toTools } from "./gemini-tools.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

/** Throws BadRequestError for what Gemini cannot be told. */
export function geminiBody(call: ChatCall): Json {
  const { systemInstruction, contents } = toContents(call);
  const own = splitOwn(call.passthrough);
  const body: Json = { contents };
  if (systemInstruction) body["systemInstruction"] = systemInstruction;
  const tools = toTools(call);
  if (tools.length > 0) body["tools"] = tools;
  const choice = toToolConfig(call, tools);
  if (choice) body["toolConfig"] = choice;
  const config: Json = { ...toConfig(call), ...own.config };
  if (Object.keys(config).length > 0) body["generationConfig"] = config;
  const { toolConfig: told, ...rest } = own.body;
  if (isObject(told)) body["toolConfig"] = { ...choice, ...told };
  return { ...body, ...rest, ...call.params.extra_body };
}

/** What stands after the model's name in a path. */
export function geminiMethod(call: ChatCall): string {
  return call.stream ? "streamGenerateContent?alt=sse" : "generateContent";
}

/** OpenAI's parameters that a model takes. */
export function geminiParams(thinks: boolean): ReadonlySet<string> {
  return thinks ? THINKING : PLAIN;
}

const PLAIN: ReadonlySet<string> = new Set([
  "temperature",
  "top_p",
  "max_tokens",
  "max_completion_tokens",
  "stream",
  "stream_options",
  "tools",
  "tool_choice",
  "functions",
  "function_call",
  "response_format",
  "n",
  "stop",
  "seed",
  "logprobs",
  "top_logprobs",
  "frequency_penalty",
  "presence_penalty",
  "modalities",
  "audio",
  "parallel_tool_calls",
  "web_search_options",
]);
const THINKING: ReadonlySet<string> = new Set([...PLAIN, "reasoning_effort", "thinking"]);
