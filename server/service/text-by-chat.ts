// A text completion of a model that only chats, as in LiteLLM: the prompt is asked as a question, and the answer is
// shaped as a text. What fills a gap cannot be asked that way, and is refused. Pure.

import { createError } from "../protocol/errors.ts";
import type { CompletionParams, ModelResponse } from "../protocol/messages.ts";
import type { TextCompletionParams, TextCompletionResponse } from "../protocol/text-completion.ts";

/** Throws UnsupportedParamsError. `fills`: a mock, which leaves the suffix as it is. */
export function chatOfText(params: TextCompletionParams, label: string, fills: boolean): CompletionParams {
  const { prompt, suffix, echo, best_of, logprobs, ...rest } = params;
  const refuse = (param: string, why: string): Error =>
    createError("UnsupportedParamsError", {
      message: `${label} has no text completions, and a chat ${why}`,
      model: params.model,
      param,
    });
  if (suffix != null && suffix !== "" && !fills) {
    throw refuse("suffix", "cannot fill a gap. Use a model that can, like codestral/codestral-latest");
  }
  const asked = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : prompt;
  if (typeof asked !== "string") throw refuse("prompt", "takes one text as prompt");
  for (const [param, value] of Object.entries({ echo, best_of, logprobs }))
    if (value != null && value !== false && value !== 1) throw refuse(param, `has no ${param}`);
  return { ...rest, messages: [{ role: "user", content: asked }] } as CompletionParams;
}

export function textOfChat(response: ModelResponse): TextCompletionResponse {
  const { id, created, model, choices, usage, edgequake } = response;
  return {
    id: id.replace(/^chatcmpl-/, "cmpl-"),
    object: "text_completion",
    created,
    model,
    choices: choices.map(({ index, message, finish_reason }) => ({
      text: typeof message.content === "string" ? message.content : "",
      index,
      logprobs: null,
      finish_reason,
    })),
    ...(usage ? { usage } : {}),
    ...(edgequake ? { edgequake } : {}),
  };
}

/** The same as far as its size goes, for what is set aside of a budget. */
export function chatSized(params: TextCompletionParams): CompletionParams {
  const { prompt, suffix } = params;
  const content = `${typeof prompt === "string" ? prompt : JSON.stringify(prompt)}${suffix ?? ""}`;
  return { ...params, messages: [{ role: "user", content }] } as CompletionParams;
}

/** An answer as whoever watches completions reads it. */
export function chatShaped({ choices, ...rest }: TextCompletionResponse): ModelResponse {
  return {
    ...rest,
    object: "chat.completion",
    choices: choices.map(({ text, index, finish_reason }) => ({
      index,
      message: { role: "assistant", content: text },
      finish_reason,
    })),
  } as ModelResponse;
}
