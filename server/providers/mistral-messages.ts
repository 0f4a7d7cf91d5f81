// Messages in Mistral's words: tool ids of nine letters and digits, thoughts as parts of the content, documents by
// address, a name on tool results alone. What Mistral cannot take is named in the call's warnings or refused.

import { createError } from "../protocol/errors.ts";
import type { ContentPart, Message, ToolCall } from "../protocol/messages.ts";
import { thoughtsOf } from "./earlier-turns.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { ShortIds } from "./short-ids.ts";
import type { ChatCall } from "./types.ts";

/** What answers carry for callers and no request of Mistral's knows. */
const OURS = [
  ...["reasoning_content", "thinking_blocks", "provider_specific_fields", "refusal", "audio", "images"],
  ...["annotations", "function_call", "cache_control"],
];

/** `thinks`: the model takes thoughts back. */
export function mistralMessages(call: ChatCall, thinks: boolean): Json[] {
  const ids = new ShortIds();
  const warned = new Set<string>();
  const warn = (message: string): void => {
    if (!warned.has(message)) call.warnings.push({ param: "messages", message });
    warned.add(message);
  };
  const messages: Json[] = [];
  for (const message of call.params.messages) {
    const result = toMessage(message, { ids, thinks, warn, call });
    if (result) messages.push(result);
    else warn("an assistant message without content and calls was left out: Mistral refuses it");
  }
  return messages;
}

interface Context {
  ids: ShortIds;
  thinks: boolean;
  warn: (message: string) => void;
  call: ChatCall;
}

function toMessage(message: Message, context: Context): Json | undefined {
  const { ids, warn } = context;
  const result: Json = {};
  for (const [key, value] of Object.entries(message)) {
    if (value !== null && value !== undefined && !OURS.includes(key)) result[key] = value;
  }
  result["role"] =
    message.role === "developer" ? "system" : message.role === "function" ? "tool" : message.role;
  if (result["name"] !== undefined && result["role"] !== "tool") {
    delete result["name"];
    warn("name was dropped: Mistral takes it on tool results alone");
  }
  if (message["cache_control"] !== undefined) warn("cache_control was dropped: Mistral caches by itself");
  if (Array.isArray(message.content))
    result["content"] = message.content.map((part) => toPart(part, context));
  if (message.tool_call_id !== undefined) result["tool_call_id"] = ids.of(message.tool_call_id);
  if (message.role !== "assistant") return result;
  const calls = callsOf(message);
  delete result["tool_calls"];
  if (calls.length > 0)
    result["tool_calls"] = calls.map((one) => ({ ...plainCall(one), id: ids.of(one.id) }));
  addThoughts(result, message, context);
  const empty = result["content"] === undefined || result["content"] === "" || isEmptyList(result["content"]);
  return empty && calls.length === 0 ? undefined : result;
}

/** A call in the older form is a call all the same. */
function callsOf({ tool_calls, function_call }: Message): ToolCall[] {
  if (tool_calls && tool_calls.length > 0) return tool_calls;
  return function_call
    ? [{ id: `call_${function_call.name}`, type: "function", function: function_call }]
    : [];
}

function plainCall({ provider_specific_fields: _fields, ...call }: ToolCall): ToolCall {
  return call;
}

function addThoughts(result: Json, message: Message, { thinks, warn, call }: Context): void {
  const thoughts = thoughtsOf(message);
  const { content } = result;
  if (thoughts === "" || (Array.isArray(content) && content.some(isThinking))) return;
  if (!thinks) {
    warn(`reasoning_content of earlier answers was not sent back: ${call.model} takes none`);
    return;
  }
  const rest = Array.isArray(content) ? content : content ? [{ type: "text", text: content }] : [];
  result["content"] = [{ type: "thinking", thinking: [{ type: "text", text: thoughts }] }, ...rest];
}

const isThinking = (part: unknown): boolean => isObject(part) && part["type"] === "thinking";
const isEmptyList = (content: unknown): boolean => Array.isArray(content) && content.length === 0;

/** Mistral's own kinds of parts pass as they are. */
function toPart(part: ContentPart, { warn }: Context): Json {
  const { cache_control, ...given } = part as Json;
  if (cache_control !== undefined) warn("cache_control was dropped: Mistral caches by itself");
  if (given["type"] === "file" && isObject(given["file"])) return toDocument(given["file"]);
  const audio = given["input_audio"];
  if (given["type"] === "input_audio" && isObject(audio)) return { ...given, input_audio: audio["data"] };
  const image = given["image_url"];
  if (given["type"] === "image_url" && isObject(image) && image["format"] !== undefined) {
    const { format: _format, ...rest } = image;
    return { ...given, image_url: rest };
  }
  return given;
}

function toDocument({ file_data, file_id, filename }: Json): Json {
  const name = typeof filename === "string" ? { document_name: filename } : {};
  for (const given of [file_data, file_id]) {
    if (typeof given === "string" && /^(?:https?:|data:)/.test(given))
      return { type: "document_url", document_url: given, ...name };
  }
  if (typeof file_id === "string") return { type: "file", file_id };
  throw createError("BadRequestError", {
    message:
      "Mistral takes a file as an https address, as data:application/pdf;base64,… or by the id of an uploaded one",
    llm_provider: "mistral",
    param: "messages",
  });
}
