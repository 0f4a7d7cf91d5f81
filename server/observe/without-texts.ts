// Calls and answers without a word of what was asked or said: what a callback gets where messages are not logged. Pure.

import { NOT_LOGGED } from "../protocol/callbacks.ts";
import type { ChatCompletionChunk, EmbeddingResponse, Message, ModelResponse } from "../protocol/messages.ts";

export const NO_MESSAGES: Message[] = [{ role: "user", content: NOT_LOGGED }];

/** Parameters that hold what a person wrote, or what a program says of itself. */
const TEXTS = new Set(["tools", "functions", "prediction", "response_format", "extra_body", "audio"]);

export function paramsWithoutTexts(params: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).filter(([name, value]) => !TEXTS.has(name) && isPlain(value)),
  );
}

export function answerWithoutTexts(
  answer: ModelResponse | EmbeddingResponse,
): ModelResponse | EmbeddingResponse {
  if (!("choices" in answer)) return { ...answer, data: [] };
  const { id, object, created, model, usage, edgequake } = answer;
  return {
    ...{ id, object, created, model },
    choices: answer.choices.map(({ index, finish_reason }) => ({
      index,
      finish_reason,
      message: { role: "assistant", content: NOT_LOGGED },
    })),
    ...(usage === undefined ? {} : { usage }),
    ...(edgequake === undefined ? {} : { edgequake }),
  };
}

export function chunkWithoutTexts({ id, object, created, model, choices, usage }: ChatCompletionChunk) {
  const chunk: ChatCompletionChunk = {
    ...{ id, object, created, model },
    choices: choices.map(({ index, delta, finish_reason }) => ({
      index,
      delta: {
        ...(delta.role ? { role: delta.role } : {}),
        ...(delta.content ? { content: NOT_LOGGED } : {}),
      },
      finish_reason,
    })),
  };
  if (usage) chunk.usage = usage;
  return chunk;
}

/** A number, a switch or a short word: what steers a model, and no text of somebody's. */
function isPlain(value: unknown): boolean {
  return (
    typeof value === "number" ||
    typeof value === "boolean" ||
    (typeof value === "string" && value.length <= 64)
  );
}
