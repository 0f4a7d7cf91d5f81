// Cohere's v2 chat and embeddings. The recorded request is said in LiteLLM's words and must come back the same; the
// oracle reads the events and the whole answer by code of its own.

import type { Said, SaidChoice, SaidUsage } from "../oracle.ts";
import type { Entry, Recording } from "../recordings.ts";
import { difference, wrongPlain } from "../same-request.ts";
import { type Json, TOKENS_AS_BEARER, type Wire } from "./wire.ts";

const APIS: Readonly<Record<string, string>> = {
  "cohere.v2.chat": "/v2/chat",
  "cohere.v2.embed": "/v2/embed",
  // The older of the two is not sent any more; its answer is the same.
  "cohere.v1.embed": "/v2/embed",
};

export const cohere: Wire = {
  base: "",
  replays: ({ api }) => api !== null && Object.hasOwn(APIS, api),
  model: (entry, body) => `cohere_chat/${body?.["model"] || entry.model || "unnamed"}`,
  callOf: (body, { api }) => (api === "cohere.v2.chat" ? chatCallOf(body) : embedCallOf(body)),
  wrongAddress: (asked, { api }, key, streamed) =>
    wrongPlain(asked, APIS[api ?? ""] ?? "", streamed && api === "cohere.v2.chat") ??
    TOKENS_AS_BEARER(asked, key),
  wrongBody: (sent, recorded) => difference(normalised(sent), normalised(recorded)),
  said,
  vectors,
  errorClass,
};

/** Cohere's name -> OpenAI's; every other name is Cohere's own. */
const NAMES: Readonly<Record<string, string>> = { p: "top_p", stop_sequences: "stop", k: "top_k" };

function chatCallOf(body: Json): Json {
  const call: Json = {};
  for (const [key, value] of Object.entries(body)) {
    if (value !== null && key !== "model" && key !== "stream") call[NAMES[key] ?? key] = value;
  }
  const { messages, tool_choice, response_format, thinking } = body;
  if (typeof tool_choice === "string") call["tool_choice"] = tool_choice.toLowerCase();
  const schema = (response_format as Json | undefined)?.["json_schema"];
  if (schema) call["response_format"] = { type: "json_schema", json_schema: { name: "answer", schema } };
  if (thinking) {
    const { token_budget, ...rest } = thinking as Json;
    call["thinking"] = token_budget === undefined ? rest : { ...rest, budget_tokens: token_budget };
  }
  call["messages"] = (messages as Json[]).map(messageOf);
  return call;
}

function messageOf({ tool_plan, citations, content, ...message }: Json): Json {
  const result: Json = { ...message, content: content ?? null };
  if (tool_plan) result["reasoning_content"] = tool_plan;
  if (citations) result["provider_specific_fields"] = { citations };
  if (Array.isArray(content)) {
    const thinking = (content as Json[]).filter((part) => part["type"] === "thinking");
    if (thinking.length > 0) {
      result["thinking_blocks"] = thinking;
      result["content"] = (content as Json[]).filter((part) => part["type"] !== "thinking");
    }
  }
  return result;
}

function embedCallOf({ texts, output_dimension, model: _model, ...rest }: Json): Json {
  const call: Json = texts === undefined ? {} : { input: texts };
  for (const [key, value] of Object.entries(rest)) if (value !== null) call[key] = value;
  if (output_dimension) call["dimensions"] = output_dimension;
  return call;
}

/** What is made equal first, each with its reason, and nothing else. */
function normalised(body: Json): Json {
  const result: Json = {};
  for (const [key, value] of Object.entries(body)) {
    // 1. Null is not said. 2. Not to stream is what Cohere does by itself.
    if (value === null || (key === "stream" && value === false)) continue;
    result[key] = value;
  }
  // 3. Floats are what Cohere's newer models give by themselves, and we ask for them.
  if (result["texts"]) result["embedding_types"] ??= ["float"];
  // 4. A text is the same as a list of that text.
  // 5. An assistant's empty text beside its calls says nothing.
  if (Array.isArray(result["messages"])) {
    result["messages"] = (result["messages"] as Json[]).map((message) => {
      const { content, ...rest } = message;
      const parts = typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
      const empty = JSON.stringify(parts) === '[{"type":"text","text":""}]';
      return { ...rest, content: message["tool_calls"] && empty ? [] : parts };
    });
  }
  return result;
}

const FINISH: Readonly<Record<string, string>> = {
  COMPLETE: "stop",
  STOP_SEQUENCE: "stop",
  MAX_TOKENS: "length",
  TOOL_CALL: "tool_calls",
  ERROR_TOXIC: "content_filter",
};

function said({ kind }: Entry, { response }: Recording): Said {
  const body = response.body ?? "";
  return kind === "chat-stream" ? saidByEvents(body) : saidByAnswer(JSON.parse(body) as Json);
}

function saidByAnswer(answer: Json): Said {
  const choice: SaidChoice = { text: "", reasoning: "", refusal: "", calls: [], finish: null };
  const message = answer["message"] as Json;
  choice.reasoning = (message["tool_plan"] as string | undefined) ?? "";
  for (const { text = "", thinking = "" } of (message["content"] ?? []) as Record<string, string>[]) {
    choice.text += text;
    choice.reasoning += thinking;
  }
  for (const call of (message["tool_calls"] ?? []) as Json[]) {
    const fn = call["function"] as Record<string, string>;
    choice.calls.push({
      id: String(call["id"]),
      name: fn["name"] ?? "",
      arguments: fn["arguments"] || "{}",
    });
  }
  choice.finish = finishOf(answer);
  return { kind: "answer", choices: new Map([[0, choice]]), usage: usageOf(answer["usage"] as Json) };
}

function saidByEvents(body: string): Said {
  const choice: SaidChoice = { text: "", reasoning: "", refusal: "", calls: [], finish: null };
  const choices = new Map([[0, choice]]);
  const events = body
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:") && !line.endsWith("[DONE]"))
    .map((line) => JSON.parse(line.slice("data:".length)) as Json);
  for (const { type, delta, index } of events) {
    const inner = delta as Json | undefined;
    if (type === "message-end" && inner) {
      choice.finish = finishOf(inner);
      for (const call of choice.calls) call.arguments ||= "{}";
      return { kind: "answer", choices, usage: usageOf(inner["usage"] as Json) };
    }
    const { content, tool_plan, tool_calls } = (inner?.["message"] ?? {}) as Json;
    if (String(type).startsWith("content-")) {
      const { text = "", thinking = "" } = (content ?? {}) as Record<string, string>;
      choice.text += text;
      choice.reasoning += thinking;
    }
    if (type === "tool-plan-delta") choice.reasoning += String(tool_plan);
    if (type === "tool-call-start" || type === "tool-call-delta") {
      const call = tool_calls as { id?: string; function: { name?: string; arguments?: string } };
      const into = choice.calls[index as number] ?? { id: "", name: "", arguments: "" };
      choice.calls[index as number] = into;
      into.id ||= call.id ?? "";
      into.name ||= call.function.name ?? "";
      into.arguments += call.function.arguments ?? "";
    }
  }
  return { kind: "cut", choices };
}

function finishOf(told: Json): string {
  const raw = String(told["finish_reason"]);
  return FINISH[raw] ?? raw;
}

/** What the model read and wrote; where only the billed is told, that. */
function usageOf(usage: Json | undefined): SaidUsage | null {
  const told = (usage?.["tokens"] ?? usage?.["billed_units"]) as Record<string, number> | undefined;
  if (!told) return null;
  const { input_tokens = 0, output_tokens = 0 } = told;
  return [input_tokens, output_tokens, input_tokens + output_tokens];
}

function vectors(_entry: Entry, { response }: Recording): { vectors: number[][]; tokens: number[] | null } {
  const answer = JSON.parse(response.body ?? "") as {
    embeddings: Record<string, number[][] | null>;
    meta?: { billed_units?: { input_tokens?: number; image_tokens?: number } };
  };
  const rows = Object.values(answer.embeddings).find((one) => one !== null) ?? [];
  const billed = answer.meta?.billed_units;
  const tokens = (billed?.input_tokens ?? 0) + (billed?.image_tokens ?? 0);
  return { vectors: rows, tokens: billed ? [tokens, tokens] : null };
}

const BY_STATUS: Readonly<Record<number, string>> = {
  400: "BadRequestError",
  401: "AuthenticationError",
  403: "PermissionDeniedError",
  404: "NotFoundError",
  422: "UnprocessableEntityError",
  429: "RateLimitError",
  500: "InternalServerError",
  503: "ServiceUnavailableError",
  504: "Timeout",
};

/** Cohere says it in words: too many tokens is a context that is full. */
function errorClass({ status }: Entry, { response }: Recording): string {
  if (status === 400 && /too many tokens|TOO_MANY_TOKENS/.test(response.body ?? ""))
    return "ContextWindowExceededError";
  return BY_STATUS[status] ?? "APIError";
}
