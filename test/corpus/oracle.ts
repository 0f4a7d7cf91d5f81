// What the recorded bytes say, read straight from them and by other code than the adapters': the text, the calls,
// the reasoning, the finish reason, the usage, or that they hold a failure or no end.

import type { Entry, Recording } from "./recordings.ts";

type Json = Record<string, unknown>;

export interface SaidCall {
  name: string;
  /** Parsed, so that white space and key order do not matter. */
  arguments: unknown;
}
export interface SaidChoice {
  text: string;
  reasoning: string;
  refusal: string;
  calls: SaidCall[];
  finish: string | null;
}
export type Said =
  | { kind: "answer"; choices: Map<number, SaidChoice>; usage: [prompt: number, completion: number] | null }
  | { kind: "failure" }
  /** The recording ends before the answer does. */
  | { kind: "cut" };

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

interface OpenChoice extends Omit<SaidChoice, "calls"> {
  calls: { index: unknown; id: string; name: string; text: string }[];
}

function openai(body: string, streamed: boolean): Said {
  const objects =
    streamed && !body.trimStart().startsWith("{") ? sseObjects(body) : [JSON.parse(body) as Json];
  const open = new Map<number, OpenChoice>();
  let usage: [number, number] | null = null;
  for (const object of objects) {
    if (object["error"]) return { kind: "failure" };
    const told = (object["usage"] ?? (object["x_groq"] as Json | undefined)?.["usage"]) as
      | Json
      | null
      | undefined;
    if (told && typeof told["prompt_tokens"] === "number") {
      usage = [told["prompt_tokens"], Number(told["completion_tokens"] ?? 0)];
    }
    for (const [position, choice] of ((object["choices"] as Json[] | undefined) ?? []).entries()) {
      if (choice["error"] || choice["finish_reason"] === "error") return { kind: "failure" };
      const index = typeof choice["index"] === "number" ? choice["index"] : position;
      const into = open.get(index) ?? { text: "", reasoning: "", refusal: "", calls: [], finish: null };
      open.set(index, into);
      addMessage(into, (choice["delta"] ?? choice["message"] ?? {}) as Json);
      const details = choice["finish_details"] as Json | undefined;
      into.finish ??= (choice["finish_reason"] ?? details?.["type"] ?? null) as string | null;
    }
  }
  const choices = new Map([...open].map(([index, choice]) => [index, close(choice)]));
  if (streamed && [...choices.values()].some(({ finish }) => finish === null)) return { kind: "cut" };
  return { kind: "answer", choices, usage };
}

function sseObjects(body: string): Json[] {
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
  const id = (call["id"] as string | null | undefined) ?? "";
  const name = (fn["name"] as string | null | undefined) ?? "";
  const given = fn["arguments"];
  const text = typeof given === "string" ? given : given == null ? "" : JSON.stringify(given);
  const index = call["index"];
  const known = into.calls.findLast((one) =>
    index === undefined || index === null ? id !== "" && one.id === id : one.index === index,
  );
  const another = known && id !== "" && known.id !== "" && known.id !== id && name !== "";
  if (known && !another) {
    known.text += text;
    known.name ||= name;
    known.id ||= id;
  } else into.calls.push({ index, id, name, text });
}

function close({ calls, ...choice }: OpenChoice): SaidChoice {
  const moved = moveThinking(choice.text);
  return {
    text: moved.text,
    reasoning: choice.reasoning + moved.reasoning,
    refusal: choice.refusal,
    calls: calls.map(({ name, text }) => ({ name, arguments: parsed(text) })),
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
  if (lines.some((line) => line["error"])) return { kind: "failure" };
  const last = lines.at(-1) ?? {};
  if (last["done"] !== true) return { kind: "cut" };
  let text = "";
  let reasoning = "";
  const calls: SaidCall[] = [];
  for (const line of lines) {
    const message = (line["message"] ?? {}) as Json;
    text += (message["content"] as string | undefined) ?? "";
    reasoning += (message["thinking"] as string | undefined) ?? "";
    for (const call of (message["tool_calls"] as
      | { function: { name: string; arguments: unknown } }[]
      | null) ?? []) {
      calls.push({ name: call.function.name, arguments: call.function.arguments });
    }
  }
  const moved = moveThinking(text);
  const finish = calls.length > 0 ? "tool_calls" : ((last["done_reason"] as string | undefined) ?? "stop");
  const [prompt, completion] = [last["prompt_eval_count"], last["eval_count"]] as (number | undefined)[];
  return {
    kind: "answer",
    choices: new Map([
      [0, { text: moved.text, reasoning: reasoning + moved.reasoning, refusal: "", calls, finish }],
    ]),
    usage: prompt === undefined && completion === undefined ? null : [prompt ?? 0, completion ?? 0],
  };
}

/** The vectors and the prompt's tokens an embedding answer holds. */
export function vectorsOf(body: string): { vectors: number[][]; prompt_tokens: number | undefined } {
  const json = JSON.parse(body) as Json;
  const rows = (json["data"] as { embedding: number[] | string }[] | undefined)?.map(
    ({ embedding }) => embedding,
  ) ??
    (json["embeddings"] as number[][] | undefined) ?? [json["embedding"] as number[]];
  const usage = json["usage"] as { prompt_tokens?: number } | undefined;
  return {
    vectors: rows.map((row) => (typeof row === "string" ? floats(row) : row)),
    prompt_tokens: usage?.prompt_tokens ?? (json["prompt_eval_count"] as number | undefined),
  };
}

function floats(base64: string): number[] {
  const bytes = Buffer.from(base64, "base64");
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}
