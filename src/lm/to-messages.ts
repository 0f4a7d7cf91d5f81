// VS Code's chat messages -> OpenAI's. Parts are told apart by their shape, so that a part this version does not know
// is skipped and nothing breaks. Pure.

import type { ContentPart, Message, ThinkingBlock, ToolCall } from "../../server/protocol/messages.ts";

export interface HostMessage {
  /** 1 user, 2 assistant; the host also sends 3, system, which its typings do not name. */
  role: number;
  content: readonly unknown[];
  name?: string | undefined;
}

type Json = Record<string, unknown>;
const SYSTEM = 3;
const ASSISTANT = 2;

/** What VS Code's own chat marks the end of a cached prefix with. */
const CACHE_MARK = "cache_control";

export function toMessages(messages: readonly HostMessage[]): Message[] {
  return messages.flatMap((message) => {
    if (message.role === SYSTEM) return [{ role: "system" as const, content: textOf(message.content) }];
    return message.role === ASSISTANT ? assistant(message) : user(message);
  });
}

/** Results of tools come first: they answer the turn before. */
function user({ content, name }: HostMessage): Message[] {
  const results: Message[] = [];
  const parts: ContentPart[] = [];
  for (const part of content.filter(isObject)) {
    if (isToolResult(part)) {
      results.push({
        role: "tool",
        tool_call_id: part["callId"] as string,
        content: textOf(part["content"]),
      });
      parts.push(...imagesIn(part["content"]));
    } else if (isText(part)) parts.push({ type: "text", text: part["value"] as string });
    else if (isData(part)) addData(parts, part);
  }
  if (parts.length === 0) return results;
  const only = parts.length === 1 ? parts[0] : undefined;
  const plain = only?.type === "text" && !("cache_control" in only) ? String((only as Json)["text"]) : parts;
  return [...results, { role: "user", content: plain, ...(name ? { name } : {}) }];
}

function assistant({ content }: HostMessage): Message[] {
  const thinking_blocks: ThinkingBlock[] = [];
  const tool_calls: ToolCall[] = [];
  for (const part of content.filter(isObject)) {
    if (isThinking(part)) thinking_blocks.push(...thoughtOf(part));
    else if (isToolCall(part)) {
      tool_calls.push({
        id: part["callId"] as string,
        type: "function",
        function: { name: part["name"] as string, arguments: JSON.stringify(part["input"] ?? {}) },
      });
    }
  }
  const text = textOf(content);
  if (text === "" && tool_calls.length === 0 && thinking_blocks.length === 0) return [];
  return [
    {
      role: "assistant",
      content: text === "" ? null : text,
      ...(tool_calls.length > 0 ? { tool_calls } : {}),
      ...(thinking_blocks.length > 0 ? { thinking_blocks } : {}),
    },
  ];
}

/** A signature came out in the part's metadata, and goes back from there. */
function thoughtOf(part: Json): ThinkingBlock[] {
  const metadata = isObject(part["metadata"]) ? part["metadata"] : {};
  if (typeof metadata["redacted"] === "string")
    return [{ type: "redacted_thinking", data: metadata["redacted"] }];
  const { value } = part;
  const thinking = Array.isArray(value) ? value.join("") : String(value ?? "");
  const { signature } = metadata;
  return typeof signature === "string" ? [{ type: "thinking", thinking, signature }] : [];
}

function addData(parts: ContentPart[], part: Json): void {
  const mime = String(part["mimeType"]);
  const last = parts.at(-1);
  if (mime === CACHE_MARK) {
    if (last) (last as Json)["cache_control"] = { type: "ephemeral" };
    return;
  }
  const data = part["data"] as Uint8Array;
  if (mime.startsWith("image/")) parts.push({ type: "image_url", image_url: { url: dataUrl(mime, data) } });
  else if (mime === "application/pdf") parts.push({ type: "file", file: { file_data: dataUrl(mime, data) } });
  else if (mime.startsWith("audio/"))
    parts.push({ type: "input_audio", input_audio: { data: base64(data), format: audioFormat(mime) } });
  else if (mime.startsWith("text/") || mime.includes("json"))
    parts.push({ type: "text", text: new TextDecoder().decode(data) });
}

/** A tool may show pictures; the role of its answer may not hold them everywhere. */
function imagesIn(content: unknown): ContentPart[] {
  const parts: ContentPart[] = [];
  for (const part of Array.isArray(content) ? content.filter(isObject) : [])
    if (isData(part) && String(part["mimeType"]).startsWith("image/")) addData(parts, part);
  return parts;
}

function textOf(content: unknown): string {
  if (!Array.isArray(content)) return "";
  return content
    .filter(isObject)
    .map((part) => {
      if (isText(part)) return part["value"] as string;
      // What a tool gives by its prompt's own markup: better as it is than not at all.
      if (isObject(part["value"]) && !isThinking(part)) return JSON.stringify(part["value"]);
      const mime = isData(part) ? String(part["mimeType"]) : "";
      const readable = mime.startsWith("text/") || mime.includes("json");
      return readable ? new TextDecoder().decode(part["data"] as Uint8Array) : "";
    })
    .join("");
}

function dataUrl(mime: string, data: Uint8Array): string {
  return `data:${mime};base64,${base64(data)}`;
}

function base64(data: Uint8Array): string {
  return Buffer.from(data).toString("base64");
}

/** As OpenAI names them. */
function audioFormat(mime: string): string {
  const format = mime.slice("audio/".length).replace(/^x-/, "");
  return format === "mpeg" ? "mp3" : format;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}
function isThinking(part: Json): boolean {
  return "value" in part && ("metadata" in part || "id" in part);
}
function isText(part: Json): boolean {
  return typeof part["value"] === "string" && !isThinking(part);
}
function isToolCall(part: Json): boolean {
  return typeof part["callId"] === "string" && typeof part["name"] === "string";
}
function isToolResult(part: Json): boolean {
  return typeof part["callId"] === "string" && Array.isArray(part["content"]);
}
function isData(part: Json): boolean {
  return typeof part["mimeType"] === "string" && part["data"] instanceof Uint8Array;
}
