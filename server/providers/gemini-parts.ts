// One candidate of a Gemini answer: its parts as they come -> OpenAI's deltas, and what its end tells. A functionCall
// comes whole; signatures are kept beside what they sign, because the next turn must bring them back.
// Source: Gemini API reference, Candidate and Part; "Thought signatures".

import type { Delta, DeltaToolCall, StreamingChoices } from "../protocol/messages.ts";
import { Base64Stream } from "./base64-stream.ts";
import { StreamedArguments } from "./gemini-arguments.ts";
import { annotationsOf, mergeMetadata } from "./gemini-grounding.ts";
import { isObject, type Json } from "./openai-delta.ts";

const FINISH: Readonly<Record<string, string>> = {
  STOP: "stop",
  MAX_TOKENS: "length",
  SAFETY: "content_filter",
  RECITATION: "content_filter",
  LANGUAGE: "content_filter",
  OTHER: "content_filter",
  BLOCKLIST: "content_filter",
  PROHIBITED_CONTENT: "content_filter",
  SPII: "content_filter",
  IMAGE_SAFETY: "content_filter",
  IMAGE_PROHIBITED_CONTENT: "content_filter",
  IMAGE_RECITATION: "content_filter",
  IMAGE_OTHER: "content_filter",
  MODEL_ARMOR: "content_filter",
};
/** The same by number, for servers asked for `enum-encoding=int`. */
const NUMBERED = [
  "FINISH_REASON_UNSPECIFIED",
  "STOP",
  "MAX_TOKENS",
  "SAFETY",
  "RECITATION",
  "OTHER",
  "LANGUAGE",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "MALFORMED_FUNCTION_CALL",
  "IMAGE_SAFETY",
];
/** What a candidate tells beside its content, and its name in provider_specific_fields. */
const METADATA: readonly [wire: string, ours: string][] = [
  ["groundingMetadata", "grounding_metadata"],
  ["urlContextMetadata", "url_context_metadata"],
  ["citationMetadata", "citation_metadata"],
];
const PLAIN: readonly [wire: string, ours: string][] = [
  ["safetyRatings", "safety_ratings"],
  ["finishMessage", "finish_message"],
  ["avgLogprobs", "avg_logprobs"],
  ["groundingAttributions", "grounding_attributions"],
];

export class CandidateState {
  /** Gemini's own word, "" while there is none. */
  raw_finish = "";
  readonly #index: number;
  readonly #id_seed: string;
  #blocked = false;
  #calls = 0;
  #open: { index: number; pieces: StreamedArguments } | undefined;
  #text = "";
  #thoughts = "";
  #audio: Base64Stream | undefined;
  #logprobs: Json | undefined;
  #metadata = new Map<string, Json>();
  #plain: Json = {};

  constructor(index: number, id_seed: string) {
    this.#index = index;
    this.#id_seed = id_seed;
  }

  get finish_reason(): string {
    const raw = this.raw_finish;
    if (this.#blocked) return "content_filter";
    if (raw === "STOP" && this.#calls > 0) return "tool_calls";
    return FINISH[raw] ?? raw.toLowerCase();
  }

  /** The prompt itself was blocked, for this reason. */
  refuse(reason: string): void {
    this.#blocked = true;
    this.raw_finish = reason;
  }

  /** Empty when the candidate told nothing new. */
  read(candidate: Json): Delta {
    const content = isObject(candidate["content"]) ? candidate["content"] : {};
    const delta: Delta = {};
    for (const part of Array.isArray(content["parts"]) ? content["parts"].filter(isObject) : [])
      this.#readPart(part, delta);
    this.#readRest(candidate);
    return delta;
  }

  /** The chunk that closes the choice. */
  close(): StreamingChoices {
    const finish_reason = this.finish_reason;
    const choice: StreamingChoices = {
      index: this.#index,
      delta: {},
      finish_reason: finish_reason === "" ? null : finish_reason,
    };
    this.#closeCall(choice.delta);
    const rest = this.#audio?.end() ?? "";
    if (rest !== "") choice.delta.audio = { data: rest };
    const grounding = this.#metadata.get("grounding_metadata");
    const annotations = grounding ? annotationsOf(grounding, this.#text) : [];
    if (annotations.length > 0) choice.delta.annotations = annotations;
    if (this.#logprobs) choice.logprobs = this.#logprobs;
    const extras: Json = { ...Object.fromEntries(this.#metadata), ...this.#plain };
    if (finish_reason !== this.raw_finish) extras["native_finish_reason"] = this.raw_finish;
    if (Object.keys(extras).length > 0) choice.provider_specific_fields = extras;
    return choice;
  }

  #readPart(part: Json, delta: Delta): void {
    const signature = typeof part["thoughtSignature"] === "string" ? part["thoughtSignature"] : undefined;
    if (isObject(part["functionCall"])) {
      this.#readCall(part["functionCall"], signature, delta);
      return;
    }
    if (typeof part["text"] === "string" && part["thought"] === true) {
      this.#readThought(part["text"], signature, delta);
      return;
    }
    if (typeof part["text"] === "string") {
      delta.content = (delta.content ?? "") + part["text"];
      this.#text += part["text"];
    } else if (isObject(part["inlineData"])) this.#readMedia(part["inlineData"], part, delta);
    else if (Object.keys(part).some((key) => key !== "thoughtSignature" && key !== "thought"))
      keep(delta, "content_parts", part);
    if (signature !== undefined) keep(delta, "thought_signatures", signature);
  }

  #readThought(text: string, signature: string | undefined, delta: Delta): void {
    if (text !== "") delta.reasoning_content = (delta.reasoning_content ?? "") + text;
    this.#thoughts += text;
    if (signature === undefined) return;
    delta.thinking_blocks ??= [];
    delta.thinking_blocks.push({ type: "thinking", thinking: this.#thoughts, signature });
    this.#thoughts = "";
  }

  /** A call comes whole; or, where that was asked for, its name first and its arguments in pieces. */
  #readCall(fn: Json, signature: string | undefined, delta: Delta): void {
    const { id, name, args, partialArgs, willContinue } = fn;
    if (typeof name === "string" && name !== "") {
      this.#closeCall(delta);
      const index = this.#calls;
      this.#calls += 1;
      const streamed = willContinue === true || partialArgs !== undefined;
      if (streamed) this.#open = { index, pieces: new StreamedArguments() };
      push(delta, {
        index,
        id: typeof id === "string" && id !== "" ? id : this.#ownId(index),
        type: "function",
        function: { name, arguments: streamed ? "" : JSON.stringify(args ?? {}) },
        ...(signature === undefined ? {} : { provider_specific_fields: { thought_signature: signature } }),
      });
    }
    this.#open?.pieces.add(partialArgs);
    if (willContinue !== true) this.#closeCall(delta);
  }

  #closeCall(delta: Delta): void {
    if (!this.#open) return;
    const { index, pieces } = this.#open;
    this.#open = undefined;
    push(delta, { index, function: { arguments: pieces.text() } });
  }

  /** Unlike in every other choice and answer. */
  #ownId(index: number): string {
    const choice = this.#index === 0 ? "" : `_${this.#index}`;
    return `call_${this.#id_seed}${choice}_${index}`;
  }

  #readMedia(media: Json, part: Json, delta: Delta): void {
    const { mimeType, data } = media;
    const mime = typeof mimeType === "string" ? mimeType : "";
    if (typeof data === "string" && mime.startsWith("image/") && part["thought"] !== true) {
      delta.images ??= [];
      delta.images.push({
        type: "image_url",
        image_url: { url: `data:${mime};base64,${data}` },
        index: delta.images.length,
      });
    } else if (typeof data === "string" && mime.startsWith("audio/")) {
      this.#audio ??= new Base64Stream();
      delta.audio = { mime_type: mime, data: String(delta.audio?.["data"] ?? "") + this.#audio.push(data) };
    } else keep(delta, "content_parts", part);
  }

  #readRest(candidate: Json): void {
    for (const [wire, ours] of METADATA) {
      const value = candidate[wire];
      if (isObject(value) && Object.keys(value).length > 0)
        this.#metadata.set(ours, mergeMetadata(this.#metadata.get(ours), value));
    }
    for (const [wire, ours] of PLAIN) if (candidate[wire] != null) this.#plain[ours] = candidate[wire];
    const logprobs = candidate["logprobsResult"];
    if (isObject(logprobs)) {
      const before = this.#logprobs?.["content"];
      this.#logprobs = { content: [...(Array.isArray(before) ? before : []), ...readLogprobs(logprobs)] };
    }
    const finish = candidate["finishReason"];
    if (typeof finish === "string" && finish !== "") this.raw_finish = finish;
    else if (typeof finish === "number" && finish > 0)
      this.raw_finish = NUMBERED[finish] ?? `FINISH_${finish}`;
  }
}

function push(delta: Delta, call: DeltaToolCall): void {
  delta.tool_calls ??= [];
  delta.tool_calls.push(call);
}

function keep(delta: Delta, name: string, value: unknown): void {
  const fields = delta.provider_specific_fields ?? {};
  const list = fields[name];
  delta.provider_specific_fields = { ...fields, [name]: [...(Array.isArray(list) ? list : []), value] };
}

/** chosenCandidates and topCandidates are lists of equal length. */
function readLogprobs(raw: Json): Json[] {
  const chosen = Array.isArray(raw["chosenCandidates"]) ? raw["chosenCandidates"].filter(isObject) : [];
  const top = Array.isArray(raw["topCandidates"]) ? raw["topCandidates"] : [];
  return chosen.map((one, position) => {
    const beside: unknown = top[position];
    const others = isObject(beside) && Array.isArray(beside["candidates"]) ? beside["candidates"] : [];
    return { ...tokenOf(one), top_logprobs: others.filter(isObject).map(tokenOf) };
  });
}

function tokenOf(one: Json): Json {
  const token = typeof one["token"] === "string" ? one["token"] : "";
  return { token, logprob: one["logProbability"] ?? 0, bytes: null };
}
