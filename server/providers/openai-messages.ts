// Messages as OpenAI's own API takes them: it refuses fields it does not know, so what LiteLLM's shape has beyond
// OpenAI's is put into OpenAI's words, or left out with a warning. Others' servers get messages as they were given.

import { createError } from "../protocol/errors.ts";
import type { ContentPart } from "../protocol/messages.ts";
import { earlierTurns } from "./earlier-turns.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

/** `strict`: it goes to OpenAI's own API. Throws BadRequestError for a file that only an address tells of. */
export function openaiMessages(call: ChatCall, strict: boolean): Json[] {
  if (!strict) return earlierTurns(call, {});
  return earlierTurns(call, { reasoning_back: "none", message: plainMessage });
}

function plainMessage(message: Json, call: ChatCall): Json {
  const { cache_control, images, audio, content, tool_calls, ...rest } = message;
  if (cache_control !== undefined) warnOfCacheMark(call);
  if (images !== undefined)
    warnOnce(call, "messages", "images of an earlier answer were not sent back: OpenAI takes none there");
  const result: Json = { ...rest };
  if (content !== undefined)
    result["content"] = Array.isArray(content) ? content.map((part) => plainPart(part, call)) : content;
  // A position in a stream is no part of a call.
  if (Array.isArray(tool_calls))
    result["tool_calls"] = tool_calls.map(({ index: _index, ...one }: Json) => one);
  else if (tool_calls !== undefined) result["tool_calls"] = tool_calls;
  // An earlier answer's voice goes back by its id alone.
  if (isObject(audio) && typeof audio["id"] === "string") result["audio"] = { id: audio["id"] };
  return result;
}

function plainPart(part: ContentPart, call: ChatCall): Json {
  const { cache_control, ...own } = part as Json;
  if (cache_control !== undefined) warnOfCacheMark(call);
  switch (part.type) {
    case "image_url": {
      const image = own["image_url"];
      const { format: _format, ...address } = isObject(image) ? image : { url: image };
      return { ...own, image_url: address };
    }
    case "file":
      return isObject(own["file"]) ? { ...own, file: fileOf(own["file"], call) } : own;
    default:
      return own;
  }
}

/** Data as a data: URL with a name, as OpenAI wants both. */
function fileOf({ format, ...file }: Json, { model }: ChatCall): Json {
  const { file_id, file_data, filename } = file;
  for (const address of [file_id, file_data]) {
    if (typeof address !== "string" || !/^https?:\/\//.test(address)) continue;
    throw createError("BadRequestError", {
      message: `OpenAI's chat completions fetch no files: give file_data as a data: URL, or write openai/responses/${model}, which does`,
      llm_provider: "openai",
      model,
      param: "messages",
    });
  }
  if (typeof file_data !== "string") return file;
  const type = typeof format === "string" ? format : "application/pdf";
  const data = file_data.startsWith("data:") ? file_data : `data:${type};base64,${file_data}`;
  return { ...file, file_data: data, filename: filename ?? "file.pdf" };
}

/** Tools without the marks that other providers cache by. */
export function plainTools(tools: unknown, call: ChatCall): unknown {
  if (!Array.isArray(tools)) return tools;
  return tools.map((tool: unknown) => {
    if (!isObject(tool)) return tool;
    const { cache_control, ...own } = tool;
    const fn = own["function"];
    const inner = isObject(fn) ? fn["cache_control"] : undefined;
    if (cache_control === undefined && inner === undefined) return tool;
    warnOfCacheMark(call);
    if (!isObject(fn)) return own;
    const { cache_control: _mark, ...plain } = fn;
    return { ...own, function: plain };
  });
}

export function warnOfCacheMark(call: ChatCall): void {
  warnOnce(call, "cache_control", "cache_control was dropped: OpenAI caches by itself and takes no marks");
}

export function warnOnce({ warnings }: ChatCall, param: string, message: string): void {
  if (!warnings.some((one) => one.message === message)) warnings.push({ param, message });
}
