// Decodes OpenAI's Responses events. `response.completed` or `response.incomplete` ends the answer; without it the
// answer is cut. A whole answer is read as the items it holds. Event types nobody here knows are skipped.

import { accumulate } from "../protocol/accumulate.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type {
  ChatCompletionChunk,
  Delta,
  ModelResponse,
  StreamingChoices,
  Usage,
} from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { readFailure } from "./openai-failure.ts";
import { ItemReader, logprobsOf } from "./responses-items.ts";
import { responsesUsage } from "./responses-usage.ts";
import { type ChatCall, type Failure, type StreamDecoder, WireFailure } from "./types.ts";

export class ResponsesStreamDecoder implements StreamDecoder {
  readonly #call: ChatCall;
  readonly #items: ItemReader;
  #envelope: ChatCompletionChunk | undefined;
  #usage: Usage | undefined;
  #finish: string | undefined;
  #native: string | undefined;
  #done = false;
  #first = true;
  #probabilities = false;

  constructor(call: ChatCall) {
    this.#call = call;
    this.#items = new ItemReader(call.id);
  }

  push(data: string, out: CompactChunk[], event?: string): void {
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
    this.#event(json["type"] === undefined && event !== undefined ? { ...json, type: event } : json, out);
  }

  done(): boolean {
    return this.#done;
  }

  finished(): boolean {
    return this.#finish !== undefined;
  }

  usage(): Usage | undefined {
    return this.#usage;
  }

  finishReasons(): string[] {
    return this.#envelope ? [this.#finish ?? ""] : [];
  }

  end(out: CompactChunk[]): void {
    const last: StreamingChoices = { index: 0, delta: {}, finish_reason: this.#finish ?? null };
    if (this.#native !== undefined) last.provider_specific_fields = { native_finish_reason: this.#native };
    if (this.#first) last.delta.role = "assistant";
    out.push({ ...this.#base(), choices: [last] });
  }

  /** A whole answer. Throws WireFailure for one that failed or is not done. */
  readWhole(response: Json, out: CompactChunk[]): void {
    this.#begin(response);
    this.#close(response, out);
  }

  #event(event: Json, out: CompactChunk[]): void {
    const index = typeof event["output_index"] === "number" ? event["output_index"] : 0;
    const response = isObject(event["response"]) ? event["response"] : undefined;
    const item = isObject(event["item"]) ? event["item"] : undefined;
    const { delta } = event;
    switch (event["type"]) {
      case "response.created":
      case "response.queued":
      case "response.in_progress":
        if (response) this.#begin(response);
        return;
      case "response.output_item.added":
        if (item) this.#emit(this.#items.added(index, item), out);
        return;
      case "response.output_text.delta":
        this.#emit(this.#items.text(index, delta), out, list(event["logprobs"]));
        return;
      case "response.refusal.delta":
        this.#emit(this.#items.refusal(index, delta), out);
        return;
      case "response.reasoning_text.delta":
      case "response.reasoning_summary_text.delta":
        this.#emit(this.#items.thought(index, delta), out);
        return;
      case "response.function_call_arguments.delta":
      case "response.custom_tool_call_input.delta":
        this.#emit(this.#items.input(index, delta), out);
        return;
      case "response.output_text.annotation.added":
        if (event["annotation"] != null) this.#emit({ annotations: [event["annotation"]] }, out);
        return;
      case "response.output_item.done":
        if (item) this.#item(index, item, out);
        return;
      case "response.completed":
      case "response.incomplete":
      case "response.failed":
      case "response.cancelled":
        if (response) {
          this.#begin(response);
          this.#close(response, out);
        }
        this.#done = true;
        return;
      case "error":
        throw new WireFailure(
          readFailure(isObject(event["error"]) ? event : { error: { ...event, type: undefined } }),
        );
      default:
        if (event["type"] === undefined && isObject(event["error"]))
          throw new WireFailure(readFailure(event));
    }
  }

  #item(index: number, item: Json, out: CompactChunk[]): void {
    const probabilities = this.#probabilities ? [] : logprobsOf(item);
    this.#emit(this.#items.done(index, item), out, probabilities);
  }

  #begin(response: Json): void {
    if (this.#envelope) return;
    const { id, created, requested_model } = this.#call;
    const at = response["created_at"];
    this.#envelope = {
      id: typeof response["id"] === "string" && response["id"] !== "" ? response["id"] : id,
      object: "chat.completion.chunk",
      created: typeof at === "number" && at > 0 ? Math.floor(at) : created,
      model:
        typeof response["model"] === "string" && response["model"] !== ""
          ? response["model"]
          : requested_model,
      choices: [],
    };
    if (typeof response["service_tier"] === "string") this.#envelope.service_tier = response["service_tier"];
  }

  #close(response: Json, out: CompactChunk[]): void {
    const { error, status, output, incomplete_details: details } = response;
    if (isObject(error) || status === "failed") throw new WireFailure(failureOf(error));
    if (status === "cancelled")
      throw new WireFailure({ message: "the response was cancelled", code: "cancelled" });
    // Some servers tell their items only here.
    for (const [index, item] of (Array.isArray(output) ? output : []).entries())
      if (isObject(item) && !this.#items.isTold(index, item)) this.#item(index, item, out);
    this.#usage = responsesUsage(response["usage"]) ?? this.#usage;
    if (status === "queued" || status === "in_progress") return;
    if (status === "incomplete") {
      const reason = isObject(details) ? String(details["reason"] ?? "") : "";
      this.#native = reason === "" ? "incomplete" : reason;
      this.#finish = reason === "content_filter" ? "content_filter" : "length";
    } else this.#finish = this.#items.calls > 0 ? "tool_calls" : "stop";
  }

  #emit(delta: Delta | undefined, out: CompactChunk[], probabilities: readonly unknown[] = []): void {
    if (delta === undefined) return;
    if (probabilities.length > 0) this.#probabilities = true;
    const { content } = delta;
    const plain =
      Object.keys(delta).length === 1 && typeof content === "string" && probabilities.length === 0;
    if (plain && !this.#first) {
      out.push(content);
      return;
    }
    const choice: StreamingChoices = { index: 0, delta, finish_reason: null };
    if (this.#first) choice.delta = { role: "assistant", ...delta };
    if (probabilities.length > 0) choice.logprobs = { content: [...probabilities] };
    this.#first = false;
    out.push({ ...this.#base(), choices: [choice] });
  }

  #base(): ChatCompletionChunk {
    if (!this.#envelope) this.#begin({});
    return this.#envelope as ChatCompletionChunk;
  }
}

function failureOf(error: unknown): Failure {
  if (!isObject(error)) return { message: "the response failed, and does not say why" };
  return readFailure({ error });
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function decodeResponses(json: unknown, call: ChatCall): ModelResponse {
  if (!isObject(json))
    throw new WireFailure({ message: "the answer is not a JSON object", code: "no_answer" });
  if (json["error"] !== undefined && json["error"] !== null) throw new WireFailure(readFailure(json));
  if (!Array.isArray(json["output"]))
    throw new WireFailure({ message: "the answer holds no output", code: "no_answer" });
  const decoder = new ResponsesStreamDecoder(call);
  const out: CompactChunk[] = [];
  decoder.readWhole(json, out);
  if (!decoder.finished())
    throw new WireFailure({
      message: `the answer is not done: ${String(json["status"])}`,
      code: "no_answer",
    });
  decoder.end(out);
  const response = accumulate(out);
  const usage = decoder.usage();
  if (usage) response.usage = usage;
  return response;
}
