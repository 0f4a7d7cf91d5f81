// An outcome against what the bytes say. undefined: they agree; else how they differ.

import { isDeepStrictEqual } from "node:util";
import type { OpenAIError } from "../../server/protocol/errors.ts";
import type { EmbeddingResponse, ModelResponse } from "../../server/protocol/messages.ts";
import { floats, parsed, type Said, type SaidCall, type SaidChoice } from "./oracle.ts";
import type { Entry } from "./recordings.ts";

export function compareAnswer(response: ModelResponse, said: Said): string | undefined {
  if (said.kind !== "answer") return `a ${said.kind} came out as an answer`;
  const wrong = compareChoices(response, said.choices);
  if (wrong !== undefined) return wrong;
  for (const { index, finish_reason } of response.choices) {
    const finish = said.choices.get(index)?.finish;
    if (finish_reason !== finish) return `finish_reason ${finish_reason} instead of ${finish}`;
  }
  const { usage } = response;
  const told = usage ? [usage.prompt_tokens, usage.completion_tokens, usage.total_tokens] : null;
  return isDeepStrictEqual(told, said.usage) ? undefined : `usage ${told} instead of ${said.usage}`;
}

function compareChoices(response: ModelResponse, said: Map<number, SaidChoice>): string | undefined {
  if (response.choices.length !== said.size) return `${response.choices.length} choices`;
  for (const { index, message } of response.choices) {
    const choice = said.get(index);
    if (!choice) return `there is no choice ${index}`;
    if ((message.content ?? "") !== choice.text) return "the text differs";
    if ((message.reasoning_content ?? "") !== choice.reasoning) return "the reasoning differs";
    if ((message.refusal ?? "") !== choice.refusal) return "the refusal differs";
    const calls = message.tool_calls ?? [];
    if (calls.length !== choice.calls.length) return `${calls.length} tool calls`;
    for (const [position, { id, function: fn }] of calls.entries()) {
      const wrong = compareCall(id, fn.name ?? "", fn.arguments, choice.calls[position] as SaidCall);
      if (wrong !== undefined) return `tool call ${position}: ${wrong}`;
    }
    if (new Set(calls.map(({ id }) => id)).size < calls.length) return "two tool calls have one id";
  }
  return undefined;
}

function compareCall(id: string, name: string, text: string, said: SaidCall): string | undefined {
  if (id === "" || (said.id !== "" && said.id !== id)) return `id "${id}" instead of "${said.id}"`;
  if (name !== said.name) return `name ${name} instead of ${said.name}`;
  const same =
    typeof said.arguments === "string"
      ? text === said.arguments
      : isDeepStrictEqual(parsed(text), said.arguments);
  return same ? undefined : "the arguments differ";
}

/** `partial`: what a stream brought before it failed. */
export function compareFailure(error: OpenAIError, said: Said, partial?: ModelResponse): string | undefined {
  if (said.kind === "answer") return `${error.name}: ${error.message.slice(0, 150)}`;
  // A stream that was cut when it was recorded is rightly no success.
  const expected = said.kind === "cut" ? "APIConnectionError" : said.name;
  if (error.name !== expected) return `${error.name} instead of ${expected}`;
  if (partial?.choices.some((choice) => choice.finish_reason !== "unknown"))
    return "it says that it is finished";
  return partial ? compareChoices(partial, said.choices) : undefined;
}

export function compareError(error: OpenAIError, { status }: Entry, expected: string): string | undefined {
  if (error.name !== expected) return `${error.name} instead of ${expected}`;
  return error.status_code === status ? undefined : `status ${error.status_code}`;
}

export function compareVectors(
  { data, usage }: EmbeddingResponse,
  said: { vectors: number[][]; tokens: number[] | null },
): string | undefined {
  if (data.length !== said.vectors.length) return `${data.length} vectors`;
  for (const [position, { embedding }] of data.entries()) {
    const vector = said.vectors[position] as number[];
    const same =
      typeof embedding === "string"
        ? // Asked for as float32: numbers told with more digits lose them.
          isDeepStrictEqual(floats(embedding), vector.map(Math.fround))
        : isDeepStrictEqual(embedding, vector);
    if (!same) return `vector ${position} differs`;
  }
  const tokens = usage ? [usage.prompt_tokens, usage.total_tokens] : null;
  return isDeepStrictEqual(tokens, said.tokens) ? undefined : `usage ${tokens} instead of ${said.tokens}`;
}
