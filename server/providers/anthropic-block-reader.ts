// Turns the blocks of one answer into deltas of OpenAI's shape while they grow: text, thoughts, calls, citations. Where a
// tool's input is the answer, that input is the text. Blocks without a place there are kept whole, for the next turn.

import type { CompactChunk } from "../protocol/compact.ts";
import type { Delta, ThinkingBlock } from "../protocol/messages.ts";
import {
  annotationsOf,
  argumentsAtEnd,
  closeBlock,
  isPlain,
  type OpenBlock,
  openBlock,
} from "./anthropic-blocks.ts";
import type { AnswerTool } from "./anthropic-format.ts";
import { isObject, type Json } from "./openai-delta.ts";

export type Emit = (delta: Delta, out: CompactChunk[]) => void;

export class BlockReader {
  /** Makes the ids of calls that came without. */
  readonly #id: string;
  readonly #answerTool: AnswerTool | undefined;
  readonly #emit: Emit;
  readonly #blocks = new Map<number, OpenBlock>();
  /** The one block whose input is the answer. */
  #answer: OpenBlock | undefined;
  /** Text that an answer by tool may still make a remark beside it. */
  readonly #held: string[] = [];
  #calls = 0;
  #characters = 0;

  constructor(id: string, answerTool: AnswerTool | undefined, emit: Emit) {
    this.#id = id;
    this.#answerTool = answerTool;
    this.#emit = emit;
  }

  /** The answer came as a call, and there is none that the caller has to run. */
  get answeredByTool(): boolean {
    return this.#answer !== undefined && this.#calls === 0;
  }

  open(index: number, start: Json, out: CompactChunk[]): void {
    const block = openBlock(start, this.#characters);
    this.#blocks.set(index, block);
    const { text, thinking, data, name, id } = start;
    if (block.type === "text") this.#addText(block, text, out);
    else if (block.type === "thinking") this.#addThinking(block, thinking, out);
    else if (block.type === "redacted_thinking")
      this.#emit({ thinking_blocks: [{ type: "redacted_thinking", data: String(data ?? "") }] }, out);
    else if (block.type === "tool_use") {
      if (this.#answerTool && name === this.#answerTool.name) {
        this.#answer ??= block;
        return;
      }
      block.call = this.#calls;
      this.#calls += 1;
      const given = typeof id === "string" && id !== "" ? id : `call_${this.#id}_${block.call}`;
      const fn = { name: typeof name === "string" ? name : "", arguments: "" };
      this.#emit({ tool_calls: [{ index: block.call, id: given, type: "function", function: fn }] }, out);
    }
  }

  delta(index: number, delta: Json, out: CompactChunk[]): void {
    const { type, text, thinking, partial_json, signature, citation, content } = delta;
    let block = this.#blocks.get(index);
    if (!block) {
      // A gateway left the block's beginning out: text and thoughts need none.
      if (type !== "text_delta" && type !== "thinking_delta") return;
      this.open(index, { type: type === "text_delta" ? "text" : "thinking" }, out);
      block = this.#blocks.get(index) as OpenBlock;
    }
    if (type === "text_delta") this.#addText(block, text, out);
    else if (type === "thinking_delta") this.#addThinking(block, thinking, out);
    else if (type === "input_json_delta" && typeof partial_json === "string")
      this.#addJson(block, partial_json, out);
    else if (type === "signature_delta" && typeof signature === "string") block.signature += signature;
    else if (type === "citations_delta" && citation !== undefined) block.citations.push(citation);
    else if (type === "compaction_delta" && typeof content === "string") block.text.push(content);
  }

  #addText(block: OpenBlock, text: unknown, out: CompactChunk[]): void {
    if (typeof text !== "string" || text === "") return;
    block.text.push(text);
    this.#characters += text.length;
    if (this.#answerTool) this.#held.push(text);
    else this.#emit({ content: text }, out);
  }

  #addThinking(block: OpenBlock, thinking: unknown, out: CompactChunk[]): void {
    if (typeof thinking !== "string" || thinking === "") return;
    block.text.push(thinking);
    this.#emit({ reasoning_content: thinking }, out);
  }

  #addJson(block: OpenBlock, text: string, out: CompactChunk[]): void {
    if (text === "") return;
    block.json.push(text);
    if (block.call !== undefined)
      this.#emit({ tool_calls: [{ index: block.call, function: { arguments: text } }] }, out);
    else if (block === this.#answer && this.#answerTool?.wrapped === undefined)
      this.#emit({ content: text }, out);
  }

  close(index: number, out: CompactChunk[]): void {
    const block = this.#blocks.get(index);
    if (!block || block.closed) return;
    block.closed = true;
    if (block.type === "thinking") this.#emit({ thinking_blocks: [closeBlock(block) as ThinkingBlock] }, out);
    else if (block.type === "text" && block.citations.length > 0) {
      const annotations = annotationsOf(block);
      this.#emit(
        {
          ...(annotations.length > 0 ? { annotations } : {}),
          provider_specific_fields: { citations: block.citations },
        },
        out,
      );
    } else if (block === this.#answer) this.#closeAnswer(block, out);
    else if (block.call !== undefined) {
      const rest = argumentsAtEnd(block);
      if (rest !== undefined)
        this.#emit({ tool_calls: [{ index: block.call, function: { arguments: rest } }] }, out);
    }
  }

  #closeAnswer(block: OpenBlock, out: CompactChunk[]): void {
    const wrapped = this.#answerTool?.wrapped;
    if (wrapped === undefined) {
      const rest = argumentsAtEnd(block);
      if (rest !== undefined) this.#emit({ content: rest }, out);
      return;
    }
    const { input } = closeBlock(block);
    const answer = isObject(input) ? input[wrapped] : input;
    this.#emit({ content: answer === undefined ? "" : JSON.stringify(answer) }, out);
  }

  /** All blocks are done: what was held back, and what has no place of its own. */
  end(out: CompactChunk[]): void {
    for (const index of this.#blocks.keys()) this.close(index, out);
    const held = this.#held.join("");
    const fields: Json = {};
    if (held !== "" && this.#answer) fields["text_beside_answer"] = held;
    else if (held !== "") this.#emit({ content: held }, out);
    const blocks = [...this.#blocks].sort(([a], [b]) => a - b).map(([, block]) => closeBlock(block));
    if (!this.#answer && !isPlain(blocks)) fields["content_blocks"] = blocks;
    if (Object.keys(fields).length > 0) this.#emit({ provider_specific_fields: fields }, out);
  }
}
