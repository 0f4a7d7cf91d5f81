// LiteLLM's trim_messages(): shortens a conversation to what a model reads. The system messages and the newest turn
// stay, the oldest turns go first, and a tool call and its results go or stay together.

import { inputLimit } from "../models/model-info.ts";
import { createError } from "../protocol/errors.ts";
import type { ContentPart, Message } from "../protocol/messages.ts";
import { encodingOf } from "./encodings.ts";
import { measureMessage, measureRequest } from "./measure.ts";
import { countTexts } from "./tokenizer-thread.ts";

export interface TrimOptions {
  /** Share of the model's input limit to fill. Default 0.75. Not applied to `max_tokens`. */
  trim_ratio?: number;
  /** Tokens the messages may be; default the model's input limit times trim_ratio. */
  max_tokens?: number;
  /** Return `[messages, response_tokens]`: what is left of the limit for the answer. Default false. */
  return_response_tokens?: boolean;
}

const RATIO = 0.75;
/** Stands where something was cut out of the middle of a text. */
const GAP = " … ";

/**
 * Returns the messages unchanged when they fit, or when nothing says how much the model reads. Else: whole turns go,
 * oldest first; if the newest turn alone is too long, texts are shortened in the middle, the longest first.
 * The given list and its messages are never changed.
 *
 * @throws ContextWindowExceededError when not even that fits.
 */
export function trim_messages(
  messages: readonly Message[],
  model?: string,
  options?: TrimOptions & { return_response_tokens?: false },
): Promise<Message[]>;
export function trim_messages(
  messages: readonly Message[],
  model: string | undefined,
  options: TrimOptions & { return_response_tokens: true },
): Promise<[messages: Message[], response_tokens: number]>;
export async function trim_messages(
  messages: readonly Message[],
  model = "",
  options: TrimOptions = {},
): Promise<Message[] | [Message[], number]> {
  const limit = options.max_tokens ?? (await limitOf(model, options.trim_ratio ?? RATIO));
  const counter = new Counter(model);
  const sizes = await counter.sizes(messages);
  let kept = [...messages];
  let tokens = counter.reply + sum(sizes);
  if (limit !== undefined && tokens > limit) {
    kept = await trim(messages, sizes, limit, counter);
    tokens = counter.reply + sum(await counter.sizes(kept));
    if (tokens > limit) {
      throw createError("ContextWindowExceededError", {
        message: `trim_messages: the system messages and the newest turn need ${tokens} tokens even when shortened; the limit is ${limit}`,
        model,
      });
    }
  }
  if (!options.return_response_tokens) return kept;
  return [kept, limit === undefined ? 0 : limit - tokens];
}

async function limitOf(model: string, ratio: number): Promise<number | undefined> {
  try {
    const most = await inputLimit(model);
    return most === undefined ? undefined : Math.floor(most * ratio);
  } catch {
    return undefined;
  }
}

async function trim(
  messages: readonly Message[],
  sizes: readonly number[],
  limit: number,
  counter: Counter,
): Promise<Message[]> {
  const turns = turnsOf(messages);
  const size = (turn: readonly number[]): number => sum(turn.map((at) => sizes[at] ?? 0));
  const system = messages.flatMap(({ role }, at) => (isSystem(role) ? [at] : []));
  let left = limit - counter.reply - size(system);
  const kept = new Set<number>(system);
  for (const [back, turn] of turns.toReversed().entries()) {
    const needed = size(turn);
    if (back > 0 && needed > left) break;
    left -= needed;
    for (const at of turn) kept.add(at);
  }
  const chosen = messages.filter((_, at) => kept.has(at));
  return left >= 0 ? chosen : shorten(chosen, limit, counter);
}

/**
 * Positions of what belongs together, in order, without the system messages: a message by itself, or an assistant's
 * calls with the results that follow. Results nobody asked for are refused by every API, and are in no turn.
 */
function turnsOf(messages: readonly Message[]): number[][] {
  const turns: number[][] = [];
  let open: number[] | undefined;
  for (const [at, message] of messages.entries()) {
    if (isSystem(message.role)) continue;
    if (message.role === "tool" || message.role === "function") {
      open?.push(at);
      continue;
    }
    const turn = [at];
    turns.push(turn);
    open = isCalling(message) ? turn : undefined;
  }
  return turns;
}

function isCalling({ role, tool_calls, function_call }: Message): boolean {
  return role === "assistant" && ((tool_calls?.length ?? 0) > 0 || function_call != null);
}

const isSystem = (role: Message["role"]): boolean => role === "system" || role === "developer";

/** Shortens the longest text until all fit or nothing is left to shorten; the system's come last. */
async function shorten(chosen: readonly Message[], limit: number, counter: Counter): Promise<Message[]> {
  const messages = [...chosen];
  const sizes = await counter.sizes(messages);
  const order = messages
    .map((_, at) => at)
    .sort((a, b) => rank(messages[a]) - rank(messages[b]) || (sizes[b] ?? 0) - (sizes[a] ?? 0));
  for (const at of order) {
    const over = counter.reply + sum(sizes) - limit;
    if (over <= 0) break;
    const message = messages[at] as Message;
    const room = (sizes[at] ?? 0) - over;
    const shorter = await shortened(message, room, counter);
    messages[at] = shorter;
    sizes[at] = (await counter.sizes([shorter]))[0] ?? 0;
  }
  return messages;
}

const rank = (message: Message | undefined): number => (message && isSystem(message.role) ? 1 : 0);

/** The longest version of the message that fits `room`, else the shortest there is. */
async function shortened(message: Message, room: number, counter: Counter): Promise<Message> {
  const length = Math.max(0, ...textsOf(message).map((text) => text.length));
  let [fits, low, high] = [0, 0, length - 1];
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const [size = 0] = await counter.sizes([withTexts(message, middle)]);
    if (size <= room) {
      fits = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  return withTexts(message, fits);
}

function textsOf({ content }: Message): string[] {
  if (typeof content === "string") return [content];
  return (content ?? []).flatMap((part) => (isText(part) ? [part.text] : []));
}

/** No text of it longer than `most` characters. */
function withTexts(message: Message, most: number): Message {
  const { content } = message;
  if (typeof content === "string") return { ...message, content: cut(content, most) };
  if (!Array.isArray(content)) return message;
  return {
    ...message,
    content: content.map((part) => (isText(part) ? { ...part, text: cut(part.text, most) } : part)),
  };
}

function isText(part: ContentPart): part is ContentPart & { text: string } {
  return part.type === "text" && typeof part["text" as keyof ContentPart] === "string";
}

/** The start and the end of a text, at most `most` characters of it. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  if (most < GAP.length + 2) return GAP.trim();
  const head = Math.ceil((most - GAP.length) / 2);
  const tail = most - GAP.length - head;
  return `${text.slice(0, head)}${GAP}${text.slice(text.length - tail)}`.toWellFormed();
}

/** Sizes of messages in tokens, each counted by itself: they add up. */
class Counter {
  readonly reply = measureRequest({ messages: [] }).tokens;
  readonly #encoding: ReturnType<typeof encodingOf>["name"];
  readonly #known = new Map<string, number>();

  constructor(model: string) {
    this.#encoding = encodingOf(model).name;
  }

  async sizes(messages: readonly Message[]): Promise<number[]> {
    const measures = messages.map((message) => measureMessage(message));
    const unknown = [...new Set(measures.flatMap(({ texts }) => texts))].filter(
      (text) => !this.#known.has(text),
    );
    const { counts } = await countTexts(this.#encoding, unknown);
    for (const [at, text] of unknown.entries()) this.#known.set(text, counts[at] ?? 0);
    return measures.map(({ texts, tokens }) => tokens + sum(texts.map((text) => this.#known.get(text) ?? 0)));
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
