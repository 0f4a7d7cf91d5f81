// Anthropic's Messages API, Anthropic's own and Azure's. The recorded request is said in LiteLLM's words and must come back
// the same; the oracle reads events and whole answers by code of its own. Other clouds' wires use its parts.

import { expectedClass } from "../expected-error.ts";
import { parsed, type Said, type SaidChoice, type SaidUsage } from "../oracle.ts";
import type { Entry, Recording } from "../recordings.ts";
import type { Asked } from "../replay-server.ts";
import { difference, wrongPlain } from "../same-request.ts";
import type { Json, Wire } from "./wire.ts";

export const anthropic: Wire = {
  base: ({ provider }) => (provider === "azure" ? "/anthropic" : ""),
  replays: ({ api, provider }) =>
    api === "anthropic.messages" && (provider === "anthropic" || provider === "azure"),
  model: (entry, body) => `anthropic/${body?.["model"] || entry.model || "unnamed"}`,
  callOf: (body) => callOfMessages(body),
  wrongAddress: (asked, { provider }, key, streamed) =>
    wrongPlain(asked, `${provider === "azure" ? "/anthropic" : ""}/v1/messages`, streamed) ??
    wrongKey(asked, key),
  wrongBody: (sent, recorded) => wrongMessages(sent, recorded),
  said: ({ kind }, { response }) => saidByMessages(response.body ?? "", kind === "chat-stream"),
  errorClass,
};

function wrongKey({ headers }: Asked, key: string): string | undefined {
  if (headers["x-api-key"] !== key) return "the key is not sent";
  return headers["anthropic-version"] === "2023-06-01" ? undefined : "the version is not sent";
}

/** Anthropic says in words that a prompt is too long. */
function errorClass({ status }: Entry, { response }: Recording): string {
  const body = response.body ?? "";
  if (status === 400 && /prompt is too long|exceed context limit/.test(body))
    return "ContextWindowExceededError";
  return expectedClass(status, body);
}

/** A request of the Messages API, said in LiteLLM's shape; what has no name there is Anthropic's own and stays. */
export function callOfMessages(body: Json): Json {
  const {
    model: _model,
    stream: _stream,
    system,
    messages,
    tools,
    tool_choice,
    stop_sequences,
    metadata,
    output_config,
    output_format,
    thinking,
    ...rest
  } = body;
  const call: Json = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  if (stop_sequences) call["stop"] = stop_sequences;
  if (metadata) call["metadata"] = metadata;
  if (Array.isArray(tools)) call["tools"] = tools.map(toolOf);
  if (tool_choice) Object.assign(call, choiceOf(tool_choice as Json));
  if (thinking && !saysNothing(thinking as Json, String(body["model"]))) call["thinking"] = thinking;
  const { effort, format = output_format, ...config } = (output_config ?? {}) as Json;
  if (effort) call["reasoning_effort"] = effort;
  if (format)
    call["response_format"] = {
      type: "json_schema",
      json_schema: { name: "answer", schema: (format as Json)["schema"] },
    };
  if (Object.keys(config).length > 0) call["output_config"] = config;
  const said = Array.isArray(messages) ? (messages as unknown[]).flatMap(messagesOf) : messages;
  const first = system ? [{ role: "system", content: system }] : [];
  call["messages"] = Array.isArray(said) ? [...first, ...said] : said;
  return call;
}

/** Older models do not think: some clients tell them not to. */
function saysNothing({ type }: Json, model: string): boolean {
  return type === "disabled" && /claude-3-(?!7)/.test(model);
}

function toolOf(tool: Json): Json {
  const { type, name, description, input_schema, strict, ...rest } = tool;
  if ((type !== undefined && type !== null && type !== "custom") || input_schema === undefined) return tool;
  const fn = {
    name,
    parameters: input_schema,
    ...(typeof description === "string" ? { description } : {}),
    ...(strict === undefined ? {} : { strict }),
  };
  return { type: "function", function: fn, ...rest };
}

function choiceOf({ type, name, disable_parallel_tool_use: one }: Json): Json {
  const choice =
    type === "any" ? "required" : type === "tool" ? { type: "function", function: { name } } : type;
  return { tool_choice: choice, ...(one === true ? { parallel_tool_calls: false } : {}) };
}

function messagesOf(message: unknown): unknown[] {
  const { role, content } = (message ?? {}) as Json;
  if (!Array.isArray(content)) return [message];
  if (role === "assistant") return [assistantOf(content as Json[])];
  const messages: Json[] = [];
  for (const block of content as Json[]) {
    if (block["type"] === "tool_result") messages.push(resultOf(block));
    else {
      const last = messages.at(-1);
      if (last && last["role"] === role) (last["content"] as Json[]).push(partOf(block));
      else messages.push({ role, content: [partOf(block)] });
    }
  }
  return messages.length > 0 ? messages : [message];
}

function resultOf({ tool_use_id, content, type: _type, ...rest }: Json): Json {
  const parts = Array.isArray(content) ? (content as Json[]).map(partOf) : (content ?? "");
  return { role: "tool", tool_call_id: tool_use_id, content: parts, ...rest };
}

/** Thoughts before, calls after: what stands otherwise is said in Anthropic's own blocks. */
function assistantOf(blocks: readonly Json[]): Json {
  const content = [...blocks];
  const thoughts: Json[] = [];
  while (/thinking$/.test(String(content[0]?.["type"]))) thoughts.push(content.shift() as Json);
  const calls: Json[] = [];
  while (content.at(-1)?.["type"] === "tool_use") calls.unshift(content.pop() as Json);
  return {
    role: "assistant",
    content: content.length > 0 ? content : null,
    ...(thoughts.length > 0 ? { thinking_blocks: thoughts } : {}),
    ...(calls.length > 0 ? { tool_calls: calls.map(callOf) } : {}),
  };
}

function callOf({ id, name, input, type: _type, ...rest }: Json): Json {
  return { id, type: "function", function: { name, arguments: JSON.stringify(input) }, ...rest };
}

function partOf(block: Json): Json {
  const { type, source, title, ...rest } = block;
  const { type: kind, media_type, data, url } = (source ?? {}) as Record<string, string>;
  const address = kind === "base64" ? `data:${media_type};base64,${data}` : kind === "url" ? url : undefined;
  if (address === undefined || (type !== "image" && type !== "document")) return block;
  if (type === "image") return { type: "image_url", image_url: { url: address }, ...rest };
  return { type: "file", file: { file_data: address, ...(title ? { filename: title } : {}) }, ...rest };
}

/** undefined, or how the sent body differs from the recorded one. */
export function wrongMessages(sent: Json, recorded: Json): string | undefined {
  if (!Array.isArray(recorded["messages"])) return undefined;
  return difference(normalised(sent), normalised(recorded));
}

/** What is made equal first, each with its reason, and nothing else. */
function normalised(body: Json): Json {
  const { output_format, output_config, thinking, tool_choice, ...rest } = body;
  const result: Json = {};
  for (const [key, value] of Object.entries(rest)) {
    // 1. Null is not said, and not to stream is the default.
    if (value !== null && !(key === "stream" && value === false)) result[key] = value;
  }
  // 2. A text is the same as a list of one block of that text.
  if (result["system"]) result["system"] = blocksOf(result["system"]);
  result["messages"] = merged(result["messages"] as Json[]);
  // 9. No tools are none.
  if (Array.isArray(result["tools"]) && result["tools"].length === 0) delete result["tools"];
  if (Array.isArray(result["tools"])) result["tools"] = result["tools"].map(plainTool);
  // 3. output_format is the older name of output_config.format, whose own name says nothing.
  const { name: _name, ...format } = (output_format ?? {}) as Json;
  const config: Json = { ...(output_format ? { format } : {}), ...((output_config ?? {}) as Json) };
  if (config["format"])
    config["format"] = { type: "json_schema", schema: (config["format"] as Json)["schema"] };
  if (Object.keys(config).length > 0) result["output_config"] = config;
  // 4. The older models do not think anyway.
  const silent = thinking && saysNothing(thinking as Json, String(body["model"]));
  if (thinking && !silent) result["thinking"] = thinking;
  // 5. The model chooses by itself where nothing is said, and several tools at once.
  const { disable_parallel_tool_use: one, ...choice } = (tool_choice ?? { type: "auto" }) as Json;
  if (choice["type"] !== "auto" || one === true)
    result["tool_choice"] = { ...choice, ...(one === true ? { disable_parallel_tool_use: true } : {}) };
  return result;
}

/** 6. A tool without a type is a custom one, and is not strict where nothing is said. */
function plainTool({ type, strict, ...tool }: Json): Json {
  const kept = Object.entries(tool).filter(([, value]) => value !== null);
  return {
    ...Object.fromEntries(kept),
    ...(type && type !== "custom" ? { type } : {}),
    ...(strict ? { strict } : {}),
  };
}

/** 7. Turns of one role that follow each other are one. */
function merged(messages: readonly Json[]): Json[] {
  const turns: Json[] = [];
  for (const { role, content } of messages) {
    const last = turns.at(-1);
    if (last && last["role"] === role) (last["content"] as Json[]).push(...blocksOf(content));
    else turns.push({ role, content: [...blocksOf(content)] });
  }
  return turns;
}

function blocksOf(content: unknown): Json[] {
  const blocks = typeof content === "string" ? [{ type: "text", text: content }] : (content as Json[]);
  return blocks.map((block) => {
    const kept: Json = Object.fromEntries(
      // 8. A result is no error, and a document is not cited from, where nothing is said.
      Object.entries(block).filter(
        ([key, value]) => value !== null && !(key === "is_error" && value === false),
      ),
    );
    if (kept["type"] === "tool_result" && kept["content"] !== undefined)
      kept["content"] = blocksOf(kept["content"]);
    return kept;
  });
}

const FINISH: Readonly<Record<string, string>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

/** What the bytes of a Messages answer say. */
export function saidByMessages(body: string, streamed: boolean): Said {
  return streamed ? saidByEvents(body) : saidByAnswer(JSON.parse(body) as Json);
}

function emptyChoice(): SaidChoice {
  return { text: "", reasoning: "", refusal: "", calls: [], finish: null };
}

function saidByAnswer(answer: Json): Said {
  const choice = emptyChoice();
  for (const { type, text, thinking, id, name, input } of answer["content"] as Record<string, string>[]) {
    if (type === "text") choice.text += text;
    if (type === "thinking") choice.reasoning += thinking;
    if (type === "tool_use")
      choice.calls.push({ id: id ?? "", name: name ?? "", arguments: (input ?? {}) as unknown as Json });
  }
  choice.finish = finishOf(answer["stop_reason"]);
  return { kind: "answer", choices: new Map([[0, choice]]), usage: usageOf(answer["usage"] as Json) };
}

function saidByEvents(body: string): Said {
  const choice = emptyChoice();
  const choices = new Map([[0, choice]]);
  const calls = new Map<unknown, SaidChoice["calls"][number]>();
  let usage: Json = {};
  const events = body
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => parsed(line.slice("data:".length).trim()) as Json);
  for (const event of events) {
    const { type, index } = event;
    const block = (event["content_block"] ?? {}) as Record<string, string>;
    const delta = (event["delta"] ?? {}) as Record<string, string>;
    if (type === "error")
      return { kind: "failure", name: classInside((event["error"] as Json)["type"]), choices };
    if (type === "message_start") usage = { ...((event["message"] as Json)["usage"] as Json) };
    if (type === "content_block_start" && block["type"] === "tool_use") {
      const call = { id: block["id"] ?? "", name: block["name"] ?? "", arguments: "" };
      calls.set(index, call);
      choice.calls.push(call);
    }
    if (type === "content_block_start" && block["type"] === "text") choice.text += block["text"] ?? "";
    if (type === "content_block_start" && block["type"] === "thinking")
      choice.reasoning += block["thinking"] ?? "";
    if (delta["type"] === "text_delta") choice.text += delta["text"];
    if (delta["type"] === "thinking_delta") choice.reasoning += delta["thinking"];
    const call = calls.get(index);
    if (delta["type"] === "input_json_delta" && call) call.arguments += delta["partial_json"] ?? "";
    if (type === "message_delta") {
      // What is counted again, later, is the whole count.
      for (const [key, value] of Object.entries((event["usage"] ?? {}) as Json))
        if (value !== null) usage[key] = value;
      if (delta["stop_reason"]) choice.finish = finishOf(delta["stop_reason"]);
    }
  }
  for (const call of choice.calls) call.arguments ||= "{}";
  if (choice.finish === null) return { kind: "cut", choices };
  return { kind: "answer", choices, usage: usageOf(usage) };
}

function finishOf(reason: unknown): string {
  return FINISH[String(reason)] ?? String(reason);
}

/** The prompt is what is new, what the cache gave and what it took. */
function usageOf(usage: Json): SaidUsage {
  const counts = usage as Record<string, number | null | undefined>;
  const prompt =
    (counts["input_tokens"] ?? 0) +
    (counts["cache_read_input_tokens"] ?? 0) +
    (counts["cache_creation_input_tokens"] ?? 0);
  const completion = counts["output_tokens"] ?? 0;
  return [prompt, completion, prompt + completion];
}

const INSIDE: Readonly<Record<string, string>> = {
  invalid_request_error: "BadRequestError",
  authentication_error: "AuthenticationError",
  permission_error: "PermissionDeniedError",
  not_found_error: "NotFoundError",
  rate_limit_error: "RateLimitError",
  timeout_error: "Timeout",
  api_error: "InternalServerError",
  overloaded_error: "InternalServerError",
};

/** An error inside a 200 has a type and no status. */
function classInside(type: unknown): string {
  return INSIDE[String(type)] ?? "APIError";
}
