// Decodes the events of Anthropic's Messages API. A message_delta with a stop_reason ends the answer; without it the answer
// is cut. A whole answer is read as the events it would have been. Kinds of events and blocks to come are skipped.

import { accumulate } from "../protocol/accumulate.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type {
  ChatCompletionChunk,
  Delta,
  ModelResponse,
  StreamingChoices,
  ThinkingBlock,
  Usage,
} from "../protocol/messages.ts";
import {
  annotationsOf,
  argumentsAtEnd,
  closeBlock,
  isPlain,
  type OpenBlock,
  openBlock,
} from "./anthropic-blocks.ts";
import { type AnswerTool, answerToolOf } from "./anthropic-format.ts";
import { mergeUsage, readAnthropicUsage } from "./anthropic-usage.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { readFailure } from "./openai-failure.ts";
import { type ChatCall, type StreamDecoder, WireFailure } from "./types.ts";

const FINISH: Readonly<Record<string, string>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  compaction: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

export class AnthropicStreamDecoder implements StreamDecoder {
  readonly #call: ChatCall;
  readonly #answerTool: AnswerTool | undefined;
  #envelope: ChatCompletionChunk | undefined;
  readonly #blocks = new Map<number, OpenBlock>();
  /** The one block whose input is the answer. */
  #answer: OpenBlock | undefined;
  /** Text that an answer by tool may still make a remark beside it. */
  #held: string[] = [];
  #calls = 0;
  #characters = 0;
  #rawUsage: Json | undefined;
  #stop: Json | undefined;
  #stopped = false;

  constructor(call: ChatCall) {
    this.#call = call;
    this.#answerTool = answerToolOf(call);
  }

  push(data: string, out: CompactChunk[], event?: string): void {
    if (this.#stopped) return;
    if (data === "[DONE]") {
      this.#stopped = this.finished();
      return;
    }
    let json: unknown;
    try {
      json = JSON.parse(data);
    } catch {
      throw new WireFailure({ message: "the stream holds an event that is not JSON", code: "invalid_json" });
    }
    if (!isObject(json))
      throw new WireFailure({
        message: "the stream holds an event that is not an object",
        code: "invalid_json",
      });
    this.#read(json, out, event);
  }

  done(): boolean {
    return this.#stopped;
  }

  finished(): boolean {
    return this.#stop !== undefined;
  }

  usage(): Usage | undefined {
    return readAnthropicUsage(this.#rawUsage);
  }

  finishReasons(): string[] {
    if (this.#stop) return [this.#reason()];
    return this.#envelope ? [""] : [];
  }

  end(out: CompactChunk[]): void {
    const stop = this.#stop ?? {};
    const reason = this.#reason();
    const raw = stop["stop_reason"];
    const fields: Json = reason === raw ? {} : { native_finish_reason: raw };
    for (const name of ["stop_sequence", "stop_details"])
      if (stop[name] !== undefined && stop[name] !== null) fields[name] = stop[name];
    const last: StreamingChoices = { index: 0, delta: {}, finish_reason: reason };
    if (Object.keys(fields).length > 0) last.provider_specific_fields = fields;
    out.push({ ...this.#base(), choices: [last] });
  }

  /** The events a whole answer stands for. */
  readWhole(json: Json, out: CompactChunk[]): void {
    const { content, stop_reason } = json;
    if (json["type"] === "error" || isObject(json["error"])) throw new WireFailure(readFailure(json));
    if (!Array.isArray(content))
      throw new WireFailure({ message: "the answer holds no content", code: "no_answer" });
    this.#start(json, out);
    for (const [index, block] of content.filter(isObject).entries()) {
      this.#openBlock(index, block, out);
      this.#closeBlock(index, out);
    }
    this.#finish({ ...json, stop_reason: stop_reason ?? "unknown" }, json, out);
  }

  #reason(): string {
    const raw = String(this.#stop?.["stop_reason"] ?? "");
    // A call that was the answer is none the caller has to run.
    if (raw === "tool_use" && this.#answer && this.#calls === 0) return "stop";
    return Object.hasOwn(FINISH, raw) ? (FINISH[raw] as string) : raw;
  }

  #read(json: Json, out: CompactChunk[], event: string | undefined): void {
    const index = typeof json["index"] === "number" ? json["index"] : 0;
    switch (json["type"] ?? event) {
      case "content_block_delta":
        if (isObject(json["delta"])) this.#readDelta(index, json["delta"], out);
        return;
      case "message_start":
        this.#start(isObject(json["message"]) ? json["message"] : {}, out);
        return;
      case "content_block_start":
        if (isObject(json["content_block"])) this.#openBlock(index, json["content_block"], out);
        return;
      case "content_block_stop":
        this.#closeBlock(index, out);
        return;
      case "message_delta":
        this.#finish(isObject(json["delta"]) ? json["delta"] : {}, json, out);
        return;
      case "message_stop":
        this.#stopped = this.finished();
        return;
      case "error":
        throw new WireFailure(readFailure(json));
      default:
        // A bare error is how gateways in between say that they failed.
        if (json["type"] === undefined && json["error"]) throw new WireFailure(readFailure(json));
    }
  }

  #start(message: Json, out: CompactChunk[]): void {
    this.#rawUsage = mergeUsage(this.#rawUsage, message["usage"]);
    if (this.#envelope) return;
    const { id, model } = message;
    this.#envelope = {
      ...this.#base(),
      ...(typeof id === "string" && id !== "" ? { id } : {}),
      ...(typeof model === "string" && model !== "" ? { model } : {}),
    };
    this.#emit({ role: "assistant" }, out);
  }

  #openBlock(index: number, start: Json, out: CompactChunk[]): void {
    if (!this.#envelope) this.#start({}, out);
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
      const given = typeof id === "string" && id !== "" ? id : `call_${this.#call.id}_${block.call}`;
      const fn = { name: typeof name === "string" ? name : "", arguments: "" };
      this.#emit({ tool_calls: [{ index: block.call, id: given, type: "function", function: fn }] }, out);
    }
  }

  #readDelta(index: number, delta: Json, out: CompactChunk[]): void {
    const { type, text, thinking, partial_json, signature, citation, content } = delta;
    let block = this.#blocks.get(index);
    if (!block) {
      // A gateway left the block's beginning out: text and thoughts need none.
      if (type !== "text_delta" && type !== "thinking_delta") return;
      this.#openBlock(index, { type: type === "text_delta" ? "text" : "thinking" }, out);
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

  #closeBlock(index: number, out: CompactChunk[]): void {
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

  #finish(delta: Json, json: Json, out: CompactChunk[]): void {
    this.#rawUsage = mergeUsage(this.#rawUsage, json["usage"]);
    if (typeof delta["stop_reason"] !== "string" || this.#stop) return;
    if (!this.#envelope) this.#start({}, out);
    for (const index of this.#blocks.keys()) this.#closeBlock(index, out);
    const held = this.#held.join("");
    const fields: Json = {};
    if (held !== "" && this.#answer) fields["text_beside_answer"] = held;
    else if (held !== "") this.#emit({ content: held }, out);
    const blocks = [...this.#blocks].sort(([a], [b]) => a - b).map(([, block]) => closeBlock(block));
    if (!this.#answer && !isPlain(blocks)) fields["content_blocks"] = blocks;
    if (Object.keys(fields).length > 0) this.#emit({ provider_specific_fields: fields }, out);
    this.#tellExtras(delta, json, out);
    this.#stop = delta;
  }

  /** Of the answer as a whole: its container, and what was taken out of the conversation. */
  #tellExtras(delta: Json, json: Json, out: CompactChunk[]): void {
    const extras: Json = {};
    for (const name of ["container", "context_management"]) {
      const told = delta[name] ?? json[name];
      if (told !== undefined && told !== null) extras[name] = told;
    }
    if (Object.keys(extras).length > 0)
      out.push({ ...this.#base(), choices: [], provider_specific_fields: extras });
  }

  #emit(delta: Delta, out: CompactChunk[]): void {
    const { content } = delta;
    if (typeof content === "string" && this.#envelope && Object.keys(delta).length === 1) out.push(content);
    else out.push({ ...this.#base(), choices: [{ index: 0, delta, finish_reason: null }] });
  }

  #base(): ChatCompletionChunk {
    return (
      this.#envelope ?? {
        id: this.#call.id,
        object: "chat.completion.chunk",
        created: this.#call.created,
        model: this.#call.requested_model,
        choices: [],
      }
    );
  }
}

export function decodeAnthropicResponse(json: unknown, call: ChatCall): ModelResponse {
  if (!isObject(json))
    throw new WireFailure({ message: "the answer is not a JSON object", code: "no_answer" });
  const decoder = new AnthropicStreamDecoder(call);
  const out: CompactChunk[] = [];
  decoder.readWhole(json, out);
  decoder.end(out);
  const response = accumulate(out);
  const usage = decoder.usage();
  if (usage) response.usage = usage;
  return response;
}
