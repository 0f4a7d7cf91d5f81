// Decodes chat completions in OpenAI's shape. Finish reasons are held back until the stream is known to be
// whole, so no chunk of a cut stream can look like an end. A whole answer is read as a stream of one chunk.

import { accumulate } from "../protocol/accumulate.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type {
  ChatCompletionChunk,
  Delta,
  ModelResponse,
  StreamingChoices,
  Usage,
} from "../protocol/messages.ts";
import { normaliseFinishReason } from "./finish-reason.ts";
import { ChoiceState, isObject, type Json } from "./openai-delta.ts";
import { readFailure } from "./openai-failure.ts";
import { type ChatCall, type StreamDecoder, WireFailure } from "./types.ts";
import { readUsage } from "./usage.ts";

/** Chunk fields with a place of their own, or that only pad. The rest is the provider's and kept. */
const KNOWN = new Set([
  "id",
  "object",
  "created",
  "model",
  "choices",
  "usage",
  "system_fingerprint",
  "service_tier",
  "obfuscation",
  "p",
  "error",
]);

/** What one provider tells otherwise than OpenAI. */
export interface DecodeQuirks {
  /** Usage as `readUsage` left it -> OpenAI's shape. */
  usage?: ((usage: Usage) => Usage) | undefined;
}

export class OpenAIStreamDecoder implements StreamDecoder {
  readonly #call: ChatCall;
  readonly #quirks: DecodeQuirks;
  readonly #choices: ChoiceState[] = [];
  #envelope: ChatCompletionChunk | undefined;
  #usage: Usage | undefined;
  #done = false;
  /** Provider fields of chunks that had no choice to ride on. */
  #extra: Json | undefined;

  constructor(call: ChatCall, quirks: DecodeQuirks = {}) {
    this.#call = call;
    this.#quirks = quirks;
  }

  push(data: string, out: CompactChunk[], event?: string): void {
    if (this.#done) return;
    if (data === "[DONE]") {
      this.#done = true;
      return;
    }
    let json: unknown;
    try {
      json = JSON.parse(data);
    } catch {
      if (data.trim() === "[DONE]") this.#done = true;
      else
        throw new WireFailure({ message: "the stream holds a chunk that is not JSON", code: "invalid_json" });
      return;
    }
    if (!isObject(json))
      throw new WireFailure({
        message: "the stream holds a chunk that is not an object",
        code: "invalid_json",
      });
    if (event === "error" && json["error"] === undefined) throw new WireFailure(readFailure(json));
    this.read(json, out);
  }

  done(): boolean {
    return this.#done;
  }

  finished(): boolean {
    if (this.#choices.length === 0) return false;
    // Choices may come one after the other: without the end marker, all that were asked for must be there.
    if (!this.#done && this.#choices.length < (this.#call.params.n ?? 1)) return false;
    for (const choice of this.#choices) if (choice?.finish_reason === undefined) return false;
    return true;
  }

  usage(): Usage | undefined {
    return this.#usage;
  }

  finishReasons(): string[] {
    return this.#choices.map((choice) => choice.finish_reason ?? "");
  }

  end(out: CompactChunk[]): void {
    for (const [index, choice] of this.#choices.entries()) {
      const rest = choice.flush();
      if (rest) this.#emit(index, rest, out);
    }
    for (const [index, choice] of this.#choices.entries()) {
      const last: StreamingChoices = { index, delta: {}, finish_reason: choice.finish_reason ?? null };
      if (choice.native_finish_reason !== undefined) {
        last.provider_specific_fields = { native_finish_reason: choice.native_finish_reason };
      }
      const chunk: ChatCompletionChunk = { ...this.#base(), choices: [last] };
      this.#takeExtra(chunk);
      out.push(chunk);
    }
  }

  /** One parsed chunk, or a whole answer. */
  read(json: Json, out: CompactChunk[]): void {
    if (this.#readPlain(json, out)) return;
    // Mistral's and vLLM's errors are objects of their own.
    const failed = (json["error"] !== undefined && json["error"] !== null) || json["object"] === "error";
    if (failed) throw new WireFailure(readFailure(json));
    if (json["usage"]) this.#usage = this.#readUsage(json["usage"]) ?? this.#usage;
    const choices = json["choices"];
    let extra: Json | undefined;
    for (const key in json) {
      if (KNOWN.has(key)) continue;
      const value = json[key];
      if (value === null || value === undefined) continue;
      extra ??= {};
      extra[key] = value;
    }
    if (extra) {
      const groq = extra["x_groq"];
      if (!this.#usage && isObject(groq)) this.#usage = this.#readUsage(groq["usage"]);
      if (isObject(groq) && groq["error"]) throw new WireFailure(readFailure({ error: groq["error"] }));
      this.#extra = { ...this.#extra, ...extra };
    }
    if (!Array.isArray(choices) || choices.length === 0) return;
    this.#envelope ??= this.#readEnvelope(json);
    for (const [position, choice] of choices.entries()) {
      if (isObject(choice)) this.#readChoice(choice, position, out);
    }
  }

  /**
   * Nearly every chunk of a stream is text of choice 0 and nothing else. This recognises it by exclusion, field by
   * field, and leaves anything else to the whole reading.
   */
  #readPlain(json: Json, out: CompactChunk[]): boolean {
    const state = this.#choices[0];
    if (state === undefined || !state.think.passive || this.#extra !== undefined) return false;
    for (const key in json) {
      switch (key) {
        case "id":
        case "object":
        case "created":
        case "model":
        case "choices":
        case "system_fingerprint":
        case "service_tier":
        case "obfuscation":
        case "p":
          continue;
        default:
          if (json[key] !== null) return false;
      }
    }
    const choices = json["choices"] as Json[] | undefined;
    const choice = choices?.length === 1 ? choices[0] : undefined;
    if (choice === undefined || choice === null || choice["index"] !== 0) return false;
    for (const key in choice) if (key !== "index" && key !== "delta" && choice[key] !== null) return false;
    const delta = choice["delta"] as Json | null | undefined;
    if (delta === undefined || delta === null) return false;
    for (const key in delta) if (key !== "content" && delta[key] !== null) return false;
    const content = delta["content"];
    if (typeof content !== "string" || content === "") return false;
    out.push(content);
    return true;
  }

  #readUsage(raw: unknown): Usage | undefined {
    const usage = readUsage(raw);
    return usage && this.#quirks.usage ? this.#quirks.usage(usage) : usage;
  }

  #readChoice(raw: Json, position: number, out: CompactChunk[]): void {
    const index = typeof raw["index"] === "number" ? raw["index"] : position;
    if (index < 0 || index > 1000)
      throw new WireFailure({ message: `the stream names choice ${index}`, code: "invalid_json" });
    const first = this.#choices[index] === undefined;
    for (let missing = this.#choices.length; missing <= index; missing += 1) {
      this.#choices.push(new ChoiceState(`${this.#call.id}_${missing}`));
    }
    const choice = this.#choices[index] as ChoiceState;
    if (raw["error"]) throw new WireFailure(readFailure(raw));
    const body = raw["delta"] ?? raw["message"];
    const delta = isObject(body) ? choice.read(body) : {};
    const details = raw["finish_details"];
    // The first vision models told their reason there.
    const reason = raw["finish_reason"] ?? (isObject(details) ? details["type"] : undefined);
    if (typeof reason === "string" && reason !== "" && choice.finish_reason === undefined) {
      if (reason === "error") throw new WireFailure(readFailure(raw));
      choice.finish_reason = normaliseFinishReason(reason);
      const native = raw["native_finish_reason"];
      if (typeof native === "string" && native !== reason) choice.native_finish_reason = native;
      else if (choice.finish_reason !== reason) choice.native_finish_reason = reason;
    } else if (reason === "" && choice.tool_calls > 0) choice.finish_reason ??= "tool_calls";
    const logprobs = isObject(raw["logprobs"]) ? raw["logprobs"] : undefined;
    if (first) delta.role = "assistant";
    this.#emit(index, delta, out, logprobs, choiceExtra(raw));
  }

  #emit(index: number, delta: Delta, out: CompactChunk[], logprobs?: Json, extra?: Json): void {
    let told = 0;
    for (const key in delta) if (key !== "content" || delta.content !== "") told += 1;
    if (told === 0 && !logprobs && !extra) return;
    const { content } = delta;
    const plain = told === 1 && typeof content === "string" && content !== "" && !logprobs && !extra;
    if (plain && index === 0 && !this.#extra) {
      out.push(content);
      return;
    }
    const part: StreamingChoices = { index, delta, finish_reason: null };
    if (logprobs) part.logprobs = logprobs;
    if (extra) part.provider_specific_fields = extra;
    const chunk: ChatCompletionChunk = { ...this.#base(), choices: [part] };
    this.#takeExtra(chunk);
    out.push(chunk);
  }

  #takeExtra(chunk: ChatCompletionChunk): void {
    if (!this.#extra) return;
    chunk.provider_specific_fields = this.#extra;
    this.#extra = undefined;
  }

  #base(): ChatCompletionChunk {
    return this.#envelope ?? this.#readEnvelope({});
  }

  #readEnvelope(json: Json): ChatCompletionChunk {
    const { id, created, requested_model } = this.#call;
    const envelope: ChatCompletionChunk = {
      id: typeof json["id"] === "string" && json["id"] !== "" ? json["id"] : id,
      object: "chat.completion.chunk",
      created: typeof json["created"] === "number" && json["created"] > 0 ? json["created"] : created,
      model: typeof json["model"] === "string" && json["model"] !== "" ? json["model"] : requested_model,
      choices: [],
    };
    if (typeof json["system_fingerprint"] === "string")
      envelope.system_fingerprint = json["system_fingerprint"];
    if (typeof json["service_tier"] === "string") envelope.service_tier = json["service_tier"];
    return envelope;
  }
}

const CHOICE_NOISE = new Set([
  "content_filter_results",
  "matched_stop",
  "seed",
  "stop_reason",
  "finish_details",
]);
/** What a provider tells of a choice beside its delta. */
function choiceExtra(raw: Json): Json | undefined {
  let extra: Json | undefined;
  for (const key in raw) {
    if (!CHOICE_NOISE.has(key)) continue;
    const value = raw[key];
    if (value === null || value === undefined || (isObject(value) && Object.keys(value).length === 0))
      continue;
    extra ??= {};
    extra[key] = value;
  }
  return extra;
}

/** A whole answer: the same reading, folded. Throws WireFailure for a 200 that is no answer. */
export function decodeResponse(json: unknown, call: ChatCall, quirks: DecodeQuirks = {}): ModelResponse {
  if (!isObject(json))
    throw new WireFailure({ message: "the answer is not a JSON object", code: "no_answer" });
  const decoder = new OpenAIStreamDecoder(call, quirks);
  const out: CompactChunk[] = [];
  decoder.read(json, out);
  const reasons = decoder.finishReasons();
  const choices = Array.isArray(json["choices"]) ? json["choices"].filter(isObject) : [];
  const said = choices.some((choice) => isObject(choice["message"]) || isObject(choice["delta"]));
  if (reasons.length === 0 || !said) {
    throw new WireFailure({ message: "the answer holds no choice", code: "no_answer" });
  }
  decoder.end(out);
  const response = accumulate(out);
  for (const choice of response.choices) {
    // A whole body that names no reason is whole all the same.
    if (choice.finish_reason === "unknown")
      choice.finish_reason = choice.message.tool_calls ? "tool_calls" : "stop";
  }
  const usage = decoder.usage();
  if (usage) response.usage = usage;
  return response;
}
