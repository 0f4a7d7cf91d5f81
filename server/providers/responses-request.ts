// A chat call as the body of a Responses request. System and developer messages stay input items of their role;
// `instructions` and whatever else is the API's own go through as given, and are merged where both speak.

import { createError } from "../protocol/errors.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { fitEffort, fitSampling, refuseOrDrop } from "./openai-request.ts";
import { thinks } from "./openai-thinking.ts";
import { inputItems } from "./responses-input.ts";
import { responsesFormat, responsesToolChoice, responsesTools } from "./responses-tools.ts";
import type { ChatCall } from "./types.ts";

/** OpenAI's names that mean the same there. */
const SAME = [
  "temperature",
  "top_p",
  "logprobs",
  "top_logprobs",
  "parallel_tool_calls",
  "user",
  "metadata",
  "store",
  "service_tier",
  "safety_identifier",
  "prompt_cache_key",
  "prompt_cache_retention",
];
/** What refers to something that is kept at the provider. */
const CONTINUES = ["previous_response_id", "background", "conversation", "prompt"];
const LOGPROBS = "message.output_text.logprobs";
const THOUGHTS = "reasoning.encrypted_content";

/** `call.model` is the bare name. Throws BadRequestError, UnsupportedParamsError. */
export function responsesBody(call: ChatCall): Json {
  const { params, passthrough, model, stream } = call;
  const { reasoning, text, include, ...own } = passthrough;
  if (own["background"] === true && !stream) throw notNow(call);
  const body: Json = { model };
  for (const name of SAME) if (params[name] !== undefined && params[name] !== null) body[name] = params[name];
  if (params.n != null && params.n > 1)
    refuseOrDrop({ ...body }, ["n"], "the Responses API gives one answer", call);
  limit(body, call);
  const thinking = reasoningOf(reasoning, call);
  if (Object.keys(thinking).length > 0) body["reasoning"] = thinking;
  if (thinks(model)) fitSampling(body, thinking["effort"], call);
  const tools = responsesTools(call);
  if (tools.length > 0) body["tools"] = tools;
  const choice = responsesToolChoice(params.tool_choice ?? params.function_call);
  if (choice !== undefined) body["tool_choice"] = choice;
  const format = responsesFormat(params.response_format);
  if (format || params.verbosity != null || isObject(text))
    body["text"] = {
      ...(format ? { format } : {}),
      ...(params.verbosity == null ? {} : { verbosity: params.verbosity }),
      ...(isObject(text) ? text : {}),
    };
  keepNothing(body, call);
  const stored = own["store"] ?? params.extra_body?.["store"] ?? body["store"];
  body["input"] = inputItems(call, stored === false);
  const wanted = includes(body, include, model);
  if (wanted.length > 0) body["include"] = wanted;
  delete body["logprobs"];
  if (stream) {
    body["stream"] = true;
    // Usage always comes with the last event.
    const { include_usage: _usage, ...others } = params.stream_options ?? {};
    if (Object.keys(others).length > 0) body["stream_options"] = others;
  }
  return { ...body, ...own, ...params.extra_body };
}

function limit(body: Json, { params, warnings }: ChatCall): void {
  const { max_tokens, max_completion_tokens } = params;
  const most = max_completion_tokens ?? max_tokens;
  if (most != null) body["max_output_tokens"] = most;
  if (max_tokens == null || max_tokens === most) return;
  warnings.push({
    param: "max_tokens",
    message: "max_tokens was dropped: max_completion_tokens says it too, and the API has one limit",
  });
}

/** The effort, and what the caller gave of the API's own `reasoning` (a summary), which counts where both speak. */
function reasoningOf(given: unknown, call: ChatCall): Json {
  const told: Json = {};
  if (call.params.reasoning_effort != null) told["effort"] = call.params.reasoning_effort;
  fitEffort(told, "effort", call, !call.own_base);
  return { ...told, ...(isObject(given) ? given : {}) };
}

/**
 * This API keeps what it is told for thirty days unless it is told not to, and the chat API does not: a call that
 * refers to nothing kept is not stored. Another's server is told so only where thoughts must come encrypted.
 */
function keepNothing(body: Json, { model, passthrough, own_base }: ChatCall): void {
  if (body["store"] !== undefined || CONTINUES.some((name) => passthrough[name] != null)) return;
  if (!own_base || thinks(model)) body["store"] = false;
}

function includes(body: Json, given: unknown, model: string): unknown[] {
  const wanted = new Set<unknown>(Array.isArray(given) ? given : []);
  if (body["logprobs"] === true || body["top_logprobs"] !== undefined) wanted.add(LOGPROBS);
  // Without them the thoughts of a call that is not stored are lost to the next turn.
  if (body["store"] === false && thinks(model)) wanted.add(THOUGHTS);
  return [...wanted];
}

function notNow({ model }: ChatCall): Error {
  return createError("BadRequestError", {
    message: "background answers come later than the call returns: read them as a stream (stream: true)",
    llm_provider: "openai",
    model,
    param: "background",
  });
}
