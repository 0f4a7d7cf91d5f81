// Decodes Cohere's v2 chat events. `message-end` ends the answer; without it the answer is cut. A whole answer is
// read as the events it would have been.

import { accumulate } from "../protocol/accumulate.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type {
  ChatCompletionChunk,
  Delta,
  ModelResponse,
  StreamingChoices,
  Usage,
} from "../protocol/messages.ts";
import { CohereCalls } from "./cohere-calls.ts";
import { readCohereUsage, readLogprobs } from "./cohere-usage.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { readFailure } from "./openai-failure.ts";
import { type ChatCall, type StreamDecoder, WireFailure } from "./types.ts";
import { count } from "./usage.ts";

const FINISH: Readonly<Record<string, string>> = {
  COMPLETE: "stop",
  STOP_SEQUENCE: "stop",
  MAX_TOKENS: "length",
  ERROR_LIMIT: "length",
  TOOL_CALL: "tool_calls",
  ERROR_TOXIC: "content_filter",
};
/** Reasons that are failures: what came before them is no answer. */
const FAILED: Readonly<Record<string, number>> = { ERROR: 500, TIMEOUT: 504 };

export class CohereStreamDecoder implements StreamDecoder {
  readonly #call: ChatCall;
  #envelope: ChatCompletionChunk | undefined;
  #finish: string | undefined;
  #usage: Usage | undefined;
  /** Of the thinking block that is open. */
  #thinking: string[] = [];
  readonly #calls: CohereCalls;

  constructor(call: ChatCall) {
    this.#call = call;
    this.#calls = new CohereCalls(call.id, (one, out) => this.#emit({ tool_calls: [one] }, out));
  }

  push(data: string, out: CompactChunk[], event?: string): void {
    if (this.#finish !== undefined || data === "[DONE]") return;
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
    return this.#finish !== undefined;
  }

  finished(): boolean {
    return this.#finish !== undefined;
  }

  usage(): Usage | undefined {
    return this.#usage;
  }

  finishReasons(): string[] {
    if (this.#finish !== undefined) return [FINISH[this.#finish] ?? this.#finish];
    return this.#envelope ? [""] : [];
  }

  end(out: CompactChunk[]): void {
    const raw = this.#finish ?? "";
    const reason = FINISH[raw] ?? raw;
    const last: StreamingChoices = { index: 0, delta: {}, finish_reason: reason === "" ? null : reason };
    if (reason !== raw) last.provider_specific_fields = { native_finish_reason: raw };
    out.push({ ...this.#base(), choices: [last] });
  }

  /** The events a whole answer stands for. */
  readWhole(json: Json, out: CompactChunk[]): void {
    const message = json["message"];
    if (!isObject(message)) throw failureOf(json) ?? noMessage();
    this.#start(json["id"], out);
    const plan = message["tool_plan"];
    if (typeof plan === "string" && plan !== "") this.#emit({ reasoning_content: plan }, out);
    for (const block of list(message["content"])) {
      this.#readContent(block, out);
      this.#closeContent(out);
    }
    for (const [index, call] of list(message["tool_calls"]).entries()) {
      this.#calls.start(index, call, out);
      this.#calls.end(index, out);
    }
    const citations = list(message["citations"]);
    if (citations.length > 0) this.#emit({ provider_specific_fields: { citations } }, out);
    const content = list(json["logprobs"]).flatMap(readLogprobs);
    if (content.length > 0) this.#emit({}, out, { content });
    this.#finishWith(json);
  }

  #read(json: Json, out: CompactChunk[], event: string | undefined): void {
    const type = json["type"] ?? event;
    const delta = isObject(json["delta"]) ? json["delta"] : {};
    const message = isObject(delta["message"]) ? delta["message"] : {};
    const index = count(json["index"]) ?? 0;
    switch (type) {
      case "message-start":
        this.#start(json["id"], out);
        return;
      case "content-start":
      case "content-delta":
        if (isObject(message["content"])) this.#readContent(message["content"], out, json["logprobs"]);
        return;
      case "content-end":
        this.#closeContent(out);
        return;
      case "tool-plan-delta":
        if (typeof message["tool_plan"] === "string" && message["tool_plan"] !== "")
          this.#emit({ reasoning_content: message["tool_plan"] }, out);
        return;
      case "tool-call-start":
        for (const call of list(message["tool_calls"])) this.#calls.start(index, call, out);
        return;
      case "tool-call-delta":
        for (const call of list(message["tool_calls"])) this.#calls.continue(index, call, out);
        return;
      case "tool-call-end":
        this.#calls.end(index, out);
        return;
      case "citation-start": {
        const citations = list(message["citations"]);
        if (citations.length > 0) this.#emit({ provider_specific_fields: { citations } }, out);
        return;
      }
      case "message-end":
        if (!this.#envelope) this.#start(json["id"], out);
        this.#finishWith(delta);
        return;
      default: {
        // An event of a kind to come is skipped; a bare message is how Cohere says that it failed.
        const failure = type === undefined || type === "error" ? failureOf(json) : undefined;
        if (failure) throw failure;
      }
    }
  }

  #start(id: unknown, out: CompactChunk[]): void {
    if (this.#envelope) return;
    this.#envelope = {
      id: typeof id === "string" && id !== "" ? id : this.#call.id,
      object: "chat.completion.chunk",
      created: this.#call.created,
      model: this.#call.requested_model,
      choices: [],
    };
    this.#emit({ role: "assistant" }, out);
  }

  #readContent(content: Json, out: CompactChunk[], logprobs?: unknown): void {
    const { text, thinking } = content;
    if (typeof thinking === "string" && thinking !== "") {
      this.#thinking.push(thinking);
      this.#emit({ reasoning_content: thinking }, out);
    }
    const told = readLogprobs(logprobs);
    const more = told.length > 0 ? { content: told } : undefined;
    if (typeof text === "string" && (text !== "" || more)) this.#emit({ content: text }, out, more);
  }

  /** A thinking block is given out whole, to be sent back as it was. */
  #closeContent(out: CompactChunk[]): void {
    if (this.#thinking.length === 0) return;
    const thinking = this.#thinking.join("");
    this.#thinking = [];
    this.#emit({ thinking_blocks: [{ type: "thinking", thinking }] }, out);
  }

  #finishWith(told: Json): void {
    this.#usage = readCohereUsage(told["usage"]) ?? this.#usage;
    const reason = told["finish_reason"];
    const raw = typeof reason === "string" && reason !== "" ? reason : "COMPLETE";
    const status = Object.hasOwn(FAILED, raw) ? FAILED[raw] : undefined;
    if (status !== undefined) {
      const { error } = told;
      const why = typeof error === "string" && error !== "" ? error : "Cohere gave up on the answer";
      throw new WireFailure({ status, message: `${why} (finish_reason ${raw})`, code: raw });
    }
    this.#finish = raw;
  }

  #emit(delta: Delta, out: CompactChunk[], logprobs?: Json): void {
    const { content } = delta;
    if (typeof content === "string" && !logprobs && this.#envelope && Object.keys(delta).length === 1) {
      out.push(content);
      return;
    }
    out.push({
      ...this.#base(),
      choices: [{ index: 0, delta, finish_reason: null, ...(logprobs ? { logprobs } : {}) }],
    });
  }

  #base(): ChatCompletionChunk {
    this.#envelope ??= {
      id: this.#call.id,
      object: "chat.completion.chunk",
      created: this.#call.created,
      model: this.#call.requested_model,
      choices: [],
    };
    return this.#envelope;
  }
}

export function decodeCohereResponse(json: unknown, call: ChatCall): ModelResponse {
  if (!isObject(json))
    throw new WireFailure({ message: "the answer is not a JSON object", code: "no_answer" });
  const decoder = new CohereStreamDecoder(call);
  const out: CompactChunk[] = [];
  decoder.readWhole(json, out);
  decoder.end(out);
  const response = accumulate(out);
  const usage = decoder.usage();
  if (usage) response.usage = usage;
  return response;
}

/** Where a stream holds one object, a whole answer holds a list. */
function list(value: unknown): Json[] {
  if (Array.isArray(value)) return value.filter(isObject);
  return isObject(value) ? [value] : [];
}

function failureOf(json: Json): WireFailure | undefined {
  const { message, error } = json;
  return typeof message === "string" || error != null ? new WireFailure(readFailure(json)) : undefined;
}

function noMessage(): WireFailure {
  return new WireFailure({ message: "the answer holds no message", code: "no_answer" });
}
