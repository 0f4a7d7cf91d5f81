// OpenAI's Responses API, whoever serves it: replayed as openai/responses/<model>. The recorded items are said in the
// chat shape and must come back the same; the oracle reads events and whole answers by code of its own.

import { expectedClass } from "../expected-error.ts";
import { type Said, type SaidCall, type SaidChoice, type SaidUsage, sseObjects } from "../oracle.ts";

import { difference, wrongPlain } from "../same-request.ts";
import { type Json, TOKENS_AS_BEARER, type Wire } from "./wire.ts";

export const openaiResponses: Wire = {
  base: "/v1",
  replays: ({ api }) => api === "openai.responses",
  model: (entry, body) => `openai/responses/${body?.["model"] || entry.model || "unnamed"}`,
  callOf,
  wrongAddress: (asked, _entry, key, streamed) =>
    wrongPlain(asked, "/v1/responses", streamed) ?? TOKENS_AS_BEARER(asked, key),
  wrongBody: (sent, recorded) => difference(normalised(sent, recorded), normalised(recorded, recorded)),
  said: ({ kind }, { response }) => said(response.body ?? "", kind === "chat-stream"),
};

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** A recorded request in the chat shape; what has no name there goes through as it is. */
function callOf(body: Json): Json {
  const {
    model: _model,
    input,
    instructions,
    tools,
    tool_choice,
    text,
    reasoning,
    max_output_tokens,
    ...rest
  } = body;
  // Unsaid, the provider keeps what it is told: thoughts without their cipher refer to that.
  const call: Json = { ...rest, store: rest["store"] ?? true };
  if (max_output_tokens !== undefined) call["max_completion_tokens"] = max_output_tokens;
  const { effort, ...thinking } = (reasoning ?? {}) as Json;
  if (effort != null) call["reasoning_effort"] = effort;
  if (Object.keys(thinking).length > 0) call["reasoning"] = thinking;
  const { format, ...texts } = (text ?? {}) as Json;
  if (format) call["response_format"] = formatOf(format as Json);
  if (Object.keys(texts).length > 0) call["text"] = texts;
  if (tools) call["tools"] = list(tools).map(toolOf);
  if (tool_choice) call["tool_choice"] = choiceOf(tool_choice);
  if (instructions != null) call["instructions"] = instructions;
  call["messages"] = typeof input === "string" ? [{ role: "user", content: input }] : messagesOf(list(input));
  return call;
}

function formatOf({ type, ...schema }: Json): Json {
  return type === "json_schema" ? { type, json_schema: schema } : { type, ...schema };
}

function toolOf(tool: Json): Json {
  if (tool["type"] !== "function") return tool;
  const { type, ...fn } = tool;
  return { type, function: fn };
}

function choiceOf(choice: unknown): unknown {
  const { type, name } = (typeof choice === "object" ? choice : {}) as Json;
  return type === "function" ? { type, function: { name } } : choice;
}

/** Items between what was said belong to the assistant's turn that they precede. */
function messagesOf(items: readonly Json[]): Json[] {
  const messages: Json[] = [];
  let kept: Json[] = [];
  const turn = (): Json => {
    const last = messages.at(-1);
    const open = last?.["role"] === "assistant" && kept.length === 0;
    if (open) return last as Json;
    const own: Json = { role: "assistant", content: null };
    if (kept.length > 0) own["provider_specific_fields"] = { output_items: kept };
    kept = [];
    messages.push(own);
    return own;
  };
  for (const item of items) {
    const type = item["type"] ?? "message";
    if (type === "message" && item["role"] === "assistant") turn()["content"] = spoken(item["content"]);
    else if (type === "message") {
      if (kept.length > 0) turn();
      messages.push({ role: item["role"], content: heard(item["content"]) });
    } else if (type === "function_call" || type === "custom_tool_call") {
      const own = turn();
      const call = {
        id: item["call_id"],
        type: "function",
        function: { name: item["name"], arguments: item["arguments"] ?? item["input"] },
        ...(type === "custom_tool_call" ? { provider_specific_fields: { type: "custom" } } : {}),
      };
      own["tool_calls"] = [...list(own["tool_calls"]), call];
    } else if (type === "function_call_output" || type === "custom_tool_call_output") {
      const { output } = item;
      messages.push({
        role: "tool",
        tool_call_id: item["call_id"],
        content: Array.isArray(output) ? heard(output) : output,
      });
    } else kept.push(item);
  }
  if (kept.length > 0) turn();
  return messages;
}

function spoken(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  return list(content).map(({ text }) => ({ type: "text", text }));
}

function heard(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  return list(content).map((part) => {
    if (part["type"] === "input_text") return { ...part, type: "text" };
    if (part["type"] === "input_image" && part["image_url"]) {
      const { image_url: url, detail } = part;
      return { type: "image_url", image_url: { url, ...(detail == null ? {} : { detail }) } };
    }
    if (part["type"] === "input_file") {
      const { type: _type, file_url, file_data = file_url, ...file } = part;
      return { type: "file", file: { ...file, ...(file_data == null ? {} : { file_data }) } };
    }
    return part;
  });
}

/** What is made equal before the comparison, each with its reason; nothing else is. */
function normalised(body: Json, recorded: Json): Json {
  const result: Json = {};
  for (const key of Object.keys(body).sort()) {
    const value = body[key];
    // 1. null, and what is the default, is as good as unsaid.
    if (
      value === null ||
      (key === "stream" && value === false) ||
      (key === "tool_choice" && value === "auto")
    )
      continue;
    result[key] = value;
  }
  // 2. The call says the recorder's default aloud; what is not kept comes encrypted, so that it can go back.
  if (recorded["store"] == null) delete result["store"];
  if (recorded["store"] === false && Array.isArray(result["include"])) {
    const asked = (recorded["include"] ?? []) as unknown[];
    result["include"] = (result["include"] as unknown[]).filter((one) => asked.includes(one));
  }
  if (Array.isArray(result["include"]) && result["include"].length === 0) delete result["include"];
  const { input } = result;
  // 7. A turn of the assistant that says nothing is none.
  const items = typeof input === "string" ? [said1("user", input)] : list(input).map(item);
  result["input"] = items.filter(
    ({ role, content }) => role !== "assistant" || list(content).some(({ text }) => text !== ""),
  );
  if (Array.isArray(result["tools"])) result["tools"] = list(result["tools"]).map(tool);
  // 3. An empty object says nothing.
  for (const key of ["text", "reasoning", "stream_options"]) {
    const own = result[key] as Json | undefined;
    if (!own) continue;
    const told = Object.fromEntries(Object.entries(own).filter(([, value]) => value != null));
    if (key === "text" && (told["format"] as Json | undefined)?.["type"] === "text") delete told["format"];
    if (Object.keys(told).length === 0) delete result[key];
    else result[key] = told;
  }
  return result;
}

/** 4. A text is one part; ids and states that the server made, and annotations, are no part of what is said. */
function item(one: Json): Json {
  const { type = "message", id: _id, status: _status, ...rest } = one;
  if (type === "message") {
    const role = rest["role"];
    const parts = typeof rest["content"] === "string" ? [{ text: rest["content"] }] : list(rest["content"]);
    return {
      type,
      role,
      content: parts.map((part) => {
        const { type: _type, annotations: _annotations, logprobs: _logprobs, ...own } = part as Json;
        return Object.fromEntries(
          Object.entries(own).filter(([key, value]) => value != null && key !== "filename"),
        );
      }),
    };
  }
  // 5. Kept items go back as they came.
  if (type === "function_call" || type === "custom_tool_call") {
    const { call_id, name, arguments: given, input } = rest;
    return { type, call_id, name, given: given ?? input };
  }
  if (type === "function_call_output" || type === "custom_tool_call_output") {
    const { output, call_id } = rest;
    const texts = list(output);
    return {
      type,
      call_id,
      output: Array.isArray(output) ? texts.map(({ text }) => text ?? "").join("") : output,
    };
  }
  return one;
}

function said1(role: string, text: string): Json {
  return { type: "message", role, content: [{ text }] };
}

/** 6. strict is false unless it is asked for; a tool without parameters takes none. */
function tool(one: Json): Json {
  if (one["type"] !== "function") return one;
  const { strict, parameters, description, ...rest } = one;
  const none = JSON.stringify({ type: "object", properties: {} });
  return {
    ...rest,
    ...(description ? { description } : {}),
    ...(strict ? { strict } : {}),
    ...(parameters && JSON.stringify(parameters) !== none ? { parameters } : {}),
  };
}

function said(body: string, streamed: boolean): Said {
  const events = streamed && !body.trimStart().startsWith("{") ? sseObjects(body) : undefined;
  const response = events
    ? (events.findLast(({ type }) => /^response\.(?:completed|incomplete|failed)$/.test(String(type)))?.[
        "response"
      ] as Json | undefined)
    : (JSON.parse(body) as Json);
  const failed = events?.find(({ type }) => type === "error") ?? (response?.["error"] ? response : undefined);
  // The items as their own events tell them whole; the last event of some servers holds none.
  const done = (events ?? [])
    .filter(({ type }) => type === "response.output_item.done")
    .map(({ item: one }) => one as Json);
  const choice = fold(done.length > 0 ? done : list(response?.["output"]));
  const choices = new Map([[0, choice]]);
  if (failed) return { kind: "failure", name: classInside(failed), choices: started(events ?? [], choices) };
  if (!response) return { kind: "cut", choices: started(events ?? [], choices) };
  const { reason } = (response["incomplete_details"] ?? {}) as Json;
  if (response["status"] === "incomplete")
    choice.finish = reason === "content_filter" ? "content_filter" : "length";
  else choice.finish = choice.calls.length > 0 ? "tool_calls" : "stop";
  return { kind: "answer", choices, usage: usageOf(response["usage"]) };
}

function fold(items: readonly Json[]): SaidChoice {
  const choice: SaidChoice = { text: "", reasoning: "", refusal: "", calls: [], finish: null };
  for (const one of items) {
    if (one["type"] === "message") {
      for (const part of list(one["content"])) {
        if (part["type"] === "refusal") choice.refusal += String(part["refusal"] ?? "");
        else choice.text += String(part["text"] ?? "");
      }
    } else if (one["type"] === "reasoning") {
      const own = list(one["content"]);
      for (const part of own.length > 0 ? own : list(one["summary"]))
        choice.reasoning += String(part["text"] ?? "");
    } else if (one["type"] === "function_call" || one["type"] === "custom_tool_call") {
      const call: SaidCall = {
        id: String(one["call_id"] ?? ""),
        name: String(one["name"] ?? ""),
        arguments: String(one["arguments"] ?? one["input"] ?? ""),
      };
      choice.calls.push(call);
    }
  }
  return choice;
}

/** What had been said when it broke off. */
function started(events: readonly Json[], whole: Map<number, SaidChoice>): Map<number, SaidChoice> {
  const told = events.some(
    ({ type }) => String(type).endsWith(".delta") || type === "response.output_item.done",
  );
  return told ? whole : new Map();
}

function usageOf(told: unknown): SaidUsage | null {
  const { input_tokens, output_tokens, total_tokens } = (told ?? {}) as Record<string, number | undefined>;
  if (typeof input_tokens !== "number") return null;
  return [input_tokens, output_tokens ?? 0, total_tokens ?? input_tokens + (output_tokens ?? 0)];
}

const CODES: Readonly<Record<string, number>> = {
  rate_limit_exceeded: 429,
  server_error: 500,
  invalid_prompt: 400,
};

function classInside(event: Json): string {
  const error = (event["error"] ?? event) as Json;
  const status = CODES[String(error["code"])];
  if (status === undefined) throw new Error(`which class is ${JSON.stringify(error)}?`);
  return expectedClass(status, JSON.stringify({ error }));
}
