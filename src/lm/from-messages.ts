// OpenAI's messages -> VS Code's. System prompts go in as the user's: the role for them is VS Code's own. What has no
// place there is said in words, or left out where words would only mislead.

import * as vscode from "vscode";
import type { ContentPart, Message, Tool } from "../../server/protocol/messages.ts";

type Part =
  | vscode.LanguageModelTextPart
  | vscode.LanguageModelDataPart
  | vscode.LanguageModelToolCallPart
  | vscode.LanguageModelToolResultPart;

export function fromMessages(messages: readonly Message[]): vscode.LanguageModelChatMessage[] {
  const turns: { role: vscode.LanguageModelChatMessageRole; parts: Part[] }[] = [];
  for (const message of messages) {
    const role =
      message.role === "assistant"
        ? vscode.LanguageModelChatMessageRole.Assistant
        : vscode.LanguageModelChatMessageRole.User;
    const parts = partsOf(message);
    const last = turns.at(-1);
    // Results of several tools answer one turn.
    if (last && last.role === role && message.role === "tool") last.parts.push(...parts);
    else if (parts.length > 0) turns.push({ role, parts });
  }
  return turns.map(({ role, parts }) => new vscode.LanguageModelChatMessage(role, parts as never[]));
}

export function fromTools(tools: readonly Tool[]): vscode.LanguageModelChatTool[] {
  return tools.flatMap(({ function: fn }) =>
    fn ? [{ name: fn.name, description: fn.description ?? "", inputSchema: fn.parameters ?? {} }] : [],
  );
}

function partsOf({ role, content, tool_calls, tool_call_id }: Message): Part[] {
  const parts = contentParts(content);
  if (role === "tool" && tool_call_id) return [new vscode.LanguageModelToolResultPart(tool_call_id, parts)];
  for (const { id, function: fn } of tool_calls ?? [])
    parts.push(new vscode.LanguageModelToolCallPart(id ?? "", fn.name, inputOf(fn.arguments)));
  return parts;
}

function contentParts(content: Message["content"]): Part[] {
  if (typeof content === "string") return content === "" ? [] : [new vscode.LanguageModelTextPart(content)];
  return (content ?? []).flatMap((part): Part[] => {
    if (part.type === "text") return [new vscode.LanguageModelTextPart(String(part["text"] ?? ""))];
    if (part.type === "image_url") return [imageOf(part)];
    return [new vscode.LanguageModelTextPart(`[${part.type}: not shown to this model]`)];
  });
}

/** Only what is in the call: nothing is fetched. */
function imageOf(part: ContentPart): Part {
  const image = (part as { image_url?: unknown }).image_url;
  const url = typeof image === "string" ? image : String((image as { url?: unknown } | null)?.url ?? "");
  const inline = /^data:(image\/[\w.+-]+);base64,(.*)$/s.exec(url);
  return inline
    ? vscode.LanguageModelDataPart.image(Buffer.from(inline[2] ?? "", "base64"), inline[1] ?? "")
    : new vscode.LanguageModelTextPart(`[image at ${url.slice(0, 200)}]`);
}

function inputOf(text: unknown): object {
  if (typeof text === "object" && text !== null) return text;
  try {
    const value: unknown = JSON.parse(String(text ?? ""));
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Handed on below.
  }
  return text ? { arguments: text } : {};
}
