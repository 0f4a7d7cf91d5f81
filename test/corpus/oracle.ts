// What the recorded bytes say, read straight from them and by other code than the adapters': the text, the calls,
// the reasoning, the finish reason, the usage, or that they hold a failure or no end.

import { expectedClass } from "./expected-error.ts";
import type { Entry, Recording } from "./recordings.ts";

type Json = Record<string, unknown>;

export interface SaidCall {
  /** Empty where the bytes name none: any id is right then. */
  id: string;
  name: string;
  /** The very text; where the bytes hold an object instead, that object. */
  arguments: string | Json;
}
export interface SaidChoice {
  text: string;
  reasoning: string;
  refusal: string;
  calls: SaidCall[];
  finish: string | null;
}
export type SaidUsage = [prompt: number, completion: number, total: number];
export type Said = { choices: Map<number, SaidChoice> } & (
  | { kind: "answer"; usage: SaidUsage | null }
  /** An error where an answer should be: its class, after the choices that came before it. */
  | { kind: "failure"; name: string }
  /** The recording ends before the answer does. */
  | { kind: "cut" }
);

const NORMAL: Record<string, string> = {
  eos_token: "stop",
  eos: "stop",
  STOP: "stop",
  end_turn: "stop",
  completed: "stop",
  COMPLETE: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
};

export function whatTheBytesSay(entry: Entry, { response }: Recording): Said {
  const body = response.body ?? "";
  const streamed = entry.kind === "chat-stream";
  return entry.api === "ollama.chat" ? ollama(body, streamed) : openai(body, streamed);
}

interface OpenCall extends SaidCall {
  index: unknown;
}
interface OpenChoice extends Omit<SaidChoice, "calls"> {
  calls: OpenCall[];
}

function openai(body: string, streamed: boolean): Said {
  const objects =
    streamed && !body.trimStart().startsWith("{") ? sseObjects(body) : [JSON.parse(body) as Json];
  const open = new Map<number, OpenChoice>();
  const choices = (): Map<number, SaidChoice> =>
    new Map([...open].map(([index, choice]) => [index, close(choice)]));
  let usage: SaidUsage | null = null;
  for (const object of objects) {
    if (object["error"]) return { kind: "failure", name: classInside(object["error"]), choices: choices() };
    usage = usageOf(object["usage"] ?? (object["x_groq"] as Json | undefined)?.["usage"]) ?? usage;
    for (const [position, choice] of ((object["choices"] as Json[] | undefined) ?? []).entries()) {
      if (choice["error"] || choice["finish_reason"] === "error")
        return { kind: "failure", name: classInside(choice["error"]), choices: choices() };
      const index = typeof choice["index"] === "number" ? choice["index"] : position;
      const into = open.get(index) ?? { text: "", reasoning: "", refusal: "", calls: [], finish: null };
      open.set(index, into);
      addMessage(into, (choice["delta"] ?? choice["message"] ?? {}) as Json);
      const details = choice["finish_details"] as Json | undefined;
      into.finish ??= (choice["finish_reason"] ?? details?.["type"] ?? null) as string | null;
    }
  }
  const all = choices();
  const unfinished = [...all.values()].some(({ finish }) => finish === null);
  if (streamed && (unfinished || all.size === 0)) return { kind: "cut", choices: all };
  return { kind: "answer", choices: all, usage };
}

function usageOf(told: unknown): SaidUsage | null {
  if (typeof told !== "object" || told === null) return null;
  const { prompt_tokens, completion_tokens, total_tokens } = told as Record<string, number | null>;
  if (typeof prompt_tokens !== "number") return null;
  const completion = completion_tokens ?? 0;
  return [prompt_tokens, completion, total_tokens ?? prompt_tokens + completion];
}

/** An error inside a 200 carries its status within. */
function classInside(error: unknown): string {
  const { status_code, status, code } = (error ?? {}) as Json;
  const told = [status_code, status, code].map(Number).find((one) => one >= 400 && one < 600);
  if (told === undefined) throw new Error(`which class is ${JSON.stringify(error)}?`);
  return expectedClass(told, JSON.stringify({ error }));
}

export function sseObjects(body: string): Json[] {
  return body
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice("data:".length).trim())
    .filter((data) => data !== "[DONE]" && data !== "")
    .map((data) => JSON.parse(data) as Json);
}

function addMessage(into: OpenChoice, message: Json): void {
  const { content, refusal } = message;
  for (const key of ["reasoning_content", "reasoning", "reasoning_text"]) {
    if (typeof message[key] === "string" && message[key] !== "") {
      into.reasoning += message[key];
      break;
    }
  }
  if (typeof content === "string") into.text += content;
  if (Array.isArray(content)) for (const part of content as Json[]) addPart(into, part);
  if (typeof refusal === "string") into.refusal += refusal;
  for (const call of (message["tool_calls"] as Json[] | null | undefined) ?? []) addCall(into, call);
}

function addPart(into: OpenChoice, part: Json): void {
  if (part["type"] !== "thinking") into.text += (part["text"] as string | undefined) ?? "";
  else if (typeof part["thinking"] === "string") into.reasoning += part["thinking"];
  else
    for (const one of part["thinking"] as Json[]) into.reasoning += (one["text"] as string | undefined) ?? "";
}

/** A call goes on where its index stands, unless an id says that it is another one. */
function addCall(into: OpenChoice, call: Json): void {
  const fn = (call["function"] ?? {}) as Json;
  // One server counts its calls: the number is the id, as text.
  const id = String(call["id"] ?? "");
  const name = (fn["name"] as string | null | undefined) ?? "";
  const given = (fn["arguments"] ?? "") as string | Json;
  const index = call["index"];
  const known = into.calls.findLast((one) =>
    index === undefined || index === null ? id !== "" && one.id === id : one.index === index,
  );
  const another = known && id !== "" && known.id !== "" && known.id !== id && name !== "";
  if (!known || another) {
    into.calls.push({ index, id, name, arguments: given });
    return;
  }
  if (typeof given === "string" && typeof known.arguments === "string") known.arguments += given;
  else known.arguments = given;
  known.name ||= name;
  known.id ||= id;
}

function close({ calls, ...choice }: OpenChoice): SaidChoice {
  const moved = moveThinking(choice.text);
  return {
    text: moved.text,
    reasoning: choice.reasoning + moved.reasoning,
    refusal: choice.refusal,
    calls: calls.map(({ index: _index, ...call }) => call),
    finish: choice.finish === null ? null : (NORMAL[choice.finish] ?? choice.finish),
  };
}

function moveThinking(text: string): { text: string; reasoning: string } {
  const match = /^\s*<think>([\s\S]*?)(?:<\/think>([\s\S]*)|$)/.exec(text);
  return match ? { text: match[2] ?? "", reasoning: match[1] ?? "" } : { text, reasoning: "" };
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function ollama(body: string, streamed: boolean): Said {
  const lines = (streamed ? body.split("\n").filter((line) => line.trim() !== "") : [body]).map(
    (line) => JSON.parse(line) as Json,
  );
  const choice: SaidChoice = { text: "", reasoning: "", refusal: "", calls: [], finish: null };
  const choices = new Map([[0, choice]]);
  for (const line of lines) {
    if (line["error"]) return { kind: "failure", name: classInside(line), choices };
    const message = (line["message"] ?? {}) as Json;
    choice.text += (message["content"] as string | undefined) ?? "";
    choice.reasoning += (message["thinking"] as string | undefined) ?? "";
    for (const call of (message["tool_calls"] as Json[] | null | undefined) ?? []) {
      const fn = call["function"] as Json;
      choice.calls.push({
        id: (call["id"] as string | undefined) ?? "",
        name: fn["name"] as string,
        arguments: fn["arguments"] as Json,
      });
    }
  }
  const moved = moveThinking(choice.text);
  choice.text = moved.text;
  choice.reasoning += moved.reasoning;
  const last = lines.at(-1) ?? {};
  if (last["done"] !== true) return { kind: "cut", choices };
  choice.finish =
    choice.calls.length > 0 ? "tool_calls" : ((last["done_reason"] as string | undefined) ?? "stop");
  const counts = [last["prompt_eval_count"], last["eval_count"]] as (number | undefined)[];
  const [prompt = 0, completion = 0] = counts;
  const told = counts.some((one) => one !== undefined);
  return { kind: "answer", choices, usage: told ? [prompt, completion, prompt + completion] : null };
}

/** The vectors and the prompt's tokens an embedding answer holds. */
export function vectorsOf(
  { provider }: Entry,
  body: string,
): { vectors: number[][]; tokens: number[] | null } {
  const json = JSON.parse(body) as Json;
  const rows = (json["data"] as { embedding: number[] | string }[] | undefined)?.map(
    ({ embedding }) => embedding,
  ) ??
    (json["embeddings"] as number[][] | undefined) ?? [json["embedding"] as number[]];
  // Perplexity's base64 is of signed bytes, everybody else's of little-endian float32.
  const unpack = provider === "perplexity" ? int8s : floats;
  const { prompt_tokens = json["prompt_eval_count"], total_tokens } = (json["usage"] ?? {}) as Json;
  return {
    vectors: rows.map((row) => (typeof row === "string" ? unpack(row) : row)),
    tokens:
      typeof prompt_tokens === "number"
        ? [prompt_tokens, (total_tokens as number | null) ?? prompt_tokens]
        : null,
  };
}

export function floats(base64: string): number[] {
  const bytes = Buffer.from(base64, "base64");
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}

function int8s(base64: string): number[] {
  return [...new Int8Array(Buffer.from(base64, "base64"))];
}
