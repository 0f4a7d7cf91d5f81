// Decodes Ollama's chat lines. The line with `done: true` ends the answer; without it the answer is cut.
// A whole answer is one such line, read the same way.

import { accumulate } from "../protocol/accumulate.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type {
  ChatCompletionChunk,
  Delta,
  DeltaToolCall,
  ModelResponse,
  Usage,
} from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { readFailure } from "./openai-failure.ts";
import { ThinkSplitter } from "./think.ts";
import { type ChatCall, type StreamDecoder, WireFailure } from "./types.ts";
import { count } from "./usage.ts";

const TIMINGS = ["total_duration", "load_duration", "prompt_eval_duration", "eval_duration"];

export class OllamaStreamDecoder implements StreamDecoder {
  readonly #call: ChatCall;
  readonly #think = new ThinkSplitter();
  #envelope: ChatCompletionChunk | undefined;
  #tools = 0;
  #finish: string | undefined;
  #usage: Usage | undefined;
  #timings: Json = {};

  constructor(call: ChatCall) {
    this.#call = call;
  }

  push(data: string, out: CompactChunk[]): void {
    if (this.#finish !== undefined) return;
    let json: unknown;
    try {
      json = JSON.parse(data);
    } catch {
      throw new WireFailure({ message: "the stream holds a line that is not JSON", code: "invalid_json" });
    }
    if (!isObject(json))
      throw new WireFailure({
        message: "the stream holds a line that is not an object",
        code: "invalid_json",
      });
    this.read(json, out);
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
    const rest = this.#think.end();
    if (rest.content !== "") this.#emit({ content: rest.content }, out);
    if (rest.reasoning !== "") this.#emit({ reasoning_content: rest.reasoning }, out);
    const last: ChatCompletionChunk = {
      ...this.#base(),
      choices: [{ index: 0, delta: {}, finish_reason: this.#finish ?? null }],
    };
    if (Object.keys(this.#timings).length > 0) last.provider_specific_fields = this.#timings;
    out.push(last);
  }

  read(json: Json, out: CompactChunk[]): void {
    if (json["error"] !== undefined && json["error"] !== null) {
      const status = json["status"];
      throw new WireFailure(readFailure(json, typeof status === "number" ? status : undefined));
    }
    const message = isObject(json["message"]) ? json["message"] : undefined;
    if (!message && json["done"] !== true)
      throw new WireFailure({ message: "a line holds no message", code: "invalid_json" });
    const first = this.#envelope === undefined;
    this.#envelope ??= this.#readEnvelope(json);
    const delta: Delta = message ? this.#readMessage(message) : {};
    const logprobs = Array.isArray(json["logprobs"]) ? { content: json["logprobs"] } : undefined;
    if (first) delta.role = "assistant";
    this.#emit(delta, out, logprobs);
    if (json["done"] === true) this.#close(json);
  }

  #readMessage(message: Json): Delta {
    const delta: Delta = {};
    const thinking = message["thinking"];
    const content = message["content"];
    const split = typeof content === "string" ? this.#think.push(content) : { content: "", reasoning: "" };
    const reasoning = (typeof thinking === "string" ? thinking : "") + split.reasoning;
    if (split.content !== "" || (content === "" && this.#think.passive)) delta.content = split.content;
    if (reasoning !== "") delta.reasoning_content = reasoning;
    const calls = message["tool_calls"];
    if (Array.isArray(calls) && calls.length > 0)
      delta.tool_calls = calls.filter(isObject).map((call) => this.#readCall(call));
    const images = message["images"];
    if (Array.isArray(images) && images.length > 0) delta.images = images;
    return delta;
  }

  /** Ollama sends a call whole, in one line; each is a call of its own. */
  #readCall(call: Json): DeltaToolCall {
    const fn = isObject(call["function"]) ? call["function"] : {};
    const index = this.#tools;
    this.#tools += 1;
    const id = call["id"];
    const text = fn["arguments"];
    return {
      index,
      id: typeof id === "string" && id !== "" ? id : `call_${this.#call.id}_${index}`,
      type: "function",
      function: {
        name: typeof fn["name"] === "string" ? fn["name"] : "",
        arguments: typeof text === "string" ? text : JSON.stringify(text ?? {}),
      },
    };
  }

  #close(json: Json): void {
    const reason = json["done_reason"];
    if (this.#tools > 0) this.#finish = "tool_calls";
    // Old servers send no reason; a line that says done is an end all the same.
    else this.#finish = typeof reason === "string" && reason !== "" ? reason : "stop";
    const completion_tokens = count(json["eval_count"]);
    // Absent when the whole prompt came from the cache.
    const prompt_tokens = count(json["prompt_eval_count"]);
    if (completion_tokens !== undefined || prompt_tokens !== undefined) {
      this.#usage = {
        prompt_tokens: prompt_tokens ?? 0,
        completion_tokens: completion_tokens ?? 0,
        total_tokens: (prompt_tokens ?? 0) + (completion_tokens ?? 0),
      };
    }
    for (const key of TIMINGS) if (typeof json[key] === "number") this.#timings[key] = json[key];
  }

  #emit(delta: Delta, out: CompactChunk[], logprobs?: Json): void {
    const keys = Object.keys(delta);
    if (keys.length === 0 || (keys.length === 1 && delta.content === "")) return;
    if (keys.length === 1 && typeof delta.content === "string" && !logprobs) {
      out.push(delta.content);
      return;
    }
    out.push({
      ...this.#base(),
      choices: [{ index: 0, delta, finish_reason: null, ...(logprobs ? { logprobs } : {}) }],
    });
  }

  #base(): ChatCompletionChunk {
    return this.#envelope ?? this.#readEnvelope({});
  }

  #readEnvelope(json: Json): ChatCompletionChunk {
    const { id, created, requested_model } = this.#call;
    const at = typeof json["created_at"] === "string" ? Date.parse(json["created_at"]) : Number.NaN;
    return {
      id,
      object: "chat.completion.chunk",
      created: Number.isFinite(at) && at > 0 ? Math.floor(at / 1000) : created,
      model: typeof json["model"] === "string" && json["model"] !== "" ? json["model"] : requested_model,
      choices: [],
    };
  }
}

export function decodeOllamaResponse(json: unknown, call: ChatCall): ModelResponse {
  if (!isObject(json))
    throw new WireFailure({ message: "the answer is not a JSON object", code: "no_answer" });
  if (!isObject(json["message"]) && json["error"] == null) {
    throw new WireFailure({ message: "the answer holds no message", code: "no_answer" });
  }
  const decoder = new OllamaStreamDecoder(call);
  const out: CompactChunk[] = [];
  decoder.read(json, out);
  if (!decoder.finished())
    throw new WireFailure({ message: "the answer says it is not done", code: "no_answer" });
  decoder.end(out);
  const response = accumulate(out);
  const usage = decoder.usage();
  if (usage) response.usage = usage;
  return response;
}
