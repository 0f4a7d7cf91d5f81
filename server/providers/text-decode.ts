// Answers of text completions, in every shape seen, as OpenAI's TextCompletionResponse: OpenAI's own, Mistral's
// (which are chat answers), Ollama's and llama.cpp's (one text without choices). Pure.

import type { TextChoice, TextCompletionResponse } from "../protocol/text-completion.ts";
import { normaliseFinishReason } from "./finish-reason.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { readFailure } from "./openai-failure.ts";
import { type TextCall, WireFailure } from "./types.ts";
import { count, readUsage } from "./usage.ts";

/** OpenAI's `choices`, each with a text or with a message. */
export function decodeTextChoices(json: unknown, call: TextCall): TextCompletionResponse {
  const answer = answerOf(json);
  const list = Array.isArray(answer["choices"]) ? answer["choices"].filter(isObject) : [];
  const choices = list.map(choiceOf);
  if (choices.length === 0) throw noAnswer("the answer holds no choice");
  const { id, created, model } = answer;
  const response: TextCompletionResponse = {
    id: typeof id === "string" ? id : call.id,
    object: "text_completion",
    created: count(created) ?? call.created,
    model: typeof model === "string" && model !== "" ? model : call.requested_model,
    choices,
  };
  const usage = readUsage(answer["usage"]);
  if (usage) response.usage = usage;
  return response;
}

/** One text under the server's own names. */
export function decodeSingleText(
  json: unknown,
  call: TextCall,
  read: (answer: Json) => {
    text: unknown;
    finish_reason: string | undefined;
    prompt_tokens: unknown;
    completion_tokens: unknown;
  },
): TextCompletionResponse {
  const answer = answerOf(json);
  const { text, finish_reason, prompt_tokens, completion_tokens } = read(answer);
  if (typeof text !== "string") throw noAnswer("the answer holds no text");
  if (finish_reason === undefined) throw noAnswer("the answer has no end");
  const { model } = answer;
  const response: TextCompletionResponse = {
    id: call.id,
    object: "text_completion",
    created: call.created,
    model: typeof model === "string" && model !== "" ? model : call.requested_model,
    choices: [{ text, index: 0, logprobs: null, finish_reason: normaliseFinishReason(finish_reason) }],
  };
  const usage = readUsage({ prompt_tokens, completion_tokens });
  if (usage) response.usage = usage;
  return response;
}

function choiceOf(choice: Json, position: number): TextChoice {
  const { message, text, finish_reason, logprobs, index } = choice;
  const said = typeof text === "string" ? text : isObject(message) ? textOf(message["content"]) : undefined;
  if (said === undefined) throw noAnswer("a choice of the answer holds no text");
  return {
    text: said,
    index: count(index) ?? position,
    logprobs: isObject(logprobs) ? logprobs : null,
    finish_reason: normaliseFinishReason(typeof finish_reason === "string" ? finish_reason : "stop"),
  };
}

/** null is how an empty text is told. */
function textOf(content: unknown): string | undefined {
  if (content === null) return "";
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  return content
    .filter(isObject)
    .map((part) => (typeof part["text"] === "string" ? part["text"] : ""))
    .join("");
}

function answerOf(json: unknown): Json {
  if (!isObject(json)) throw noAnswer("the answer is not a JSON object");
  if (json["error"] !== undefined && json["error"] !== null) throw new WireFailure(readFailure(json));
  return json;
}

function noAnswer(message: string): WireFailure {
  return new WireFailure({ message, code: "no_answer" });
}
