// Decodes the events of Anthropic's Messages API. A message_delta with a stop_reason ends the answer; without it the answer
// is cut. A whole answer is read as the events it would have been. Kinds of events and blocks to come are skipped.

import { accumulate } from "../protocol/accumulate.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type {
  ChatCompletionChunk,
  Delta,
  ModelResponse,
  StreamingChoices,
  Usage,
} from "../protocol/messages.ts";
import { BlockReader } from "./anthropic-block-reader.ts";
import { answerToolOf } from "./anthropic-format.ts";
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

/** Fields of a message and its last delta that have a place of their own. */
const KNOWN = new Set([
  "id",
  "type",
  "role",
  "model",
  "content",
  "stop_reason",
  "stop_sequence",
  "stop_details",
  "usage",
  "index",
  "delta",
]);

export class AnthropicStreamDecoder implements StreamDecoder {
  readonly #call: ChatCall;
  readonly #blocks: BlockReader;
  #envelope: ChatCompletionChunk | undefined;
  #rawUsage: Json | undefined;
  #stop: Json | undefined;
  readonly #extras: Json = {};
  #stopped = false;

  constructor(call: ChatCall) {
    this.#call = call;
    this.#blocks = new BlockReader(call.id, answerToolOf(call), (delta, out) => this.#emit(delta, out));
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
    const chunk: ChatCompletionChunk = { ...this.#base(), choices: [last] };
    if (Object.keys(this.#extras).length > 0) chunk.provider_specific_fields = this.#extras;
    out.push(chunk);
  }

  /** The events a whole answer stands for. */
  readWhole(json: Json, out: CompactChunk[]): void {
    const { content, stop_reason } = json;
    if (json["type"] === "error" || json["error"]) throw new WireFailure(readFailure(json));
    if (!Array.isArray(content))
      throw new WireFailure({ message: "the answer holds no content", code: "no_answer" });
    this.#start(json, out);
    for (const [index, block] of content.filter(isObject).entries()) {
      this.#blocks.open(index, block, out);
      this.#blocks.close(index, out);
    }
    if (typeof stop_reason !== "string")
      throw new WireFailure({ message: "the answer does not say why it ended", code: "no_answer" });
    this.#finish(json, json, out);
  }

  #reason(): string {
    const raw = String(this.#stop?.["stop_reason"] ?? "");
    // A call that was the answer is none the caller has to run.
    if (raw === "tool_use" && this.#blocks.answeredByTool) return "stop";
    return Object.hasOwn(FINISH, raw) ? (FINISH[raw] as string) : raw;
  }

  #read(json: Json, out: CompactChunk[], event: string | undefined): void {
    const index = typeof json["index"] === "number" ? json["index"] : 0;
    switch (json["type"] ?? event) {
      case "content_block_delta":
        if (isObject(json["delta"])) this.#blocks.delta(index, json["delta"], out);
        return;
      case "message_start":
        this.#start(isObject(json["message"]) ? json["message"] : {}, out);
        return;
      case "content_block_start":
        if (isObject(json["content_block"])) this.#blocks.open(index, json["content_block"], out);
        return;
      case "content_block_stop":
        this.#blocks.close(index, out);
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
    this.#keep(message);
    const { id, model } = message;
    this.#envelope = {
      ...this.#base(),
      ...(typeof id === "string" && id !== "" ? { id } : {}),
      ...(typeof model === "string" && model !== "" ? { model } : {}),
    };
    this.#emit({ role: "assistant" }, out);
  }

  #finish(delta: Json, json: Json, out: CompactChunk[]): void {
    this.#rawUsage = mergeUsage(this.#rawUsage, json["usage"]);
    if (typeof delta["stop_reason"] !== "string" || this.#stop) return;
    if (!this.#envelope) this.#start({}, out);
    this.#blocks.end(out);
    this.#keep(json, delta);
    this.#stop = delta;
  }

  /** Of the answer as a whole: its container, what was taken out of the conversation, and what is to come. */
  #keep(...told: readonly Json[]): void {
    for (const fields of told) {
      for (const [key, value] of Object.entries(fields)) {
        if (!KNOWN.has(key) && value !== null && value !== undefined) this.#extras[key] = value;
      }
    }
  }

  #emit(delta: Delta, out: CompactChunk[]): void {
    // A gateway left message_start out.
    if (!this.#envelope) this.#start({}, out);
    const { content } = delta;
    if (typeof content === "string" && Object.keys(delta).length === 1) out.push(content);
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
