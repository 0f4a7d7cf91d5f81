// LiteLLM arguments -> Ollama's /api/chat body. What Ollama has no word for is named in the call's warnings
// or refused; images travel as bare base64, tool arguments as objects.

import { createError } from "../protocol/errors.ts";
import type { ContentPart, Message } from "../protocol/messages.ts";
import { isObject } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

type Json = Record<string, unknown>;

/** OpenAI's name -> Ollama's `options`. */
const OPTIONS: Readonly<Record<string, string>> = {
  temperature: "temperature",
  top_p: "top_p",
  seed: "seed",
  presence_penalty: "presence_penalty",
  frequency_penalty: "frequency_penalty",
  max_tokens: "num_predict",
  max_completion_tokens: "num_predict",
};
/** The provider's own parameters that stand beside `options`; all others are options. */
const TOP_LEVEL = new Set(["keep_alive", "think", "format", "truncate", "shift", "options"]);

export function ollamaBody(call: ChatCall): Json {
  const { params } = call;
  const options: Json = {};
  for (const [name, option] of Object.entries(OPTIONS)) {
    const value = params[name];
    if (value !== undefined && value !== null) options[option] = value;
  }
  if (params.stop != null) options["stop"] = typeof params.stop === "string" ? [params.stop] : params.stop;

  const body: Json = {
    model: call.model,
    messages: params.messages.map((message) => toMessage(message, params.messages)),
  };
  for (const [key, value] of Object.entries(call.passthrough)) {
    if (TOP_LEVEL.has(key)) body[key] = value;
    else options[key] = value;
  }
  const given = body["options"];
  if (isObject(given) || Object.keys(options).length > 0)
    body["options"] = { ...options, ...(isObject(given) ? given : {}) };
  body["stream"] = call.stream;
  addTools(call, body);
  addFormat(call, body);
  addThinking(call, body);
  if (params.logprobs != null) body["logprobs"] = params.logprobs;
  if (params.top_logprobs != null) body["top_logprobs"] = params.top_logprobs;
  return { ...body, ...params.extra_body };
}

function addTools(call: ChatCall, body: Json): void {
  const { tools, tool_choice } = call.params;
  if (!tools || tools.length === 0) return;
  if (tool_choice === "none") return;
  body["tools"] = tools;
  if (tool_choice == null || tool_choice === "auto") return;
  const message = "Ollama cannot be made to call a tool: tool_choice takes auto or none";
  if (!call.params.drop_params) {
    throw createError("UnsupportedParamsError", {
      message: `${message}. Leave it out or set drop_params`,
      llm_provider: "ollama",
      model: call.model,
      param: "tool_choice",
    });
  }
  call.warnings.push({ param: "tool_choice", message: `${message}; it was dropped` });
}

function addFormat(call: ChatCall, body: Json): void {
  const format = call.params.response_format;
  if (!format) return;
  if (format["type"] === "json_object") body["format"] = "json";
  else if (format["type"] === "json_schema") {
    const schema = format["json_schema"];
    body["format"] = isObject(schema) ? (schema["schema"] ?? schema) : "json";
  } else if (format["type"] !== "text") {
    call.warnings.push({
      param: "response_format",
      message: `response_format ${String(format["type"])} was dropped: Ollama takes text, json_object and json_schema`,
    });
  }
}

/** gpt-oss takes a level; every other thinking model takes yes or no. */
function addThinking(call: ChatCall, body: Json): void {
  const effort = call.params.reasoning_effort;
  if (effort == null || effort === "default" || body["think"] !== undefined) return;
  if (effort === "none") body["think"] = false;
  else if (!call.model.includes("gpt-oss")) body["think"] = true;
  else if (["low", "medium", "high"].includes(effort)) body["think"] = effort;
  else {
    const nearest = effort === "minimal" ? "low" : "high";
    body["think"] = nearest;
    call.warnings.push({
      param: "reasoning_effort",
      message: `reasoning_effort ${effort} became ${nearest}: ${call.model} takes low, medium and high`,
    });
  }
}

function toMessage(message: Message, all: readonly Message[]): Json {
  const images: string[] = [];
  const result: Json = {
    role: message.role === "developer" ? "system" : message.role === "function" ? "tool" : message.role,
    content: toText(message.content, images),
  };
  if (images.length > 0) result["images"] = images;
  if (message.reasoning_content) result["thinking"] = message.reasoning_content;
  if (message.tool_calls && message.tool_calls.length > 0) {
    result["tool_calls"] = message.tool_calls.map((call) => ({
      ...(call.id ? { id: call.id } : {}),
      function: { name: call.function.name, arguments: toArguments(call.function.arguments) },
    }));
  }
  if (message.role === "tool" || message.role === "function") {
    const name = message.name ?? toolName(message.tool_call_id, all);
    if (name !== undefined) result["tool_name"] = name;
    if (message.tool_call_id !== undefined) result["tool_call_id"] = message.tool_call_id;
  }
  return result;
}

function toText(content: Message["content"], images: string[]): string {
  if (typeof content === "string") return content;
  if (!content) return "";
  const texts: string[] = [];
  for (const part of content) {
    if (part.type === "text" && typeof part["text"] === "string") texts.push(part["text"]);
    else if (part.type === "image_url") images.push(toImage(part));
    else {
      throw createError("BadRequestError", {
        message: `Ollama takes text and images; a content part of type ${part.type} cannot be sent`,
        llm_provider: "ollama",
        param: "messages",
      });
    }
  }
  return texts.join("\n");
}

function toImage(part: ContentPart): string {
  const image = (part as { image_url?: unknown }).image_url;
  const url = typeof image === "string" ? image : isObject(image) ? String(image["url"] ?? "") : "";
  const data = /^data:[^,]*;base64,(.*)$/s.exec(url)?.[1];
  if (data !== undefined) return data;
  if (/^[a-z][a-z0-9+.-]*:/i.test(url)) {
    throw createError("ImageFetchError", {
      message:
        "Ollama takes images as data: URLs; EdgeQuake does not fetch addresses on a prompt's behalf. Send data:image/png;base64,…",
      llm_provider: "ollama",
      param: "messages",
    });
  }
  return url;
}

function toArguments(text: unknown): unknown {
  if (typeof text !== "string") return text ?? {};
  try {
    return text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    // A model's own broken JSON, sent back: Ollama wants an object, so the text is kept inside one.
    return { arguments: text };
  }
}

function toolName(id: string | undefined, all: readonly Message[]): string | undefined {
  if (id === undefined) return undefined;
  for (const message of all) {
    for (const call of message.tool_calls ?? []) if (call.id === id) return call.function.name;
  }
  return undefined;
}
