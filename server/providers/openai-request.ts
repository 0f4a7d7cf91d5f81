// The body of a chat completion for OpenAI's models: limits, efforts and sampling as the model's name allows. What
// is coerced or left out is warned of; what the model refuses is refused here, before anything is sent.

import { createError } from "../protocol/errors.ts";
import { type ChatBody, chatBody, withOwn } from "./chat-body.ts";
import { openaiMessages, plainTools } from "./openai-messages.ts";
import { nearestEffort, neverSamples, thinks } from "./openai-thinking.ts";
import type { ChatCall } from "./types.ts";

/** `strict`: it goes to OpenAI's own API. Throws UnsupportedParamsError, BadRequestError. */
export function openaiBody(call: ChatCall, strict: boolean): ChatBody {
  const body = chatBody(call);
  body["messages"] = openaiMessages(call, strict);
  if (strict && body["tools"] !== undefined) body["tools"] = plainTools(body["tools"], call);
  if (thinks(call.model)) {
    oneLimit(body, call);
    fitEffort(body, "reasoning_effort", call, strict);
    fitSampling(body, body["reasoning_effort"], call);
  } else if (body["reasoning_effort"] === "default") delete body["reasoning_effort"];
  return withOwn(body, call);
}

function oneLimit(body: ChatBody, { warnings }: ChatCall): void {
  const { max_tokens, max_completion_tokens } = body;
  if (max_tokens === undefined) return;
  delete body["max_tokens"];
  if (max_completion_tokens === undefined) body["max_completion_tokens"] = max_tokens;
  else if (max_completion_tokens !== max_tokens)
    warnings.push({
      param: "max_tokens",
      message: "max_tokens was dropped: max_completion_tokens says it too, and thinking models take that one",
    });
}

/** LiteLLM's "default" is the model's own. On OpenAI's own API an effort the model does not know becomes the nearest. */
export function fitEffort(body: ChatBody, key: string, { model, warnings }: ChatCall, strict: boolean): void {
  const effort = body[key];
  if (effort === "default") delete body[key];
  if (!strict || typeof effort !== "string" || effort === "default") return;
  const sent = nearestEffort(model, effort);
  if (sent === effort) return;
  body[key] = sent;
  warnings.push({
    param: "reasoning_effort",
    message: `reasoning_effort ${effort} became ${sent}: ${model} does not know ${effort}`,
  });
}

const UNTIL_IT_THINKS = ["temperature", "top_p", "logprobs", "top_logprobs"];

/** Some never sample by the caller's numbers; later ones only without an effort. 1 is what they sample by anyway. */
export function fitSampling(body: ChatBody, effort: unknown, call: ChatCall): void {
  const { model } = call;
  const never = neverSamples(model);
  if (!never && (call.own_base || typeof effort !== "string" || effort === "none")) return;
  const refused = (never ? ["temperature"] : UNTIL_IT_THINKS).filter((name) => {
    const value = body[name];
    const asBefore = value === 1 && (name === "temperature" || name === "top_p");
    return value !== undefined && value !== false && !asBefore;
  });
  if (refused.length === 0) return;
  const why = never ? `${model} samples by its own` : `${model} takes none with reasoning_effort ${effort}`;
  refuseOrDrop(body, refused, why, call);
}

/** Throws UnsupportedParamsError; with drop_params takes the parameters out of the body, with a warning each. */
export function refuseOrDrop(body: ChatBody, names: readonly string[], why: string, call: ChatCall): void {
  const { model, params, warnings } = call;
  if (params.drop_params !== true) {
    throw createError("UnsupportedParamsError", {
      message: `parameters that are not supported for model=${model}: ${names.join(", ")} (${why}). Leave them out, or set drop_params to drop them`,
      llm_provider: "openai",
      model,
      ...(names[0] === undefined ? {} : { param: names[0] }),
    });
  }
  for (const param of names) {
    delete body[param];
    warnings.push({ param, message: `${param} was dropped: ${why} (drop_params is on)` });
  }
}
