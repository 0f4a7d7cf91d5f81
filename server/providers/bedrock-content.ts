// OpenAI messages -> Converse's system, messages and content blocks. Turns alternate as Converse demands: what follows
// each other in one role becomes one turn. Bytes travel inside; nothing is fetched.

import { createError } from "../protocol/errors.ts";
import type { ContentPart, Message } from "../protocol/messages.ts";
import { type GivenFile, mediaBlock } from "./bedrock-media.ts";
import { isClaude } from "./bedrock-models.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

export interface Turn {
  role: "user" | "assistant";
  content: Json[];
}

/** Converse's own blocks: a part of such a type that holds one is sent as it is. */
const OWN = new Set([
  "image",
  "document",
  "video",
  "audio",
  "guardContent",
  "cachePoint",
  "citationsContent",
  "searchResult",
]);

export class ContentWriter {
  readonly system: Json[] = [];
  readonly turns: Turn[] = [];
  readonly #call: ChatCall;
  /** Documents of one request need different names. */
  readonly #names = new Set<string>();

  constructor(call: ChatCall) {
    this.#call = call;
  }

  /** Throws BadRequestError and ImageFetchError. */
  write(messages: readonly Message[]): this {
    for (const message of messages) this.#message(message);
    return this;
  }

  #message(message: Message): void {
    if (message.name !== undefined && message.role !== "tool" && message.role !== "function")
      this.#warn("a message's name was dropped: Converse has no place for it");
    switch (message.role) {
      case "system":
      case "developer":
        this.system.push(...this.#blocks(message, ["text"]));
        return;
      case "assistant":
        this.#add("assistant", this.#assistant(message));
        return;
      case "tool":
      case "function":
        this.#add("user", this.#result(message));
        return;
      default:
        this.#add("user", this.#blocks(message));
    }
  }

  #add(role: Turn["role"], content: Json[]): void {
    if (content.length === 0) {
      this.#warn(`a message of the ${role} without content was left out: Converse refuses it`);
      return;
    }
    const last = this.turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else this.turns.push({ role, content });
  }

  #assistant(message: Message): Json[] {
    const blocks = [...this.#thoughts(message), ...this.#blocks({ ...message, cache_control: undefined })];
    for (const { id, function: fn } of message.tool_calls ?? [])
      blocks.push({ toolUse: { toolUseId: id, name: fn.name, input: inputOf(fn.arguments) } });
    if (message.function_call) {
      const { name, arguments: text } = message.function_call;
      blocks.push({ toolUse: { toolUseId: legacyId(name), name, input: inputOf(text) } });
    }
    const point = cachePoint(message["cache_control"]);
    return point && blocks.length > 0 ? [...blocks, point] : blocks;
  }

  /** Thoughts go back with their signatures; Claude refuses thoughts without. */
  #thoughts({ thinking_blocks, reasoning_content }: Message): Json[] {
    const blocks: Json[] = [];
    let unsigned = !thinking_blocks?.length && Boolean(reasoning_content);
    for (const block of thinking_blocks ?? []) {
      if (block.type === "redacted_thinking") {
        blocks.push({ reasoningContent: { redactedContent: block.data } });
        continue;
      }
      const { thinking: text, signature } = block;
      if (signature === undefined && isClaude(this.#call.model)) unsigned = true;
      else
        blocks.push({ reasoningContent: { reasoningText: { text, ...(signature ? { signature } : {}) } } });
    }
    if (unsigned) this.#warn("reasoning of an earlier answer was not sent back: it has no signature");
    return blocks;
  }

  #result(message: Message): Json[] {
    const { status, name, tool_call_id } = message;
    const toolResult: Json = {
      toolUseId: tool_call_id ?? legacyId(name),
      content: this.#blocks({ ...message, cache_control: undefined }),
    };
    if (status === "error" || status === "success") toolResult["status"] = status;
    const point = cachePoint(message["cache_control"]);
    return [{ toolResult }, ...(point ? [point] : [])];
  }

  #blocks(message: Message, allowed?: readonly string[]): Json[] {
    const { content } = message;
    const parts: readonly ContentPart[] =
      typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
    const blocks: Json[] = [];
    for (const part of parts) {
      if (allowed && !allowed.includes(part.type) && !OWN.has(part.type))
        throw this.#refuse(
          `a ${message.role} message takes text; a part of type ${part.type} cannot be sent`,
        );
      const block = this.#block(part);
      if (block) blocks.push(block);
      const point = cachePoint((part as Json)["cache_control"]);
      if (point && blocks.length > 0) blocks.push(point);
    }
    const point = cachePoint(message["cache_control"]);
    if (point && blocks.length > 0) blocks.push(point);
    return blocks;
  }

  #block(part: ContentPart): Json | undefined {
    const fields = part as Json;
    const own = fields[part.type];
    if (OWN.has(part.type) && isObject(own)) return { [part.type]: own };
    switch (part.type) {
      case "text":
        // Converse refuses an empty text.
        return fields["text"] === "" ? undefined : { text: fields["text"] };
      case "image_url": {
        const image = fields["image_url"];
        const url = isObject(image) ? image["url"] : image;
        const format = isObject(image) ? image["format"] : undefined;
        return this.#media({ url: String(url ?? ""), format });
      }
      case "file": {
        const file = isObject(fields["file"]) ? fields["file"] : {};
        const { file_data, file_id, filename, format } = file;
        return this.#media({ url: String(file_data ?? file_id ?? ""), format, filename });
      }
      default:
        throw this.#refuse(
          `Converse takes text, images, documents and video; a content part of type ${part.type} cannot be sent`,
        );
    }
  }

  #media(file: GivenFile): Json {
    return mediaBlock(file, this.#call.requested_model, () => this.#name(file.filename));
  }

  /** Letters, digits, single blanks, hyphens and brackets; the model may read it. */
  #name(filename: unknown): string {
    const stem = typeof filename === "string" ? filename.replace(/\.[a-z0-9]{1,5}$/i, "") : "document";
    const clean = stem
      .replace(/[^A-Za-z0-9\s()[\]-]+/g, "-")
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, 190);
    if (clean !== stem)
      this.#warn(`the file name "${stem}" was sent as "${clean}": Converse takes no other signs`);
    const base = clean === "" ? "document" : clean;
    let name = base;
    for (let n = 2; this.#names.has(name); n += 1) name = `${base} ${n}`;
    this.#names.add(name);
    return name;
  }

  #warn(message: string): void {
    const { warnings } = this.#call;
    if (!warnings.some((one) => one.message === message)) warnings.push({ param: "messages", message });
  }

  #refuse(message: string): Error {
    return createError("BadRequestError", {
      message,
      llm_provider: "bedrock",
      model: this.#call.requested_model,
      param: "messages",
    });
  }
}

/** `{type: "ephemeral"}` after a part -> a point behind its block. */
export function cachePoint(control: unknown): Json | undefined {
  if (!isObject(control)) return undefined;
  return { cachePoint: { type: "default", ...(control["ttl"] === "1h" ? { ttl: "1h" } : {}) } };
}

function legacyId(name: string | undefined): string {
  return `call_${name ?? "0"}`;
}

/** Converse wants an object; a model's own broken JSON is kept inside one. */
function inputOf(text: unknown): unknown {
  if (typeof text !== "string") return text ?? {};
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : { arguments: value };
  } catch {
    return { arguments: text };
  }
}
