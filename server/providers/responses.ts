// OpenAI's Responses API under the same completion(): `openai/responses/<model>`, and by itself for models that speak
// nothing else. Source: OpenAI's API reference.

import { isObject, type Json } from "./openai-delta.ts";
import { OPENAI_CHAT_PARAMS } from "./params.ts";
import { decodeResponses, ResponsesStreamDecoder } from "./responses-decode.ts";
import { inputItems } from "./responses-input.ts";
import type { ChatCall, ChatWire, WireRequest } from "./types.ts";

const PREFIX = "responses/";
/** Models that no chat completion reaches. */
const ONLY_HERE =
  /^(?:o1-pro|o3-pro|o3-deep-research|o4-mini-deep-research|computer-use-preview|codex-mini|gpt-5(?:\.\d)?-(?:pro|codex))/;
/** They think, and their thoughts can be sent back encrypted. */
const THINKS = /^(?:o[1-9](?:-|$)|gpt-5(?!-chat)|codex)/;

const NOT_HERE = new Set([
  "n",
  "stop",
  "seed",
  "logit_bias",
  "presence_penalty",
  "frequency_penalty",
  "prediction",
  "modalities",
  "audio",
]);
export const RESPONSES_PARAMS: ReadonlySet<string> = new Set(
  [...OPENAI_CHAT_PARAMS].filter((param) => !NOT_HERE.has(param)),
);

/** The model's own name where a call goes to the Responses API, else undefined. */
export function responsesModel(model: string, own_base: boolean): string | undefined {
  if (model.startsWith(PREFIX)) return model.slice(PREFIX.length);
  return !own_base && ONLY_HERE.test(model) ? model : undefined;
}

/** OpenAI's names that mean the same there. */
const SAME = [
  "temperature",
  "top_p",
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

function bodyOf(call: ChatCall): Json {
  const { params, passthrough, stream } = call;
  const model = responsesModel(call.model, false) ?? call.model;
  const { reasoning, text, include, tools, ...own } = passthrough;
  const body: Json = { model, input: inputItems(params.messages) };
  for (const name of SAME) if (params[name] !== undefined && params[name] !== null) body[name] = params[name];
  const most = params.max_completion_tokens ?? params.max_tokens;
  if (most != null) body["max_output_tokens"] = most;
  const asked = toolsOf(call);
  if (asked.length > 0) body["tools"] = asked;
  if (Array.isArray(tools)) body["tools"] = [...asked, ...tools];
  const choice = choiceOf(params.tool_choice ?? params.function_call);
  if (choice !== undefined) body["tool_choice"] = choice;
  if (params.reasoning_effort != null || isObject(reasoning))
    body["reasoning"] = {
      ...(params.reasoning_effort == null ? {} : { effort: params.reasoning_effort }),
      ...(isObject(reasoning) ? reasoning : {}),
    };
  const format = formatOf(params.response_format);
  if (format || params.verbosity != null || isObject(text))
    body["text"] = {
      ...(format ? { format } : {}),
      ...(params.verbosity == null ? {} : { verbosity: params.verbosity }),
      ...(isObject(text) ? text : {}),
    };
  keepNothing(body, own, model);
  const wanted = includes(call, body, include);
  if (wanted.length > 0) body["include"] = wanted;
  if (stream) {
    body["stream"] = true;
    // Usage always comes with the last event.
    const { include_usage: _usage, ...others } = params.stream_options ?? {};
    if (Object.keys(others).length > 0) body["stream_options"] = others;
  }
  return { ...body, ...own, ...params.extra_body };
}

/** This API keeps what it is told for thirty days unless it is told not to; the chat API does not. */
function keepNothing(body: Json, own: Json, model: string): void {
  const continues = ["previous_response_id", "background", "conversation", "prompt"].some(
    (name) => own[name] != null,
  );
  if (body["store"] === undefined && !continues && THINKS.test(model)) body["store"] = false;
}

function includes({ params }: ChatCall, body: Json, given: unknown): unknown[] {
  const wanted = new Set<unknown>(Array.isArray(given) ? given : []);
  if (params.logprobs === true || params.top_logprobs != null) wanted.add("message.output_text.logprobs");
  // Without them the thoughts of a call that is not stored are lost to the next turn.
  if (body["store"] === false && THINKS.test(String(body["model"])))
    wanted.add("reasoning.encrypted_content");
  return [...wanted];
}

function toolsOf({ params }: ChatCall): Json[] {
  const tools = (params.tools ?? []).map((tool): Json => {
    if (tool.type === "function" && tool.function) {
      const { parameters, strict, ...named } = tool.function;
      return {
        type: "function",
        ...named,
        parameters: parameters ?? { type: "object", properties: {} },
        // The other default than the chat API's.
        strict: strict ?? false,
      };
    }
    const custom = tool["custom"];
    return tool.type === "custom" && isObject(custom) ? { type: "custom", ...custom } : tool;
  });
  for (const fn of params.functions ?? [])
    if (isObject(fn)) tools.push({ type: "function", strict: false, ...fn });
  const search = params["web_search_options"];
  if (isObject(search)) tools.push({ type: "web_search", ...search });
  return tools;
}

function choiceOf(choice: unknown): unknown {
  if (!isObject(choice)) return choice ?? undefined;
  const named = choice["function"] ?? choice["custom"];
  if (isObject(named)) return { type: choice["type"] ?? "function", name: named["name"] };
  return choice["type"] === undefined ? { type: "function", ...choice } : choice;
}

function formatOf(format: unknown): Json | undefined {
  if (!isObject(format)) return undefined;
  const schema = format["json_schema"];
  return format["type"] === "json_schema" && isObject(schema) ? { type: "json_schema", ...schema } : format;
}

export const responses: ChatWire = {
  framing: "sse",
  request: (call): WireRequest => ({
    method: "POST",
    path: "/responses",
    headers:
      typeof call.params.organization === "string" ? { "openai-organization": call.params.organization } : {},
    body: bodyOf(call),
  }),
  response: decodeResponses,
  stream: (call) => new ResponsesStreamDecoder(call),
};
