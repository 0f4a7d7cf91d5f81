// OpenAI's Responses API under the same completion(): <provider>/responses/<model>, and by itself for OpenAI's models
// that speak nothing else, unless the caller gave an address of its own. Source: OpenAI's API reference.

import type { Usage } from "../protocol/messages.ts";
import { decodeResponses, ResponsesStreamDecoder } from "./responses-decode.ts";
import { responsesBody } from "./responses-request.ts";
import type { ChatCall, ChatWire } from "./types.ts";

const PREFIX = "responses/";
/** Models that no chat completion reaches. */
const ONLY_HERE =
  /^(?:o1-pro|o3-pro|(?:o3|o4-mini)-deep-research|computer-use-preview|codex-mini|gpt-[5-9](?:\.\d+)?-(?:pro|codex))(?:-|$)/;

/** The model's own name where a call goes to the Responses API, else undefined. */
export function responsesModel(model: string, own_base: boolean): string | undefined {
  if (model.startsWith(PREFIX)) return model.slice(PREFIX.length);
  return !own_base && ONLY_HERE.test(model) ? model : undefined;
}

const NOT_HERE = new Set([
  "stop",
  "seed",
  "logit_bias",
  "presence_penalty",
  "frequency_penalty",
  "prediction",
  "modalities",
  "audio",
  "thinking",
]);
const filtered = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>();

/** Of the parameters that a model takes, those that this API has too. Of `n` only 1, which the request sees to. */
export function responsesParams(taken: ReadonlySet<string>): ReadonlySet<string> {
  const known = filtered.get(taken) ?? new Set([...taken].filter((param) => !NOT_HERE.has(param)));
  filtered.set(taken, known);
  return known;
}

export interface ResponsesOptions {
  /** Default "/responses". */
  path?: ((call: ChatCall) => string) | undefined;
  headers?: ((call: ChatCall) => Record<string, string>) | undefined;
  /** What one provider tells of its usage otherwise than OpenAI. */
  usage?: ((usage: Usage) => Usage) | undefined;
}

export function responsesWire({ path, headers, usage }: ResponsesOptions = {}): ChatWire {
  return {
    framing: "sse",
    request(call) {
      const model = responsesModel(call.model, call.own_base) ?? call.model;
      return {
        method: "POST",
        path: path?.(call) ?? "/responses",
        ...(headers ? { headers: headers(call) } : {}),
        body: responsesBody({ ...call, model }),
      };
    },
    response: (json, call) => decodeResponses(json, call, usage),
    stream: (call) => new ResponsesStreamDecoder(call, usage),
  };
}
