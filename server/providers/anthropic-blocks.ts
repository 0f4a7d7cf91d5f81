// The content blocks of one Anthropic answer, as deltas in OpenAI's shape. Blocks of the provider's own tools, and all
// that stands between them, are kept as they came: an unfinished turn goes back with them.

import type { Delta, ThinkingBlock } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";

/** Blocks that have a place in OpenAI's shape. */
const OURS = new Set(["text", "thinking", "redacted_thinking", "tool_use"]);

interface Open {
  /** As it will have been, its parts joined. */
  block: Json;
  /** JSON text of a tool's input, in pieces. */
  input: string[];
  text: string[];
  /** Position among the calls of the model's own; undefined for everything else. */
  call?: number;
  /** Its input is the answer. */
  answer?: boolean;
}

export class BlockReader {
  readonly #id: string;
  readonly #answerTool: string | undefined;
  readonly #open = new Map<number, Open>();
  readonly #all: Json[] = [];
  #foreign = false;
  calls = 0;
  answered = false;

  /** `id` makes the ids of calls that came without. */
  constructor(id: string, answerTool: string | undefined) {
    this.#id = id;
    this.#answerTool = answerTool;
  }

  start(index: number, block: Json): Delta | undefined {
    const open: Open = { block: { ...block }, input: [], text: [] };
    this.#open.set(index, open);
    const type = String(block["type"]);
    if (!OURS.has(type)) this.#foreign = true;
    switch (type) {
      case "text":
        return this.#text(open, block);
      case "thinking":
        return thought(String(block["thinking"] ?? ""), block["signature"], open);
      case "redacted_thinking":
        return typeof block["data"] === "string"
          ? { thinking_blocks: [{ type: "redacted_thinking", data: block["data"] }] }
          : undefined;
      case "tool_use":
        return this.#tool(open, block);
      default:
        return undefined;
    }
  }

  delta(index: number, delta: Json): Delta | undefined {
    const open = this.#open.get(index);
    if (!open) return undefined;
    switch (delta["type"]) {
      case "text_delta": {
        const text = String(delta["text"] ?? "");
        open.text.push(text);
        return { content: text };
      }
      case "input_json_delta": {
        const text = String(delta["partial_json"] ?? "");
        if (text === "") return undefined;
        open.input.push(text);
        if (open.answer) return { content: text };
        return open.call === undefined ? undefined : callDelta(open.call, text);
      }
      case "thinking_delta":
        return thought(String(delta["thinking"] ?? ""), undefined, open);
      case "signature_delta":
        return thought("", delta["signature"], open);
      case "citations_delta":
        return isObject(delta["citation"]) ? cited([delta["citation"]], open) : undefined;
      default: {
        // A compaction's text and the like: kept where it belongs.
        const content = delta["content"];
        if (typeof content === "string") open.text.push(content);
        return undefined;
      }
    }
  }

  stop(index: number): Delta | undefined {
    const open = this.#open.get(index);
    if (!open) return undefined;
    this.#open.delete(index);
    const { block, input, text } = open;
    const given = input.join("");
    const whole = isObject(block["input"]) ? block["input"] : {};
    if (input.length > 0) block["input"] = parsed(given);
    if (text.length > 0) {
      const key = block["type"] === "text" ? "text" : "content";
      block[key] = text.join("");
    }
    this.#all.push(block);
    if (given !== "") return undefined;
    // Nothing came in pieces: the input stood in the start, or there is none.
    if (open.answer) return { content: JSON.stringify(whole) };
    return open.call === undefined ? undefined : callDelta(open.call, JSON.stringify(whole));
  }

  /** Every block in its order, where there was one without a place of its own. */
  foreign(): Json[] | undefined {
    return this.#foreign ? this.#all : undefined;
  }

  #text(open: Open, block: Json): Delta | undefined {
    const text = String(block["text"] ?? "");
    if (text !== "") open.text.push(text);
    const citations = Array.isArray(block["citations"]) ? block["citations"].filter(isObject) : [];
    const delta = citations.length > 0 ? cited(citations, { ...open, block: {} }) : {};
    return { content: text, ...delta };
  }

  #tool(open: Open, block: Json): Delta | undefined {
    const name = String(block["name"] ?? "");
    if (name === this.#answerTool) {
      open.answer = true;
      this.answered = true;
      return undefined;
    }
    open.call = this.calls;
    this.calls += 1;
    const id =
      typeof block["id"] === "string" && block["id"] !== "" ? block["id"] : `call_${this.#id}_${open.call}`;
    const { type: _type, id: _id, name: _name, input: _input, ...others } = block;
    return {
      tool_calls: [
        {
          index: open.call,
          id,
          type: "function",
          function: { name, arguments: "" },
          ...(Object.keys(others).length > 0 ? { provider_specific_fields: others } : {}),
        },
      ],
    };
  }
}

function callDelta(index: number, text: string): Delta {
  return { tool_calls: [{ index, function: { arguments: text } }] };
}

function thought(text: string, signature: unknown, { block }: Open): Delta | undefined {
  const signed = typeof signature === "string" && signature !== "";
  if (text === "" && !signed) return undefined;
  if (block["thinking"] !== text) block["thinking"] = `${String(block["thinking"] ?? "")}${text}`;
  if (signed) block["signature"] = signature;
  const own: ThinkingBlock = { type: "thinking", thinking: text };
  if (signed) own.signature = signature;
  return { ...(text === "" ? {} : { reasoning_content: text }), thinking_blocks: [own] };
}

/** Citations as they came, and those of the web in OpenAI's shape too. */
function cited(citations: readonly Json[], { block }: Open): Delta {
  const before = Array.isArray(block["citations"]) ? block["citations"] : [];
  block["citations"] = [...before, ...citations];
  const annotations = citations
    .filter((one) => typeof one["url"] === "string")
    .map(({ url, title }) => ({ type: "url_citation", url_citation: { url, title } }));
  return {
    provider_specific_fields: { citations },
    ...(annotations.length > 0 ? { annotations } : {}),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
