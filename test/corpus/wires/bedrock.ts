// Amazon Bedrock's Converse and ConverseStream. Binary streams are taken apart here by AWS's own codec. The recorded request is said in LiteLLM's words and must come back the same.

import { EventStreamCodec } from "@smithy/eventstream-codec";
import { parsed, type Said, type SaidCall, type SaidChoice, type SaidUsage } from "../oracle.ts";
import { bodyBytes, type Entry, type Recording } from "../recordings.ts";
import type { Asked } from "../replay-server.ts";
import { difference } from "../same-request.ts";
import { type Json, TOKENS_AS_BEARER, type Wire } from "./wire.ts";

const CONVERSE = new Set(["bedrock.converse", "bedrock.converse-stream"]);

export const bedrock: Wire = {
  base: "",
  replays: ({ api }) => api !== null && CONVERSE.has(api),
  model: (_entry, _body, recording) => `bedrock/converse/${modelOf(recording)}`,
  callOf,
  wrongAddress: (asked, _entry, key, streamed, recording) =>
    wrongPath(asked, recording, streamed ? "converse-stream" : "converse") ?? TOKENS_AS_BEARER(asked, key),
  wrongBody: (sent, recorded) => difference(normalised(sent), normalised(recorded)),
  said: (entry, recording) =>
    entry.kind === "chat-stream" ? saidByEvents(recording) : saidByAnswer(recording),
  errorClass,
};

/** As the recorded path names it. */
export function modelOf({ request }: Recording): string {
  return decodeURIComponent(request.path.split("/")[2] ?? "");
}

export function wrongPath(asked: Asked, recording: Recording, action: string): string | undefined {
  const wanted = `/model/${encodeURIComponent(modelOf(recording))}/${action}`;
  return asked.method === "POST" && asked.path === wanted ? undefined : `${asked.method} ${asked.path}`;
}

/** Fields that have no other name in LiteLLM. */
const OWN = ["additionalModelRequestFields", "guardrailConfig", "performanceConfig", "outputConfig"];

function callOf(body: Json): Json {
  const call: Json = {};
  for (const key of OWN) if (body[key] !== undefined) call[key] = body[key];
  const { maxTokens, temperature, topP, stopSequences } = (body["inferenceConfig"] ?? {}) as Json;
  if (maxTokens !== undefined) call["max_tokens"] = maxTokens;
  if (temperature !== undefined) call["temperature"] = temperature;
  if (topP !== undefined) call["top_p"] = topP;
  if (stopSequences !== undefined) call["stop"] = stopSequences;
  const { tools, toolChoice } = (body["toolConfig"] ?? {}) as { tools?: Json[]; toolChoice?: Json };
  if (tools) call["tools"] = toolsOf(tools);
  if (toolChoice?.["auto"]) call["tool_choice"] = "auto";
  if (toolChoice?.["any"]) call["tool_choice"] = "required";
  const named = toolChoice?.["tool"] as Json | undefined;
  if (named) call["tool_choice"] = { type: "function", function: { name: named["name"] } };
  const system = partsOf((body["system"] ?? []) as Json[]);
  call["messages"] = [
    ...(system.length > 0 ? [{ role: "system", content: system }] : []),
    ...((body["messages"] ?? []) as Json[]).flatMap(messagesOf),
  ];
  return call;
}

/** A cache point belongs to what stands before it. */
function marked(list: Json[], item: Json): void {
  const last = list.at(-1);
  if (item["cachePoint"] && last) {
    const { ttl } = item["cachePoint"] as Json;
    last["cache_control"] = { type: "ephemeral", ...(ttl ? { ttl } : {}) };
  }
}

function toolsOf(tools: Json[]): Json[] {
  const result: Json[] = [];
  for (const tool of tools) {
    marked(result, tool);
    const spec = tool["toolSpec"] as Json | undefined;
    if (!spec) continue;
    const { name, description, inputSchema, strict } = spec;
    const parameters = (inputSchema as Json | undefined)?.["json"];
    result.push({
      type: "function",
      function: { name, description, parameters, ...(strict === undefined ? {} : { strict }) },
    });
  }
  return result;
}

const MEDIA: Readonly<Record<string, string>> = {
  pdf: "application/pdf",
  csv: "text/csv",
  txt: "text/plain",
  md: "text/markdown",
  html: "text/html",
};

function partsOf(blocks: Json[]): Json[] {
  const parts: Json[] = [];
  for (const block of blocks) {
    marked(parts, block);
    const image = block["image"] as { format: string; source: Json } | undefined;
    const document = block["document"] as { format: string; source: Json; name: string } | undefined;
    const plain = document && Object.keys(document).length === 3 && document.source["bytes"];
    if (typeof block["text"] === "string") parts.push({ type: "text", text: block["text"] });
    else if (image?.source["bytes"]) {
      const url = `data:image/${image.format};base64,${image.source["bytes"]}`;
      parts.push({ type: "image_url", image_url: { url } });
    } else if (plain && MEDIA[document.format]) {
      const file_data = `data:${MEDIA[document.format]};base64,${plain}`;
      parts.push({ type: "file", file: { file_data, filename: `${document.name}.${document.format}` } });
    } else {
      for (const key of Object.keys(block))
        if (!["toolUse", "toolResult", "reasoningContent", "cachePoint"].includes(key))
          parts.push({ type: key, [key]: block[key] });
    }
  }
  return parts;
}

/** A turn with tool results is one tool message for each, and what else it says after them. */
function messagesOf({ role, content }: Json): Json[] {
  if (typeof content === "string") return [{ role, content }];
  const blocks = content as Json[];
  const results = blocks.flatMap(({ toolResult }) => (toolResult ? [toolResult as Json] : []));
  const messages: Json[] = results.map(({ toolUseId, content: told, status }) => ({
    role: "tool",
    tool_call_id: toolUseId,
    content: partsOf(
      (told as Json[]).map((one) => ("json" in one ? { text: JSON.stringify(one["json"]) } : one)),
    ),
    ...(status === undefined ? {} : { status }),
  }));
  const parts = partsOf(blocks);
  const calls = blocks.flatMap(({ toolUse }) => (toolUse ? [toolUse as Json] : []));
  const thoughts = blocks.flatMap(({ reasoningContent }) =>
    reasoningContent ? [reasoningContent as Json] : [],
  );
  if (parts.length === 0 && calls.length === 0 && thoughts.length === 0) return messages;
  const message: Json = { role, content: parts };
  if (calls.length > 0) {
    message["tool_calls"] = calls.map(({ toolUseId, name, input }) => ({
      id: toolUseId,
      type: "function",
      function: { name, arguments: JSON.stringify(input) },
    }));
  }
  if (thoughts.length > 0) {
    message["thinking_blocks"] = thoughts.map(({ reasoningText, redactedContent }) => {
      const { text: thinking, signature } = (reasoningText ?? {}) as Json;
      return redactedContent === undefined
        ? { type: "thinking", thinking, signature }
        : { type: "redacted_thinking", data: redactedContent };
    });
  }
  return [...messages, message];
}

/** What is made equal first, each with its reason, and nothing else. */
function normalised(body: Json): Json {
  const { modelId: _path, ...result } = body;
  // 1. An empty list or object says nothing. 2. The model stands in the path.
  for (const [key, value] of Object.entries(result)) {
    if (value === null || JSON.stringify(value) === "[]" || JSON.stringify(value) === "{}")
      delete result[key];
  }
  const inference = (result["inferenceConfig"] ?? {}) as Json;
  if (JSON.stringify(inference["stopSequences"]) === "[]") {
    const { stopSequences: _none, ...rest } = inference;
    result["inferenceConfig"] = rest;
  }
  // 3. Turns in one role that follow each other are one turn. 4. A result without a status is one of success.
  const turns: { role: unknown; content: unknown[] }[] = [];
  for (const { role, content } of (result["messages"] ?? []) as Json[]) {
    const blocks = typeof content === "string" ? [{ text: content }] : ((content ?? []) as Json[]);
    const last = turns.at(-1);
    if (last && last.role === role) last.content.push(...blocks.map(plainResult));
    else turns.push({ role, content: blocks.map(plainResult) });
  }
  // 5. A choice of "auto" is what there is without one.
  const tools = result["toolConfig"] as Json | undefined;
  if (tools) {
    const { toolChoice, ...rest } = tools;
    const auto = (toolChoice as Json | undefined)?.["auto"] !== undefined;
    result["toolConfig"] = auto || toolChoice === undefined ? rest : tools;
  }
  // 6. A schema travels as text, in which the order and the blanks mean nothing.
  return JSON.parse(
    JSON.stringify({ ...result, messages: turns }, (key, value) =>
      key === "schema" && typeof value === "string" ? parsed(value) : value,
    ),
  ) as Json;
}

function plainResult(block: Json): Json {
  const result = block["toolResult"] as Json | undefined;
  if (!result) return block;
  const { status, content, ...rest } = result;
  // 7. JSON as a result may be told as its text.
  const told = (content as Json[]).map((one) =>
    "json" in one ? { text: JSON.stringify(one["json"]) } : one,
  );
  return { toolResult: { ...rest, content: told, ...(status === "error" ? { status } : {}) } };
}

const FINISH: Readonly<Record<string, string>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  guardrail_intervened: "content_filter",
  content_filtered: "content_filter",
};

function empty(): SaidChoice {
  return { text: "", reasoning: "", refusal: "", calls: [], finish: null };
}

function saidByAnswer({ response }: Recording): Said {
  const answer = JSON.parse(response.body ?? "") as Json;
  const choice = empty();
  const message = (answer["output"] as { message: { content: Json[] } }).message;
  for (const { text, toolUse, reasoningContent, citationsContent } of message.content) {
    choice.text += (text as string | undefined) ?? "";
    for (const part of ((citationsContent as Json | undefined)?.["content"] ?? []) as Json[])
      choice.text += String(part["text"]);
    const thought = (reasoningContent as Json | undefined)?.["reasoningText"] as Json | undefined;
    choice.reasoning += (thought?.["text"] as string | undefined) ?? "";
    const use = toolUse as { toolUseId: string; name: string; input: Json } | undefined;
    if (use) choice.calls.push({ id: use.toolUseId, name: use.name, arguments: use.input });
  }
  const raw = String(answer["stopReason"]);
  choice.finish = FINISH[raw] ?? raw;
  return { kind: "answer", choices: new Map([[0, choice]]), usage: usageOf(answer["usage"] as Json) };
}

/** Cached tokens are counted apart, and are part of the prompt. */
function usageOf(usage: Json | undefined): SaidUsage | null {
  if (!usage) return null;
  const number = (key: string): number => (usage[key] as number | undefined) ?? 0;
  const prompt = number("inputTokens") + number("cacheReadInputTokens") + number("cacheWriteInputTokens");
  return [prompt, number("outputTokens"), prompt + number("outputTokens")];
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);

/** The frames of a recorded stream: the header that names each, and its JSON. */
export function framesOf(recording: Recording): { name: string; failed: boolean; data: Json }[] {
  const bytes = bodyBytes(recording);
  const frames: { name: string; failed: boolean; data: Json }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (at + length > bytes.length) break;
    const { headers, body } = codec.decode(bytes.subarray(at, at + length));
    const header = (name: string): string => String(headers[name]?.value ?? "");
    const failed = header(":message-type") !== "event";
    const name = failed ? header(":exception-type") : header(":event-type");
    frames.push({ name, failed, data: JSON.parse(Buffer.from(body).toString("utf8")) as Json });
    at += length;
  }
  return frames;
}

const EXCEPTIONS: Readonly<Record<string, string>> = {
  throttlingException: "RateLimitError",
  validationException: "BadRequestError",
  serviceUnavailableException: "ServiceUnavailableError",
  internalServerException: "InternalServerError",
};

function saidByEvents(recording: Recording): Said {
  const choice = empty();
  const choices = new Map([[0, choice]]);
  const open = new Map<unknown, SaidCall>();
  let usage: SaidUsage | null = null;
  for (const { name, failed, data } of framesOf(recording)) {
    if (failed) return { kind: "failure", name: EXCEPTIONS[name] ?? "InternalServerError", choices };
    const start = (data["start"] as Json | undefined)?.["toolUse"] as Json | undefined;
    if (start) {
      const call = { id: String(start["toolUseId"]), name: String(start["name"]), arguments: "" };
      choice.calls.push(call);
      open.set(data["contentBlockIndex"], call);
    }
    const { text, toolUse, reasoningContent } = (data["delta"] ?? {}) as Json;
    choice.text += (text as string | undefined) ?? "";
    choice.reasoning += ((reasoningContent as Json | undefined)?.["text"] as string | undefined) ?? "";
    const call = open.get(data["contentBlockIndex"]);
    if (call && toolUse) call.arguments += String((toolUse as Json)["input"] ?? "");
    if (name === "messageStop")
      choice.finish = FINISH[String(data["stopReason"])] ?? String(data["stopReason"]);
    if (name === "metadata") usage = usageOf(data["usage"] as Json);
  }
  for (const call of choice.calls) call.arguments ||= "{}";
  return choice.finish === null ? { kind: "cut", choices } : { kind: "answer", choices, usage };
}

const BY_STATUS: Readonly<Record<number, string>> = {
  400: "BadRequestError",
  401: "AuthenticationError",
  403: "PermissionDeniedError",
  404: "NotFoundError",
  408: "Timeout",
  429: "RateLimitError",
  500: "InternalServerError",
  503: "ServiceUnavailableError",
};
const CREDENTIALS =
  /^(?:ExpiredToken|UnrecognizedClient|InvalidSignature|IncompleteSignature|MissingAuthenticationToken)/;

/** The exception stands in a header: with 403 it tells wrong credentials from a right that is missing. */
export function errorClass({ status }: Entry, { response }: Recording): string {
  if (status === 403 && CREDENTIALS.test(response.headers["x-amzn-errortype"] ?? ""))
    return "AuthenticationError";
  if (
    status === 400 &&
    /input is too long|too many (?:input )?tokens|prompt is too long/i.test(response.body ?? "")
  )
    return "ContextWindowExceededError";
  return BY_STATUS[status] ?? "APIError";
}
