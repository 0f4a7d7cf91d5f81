// Mistral: OpenAI's decoder, Mistral's own request. Its answers tell thoughts as parts of the content; its requests
// name the seed otherwise, and size thinking with two words. Source: docs.mistral.ai, "Chat" and "Embeddings".

import { type ChatBody, chatBody, withOwn } from "./chat-body.ts";
import { decodeEmbeddings } from "./embedding-decode.ts";
import { mistralMessages } from "./mistral-messages.ts";
import { mistralText } from "./mistral-text.ts";
import { readModelList } from "./model-list.ts";
import { decodeResponse, OpenAIStreamDecoder } from "./openai-decode.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { readFailureBody } from "./openai-failure.ts";
import { CHAT_PARAMS } from "./params.ts";
import type { ChatCall, EmbedCall, ModelListing, Provider, WireRequest } from "./types.ts";

const PARAMS: ReadonlySet<string> = new Set([
  ...["temperature", "top_p", "n", "stream", "stream_options", "stop", "max_tokens", "max_completion_tokens"],
  ...["presence_penalty", "frequency_penalty", "seed", "response_format", "prediction", "metadata"],
  ...["tools", "tool_choice", "parallel_tool_calls"],
]);
const THINKING_PARAMS: ReadonlySet<string> = new Set([...PARAMS, "reasoning_effort", "thinking"]);

/** Always thinks; a prompt of Mistral's makes it do so in the expected form. */
const MAGISTRAL = /^magistral/;
/** Thinks when told to, and else not. */
const SWITCHED = /^mistral-(?:small|medium)|^labs-/;
const thinks = (model: string): boolean => model === "" || MAGISTRAL.test(model) || SWITCHED.test(model);

const RENAMES = { max_completion_tokens: "max_tokens", seed: "random_seed" };

function request(call: ChatCall): WireRequest {
  const body = chatBody(call);
  body["messages"] = mistralMessages(call, call.own_base || thinks(call.model));
  for (const [from, to] of Object.entries(RENAMES)) {
    if (body[from] === undefined) continue;
    body[to] ??= body[from];
    delete body[from];
  }
  setThinking(body, call);
  withoutSchemaMarks(body);
  // Usage comes in the last chunk without being asked for.
  delete body["stream_options"];
  return { method: "POST", path: pathOf(call, "/chat/completions"), body: withOwn(body, call) };
}

/** As in LiteLLM, a base without a version gets one. */
function pathOf({ api_base }: ChatCall | EmbedCall, path: string): string {
  return api_base === undefined || /\/v\d+(?:\/|\?|$)/.test(api_base) ? path : `/v1${path}`;
}

function setThinking(body: ChatBody, call: ChatCall): void {
  const { reasoning_effort, thinking } = body;
  delete body["reasoning_effort"];
  delete body["thinking"];
  const wanted = reasoning_effort ?? effortOf(thinking);
  if (wanted === undefined || wanted === "default") return;
  const warn = (message: string): void => {
    call.warnings.push({ param: reasoning_effort === undefined ? "thinking" : "reasoning_effort", message });
  };
  if (isObject(thinking) && thinking["budget_tokens"] !== undefined)
    warn("thinking.budget_tokens was dropped: Mistral thinks without a budget");
  if (MAGISTRAL.test(call.model)) {
    if (wanted === "none") {
      body["prompt_mode"] = null;
      warn(`${call.model} always thinks: none only takes away the prompt that asks it to`);
    } else body["prompt_mode"] = "reasoning";
    return;
  }
  body["reasoning_effort"] = wanted === "none" ? "none" : "high";
  if (reasoning_effort !== undefined && wanted !== "none" && wanted !== "high")
    warn(`reasoning_effort ${String(wanted)} became high: Mistral takes none and high`);
}

function effortOf(thinking: unknown): string | undefined {
  if (!isObject(thinking)) return undefined;
  return thinking["type"] === "disabled" ? "none" : "high";
}

/** `$schema` and `$id` say nothing of the parameters, and Mistral refuses them. */
function withoutSchemaMarks(body: ChatBody): void {
  const { tools } = body;
  if (!Array.isArray(tools)) return;
  body["tools"] = tools.map((tool: Json) => {
    const fn = tool["function"];
    const parameters = isObject(fn) ? fn["parameters"] : undefined;
    if (!isObject(parameters) || !("$schema" in parameters || "$id" in parameters)) return tool;
    const { $schema: _schema, $id: _id, ...rest } = parameters;
    return { ...tool, function: { ...(fn as Json), parameters: rest } };
  });
}

function embedRequest(call: EmbedCall): WireRequest {
  const { model, params, passthrough } = call;
  const { input, encoding_format, dimensions, extra_body } = params;
  return {
    method: "POST",
    path: pathOf(call, "/embeddings"),
    body: {
      model,
      input,
      ...(encoding_format == null ? {} : { encoding_format }),
      ...(dimensions == null ? {} : { output_dimension: dimensions }),
      ...passthrough,
      ...extra_body,
    },
  };
}

/** The list tells what a model can do. */
function modeOf(item: Json): ModelListing["mode"] | undefined {
  const { capabilities } = item;
  if (/embed/.test(String(item["id"]))) return "embedding";
  if (!isObject(capabilities)) return undefined;
  return capabilities["completion_chat"] === true ? "chat" : "unknown";
}

const FIXED_SIZE: ReadonlySet<string> = new Set(["encoding_format"]);
const CHOSEN_SIZE: ReadonlySet<string> = new Set(["encoding_format", "dimensions"]);

export const mistral: Provider = {
  id: "mistral",
  label: "Mistral",
  env: { key: ["MISTRAL_API_KEY"], base: ["MISTRAL_API_BASE", "MISTRAL_AZURE_API_BASE"] },
  base_url: "https://api.mistral.ai/v1",
  key_required: true,
  local: false,
  auth: (key) => ({ authorization: `Bearer ${key}` }),
  chat: {
    framing: "sse",
    request,
    response: (json, call) => decodeResponse(json, call),
    stream: (call) => new OpenAIStreamDecoder(call),
  },
  embed: {
    // Its limit is one of tokens in all; so many ordinary texts stay below it.
    max_batch: 32,
    supported: (model) => (model.startsWith("codestral-embed") ? CHOSEN_SIZE : FIXED_SIZE),
    request: embedRequest,
    response: decodeEmbeddings,
  },
  text: mistralText,
  models: {
    request: () => ({ method: "GET", path: "/models" }),
    response: (json) => readModelList(json, modeOf),
  },
  supportedParams: (model, own_base) => (own_base ? CHAT_PARAMS : thinks(model) ? THINKING_PARAMS : PARAMS),
  failure: (status, _headers, body) => readFailureBody(status, body),
  hint: ({ name, message, refused, api_base }) => {
    if (refused) return `Nothing listens at ${api_base}: is api_base right?`;
    if (/^invalid model/i.test(message) || name === "NotFoundError")
      return "Check the model's name: Mistral's own list of models has those your key may use.";
    return undefined;
  },
  inputs: ["image", "pdf", "audio"],
};

/** The same API at an address and with a key of its own, for Codestral in editors. */
export const codestral: Provider = {
  ...mistral,
  id: "codestral",
  label: "Codestral",
  env: { key: ["CODESTRAL_API_KEY"], base: ["CODESTRAL_API_BASE"] },
  base_url: "https://codestral.mistral.ai/v1",
  embed: undefined,
};
