// One reading of a message or delta in OpenAI's shape, used for whole answers and for stream chunks alike.
// Servers differ in small ways (lists as content, `reasoning`, calls without index): all are read here.

import type { Delta, DeltaToolCall } from "../protocol/messages.ts";
import { ThinkSplitter } from "./think.ts";

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Fields of a delta that have a place of their own; anything else goes to provider_specific_fields. */
const KNOWN = new Set([
  "role",
  "content",
  "refusal",
  "tool_calls",
  "function_call",
  "reasoning_content",
  "reasoning",
  "reasoning_text",
  "audio",
  "images",
  "annotations",
  // Servers repeat the choice's index here, and pad.
  "index",
  "padding",
]);

/** What one choice remembers between deltas. */
export class ChoiceState {
  readonly think = new ThinkSplitter();
  finish_reason: string | undefined;
  native_finish_reason: string | undefined;
  tool_calls = 0;
  readonly #ids: string[] = [];
  /** The index a server repeats for another call -> the place that call has here. */
  readonly #moved = new Map<number, number>();
  readonly #begun = new Set<number>();
  readonly #idSeed: string;

  /** `idSeed` makes the ids of calls whose server gave none: without an id a result cannot be sent back. */
  constructor(idSeed: string) {
    this.#idSeed = idSeed;
  }

  /** Reads one message or delta. The result is empty when it told nothing. */
  read(raw: Json): Delta {
    const delta: Delta = {};
    const reasoning: string[] = [];
    const own = firstString(raw["reasoning_content"], raw["reasoning"], raw["reasoning_text"]);
    if (own) reasoning.push(own);
    let content = raw["content"];
    if (Array.isArray(content)) content = this.#readParts(content, reasoning, delta);
    if (typeof content === "string") {
      const parts = this.think.passive ? { content, reasoning: "" } : this.think.push(content);
      if (parts.content !== "" || content === "") delta.content = parts.content;
      if (parts.reasoning !== "") reasoning.push(parts.reasoning);
    }
    if (reasoning.length > 0) delta.reasoning_content = reasoning.join("");
    if (typeof raw["refusal"] === "string" && raw["refusal"] !== "") delta.refusal = raw["refusal"];
    const calls = raw["tool_calls"];
    if (Array.isArray(calls) && calls.length > 0) {
      delta.tool_calls = calls.filter(isObject).map((call) => this.#readToolCall(call));
    }
    if (isObject(raw["function_call"])) {
      const { name, arguments: text } = raw["function_call"];
      delta.function_call = {
        ...(typeof name === "string" ? { name } : {}),
        ...(text === undefined || text === null ? {} : { arguments: argumentsText(text) }),
      };
    }
    if (isObject(raw["audio"])) delta.audio = raw["audio"];
    if (Array.isArray(raw["images"]) && raw["images"].length > 0) delta.images = raw["images"];
    if (Array.isArray(raw["annotations"]) && raw["annotations"].length > 0)
      delta.annotations = raw["annotations"];
    for (const key in raw) {
      if (!KNOWN.has(key) && raw[key] !== null && raw[key] !== undefined) {
        delta.provider_specific_fields ??= {};
        delta.provider_specific_fields[key] = raw[key];
      }
    }
    return delta;
  }

  /** Text held back for a tag that never came. */
  flush(): Delta | undefined {
    const rest = this.think.end();
    if (rest.content !== "") return { content: rest.content };
    if (rest.reasoning !== "") return { reasoning_content: rest.reasoning };
    return undefined;
  }

  /** Mistral and others send content as a list of parts: thinking, text, references. */
  #readParts(parts: unknown[], reasoning: string[], delta: Delta): string | undefined {
    let text: string | undefined;
    for (const part of parts) {
      if (!isObject(part)) continue;
      if (part["type"] === "thinking") {
        const thinking = part["thinking"];
        if (typeof thinking === "string") reasoning.push(thinking);
        else if (Array.isArray(thinking)) {
          for (const one of thinking)
            if (isObject(one) && typeof one["text"] === "string") reasoning.push(one["text"]);
        }
      } else if (typeof part["text"] === "string") text = (text ?? "") + part["text"];
      else {
        delta.provider_specific_fields ??= {};
        const before = delta.provider_specific_fields["content_parts"];
        delta.provider_specific_fields["content_parts"] = [...(Array.isArray(before) ? before : []), part];
      }
    }
    return text;
  }

  #readToolCall(call: Json): DeltaToolCall {
    const fn = isObject(call["function"]) ? call["function"] : {};
    const given = typeof call["id"] === "number" ? String(call["id"]) : call["id"];
    let id = typeof given === "string" && given !== "" ? given : undefined;
    const name = typeof fn["name"] === "string" && fn["name"] !== "" ? fn["name"] : undefined;
    const index = this.#indexOf(call["index"], id, name);
    if (!this.#begun.has(index)) id ??= `call_${this.#idSeed}_${index}`;
    this.#begun.add(index);
    const delta: DeltaToolCall = { index, function: {} };
    if (id !== undefined) delta.id = id;
    if (id !== undefined || name !== undefined) delta.type = "function";
    if (name !== undefined) delta.function.name = name;
    const text = fn["arguments"];
    if (text !== undefined && text !== null) delta.function.arguments = argumentsText(text);
    for (const key in call) {
      if (key !== "index" && key !== "id" && key !== "type" && key !== "function" && call[key] != null) {
        delta.provider_specific_fields ??= {};
        delta.provider_specific_fields[key] = call[key];
      }
    }
    return delta;
  }

  /** Many servers leave the index out, or say 0 for every call: the id tells calls apart then. */
  #indexOf(given: unknown, id: string | undefined, name: string | undefined): number {
    const known = id === undefined ? -1 : this.#ids.indexOf(id);
    if (typeof given === "number" && Number.isInteger(given) && given >= 0) {
      const holder = this.#ids[given];
      const taken = id !== undefined && holder !== undefined && holder !== "" && holder !== id;
      if (!taken || (known < 0 && name === undefined)) {
        // A piece that tells nothing else belongs to the call begun last under its index.
        const index = holder === id ? given : (this.#moved.get(given) ?? given);
        if (id !== undefined && !holder) this.#ids[given] = id;
        this.tool_calls = Math.max(this.tool_calls, index + 1);
        return index;
      }
      if (known < 0) this.#moved.set(given, this.tool_calls);
    }
    if (known >= 0) return known;
    if (id === undefined && name === undefined && this.tool_calls > 0) return this.tool_calls - 1;
    const index = this.tool_calls;
    this.tool_calls += 1;
    this.#ids[index] = id ?? "";
    return index;
  }
}

function argumentsText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function firstString(...values: unknown[]): string | undefined {
  for (const value of values) if (typeof value === "string" && value !== "") return value;
  return undefined;
}
