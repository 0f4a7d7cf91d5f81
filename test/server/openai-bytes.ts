// What an OpenAI-like provider says, as bytes and as scripts: written from the public description of the API.

import type { Exchange } from "./exchange.ts";
import { jsonOf } from "./http-request.ts";
import type { Script } from "./scripted-provider.ts";

export const USAGE = { prompt_tokens: 7, completion_tokens: 11, total_tokens: 18 };

const ENVELOPE = {
  id: "chatcmpl-scripted",
  object: "chat.completion.chunk",
  created: 1_700_000_000,
  model: "scripted-1",
};

/** One SSE event. */
export function sse(data: unknown): string {
  return `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}

export function chunkOf(
  delta: Record<string, unknown>,
  finish_reason: string | null = null,
): Record<string, unknown> {
  return { ...ENVELOPE, choices: [{ index: 0, delta, finish_reason }] };
}

export function textEvent(text: string): string {
  return sse(chunkOf({ content: text }));
}

export interface StreamShape {
  finish?: string | null;
  usage?: Record<string, unknown> | null;
  done?: boolean;
}

/** The events of a whole stream: role, one per word, finish, usage, [DONE]. */
export function streamEvents(words: readonly string[], shape: StreamShape = {}): string[] {
  const { finish = "stop", usage = USAGE, done = true } = shape;
  const events = [sse(chunkOf({ role: "assistant", content: "" })), ...words.map(textEvent)];
  if (finish !== null) events.push(sse(chunkOf({}, finish)));
  if (usage !== null) events.push(sse({ ...ENVELOPE, choices: [], usage }));
  if (done) events.push(sse("[DONE]"));
  return events;
}

export function answerBody(text: string, extra: Record<string, unknown> = {}): string {
  return JSON.stringify({
    ...ENVELOPE,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
    usage: USAGE,
    ...extra,
  });
}

export function errorBody(message: string, code: string | null = null, type = "scripted_error"): string {
  return JSON.stringify({ error: { message, type, param: null, code } });
}

/** Sends these events as one HTTP chunk each and ends well. */
export async function sendEvents(exchange: Exchange, events: readonly string[]): Promise<void> {
  await exchange.begin();
  for (const event of events) await exchange.part(event);
  await exchange.finish();
}

/** Answers a chat call in words, streamed or whole as it was asked. */
export function chat(...words: string[]): Script {
  return (exchange) =>
    jsonOf(exchange.request)["stream"] === true
      ? sendEvents(exchange, streamEvents(words))
      : exchange.reply(200, answerBody(words.join("")));
}

export function status(code: number, body = errorBody(`scripted ${code}`), headers = {}): Script {
  return (exchange) => exchange.reply(code, body, headers);
}

/** Takes the request and says nothing. */
export const silence: Script = () => {};
