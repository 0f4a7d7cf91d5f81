// Decodes Gemini's answers, streamed or whole: every chunk is a GenerateContentResponse. There is no closing marker;
// an answer is whole once each of its candidates, or the refused prompt, has told why it ended.

import { accumulate } from "../protocol/accumulate.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type { ChatCompletionChunk, Delta, ModelResponse, Usage } from "../protocol/messages.ts";
import { googleFailure } from "./gemini-failure.ts";
import { CandidateState } from "./gemini-parts.ts";
import { readGeminiUsage } from "./gemini-usage.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { type ChatCall, type StreamDecoder, WireFailure } from "./types.ts";
import { count } from "./usage.ts";

/** Keys of an answer that have a place of their own; others are kept in provider_specific_fields. */
const READ = new Set([
  "candidates",
  "usageMetadata",
  "modelVersion",
  "responseId",
  "createTime",
  "promptFeedback",
  "error",
]);

export class GeminiStreamDecoder implements StreamDecoder {
  readonly #call: ChatCall;
  #envelope: ChatCompletionChunk | undefined;
  readonly #candidates = new Map<number, CandidateState>();
  #usage: Usage | undefined;
  #extras: Json = {};

  constructor(call: ChatCall) {
    this.#call = call;
  }

  push(data: string, out: CompactChunk[], event = ""): void {
    let json: unknown;
    try {
      json = JSON.parse(data);
    } catch {
      if (data.trim() === "[DONE]") return;
      const message = event === "error" ? data : "the stream holds an event that is not JSON";
      throw new WireFailure({ message, code: "invalid_json" });
    }
    // Without `alt=sse` a stream is one array of chunks.
    for (const chunk of Array.isArray(json) ? json : [json]) this.read(chunk, out);
  }

  /** Nothing marks the end: usage and grounding may come after the finish reason. */
  done(): boolean {
    return false;
  }

  finished(): boolean {
    const states = [...this.#candidates.values()];
    return states.length > 0 && states.every((one) => one.raw_finish !== "");
  }

  usage(): Usage | undefined {
    return this.#usage;
  }

  finishReasons(): string[] {
    return this.#inOrder().map((one) => one.finish_reason);
  }

  end(out: CompactChunk[]): void {
    const choices = this.#inOrder().map((one) => one.close());
    const chunk: ChatCompletionChunk = { ...this.#base({}), choices };
    if (Object.keys(this.#extras).length > 0) chunk.provider_specific_fields = this.#extras;
    out.push(chunk);
  }

  /** One chunk, or a whole answer. */
  read(json: unknown, out: CompactChunk[]): void {
    const failure = googleFailure(json);
    if (failure) throw new WireFailure(failure);
    if (!isObject(json))
      throw new WireFailure({
        message: "the stream holds a chunk that is not an object",
        code: "invalid_json",
      });
    this.#usage = readGeminiUsage(json["usageMetadata"]) ?? this.#usage;
    for (const [key, value] of Object.entries(json))
      if (!READ.has(key) && value != null) this.#extras[key] = value;
    const { candidates } = json;
    const list = Array.isArray(candidates) ? candidates.filter(isObject) : [];
    for (const [position, one] of list.entries())
      this.#readCandidate(count(one["index"]) ?? position, one, json, out);
    const feedback = json["promptFeedback"];
    if (!isObject(feedback)) return;
    this.#extras["prompt_feedback"] = feedback;
    if (feedback["blockReason"] != null && list.length === 0) this.#refuse(feedback, json, out);
  }

  #readCandidate(index: number, candidate: Json, json: Json, out: CompactChunk[]): void {
    let state = this.#candidates.get(index);
    const first = state === undefined;
    if (!state) {
      state = new CandidateState(index, this.#call.id);
      this.#candidates.set(index, state);
    }
    const delta = state.read(candidate);
    this.#emit(index, first ? { role: "assistant", ...delta } : delta, json, out);
  }

  /** The prompt was refused: there is no candidate, and the answer is a refusal without text. */
  #refuse(feedback: Json, json: Json, out: CompactChunk[]): void {
    const known = this.#candidates.get(0);
    const state = known ?? new CandidateState(0, this.#call.id);
    this.#candidates.set(0, state);
    // What was told before the refusal stays; the reason for the end is the filter.
    state.refuse(String(feedback["blockReason"]));
    if (!known) this.#emit(0, { role: "assistant", content: "" }, json, out);
  }

  #emit(index: number, delta: Delta, json: Json, out: CompactChunk[]): void {
    const keys = Object.keys(delta);
    if (keys.length === 0 || (keys.length === 1 && delta.content === "")) return;
    const base = this.#base(json);
    if (index === 0 && keys.length === 1 && typeof delta.content === "string") out.push(delta.content);
    else out.push({ ...base, choices: [{ index, delta, finish_reason: null }] });
  }

  #inOrder(): CandidateState[] {
    return [...this.#candidates.entries()].sort(([a], [b]) => a - b).map(([, state]) => state);
  }

  #base(json: Json): ChatCompletionChunk {
    if (this.#envelope) return this.#envelope;
    const { id, created, requested_model } = this.#call;
    const { responseId, modelVersion, createTime } = json;
    const at = typeof createTime === "string" ? Date.parse(createTime) : Number.NaN;
    this.#envelope = {
      id: typeof responseId === "string" && responseId !== "" ? responseId : id,
      object: "chat.completion.chunk",
      created: Number.isFinite(at) && at > 0 ? Math.floor(at / 1000) : created,
      model: typeof modelVersion === "string" && modelVersion !== "" ? modelVersion : requested_model,
      choices: [],
    };
    return this.#envelope;
  }
}

/** Also takes the array of chunks that a stream without `alt=sse` is. */
export function decodeGeminiResponse(json: unknown, call: ChatCall): ModelResponse {
  const chunks: unknown[] = Array.isArray(json) ? json : [json];
  if (chunks.length === 0 || !chunks.every(isObject))
    throw new WireFailure({ message: "the answer is not a JSON object", code: "no_answer" });
  const decoder = new GeminiStreamDecoder(call);
  const out: CompactChunk[] = [];
  for (const chunk of chunks) decoder.read(chunk, out);
  if (out.length === 0)
    throw new WireFailure({ message: "the answer holds no candidate and no reason why", code: "no_answer" });
  decoder.end(out);
  const response = accumulate(out);
  const usage = decoder.usage();
  if (usage) response.usage = usage;
  return response;
}
