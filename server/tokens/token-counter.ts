// LiteLLM's token_counter(), encode() and decode(): counted by the model's own tokenizer where that is public, and by
// one that stands in for it elsewhere, which the details say. The tokenizer runs in a thread of its own.

import { createError } from "../protocol/errors.ts";
import type { Message, Tool } from "../protocol/messages.ts";
import { encodingOf } from "./encodings.ts";
import { joinMeasures, measureMessage, measureRequest } from "./measure.ts";
import { countTexts, decodeTokens, encodeText } from "./tokenizer-thread.ts";

export interface TokenQuestion {
  /** As completion() takes it; default a model whose tokenizer stands in. */
  model?: string | undefined;
  custom_llm_provider?: string | undefined;
  /** Give this or messages. */
  text?: string | string[] | undefined;
  messages?: readonly Message[] | undefined;
  tools?: readonly Tool[] | null | undefined;
  tool_choice?: string | Record<string, unknown> | null | undefined;
  /** The messages are an answer: nothing is added for a reply to them, nor for tools. Default false. */
  count_response_tokens?: boolean | undefined;
  /** Every image is 250 tokens. Default false: 85, or by its size where its detail is "high". */
  use_default_image_token_count?: boolean | undefined;
}

export interface TokenCount {
  tokens: number;
  /** False for an estimate: another model's tokenizer, or images, sound and files among the messages. */
  exact: boolean;
}

/**
 * LiteLLM's token_counter(): tokens of a text, or of messages with their tools.
 * @throws BadRequestError when neither text nor messages are given.
 */
export async function token_counter(question: TokenQuestion): Promise<number> {
  return (await token_count_details(question)).tokens;
}

/** The same, and whether it is exact. */
export async function token_count_details(question: TokenQuestion): Promise<TokenCount> {
  const { text, messages, model = "", custom_llm_provider } = question;
  const encoding = encodingOf(model, custom_llm_provider);
  if (text !== undefined) {
    const texts = Array.isArray(text) ? text : [text];
    const { counts, near } = await countTexts(encoding.name, texts);
    return { tokens: sum(counts), exact: encoding.exact && !near };
  }
  if (!messages) {
    throw createError("BadRequestError", {
      message: "token_counter: give text or messages",
      param: "messages",
    });
  }
  const each = messages.map((one) => measureMessage(one, question.use_default_image_token_count));
  const rest = question.count_response_tokens ? [] : [measureRequest({ ...question, messages })];
  const measure = joinMeasures([...each, ...rest]);
  const { counts, near } = await countTexts(encoding.name, measure.texts);
  return {
    tokens: measure.tokens + sum(counts),
    exact: encoding.exact && !near && !measure.guessed,
  };
}

/** LiteLLM's encode(): the token ids of a text. Markers like <|endoftext|> are text. */
export function encode({ model = "", text }: { model?: string; text: string }): Promise<number[]> {
  return encodeText(encodingOf(model).name, text);
}

/** LiteLLM's decode(): the text of token ids. */
export function decode({
  model = "",
  tokens,
}: {
  model?: string;
  tokens: readonly number[];
}): Promise<string> {
  return decodeTokens(encodingOf(model).name, [...tokens]);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, one) => total + one, 0);
}
