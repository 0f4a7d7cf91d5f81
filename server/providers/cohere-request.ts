// LiteLLM arguments -> Cohere's /v2/chat body. Messages keep their order; what Cohere has no word for is named in
// the call's warnings or refused, and a wanted JSON schema is sent, not dropped.

import { createError } from "../protocol/errors.ts";
import type { ContentPart, Message, Tool } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

/** OpenAI's name -> Cohere's, where the value is the same. */
const NAMES: Readonly<Record<string, string>> = {
  temperature: "temperature",
  top_p: "p",
  seed: "seed",
  presence_penalty: "presence_penalty",
  frequency_penalty: "frequency_penalty",
  max_tokens: "max_tokens",
  max_completion_tokens: "max_tokens",
  logprobs: "logprobs",
};
/** Tokens to think with, for each of OpenAI's efforts. */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 128,
  low: 1024,
  medium: 2048,
  high: 4096,
  xhigh: 8192,
};

export function cohereBody(call: ChatCall): Json {
  const { params, passthrough } = call;
  const body: Json = {
    model: call.model,
    messages: params.messages.map((message) => toMessage(message, call)),
  };
  for (const [name, own] of Object.entries(NAMES)) {
    const value = params[name];
    if (value !== undefined && value !== null) body[own] = value;
  }
  if (params.stop != null)
    body["stop_sequences"] = typeof params.stop === "string" ? [params.stop] : params.stop;
  addTools(call, body);
  addFormat(call, body);
  addThinking(call, body);
  if (call.stream) body["stream"] = true;
  const { top_k, ...rest } = passthrough;
  if (top_k !== undefined) body["k"] = top_k;
  return { ...body, ...rest, ...params.extra_body };
}

function warn(call: ChatCall, param: string, message: string): void {
  if (!call.warnings.some((one) => one.message === message)) call.warnings.push({ param, message });
}

function refuse(call: ChatCall, param: string, message: string): Error {
  return createError("BadRequestError", {
    message,
    llm_provider: "cohere_chat",
    model: call.requested_model,
    param,
  });
}

function addTools(call: ChatCall, body: Json): void {
  const { tools, tool_choice } = call.params;
  if (!tools || tools.length === 0) return;
  let offered = tools;
  if (tool_choice === "required") body["tool_choice"] = "REQUIRED";
  else if (tool_choice === "none") body["tool_choice"] = "NONE";
  else if (isObject(tool_choice)) {
    const fn = tool_choice["function"];
    const name = isObject(fn) ? fn["name"] : undefined;
    offered = tools.filter((tool) => tool.function?.name === name);
    if (offered.length === 0)
      throw refuse(call, "tool_choice", `tool_choice names "${String(name)}", which is none of the tools`);
    body["tool_choice"] = "REQUIRED";
    if (offered.length < tools.length) {
      warn(
        call,
        "tool_choice",
        `Cohere cannot be told which tool to call: only ${String(name)} is offered, and a call is required`,
      );
    }
  }
  const strict = offered.filter((tool) => tool.function?.strict === true).length;
  if (strict > 0) {
    body["strict_tools"] = true;
    if (strict < offered.length)
      warn(call, "tools", "Cohere's strict_tools holds for all tools: those that are not strict became so");
  }
  body["tools"] = offered.map((tool) => toTool(tool, call));
}

function toTool(tool: Tool, call: ChatCall): Json {
  if (tool.type !== "function" || !tool.function)
    throw refuse(call, "tools", `Cohere takes function tools; one of type ${tool.type} cannot be sent`);
  const { name, description, parameters } = tool.function;
  return {
    type: "function",
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      parameters: parameters ?? { type: "object", properties: {} },
    },
  };
}

function addFormat(call: ChatCall, body: Json): void {
  const format = call.params.response_format;
  if (!format) return;
  const type = format["type"];
  if (type === "text") body["response_format"] = { type };
  else if (type === "json_object") {
    const schema = format["json_schema"] ?? format["schema"];
    body["response_format"] = isObject(schema) ? { type, json_schema: schema } : { type };
  } else if (type === "json_schema" && isObject(format["json_schema"])) {
    const { schema } = format["json_schema"];
    body["response_format"] = {
      type: "json_object",
      ...(isObject(schema) ? { json_schema: schema } : {}),
    };
  } else {
    warn(
      call,
      "response_format",
      `response_format ${String(type)} was dropped: Cohere takes text, json_object and json_schema`,
    );
  }
}

function addThinking(call: ChatCall, body: Json): void {
  const { reasoning_effort, thinking } = call.params;
  if (isObject(thinking)) {
    const { budget_tokens, ...rest } = thinking;
    body["thinking"] = budget_tokens === undefined ? rest : { ...rest, token_budget: budget_tokens };
    if (reasoning_effort != null)
      warn(call, "reasoning_effort", "reasoning_effort was dropped: thinking says it more exactly");
    return;
  }
  if (reasoning_effort == null || reasoning_effort === "default") return;
  if (reasoning_effort === "none") body["thinking"] = { type: "disabled" };
  else {
    const token_budget = BUDGETS[reasoning_effort];
    if (token_budget === undefined)
      warn(
        call,
        "reasoning_effort",
        `reasoning_effort ${reasoning_effort} is none that is known: Cohere thinks as long as it likes`,
      );
    body["thinking"] = { type: "enabled", ...(token_budget === undefined ? {} : { token_budget }) };
  }
}

function toMessage(message: Message, call: ChatCall): Json {
  if (message.name !== undefined && message.role !== "tool" && message.role !== "function")
    warn(call, "messages", "a message's name was dropped: Cohere has no place for it");
  switch (message.role) {
    case "assistant":
      return toAssistant(message, call);
    case "tool":
    case "function":
      return {
        role: "tool",
        tool_call_id: message.tool_call_id ?? legacyId(message.name),
        content: toContent(message, call, TOOL_PARTS),
      };
    case "system":
    case "developer":
      return { role: "system", content: toContent(message, call, TEXT_PARTS) };
    default:
      return { role: "user", content: toContent(message, call, USER_PARTS) };
  }
}

function legacyId(name: string | undefined): string {
  return `call_${name ?? "0"}`;
}

/** What the model said goes back as it came: its plan beside its calls, its thinking as content. */
function toAssistant(message: Message, call: ChatCall): Json {
  const result: Json = { role: "assistant" };
  const calls = (message.tool_calls ?? []).map(({ id, function: fn }) => ({
    id,
    type: "function",
    function: { name: fn.name, arguments: fn.arguments === "" ? "{}" : fn.arguments },
  }));
  if (message.function_call) {
    const { name, arguments: text } = message.function_call;
    calls.push({ id: legacyId(name), type: "function", function: { name, arguments: text || "{}" } });
  }
  const thinking: Json[] = [];
  for (const block of message.thinking_blocks ?? []) {
    if (block.type === "thinking") thinking.push({ type: "thinking", thinking: block.thinking });
    else warn(call, "messages", `a ${block.type} block was dropped: Cohere cannot read it`);
  }
  const thought = thinking.map((block) => String(block["thinking"])).join("");
  // The plan came before the thinking, in one text with it.
  const plan = (message.reasoning_content ?? "").replace(thought, "");
  if (plan !== "" && calls.length > 0) result["tool_plan"] = plan;
  else if (plan !== "") thinking.push({ type: "thinking", thinking: plan });
  const content =
    message.content == null || message.content === "" ? undefined : toContent(message, call, TEXT_PARTS);
  if (thinking.length > 0) {
    const said = typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
    result["content"] = [...thinking, ...said];
  } else if (content !== undefined) result["content"] = content;
  else if (calls.length === 0) result["content"] = "";
  if (calls.length > 0) result["tool_calls"] = calls;
  const citations = citationsOf(message);
  if (citations) result["citations"] = citations;
  return result;
}

function citationsOf(message: Message): unknown[] | undefined {
  const fields = message["provider_specific_fields"];
  const citations = isObject(fields) ? fields["citations"] : undefined;
  return Array.isArray(citations) && citations.length > 0 ? citations : undefined;
}

const TEXT_PARTS: readonly string[] = ["text"];
const USER_PARTS: readonly string[] = ["text", "image_url"];
const TOOL_PARTS: readonly string[] = ["text", "document"];

function toContent(message: Message, call: ChatCall, allowed: readonly string[]): string | Json[] {
  const { content } = message;
  if (content == null) return "";
  if (typeof content === "string") return content;
  return content.map((part) => {
    if (!allowed.includes(part.type)) {
      throw refuse(
        call,
        "messages",
        `Cohere takes ${allowed.join(" and ")} in a message of the ${message.role}; a content part of type ${part.type} cannot be sent`,
      );
    }
    return toPart(part, call);
  });
}

function toPart(part: ContentPart, call: ChatCall): Json {
  const fields = part as Json;
  if (fields["cache_control"] !== undefined)
    warn(call, "messages", "cache_control was dropped: Cohere caches by itself");
  if (part.type === "text") return { type: "text", text: fields["text"] };
  if (part.type === "document") return { type: "document", document: fields["document"] };
  const image = fields["image_url"];
  if (!isObject(image)) return { type: "image_url", image_url: { url: String(image ?? "") } };
  const { url, detail } = image;
  return { type: "image_url", image_url: { url, ...(detail == null ? {} : { detail }) } };
}
