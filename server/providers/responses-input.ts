// OpenAI chat messages -> the input items of the Responses API. What an earlier answer brought that the chat shape has
// no place for (encrypted thoughts, the provider's own tools) goes back as it came and where it stood.

import { createError } from "../protocol/errors.ts";
import type { ContentPart, Message, ToolCall } from "../protocol/messages.ts";
import { thoughtsOf } from "./earlier-turns.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { warnOfCacheMark, warnOnce } from "./openai-messages.ts";
import { picturesOf, placed } from "./responses-kept.ts";
import type { ChatCall } from "./types.ts";

/** `unstored`: the provider keeps nothing, so that thoughts it could only look up are of no use to it. */
export function inputItems(call: ChatCall, unstored: boolean): Json[] {
  const turns = new Turns(call, unstored);
  return call.params.messages.flatMap((message, position) => turns.items(message, position));
}

class Turns {
  readonly #call: ChatCall;
  readonly #unstored: boolean;
  /** Calls of custom tools: their results have a type of their own. */
  readonly #custom = new Set<string>();
  /** Calls in the chat API's first shape have no id: the last of a name gets the next result of that name. */
  readonly #named = new Map<string, string>();

  constructor(call: ChatCall, unstored: boolean) {
    this.#call = call;
    this.#unstored = unstored;
  }

  items(message: Message, position: number): Json[] {
    const { role, name, content } = message;
    if (message["cache_control"] !== undefined) warnOfCacheMark(this.#call);
    switch (role) {
      case "assistant":
        return this.#answer(message, position);
      case "tool":
      case "function": {
        const call_id = message.tool_call_id ?? this.#named.get(name ?? "") ?? name ?? "";
        const type = this.#custom.has(call_id) ? "custom_tool_call_output" : "function_call_output";
        return [{ type, call_id, output: this.#output(content) }];
      }
      default:
        if (name !== undefined && name !== null)
          warnOnce(this.#call, "messages", "name was dropped: the Responses API knows no names of speakers");
        return [{ role, content: Array.isArray(content) ? this.#parts(content) : (content ?? "") }];
    }
  }

  #answer(message: Message, position: number): Json[] {
    const fields = message["provider_specific_fields"];
    const kept = isObject(fields) && Array.isArray(fields["output_items"]) ? fields["output_items"] : [];
    const spoken = spokenParts(message);
    const calls = (message.tool_calls ?? []).map((one) => this.#callItem(one));
    if (message.function_call) calls.push(this.#firstShape(message.function_call, position));
    const items = placed(kept.filter(isObject), spoken, calls, picturesOf(message));
    const usable = items.filter((item) => !this.#unstored || hasThoughts(item));
    const told = kept.length === 0 && thoughtsOf(message) !== "";
    if (told || usable.length < items.length)
      warnOnce(
        this.#call,
        "messages",
        "reasoning of earlier answers was not sent back: the Responses API takes back only its own, encrypted or stored",
      );
    return usable;
  }

  #callItem({
    id,
    function: { name, arguments: text },
    provider_specific_fields: own,
    ...rest
  }: ToolCall): Json {
    // The chat API's shape of a custom tool's call, and the one that this API's answers come out in.
    const custom = (rest as Json)["custom"];
    if (isObject(custom) || own?.["type"] === "custom") {
      this.#custom.add(id);
      const said = isObject(custom) ? custom : { name, input: text };
      return { type: "custom_tool_call", call_id: id, name: said["name"], input: said["input"] };
    }
    const namespace = own?.["namespace"];
    const call = { type: "function_call", call_id: id, name, arguments: argumentsOf(text) };
    return namespace === undefined ? call : { ...call, namespace };
  }

  #firstShape({ name, arguments: text }: { name: string; arguments: unknown }, position: number): Json {
    const call_id = `call_${position}_${name}`;
    this.#named.set(name, call_id);
    return { type: "function_call", call_id, name, arguments: argumentsOf(text) };
  }

  #output(content: Message["content"]): string | Json[] {
    if (!Array.isArray(content)) return content ?? "";
    const texts = content.every((part) => part.type === "text");
    return texts ? content.map((part) => String((part as Json)["text"])).join("") : this.#parts(content);
  }

  #parts(content: readonly ContentPart[]): Json[] {
    return content.map((part) => {
      const { cache_control, ...own } = part as Json;
      if (cache_control !== undefined) warnOfCacheMark(this.#call);
      return this.#part(part.type, own);
    });
  }

  #part(type: string, own: Json): Json {
    switch (type) {
      case "text":
        return { ...own, type: "input_text" };
      case "image_url": {
        const image = own["image_url"];
        const { url, detail } = isObject(image) ? image : { url: image, detail: undefined };
        return { type: "input_image", image_url: url, ...(detail == null ? {} : { detail }) };
      }
      case "file":
        return isObject(own["file"]) ? filePart(own["file"]) : own;
      case "input_audio":
        if (!this.#call.own_base) throw noAudio(this.#call.model);
        return own;
      default:
        // The API's own parts, and what it learns to take.
        return own;
    }
  }
}

function filePart({ file_id, file_data, filename, format }: Json): Json {
  const isAddress = (value: unknown): value is string =>
    typeof value === "string" && /^https?:\/\//.test(value);
  const file_url = [file_id, file_data].find(isAddress);
  if (file_url !== undefined)
    return { type: "input_file", file_url, ...(filename == null ? {} : { filename }) };
  if (typeof file_id === "string") return { type: "input_file", file_id };
  const bare = typeof file_data === "string" && !file_data.startsWith("data:");
  const media = typeof format === "string" ? format : "application/pdf";
  // Data without a name is refused.
  return {
    type: "input_file",
    filename: filename ?? "file.pdf",
    file_data: bare ? `data:${media};base64,${file_data}` : file_data,
  };
}

function spokenParts({ content, refusal }: Message): Json[] {
  const parts: Json[] = [];
  if (typeof content === "string" && content !== "") parts.push({ type: "output_text", text: content });
  for (const part of Array.isArray(content) ? (content as Json[]) : []) {
    if (part["type"] === "refusal") parts.push(part);
    else if (typeof part["text"] === "string" && part["text"] !== "")
      parts.push({ type: "output_text", text: part["text"] });
  }
  if (typeof refusal === "string" && refusal !== "") parts.push({ type: "refusal", refusal });
  return parts;
}

function hasThoughts({ type, encrypted_content }: Json): boolean {
  return type !== "reasoning" || (typeof encrypted_content === "string" && encrypted_content !== "");
}

function argumentsOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? {});
}

function noAudio(model: string): Error {
  return createError("BadRequestError", {
    message: `OpenAI's Responses API takes no audio: call openai/${model} without responses/, a model of the chat API that hears`,
    llm_provider: "openai",
    model,
    param: "messages",
  });
}
