// OpenAI chat messages -> the input items of the Responses API. Items that an earlier answer brought and the chat shape
// has no place for (thoughts, the provider's own tools) go back as they came.

import type { ContentPart, Message } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";

export function inputItems(messages: readonly Message[]): Json[] {
  const custom = new Set<string>();
  return messages.flatMap((message) => {
    switch (message.role) {
      case "assistant":
        return assistant(message, custom);
      case "tool":
      case "function": {
        const call_id = message.tool_call_id ?? message.name ?? "";
        const type = custom.has(call_id) ? "custom_tool_call_output" : "function_call_output";
        return [{ type, call_id, output: outputOf(message.content) }];
      }
      default:
        return [{ role: message.role, content: contentOf(message.content) }];
    }
  });
}

function assistant(message: Message, custom: Set<string>): Json[] {
  const kept = (message["provider_specific_fields"] as Json | null | undefined)?.["output_items"];
  const items: Json[] = Array.isArray(kept) ? kept.filter(isObject) : [];
  const content = spoken(message);
  if (content.length > 0) items.push({ role: "assistant", content });
  for (const call of message.tool_calls ?? []) {
    const { id, function: fn, provider_specific_fields: own } = call;
    if (own?.["type"] === "custom") {
      custom.add(id);
      items.push({ type: "custom_tool_call", call_id: id, name: fn.name, input: fn.arguments });
    } else
      items.push({ type: "function_call", call_id: id, name: fn.name, arguments: argumentsOf(fn.arguments) });
  }
  if (message.function_call) {
    const { name, arguments: text } = message.function_call;
    items.push({ type: "function_call", call_id: name, name, arguments: argumentsOf(text) });
  }
  return items;
}

function argumentsOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? {});
}

function spoken({ content, refusal }: Message): Json[] {
  const parts: Json[] = [];
  if (typeof content === "string" && content !== "") parts.push({ type: "output_text", text: content });
  else if (Array.isArray(content)) {
    for (const part of content) {
      const { text } = part as Json;
      if (typeof text === "string") parts.push({ type: "output_text", text });
    }
  }
  if (typeof refusal === "string" && refusal !== "") parts.push({ type: "refusal", refusal });
  return parts;
}

function outputOf(content: Message["content"]): string | Json[] {
  if (!Array.isArray(content)) return content ?? "";
  const texts = content.every((part) => part.type === "text");
  return texts ? content.map((part) => String((part as Json)["text"])).join("") : content.map(inputPart);
}

function contentOf(content: Message["content"]): string | Json[] {
  return Array.isArray(content) ? content.map(inputPart) : (content ?? "");
}

function inputPart(part: ContentPart): Json {
  const own = part as Json;
  const { type: _type, text: _text, image_url: _image, file: _file, ...others } = own;
  switch (part.type) {
    case "text":
      return { type: "input_text", text: own["text"], ...others };
    case "image_url": {
      const image = own["image_url"];
      const { url, detail } = isObject(image) ? image : { url: image, detail: undefined };
      return { type: "input_image", image_url: url, ...(detail === undefined ? {} : { detail }), ...others };
    }
    case "file": {
      const file = isObject(own["file"]) ? own["file"] : {};
      const { file_id, file_data, filename } = file;
      if (typeof file_id === "string") return { type: "input_file", file_id };
      const address = typeof file_data === "string" && /^https?:/.test(file_data);
      return {
        type: "input_file",
        ...(address ? { file_url: file_data } : { file_data }),
        // Data without a name is refused.
        ...(address && filename === undefined ? {} : { filename: filename ?? "file.pdf" }),
      };
    }
    default:
      // The API's own parts, and what it learns to take.
      return own;
  }
}
