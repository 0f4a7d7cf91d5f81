// Messages of earlier turns as an OpenAI-like API takes them: what answers carry beyond OpenAI's shape is ours and
// goes no further; thoughts go back under the provider's own name for them, or not at all and with a warning.

import type { Message, ToolCall } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

export interface EarlierTurns {
  /** The field that takes an earlier answer's thoughts; "none": there is none. Default reasoning_content. */
  reasoning_back?: "reasoning_content" | "reasoning" | "none";
  /** Fields of an answer's message that the API wants back; answers keep them in `provider_specific_fields`. */
  fields_back?: readonly string[];
  /** Changes one message, already without what is ours. */
  message?: (message: Json, call: ChatCall) => Json;
}

export function earlierTurns(call: ChatCall, row: EarlierTurns): Json[] {
  const { reasoning_back: back = "reasoning_content", fields_back: kept = [], message: further } = row;
  let dropped = 0;
  const messages = call.params.messages.map((message): Json => {
    if (!hasOurs(message)) return further ? further(message, call) : message;
    const result = withoutOurs(message, kept);
    const thoughts = thoughtsOf(message);
    // As it stands where that is the API's own name, empty or not.
    if (back !== "reasoning_content") delete result["reasoning_content"];
    // Told in a field of the API's own, they are not told twice.
    if (thoughts !== "" && !kept.some((name) => result[name] !== undefined)) {
      if (back === "none") dropped += 1;
      else result[back] ||= thoughts;
    }
    return further ? further(result, call) : result;
  });
  if (dropped > 0) {
    call.warnings.push({
      param: "messages",
      message: `reasoning_content of ${dropped} earlier ${dropped === 1 ? "answer" : "answers"} was not sent back: the API takes none`,
    });
  }
  return messages;
}

/** The text of an answer's thoughts, "" where it has none. */
export function thoughtsOf({ reasoning_content, thinking_blocks }: Message): string {
  if (reasoning_content) return reasoning_content;
  return (thinking_blocks ?? []).map((block) => (block.type === "thinking" ? block.thinking : "")).join("");
}

function hasOurs(message: Message): boolean {
  if (message.reasoning_content !== undefined || message.thinking_blocks !== undefined) return true;
  if (message["provider_specific_fields"] !== undefined) return true;
  return message.tool_calls?.some((one) => one.provider_specific_fields !== undefined) ?? false;
}

function withoutOurs(message: Message, kept: readonly string[]): Json {
  const { thinking_blocks: _blocks, provider_specific_fields: fields, ...rest } = message;
  const result: Json = rest;
  for (const name of kept) if (isObject(fields) && fields[name] !== undefined) result[name] ??= fields[name];
  if (rest.tool_calls) result["tool_calls"] = rest.tool_calls.map(plainCall);
  return result;
}

function plainCall({ provider_specific_fields: _fields, ...call }: ToolCall): ToolCall {
  return call;
}
