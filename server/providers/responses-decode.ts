// Decodes OpenAI's Responses events. `response.completed` or `response.incomplete` ends the answer; without it the
// answer is cut. A whole answer is read as that last event. Event types nobody here knows are skipped.

import { accumulate } from "../protocol/accumulate.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type { ChatCompletionChunk, ModelResponse, StreamingChoices, Usage } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { readFailure } from "./openai-failure.ts";
import { ItemReader, parts, type Told } from "./responses-items.ts";
import { responsesUsage } from "./responses-usage.ts";
import { type ChatCall, type Failure, type StreamDecoder, WireFailure } from "./types.ts";

type OwnUsage = ((usage: Usage) => Usage) | undefined;

export class ResponsesStreamDecoder implements StreamDecoder {
  readonly #call: ChatCall;
  readonly #items: ItemReader;
  readonly #ownUsage: OwnUsage;
  #envelope: ChatCompletionChunk | undefined;
  #service_tier: string | undefined;
  #usage: Usage | undefined;
  #finish: string | undefined;
  #native: string | undefined;
  #stored = false;
  #first = true;
  /** Of the item that events without an index are about. */
  #index = 0;

  constructor(call: ChatCall, ownUsage?: OwnUsage) {
    this.#call = call;
    this.#ownUsage = ownUsage;
    this.#items = new ItemReader(call.id);
  }

  push(data: string, out: CompactChunk[], event?: string): void {
    // Some servers send the chat API's end mark, which says nothing here.
    if (this.#finish !== undefined || data.trim() === "[DONE]") return;
    let json: unknown;
    try {
      json = JSON.parse(data);
    } catch {
      throw new WireFailure({ message: "the stream holds an event that is not JSON", code: "invalid_json" });
    }
    if (!isObject(json)) {
      throw new WireFailure({
        message: "the stream holds an event that is not an object",
        code: "invalid_json",
      });
    }
    this.#event(json, String(json["type"] ?? event), out);
  }

  done(): boolean {
    return this.#finish !== undefined;
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
    this.#emit(this.#items.flush(), out);
    const kept = this.#items.kept(this.#stored);
    if (kept.length > 0) this.#emit([{ delta: { provider_specific_fields: { output_items: kept } } }], out);
    const last: StreamingChoices = { index: 0, delta: {}, finish_reason: this.#finish ?? null };
    if (this.#native !== undefined) last.provider_specific_fields = { native_finish_reason: this.#native };
    if (this.#first) last.delta.role = "assistant";
    const chunk: ChatCompletionChunk = { ...this.#base(), choices: [last] };
    // The first event tells the tier that was asked for, the last one the tier that was billed.
    if (this.#service_tier !== undefined) chunk.service_tier = this.#service_tier;
    out.push(chunk);
  }

  /** A whole answer, or the one that the last event holds. Throws WireFailure for one that failed. */
  read(response: Json, out: CompactChunk[]): void {
    this.#begin(response);
    const { error, status, incomplete_details: details } = response;
    if (isObject(error) || status === "failed") throw new WireFailure(failureOf(error));
    // 499: somebody took it back, and asking again would not be what he wanted.
    if (status === "cancelled")
      throw new WireFailure({ status: 499, message: "the response was cancelled", code: "cancelled" });
    if (status === "queued" || status === "in_progress") return;
    const output = parts(response["output"]);
    const positions = this.#items.positions(output);
    for (const [at, item] of output.entries())
      this.#emit(this.#items.read(positions[at] as number, item, true), out);
    const usage = responsesUsage(response["usage"]);
    if (usage) this.#usage = this.#ownUsage ? this.#ownUsage(usage) : usage;
    if (typeof response["service_tier"] === "string") this.#service_tier = response["service_tier"];
    this.#stored = response["store"] === true;
    if (status === "incomplete") {
      const reason = isObject(details) ? details["reason"] : undefined;
      this.#native = typeof reason === "string" && reason !== "" ? reason : "incomplete";
      this.#finish = reason === "content_filter" ? "content_filter" : "length";
      if (this.#native === this.#finish) this.#native = undefined;
      return;
    }
    if (this.#items.empty)
      throw new WireFailure({ message: "the answer holds no output", code: "no_answer" });
    this.#finish = this.#items.calls > 0 ? "tool_calls" : "stop";
  }

  #event(event: Json, type: string, out: CompactChunk[]): void {
    const response = isObject(event["response"]) ? event["response"] : undefined;
    switch (type) {
      case "response.created":
      case "response.queued":
      case "response.in_progress":
        if (response) this.#begin(response);
        return;
      case "response.completed":
      case "response.incomplete":
      case "response.failed":
      case "response.cancelled":
        // The event's name is the status, where the answer itself tells none.
        if (response) this.read({ status: type.slice("response.".length), ...response }, out);
        return;
      case "error":
        throw new WireFailure(failureOf(event["error"] ?? { ...event, type: undefined }));
      default:
        if (event["type"] === undefined && isObject(event["error"]))
          throw new WireFailure(readFailure(event));
        this.#emit(this.#told(event, type), out);
    }
  }

  /** What an event about an item adds. */
  #told(event: Json, type: string): readonly Told[] {
    if (typeof event["output_index"] === "number") this.#index = event["output_index"];
    const index = this.#index;
    const items = this.#items;
    const { item, delta, text } = event;
    const at = count(event["content_index"]);
    switch (type) {
      case "response.output_text.delta":
        return items.piece(index, `text:${at}`, delta, event["logprobs"]);
      case "response.function_call_arguments.delta":
      case "response.custom_tool_call_input.delta":
        return items.piece(index, "input", delta);
      case "response.reasoning_summary_text.delta":
        return items.piece(index, `summary:${count(event["summary_index"])}`, delta);
      case "response.reasoning_text.delta":
        return items.piece(index, `thought:${at}`, delta);
      case "response.refusal.delta":
        return items.piece(index, `refusal:${at}`, delta);
      case "response.output_text.done":
        return items.rest(index, `text:${at}`, text);
      case "response.refusal.done":
        return items.rest(index, `refusal:${at}`, event["refusal"]);
      case "response.function_call_arguments.done":
        return items.rest(index, "input", event["arguments"]);
      case "response.custom_tool_call_input.done":
        return items.rest(index, "input", event["input"]);
      case "response.reasoning_summary_text.done":
        return items.rest(index, `summary:${count(event["summary_index"])}`, text);
      case "response.reasoning_text.done":
        return items.rest(index, `thought:${at}`, text);
      case "response.output_text.annotation.added":
        return items.annotation(index, at, event["annotation"]);
      case "response.output_item.added":
      case "response.output_item.done":
        return isObject(item) ? items.read(index, item, type.endsWith("done")) : [];
      default:
        return [];
    }
  }

  #begin(response: Json): void {
    if (this.#envelope) return;
    const { id, created, requested_model } = this.#call;
    const at = response["created_at"];
    const named = (value: unknown, otherwise: string): string =>
      typeof value === "string" && value !== "" ? value : otherwise;
    this.#envelope = {
      id: named(response["id"], id),
      object: "chat.completion.chunk",
      created: typeof at === "number" && at > 0 ? Math.floor(at) : created,
      model: named(response["model"], requested_model),
      choices: [],
    };
  }

  #emit(told: readonly Told[], out: CompactChunk[]): void {
    for (const { delta, logprobs } of told) {
      const { content } = delta;
      const plain = typeof content === "string" && logprobs === undefined && Object.keys(delta).length === 1;
      if (plain && !this.#first) {
        out.push(content);
        continue;
      }
      const choice: StreamingChoices = { index: 0, delta, finish_reason: null };
      if (this.#first) choice.delta = { role: "assistant", ...delta };
      if (logprobs) choice.logprobs = { content: logprobs };
      this.#first = false;
      out.push({ ...this.#base(), choices: [choice] });
    }
  }

  #base(): ChatCompletionChunk {
    if (!this.#envelope) this.#begin({});
    return this.#envelope as ChatCompletionChunk;
  }
}

const count = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Codes of pictures and prompts that the model could not take. */
const CALLERS_FAULT = /image|invalid_prompt/;

function failureOf(error: unknown): Failure {
  if (!isObject(error)) return { message: "the response failed, and does not say why" };
  const failure = readFailure({ error });
  const { status, code = "" } = failure;
  return status === undefined && CALLERS_FAULT.test(code) ? { ...failure, status: 400 } : failure;
}

/** Throws WireFailure for a 200 that is no answer. */
export function decodeResponses(json: unknown, call: ChatCall, ownUsage?: OwnUsage): ModelResponse {
  if (!isObject(json))
    throw new WireFailure({ message: "the answer is not a JSON object", code: "no_answer" });
  const decoder = new ResponsesStreamDecoder(call, ownUsage);
  const out: CompactChunk[] = [];
  const { error, output, status } = json;
  if (typeof error === "string" && error !== "") throw new WireFailure(readFailure(json));
  if (!isObject(error) && !Array.isArray(output) && status !== "failed")
    throw new WireFailure({ message: "the answer holds no output", code: "no_answer" });
  decoder.read(json, out);
  if (!decoder.finished())
    throw new WireFailure({ message: `the answer is not ready: it is ${String(status)}`, code: "no_answer" });
  decoder.end(out);
  const response = accumulate(out);
  const usage = decoder.usage();
  if (usage) response.usage = usage;
  return response;
}
