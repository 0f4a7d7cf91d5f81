// The body of a chat completion in OpenAI's shape, before anybody's differences: model, messages and the named
// parameters. What is the provider's own is merged last, so that a caller's word always stands.

import { CHAT_PARAMS } from "./params.ts";
import type { ChatCall } from "./types.ts";

export type ChatBody = Record<string, unknown>;

/** Without `passthrough` and `extra_body`: `withOwn` adds them once the named ones are as the provider wants. */
export function chatBody(call: ChatCall): ChatBody {
  const { params, model, stream } = call;
  const body: ChatBody = { model, messages: params.messages };
  for (const key of CHAT_PARAMS) {
    const value = params[key];
    if (value !== undefined && value !== null) body[key] = value;
  }
  if (stream) {
    body["stream"] = true;
    // Usage is always asked for; whether the caller sees the extra chunk is the engine's business.
    body["stream_options"] = { ...params.stream_options, include_usage: true };
  } else {
    delete body["stream"];
    delete body["stream_options"];
  }
  return body;
}

export function withOwn(body: ChatBody, { passthrough, params }: ChatCall): ChatBody {
  return { ...body, ...passthrough, ...params.extra_body };
}
