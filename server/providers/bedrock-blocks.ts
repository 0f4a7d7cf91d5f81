// The content blocks of one Converse answer: text, tool calls, thoughts and citations become deltas as they come. The
// call whose input is the answer becomes its text.

import type { CompactChunk } from "../protocol/compact.ts";
import type { Delta, ThinkingBlock } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";

interface OpenBlock {
  /** The tool call's index, "answer" for the call whose input is the answer; undefined for text and thoughts. */
  call?: number | "answer";
  arguments: string;
  thinking: string;
  signature: string;
  redacted: string;
}

export class ContentBlocks {
  /** Tool calls that are the caller's. */
  calls = 0;
  /** The answer came as a call. */
  answered = false;
  readonly #blocks = new Map<number, OpenBlock>();
  readonly #id: string;
  readonly #answerTool: string | undefined;
  readonly #emit: (delta: Delta, out: CompactChunk[]) => void;

  /** `id` makes the ids of calls that have none. */
  constructor(id: string, answerTool: string | undefined, emit: (delta: Delta, out: CompactChunk[]) => void) {
    this.#id = id;
    this.#answerTool = answerTool;
    this.#emit = emit;
  }

  #block(index: number): OpenBlock {
    let block = this.#blocks.get(index);
    if (!block) {
      block = { arguments: "", thinking: "", signature: "", redacted: "" };
      this.#blocks.set(index, block);
    }
    return block;
  }

  start(index: number, start: Json, out: CompactChunk[]): void {
    const { toolUse } = start;
    if (!isObject(toolUse)) return;
    const block = this.#block(index);
    const name = typeof toolUse["name"] === "string" ? toolUse["name"] : "";
    if (name !== "" && name === this.#answerTool) {
      block.call = "answer";
      this.answered = true;
      return;
    }
    const position = this.calls;
    this.calls += 1;
    block.call = position;
    const id = toolUse["toolUseId"];
    this.#emit(
      {
        tool_calls: [
          {
            index: position,
            id: typeof id === "string" && id !== "" ? id : `call_${this.#id}_${position}`,
            type: "function",
            function: { name, arguments: "" },
          },
        ],
      },
      out,
    );
  }

  continue(index: number, delta: Json, out: CompactChunk[]): void {
    const { text, toolUse, reasoningContent, citation, citationsContent, image } = delta;
    if (typeof text === "string" && text !== "") this.#emit({ content: text }, out);
    if (isObject(toolUse)) this.#input(index, toolUse["input"], out);
    if (isObject(reasoningContent)) this.#think(this.#block(index), reasoningContent, out);
    if (isObject(citation)) this.#emit({ provider_specific_fields: { citations: [citation] } }, out);
    if (isObject(citationsContent)) this.#cite(citationsContent, out);
    if (isObject(image)) this.#emit({ images: [image] }, out);
  }

  #input(index: number, input: unknown, out: CompactChunk[]): void {
    const block = this.#block(index);
    if (input === undefined || input === null) return;
    const text = typeof input === "string" ? input : JSON.stringify(input);
    if (text === "") return;
    block.arguments += text;
    if (block.call === "answer") this.#emit({ content: text }, out);
    else if (block.call !== undefined)
      this.#emit({ tool_calls: [{ index: block.call, function: { arguments: text } }] }, out);
  }

  /** Streamed in pieces, whole in `reasoningText`. */
  #think(block: OpenBlock, reasoning: Json, out: CompactChunk[]): void {
    const whole = isObject(reasoning["reasoningText"]) ? reasoning["reasoningText"] : reasoning;
    const { text, signature } = whole;
    const redacted = reasoning["redactedContent"];
    if (typeof text === "string" && text !== "") {
      block.thinking += text;
      this.#emit({ reasoning_content: text }, out);
    }
    if (typeof signature === "string") block.signature += signature;
    if (typeof redacted === "string") block.redacted += redacted;
  }

  #cite({ content, citations }: Json, out: CompactChunk[]): void {
    for (const part of Array.isArray(content) ? content.filter(isObject) : []) {
      if (typeof part["text"] === "string" && part["text"] !== "") this.#emit({ content: part["text"] }, out);
    }
    if (Array.isArray(citations) && citations.length > 0)
      this.#emit({ provider_specific_fields: { citations } }, out);
  }

  /** Thoughts are given out whole with their signature, to be sent back; a call without input has an empty object. */
  stop(index: number, out: CompactChunk[]): void {
    const block = this.#blocks.get(index);
    if (!block) return;
    this.#blocks.delete(index);
    if (block.call !== undefined && block.arguments === "") {
      this.#blocks.set(index, block);
      this.#input(index, "{}", out);
      this.#blocks.delete(index);
    }
    const thoughts: ThinkingBlock[] = [];
    if (block.thinking !== "" || block.signature !== "") {
      const { thinking, signature } = block;
      thoughts.push({ type: "thinking", thinking, ...(signature === "" ? {} : { signature }) });
    }
    if (block.redacted !== "") thoughts.push({ type: "redacted_thinking", data: block.redacted });
    if (thoughts.length > 0) this.#emit({ thinking_blocks: thoughts }, out);
  }
}
