// Decodes Anthropic's Messages events. The stop reason in `message_delta` ends the answer; without it the answer is
// cut. A whole answer is read as the events it would have been.

import { accumulate } from "../protocol/accumulate.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type {
  ChatCompletionChunk,
  Delta,
  ModelResponse,
  StreamingChoices,
  Usage,
} from "../protocol/messages.ts";
import { BlockReader } from "./anthropic-blocks.ts";
import { readAnthropicUsage } from "./anthropic-usage.ts";
import { normaliseFinishReason } from "./finish-reason.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { readFailure } from "./openai-failure.ts";
import { type ChatCall, type StreamDecoder, WireFailure } from "./types.ts";

/** Fields of a message with a place of their own; the rest is kept as the provider's. */
const KNOWN = new Set(["id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage"]);

export class AnthropicStreamDecoder implements StreamDecoder {
  readonly #call: ChatCall;
  readonly #blocks: BlockReader;
  #envelope: ChatCompletionChunk | undefined;
  #usage: Json | undefined;
  #stop: string | undefined;
  #stopped: Json = {};
  #extra: Json | undefined;
  #done = false;
  #first = true;

  /** `answerTool`: the tool whose input is the answer, where a JSON answer was forced that way. */
  constructor(call: ChatCall, answerTool?: string) {
    this.#call = call;
    this.#blocks = new BlockReader(call.id, answerTool);
  }

  push(data: string, out: CompactChunk[]): void {
    if (this.#done) return;
    if (data.trim() === "[DONE]") {
      this.#done = true;
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
    this.read(json, out);
  }

  done(): boolean {
    return this.#done;
  }

  finished(): boolean {
    return this.#stop !== undefined;
  }

  usage(): Usage | undefined {
    return this.#usage && readAnthropicUsage(this.#usage);
  }

  finishReasons(): string[] {
    return this.#envelope ? [this.#finish()] : [];
  }

  end(out: CompactChunk[]): void {
    const kept = this.#blocks.foreign();
    if (kept) this.#emit({ provider_specific_fields: { content_blocks: kept } }, out);
    const finish_reason = this.#finish();
    const extra: Json = { ...this.#stopped };
    if (this.#stop !== undefined && this.#stop !== finish_reason) extra["native_finish_reason"] = this.#stop;
    const last: StreamingChoices = { index: 0, delta: {}, finish_reason };
    if (Object.keys(extra).length > 0) last.provider_specific_fields = extra;
    const chunk: ChatCompletionChunk = { ...this.#base(), choices: [last] };
    if (this.#extra) chunk.provider_specific_fields = this.#extra;
    out.push(chunk);
  }

  /** One event. Types nobody here knows are skipped: new ones come without notice. */
  read(event: Json, out: CompactChunk[]): void {
    switch (event["type"]) {
      case "message_start":
        if (isObject(event["message"])) this.#start(event["message"]);
        return;
      case "content_block_start":
        if (isObject(event["content_block"]))
          this.#emit(this.#blocks.start(indexOf(event), event["content_block"]), out);
        return;
      case "content_block_delta":
        if (isObject(event["delta"])) this.#emit(this.#blocks.delta(indexOf(event), event["delta"]), out);
        return;
      case "content_block_stop":
        this.#emit(this.#blocks.stop(indexOf(event)), out);
        return;
      case "message_delta":
        this.#ended(event);
        return;
      case "message_stop":
        this.#done = true;
        return;
      case "error":
        throw new WireFailure(readFailure(event));
      default:
        if (event["type"] === undefined && isObject(event["error"]))
          throw new WireFailure(readFailure(event));
    }
  }

  /** A whole message. */
  readWhole(message: Json, out: CompactChunk[]): void {
    this.#start(message);
    const blocks = Array.isArray(message["content"]) ? message["content"].filter(isObject) : [];
    for (const [index, block] of blocks.entries()) {
      this.#emit(this.#blocks.start(index, block), out);
      this.#emit(this.#blocks.stop(index), out);
    }
    const { stop_reason, stop_sequence } = message;
    this.#ended({ delta: { stop_reason, stop_sequence } });
  }

  #start(message: Json): void {
    const { id, created, requested_model } = this.#call;
    this.#envelope ??= {
      id: typeof message["id"] === "string" && message["id"] !== "" ? message["id"] : id,
      object: "chat.completion.chunk",
      created,
      model:
        typeof message["model"] === "string" && message["model"] !== "" ? message["model"] : requested_model,
      choices: [],
    };
    this.#keep(message);
    if (isObject(message["usage"])) this.#usage = { ...this.#usage, ...told(message["usage"]) };
  }

  #ended(event: Json): void {
    const delta = isObject(event["delta"]) ? event["delta"] : {};
    const { stop_reason, stop_sequence, ...others } = delta;
    if (typeof stop_reason === "string" && stop_reason !== "") this.#stop ??= stop_reason;
    if (typeof stop_sequence === "string") this.#stopped["stop_sequence"] = stop_sequence;
    this.#keep(others);
    const { type: _type, delta: _delta, usage, ...beside } = event;
    this.#keep(beside);
    // The later one wins, field by field: what came with message_start may be less than the whole.
    if (isObject(usage)) this.#usage = { ...this.#usage, ...told(usage) };
  }

  #keep(fields: Json): void {
    for (const [key, value] of Object.entries(fields)) {
      if (KNOWN.has(key) || value === null || value === undefined) continue;
      this.#extra = { ...this.#extra, [key]: value };
    }
  }

  #finish(): string {
    const stop = this.#stop ?? "";
    // The forced tool was the answer and no call of the model's own.
    if (stop === "tool_use" && this.#blocks.answered && this.#blocks.calls === 0) return "stop";
    return normaliseFinishReason(stop);
  }

  #emit(delta: Delta | undefined, out: CompactChunk[]): void {
    if (delta === undefined) return;
    const { content } = delta;
    const keys = Object.keys(delta).length;
    if (this.#first) {
      this.#first = false;
      out.push({
        ...this.#base(),
        choices: [{ index: 0, delta: { role: "assistant", ...delta }, finish_reason: null }],
      });
    } else if (keys === 1 && typeof content === "string") {
      if (content !== "") out.push(content);
    } else if (keys > 0) out.push({ ...this.#base(), choices: [{ index: 0, delta, finish_reason: null }] });
  }

  #base(): ChatCompletionChunk {
    if (!this.#envelope) this.#start({});
    return this.#envelope as ChatCompletionChunk;
  }
}

function indexOf(event: Json): number {
  return typeof event["index"] === "number" ? event["index"] : 0;
}

function told(usage: Json): Json {
  return Object.fromEntries(
    Object.entries(usage).filter(([, value]) => value !== null && value !== undefined),
  );
}

export function decodeAnthropicResponse(json: unknown, call: ChatCall, answerTool?: string): ModelResponse {
  if (!isObject(json))
    throw new WireFailure({ message: "the answer is not a JSON object", code: "no_answer" });
  if (json["type"] === "error" || (json["error"] !== undefined && json["error"] !== null))
    throw new WireFailure(readFailure(json));
  if (!Array.isArray(json["content"]))
    throw new WireFailure({ message: "the answer holds no content", code: "no_answer" });
  const decoder = new AnthropicStreamDecoder(call, answerTool);
  const out: CompactChunk[] = [];
  decoder.readWhole(json, out);
  if (!decoder.finished())
    throw new WireFailure({ message: "the answer does not say why it ended", code: "no_answer" });
  decoder.end(out);
  const response = accumulate(out);
  const usage = decoder.usage();
  if (usage) response.usage = usage;
  return response;
}
