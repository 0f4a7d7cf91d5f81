// Decodes ConverseStream's events. `messageStop` tells the finish reason and `metadata`, after it, the usage; without
// the first the answer is cut. A whole answer is read as the events it would have been.

import { accumulate } from "../protocol/accumulate.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type {
  ChatCompletionChunk,
  Delta,
  ModelResponse,
  StreamingChoices,
  Usage,
} from "../protocol/messages.ts";
import { ContentBlocks } from "./bedrock-blocks.ts";
import { exceptionFailure } from "./bedrock-failure.ts";
import { answerTool } from "./bedrock-tools.ts";
import { readConverseUsage } from "./bedrock-usage.ts";
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

export class ConverseStreamDecoder implements StreamDecoder {
  readonly #call: ChatCall;
  readonly #blocks: ContentBlocks;
  #envelope: ChatCompletionChunk | undefined;
  #stop: string | undefined;
  #done = false;
  #usage: Usage | undefined;
  #extras: Json = {};

  constructor(call: ChatCall) {
    this.#call = call;
    this.#blocks = new ContentBlocks(call.id, answerTool(call)?.name, (delta, out) => this.#emit(delta, out));
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
      this.#blocks.start(index, block, out);
      const { toolUse, ...delta } = block;
      this.#blocks.continue(index, isObject(toolUse) ? { toolUse } : delta, out);
      this.#blocks.stop(index, out);
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
        if (isObject(json["start"])) this.#blocks.start(index, json["start"], out);
        return;
      case "contentBlockDelta":
        if (isObject(json["delta"])) this.#blocks.continue(index, json["delta"], out);
        return;
      case "contentBlockStop":
        this.#blocks.stop(index, out);
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

  /** The answer's own call is no call to the caller. */
  #reason(raw: string): string {
    if (raw === "tool_use" && this.#blocks.answered && this.#blocks.calls === 0) return "stop";
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
