// The tool calls of one Cohere answer, whole or in pieces. Each has an id, and arguments that are JSON.

import type { CompactChunk } from "../protocol/compact.ts";
import type { DeltaToolCall } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";

export class CohereCalls {
  readonly #arguments: string[] = [];
  readonly #id: string;
  readonly #emit: (call: DeltaToolCall, out: CompactChunk[]) => void;

  /** `id` makes the ids of calls that have none. */
  constructor(id: string, emit: (call: DeltaToolCall, out: CompactChunk[]) => void) {
    this.#id = id;
    this.#emit = emit;
  }

  start(index: number, call: Json, out: CompactChunk[]): void {
    const fn = isObject(call["function"]) ? call["function"] : {};
    const id = call["id"];
    const text = argumentsOf(fn);
    this.#arguments[index] = text;
    const started: DeltaToolCall = {
      index,
      id: typeof id === "string" && id !== "" ? id : `call_${this.#id}_${index}`,
      type: "function",
      function: { name: typeof fn["name"] === "string" ? fn["name"] : "", arguments: text },
    };
    this.#emit(started, out);
  }

  continue(index: number, call: Json, out: CompactChunk[]): void {
    if (this.#arguments[index] === undefined) {
      this.start(index, call, out);
      return;
    }
    const text = isObject(call["function"]) ? argumentsOf(call["function"]) : "";
    if (text === "") return;
    this.#arguments[index] += text;
    this.#emit({ index, function: { arguments: text } }, out);
  }

  /** A call without arguments has an empty text; as JSON that is an empty object. */
  end(index: number, out: CompactChunk[]): void {
    if (this.#arguments[index] !== "") return;
    this.#arguments[index] = "{}";
    this.#emit({ index, function: { arguments: "{}" } }, out);
  }
}

function argumentsOf(fn: Json): string {
  const text = fn["arguments"];
  if (typeof text === "string") return text;
  return text === undefined || text === null ? "" : JSON.stringify(text);
}
