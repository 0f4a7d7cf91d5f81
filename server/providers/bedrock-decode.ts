// Decodes ConverseStream's events. `messageStop` tells the finish reason and `metadata`, after it, the usage; without
// the first the answer is cut. A whole answer is read as the events it would have been.

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
import { exceptionFailure } from "./bedrock-failure.ts";
import { answerTool } from "./bedrock-tools.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { readFailure } from "./openai-failure.ts";
import { type ChatCall, EXCEPTION, type StreamDecoder, WireFailure } from "./types.ts";
import { count } from "./usage.ts";

const FINISH: Readonly<Record<string, string>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  guardrail_intervened: "content_filter",
  content_filtered: "content_filter",
};
/** What an answer tells beside message and usage, under the names it has there. */
const EXTRAS = ["trace", "additionalModelResponseFields", "performanceConfig", "serviceTier", "metrics"];

interface OpenBlock {
  /** The tool call's index, "answer" for the call whose input is the answer; undefined for text and thoughts. */
  call?: number | "answer";
  arguments: string;
  thinking: string;
  signature: string;
  redacted: string;
}

export class ConverseStreamDecoder implements StreamDecoder {
  readonly #call: ChatCall;
  readonly #answerTool: string | undefined;
  readonly #blocks = new Map<number, OpenBlock>();
  #envelope: ChatCompletionChunk | undefined;
  #calls = 0;
  #answered = false;
  #stop: string | undefined;
  #done = false;
  #usage: Usage | undefined;
  #extras: Json = {};

  constructor(call: ChatCall) {
    this.#call = call;
    this.#answerTool = answerTool(call)?.name;
  }

  push(data: string, out: CompactChunk[], event = ""): void {
    if (this.#done) return;
    let json: unknown;
    try {
      json = JSON.parse(data);
    } catch {
      json = undefined;
    }
    if (event.startsWith(EXCEPTION))
      throw new WireFailure(exceptionFailure(event.slice(EXCEPTION.length), json ?? { message: data }));
    if (!isObject(json))
      throw new WireFailure({
        message: "the stream holds an event that is not a JSON object",
        code: "invalid_json",
      });
    this.#read(event, json, out);
  }

  done(): boolean {
    return this.#done;
  }

  finished(): boolean {
    return this.#stop !== undefined;
  }

  usage(): Usage | undefined {
    return this.#usage;
  }

  finishReasons(): string[] {
    return this.#envelope ? [this.#stop === undefined ? "" : this.#reason(this.#stop)] : [];
  }

  end(out: CompactChunk[]): void {
    const raw = this.#stop ?? "";
    const reason = this.#reason(raw);
    const last: StreamingChoices = { index: 0, delta: {}, finish_reason: reason === "" ? null : reason };
    if (reason !== raw) last.provider_specific_fields = { native_finish_reason: raw };
    const chunk: ChatCompletionChunk = { ...this.#base(), choices: [last] };
    if (Object.keys(this.#extras).length > 0) chunk.provider_specific_fields = this.#extras;
    out.push(chunk);
  }

  /** The events a whole answer stands for. */
  readWhole(json: Json, out: CompactChunk[]): void {
    const output = isObject(json["output"]) ? json["output"] : {};
    const message = output["message"];
    if (!isObject(message)) {
      if (typeof json["message"] === "string") throw new WireFailure(readFailure(json));
      throw new WireFailure({ message: "the answer holds no message", code: "no_answer" });
    }
    this.#start(out);
    const content = Array.isArray(message["content"]) ? message["content"].filter(isObject) : [];
    for (const [index, block] of content.entries()) {
      this.#startBlock(index, block, out);
      const { toolUse, ...delta } = block;
      this.#continueBlock(index, isObject(toolUse) ? { toolUse } : delta, out);
      this.#stopBlock(index, out);
    }
    this.#read("messageStop", json, out);
    this.#read("metadata", json, out);
  }

  #read(event: string, json: Json, out: CompactChunk[]): void {
    const index = count(json["contentBlockIndex"]) ?? 0;
    switch (event) {
      case "messageStart":
        this.#start(out);
        return;
      case "contentBlockStart":
        if (isObject(json["start"])) this.#startBlock(index, json["start"], out);
        return;
      case "contentBlockDelta":
        if (isObject(json["delta"])) this.#continueBlock(index, json["delta"], out);
        return;
      case "contentBlockStop":
        this.#stopBlock(index, out);
        return;
      case "messageStop":
        this.#start(out);
        this.#stop = typeof json["stopReason"] === "string" ? json["stopReason"] : "end_turn";
        this.#keep(json);
        return;
      case "metadata":
        this.#usage = readConverseUsage(json["usage"]) ?? this.#usage;
        this.#keep(json);
        this.#done = this.#stop !== undefined;
        return;
      default:
      // An event of a kind to come is skipped.
    }
  }

  #keep(json: Json): void {
    for (const key of EXTRAS) if (json[key] != null) this.#extras[key] = json[key];
  }

  #block(index: number): OpenBlock {
    let block = this.#blocks.get(index);
    if (!block) {
      block = { arguments: "", thinking: "", signature: "", redacted: "" };
      this.#blocks.set(index, block);
    }
    return block;
  }

  #startBlock(index: number, start: Json, out: CompactChunk[]): void {
    const { toolUse } = start;
    if (!isObject(toolUse)) return;
    const block = this.#block(index);
    const name = typeof toolUse["name"] === "string" ? toolUse["name"] : "";
    if (name !== "" && name === this.#answerTool) {
      block.call = "answer";
      this.#answered = true;
      return;
    }
    const position = this.#calls;
    this.#calls += 1;
    block.call = position;
    const id = toolUse["toolUseId"];
    this.#emit(
      {
        tool_calls: [
          {
            index: position,
            id: typeof id === "string" && id !== "" ? id : `call_${this.#call.id}_${position}`,
            type: "function",
            function: { name, arguments: "" },
          },
        ],
      },
      out,
    );
  }

  #continueBlock(index: number, delta: Json, out: CompactChunk[]): void {
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
  #stopBlock(index: number, out: CompactChunk[]): void {
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

  /** The answer's own call is no call to the caller. */
  #reason(raw: string): string {
    if (raw === "tool_use" && this.#answered && this.#calls === 0) return "stop";
    return FINISH[raw] ?? raw;
  }

  #start(out: CompactChunk[]): void {
    if (!this.#envelope) this.#emit({ role: "assistant" }, out);
  }

  #emit(delta: Delta, out: CompactChunk[]): void {
    const { content } = delta;
    if (typeof content === "string" && this.#envelope && Object.keys(delta).length === 1) {
      out.push(content);
      return;
    }
    out.push({ ...this.#base(), choices: [{ index: 0, delta, finish_reason: null }] });
  }

  #base(): ChatCompletionChunk {
    const { id, created, requested_model: model } = this.#call;
    this.#envelope ??= { id, object: "chat.completion.chunk", created, model, choices: [] };
    return this.#envelope;
  }
}

export function decodeConverseResponse(json: unknown, call: ChatCall): ModelResponse {
  if (!isObject(json))
    throw new WireFailure({ message: "the answer is not a JSON object", code: "no_answer" });
  const decoder = new ConverseStreamDecoder(call);
  const out: CompactChunk[] = [];
  decoder.readWhole(json, out);
  decoder.end(out);
  const response = accumulate(out);
  const usage = decoder.usage();
  if (usage) response.usage = usage;
  return response;
}

/** What was read from a cache or written to one is part of the prompt, and Converse counts it apart. */
function readConverseUsage(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined;
  const input = count(value["inputTokens"]);
  const completion_tokens = count(value["outputTokens"]) ?? 0;
  if (input === undefined && value["outputTokens"] === undefined) return undefined;
  const read = count(value["cacheReadInputTokens"]);
  const written = count(value["cacheWriteInputTokens"]);
  const prompt_tokens = (input ?? 0) + (read ?? 0) + (written ?? 0);
  const usage: Usage = { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
  if (read !== undefined || written !== undefined) {
    usage.prompt_tokens_details = {
      cached_tokens: read ?? 0,
      ...(written === undefined ? {} : { cache_creation_tokens: written }),
    };
    if (read !== undefined) usage["cache_read_input_tokens"] = read;
    if (written !== undefined) usage["cache_creation_input_tokens"] = written;
  }
  return usage;
}
