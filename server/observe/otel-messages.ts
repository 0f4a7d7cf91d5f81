// Messages in the shape of OpenTelemetry's GenAI conventions, as JSON: only where the program logs messages. Pure.

import type { ContentPart, Message, ModelResponse } from "../protocol/messages.ts";

type Part = Record<string, unknown>;

/** System instructions apart from the rest. */
export function inputMessages(messages: readonly Message[]): Record<string, string> {
  const system = messages.filter(({ role }) => role === "system" || role === "developer");
  const rest = messages.filter((one) => !system.includes(one));
  return {
    "gen_ai.input.messages": JSON.stringify(rest.map((one) => ({ role: one.role, parts: partsOf(one) }))),
    ...(system.length > 0 ? { "gen_ai.system_instructions": JSON.stringify(system.flatMap(partsOf)) } : {}),
  };
}

export function outputMessages({ choices }: ModelResponse): Record<string, string> {
  const told = choices.map(({ message, finish_reason }) => ({
    role: message.role,
    parts: partsOf(message as Message),
    finish_reason,
  }));
  return { "gen_ai.output.messages": JSON.stringify(told) };
}

function partsOf({ content, tool_calls, tool_call_id, reasoning_content }: Message): Part[] {
  const parts: Part[] = [];
  if (reasoning_content) parts.push({ type: "reasoning", content: reasoning_content });
  if (tool_call_id !== undefined)
    parts.push({ type: "tool_call_response", id: tool_call_id, response: content });
  else if (typeof content === "string") parts.push({ type: "text", content });
  else for (const one of content ?? []) parts.push(partOf(one));
  for (const { id, function: fn } of tool_calls ?? [])
    parts.push({ type: "tool_call", id, name: fn.name, arguments: fn.arguments });
  return parts;
}

/** Pictures and files are named and not repeated. */
function partOf(part: ContentPart): Part {
  return part.type === "text"
    ? { type: "text", content: part["text" as keyof ContentPart] }
    : { type: part.type };
}
