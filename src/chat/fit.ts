// How much of a conversation fits into a model's context: the newest of it, as long as it fits, the last question always.
// Where an estimate leaves no doubt nothing is counted. Pure but for what counts.

import type { Message } from "../../server/protocol/messages.ts";

export interface Fitted {
  messages: Message[];
  /** How many of the oldest were left out. */
  left_out: number;
}

/** The answer needs room too: tokens, in a small context a share of it. */
const FOR_THE_ANSWER = 8_192;
const SHARE_FOR_THE_ANSWER = 0.25;
/** An image, whatever its size: more than most models count. */
export const IMAGE_TOKENS = 1_500;
const OVERHEAD = 4;
/** A Latin text has about four bytes a token, others three: rather too many than too few. */
const BYTES_PER_TOKEN = 3;
const ROUNDS = 4;

/** What is counted: a picture's bytes need not travel for that. */
export function withoutImages(messages: readonly Message[]): { messages: Message[]; images: number } {
  let images = 0;
  const texts = messages.map((message): Message => {
    if (!Array.isArray(message.content)) return message;
    const content = message.content.filter(({ type }) => type !== "image_url");
    images += message.content.length - content.length;
    return { ...message, content };
  });
  return { messages: texts, images };
}

export function roomIn(limit: number): number {
  return Math.floor(limit - Math.min(FOR_THE_ANSWER, limit * SHARE_FOR_THE_ANSWER));
}

export function estimateTokens(message: Message): number {
  const { content } = message;
  if (typeof content === "string") return OVERHEAD + tokensOf(content);
  return (content ?? []).reduce(
    (sum, part) =>
      sum + ("text" in part && typeof part.text === "string" ? tokensOf(part.text) : IMAGE_TOKENS),
    OVERHEAD,
  );
}

/** `limit` in tokens, null = unknown: then everything goes. `count` is asked where it is close. */
export async function newestThatFits(
  messages: readonly Message[],
  limit: number | null,
  count: (messages: readonly Message[]) => Promise<number>,
): Promise<Fitted> {
  if (limit === null) return { messages: [...messages], left_out: 0 };
  const room = roomIn(limit);
  const estimates = messages.map(estimateTokens);
  let from = 0;
  let estimated = estimates.reduce((sum, tokens) => sum + tokens, 0);
  for (let round = 0; estimated > room && round < ROUNDS; round += 1) {
    const tokens = await count(messages.slice(from)).catch(() => estimated);
    if (tokens <= room) break;
    // What an estimate is worth here, one count has told.
    const keep = estimated * (room / tokens);
    const before = from;
    while (from < messages.length - 1 && (estimated > keep || messages[from]?.role !== "user")) {
      estimated -= estimates[from] ?? 0;
      from += 1;
    }
    if (from === before) break;
  }
  return { messages: messages.slice(from), left_out: from };
}

function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}
