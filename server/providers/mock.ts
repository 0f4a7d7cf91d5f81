// Answers without a key and without a network: the models of `mock/…` and LiteLLM's mock_response on any model.
// A mock is a script of steps; the engine plays it in time. Pure. Source: LiteLLM's mock_completion.

import type { CompactChunk } from "../protocol/compact.ts";
import { createError, ERROR_NAMES } from "../protocol/errors.ts";
import type {
  ChatCompletionChunk,
  CompletionParams,
  Delta,
  EmbeddingResponse,
  Message,
  ToolCall,
  Usage,
} from "../protocol/messages.ts";
import { inputCount } from "./embedding-decode.ts";
import { openai } from "./openai.ts";
import { isObject } from "./openai-delta.ts";
import type { ChatCall, EmbedCall, Failure, Provider } from "./types.ts";
import { readUsage } from "./usage.ts";

export type MockStep =
  | { wait_ms: number }
  | { chunk: CompactChunk }
  | { usage: Usage }
  | { failure: Failure }
  | { error_name: string; message: string }
  /** Waits for the call's own deadline. */
  | { hang: true };

export const MOCK_MODELS = ["echo", "lorem", "slow", "error-<status>"] as const;

/** The row of the table. Its calls are played from scripts and never sent: there is no base to send them to. */
export const mock: Provider = {
  ...openai,
  id: "mock",
  label: "Mock",
  env: { key: [], base: [] },
  base_url: null,
  key_required: false,
  local: true,
  text: undefined,
  models: undefined,
  hint: undefined,
};

const LOREM =
  "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat.";
const SLOW_WORDS = 200;
const SLOW_WORD_MS = 100;
/** LiteLLM's usage of a mock_response. */
const MOCK_USAGE: Usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };

/** True when the call is answered here, whatever its provider. */
export function isMocked(params: CompletionParams): boolean {
  return params.mock_response != null || params.mock_tool_calls != null || params.mock_timeout === true;
}

/** The script of a mocked call. Throws BadRequestError for an unknown `mock/` model. */
export function mockScript(call: ChatCall): MockStep[] {
  const { params } = call;
  const steps: MockStep[] = [];
  if (params.mock_delay) steps.push({ wait_ms: params.mock_delay * 1000 });
  if (params.mock_timeout === true) return [...steps, { hang: true }];
  if (params.mock_response != null || params.mock_tool_calls != null)
    return [...steps, ...scriptOfResponse(call)];
  return [...steps, ...scriptOfModel(call)];
}

function scriptOfModel(call: ChatCall): MockStep[] {
  const prompt_tokens = countWords(call.params.messages.map((message) => textOf(message.content)).join(" "));
  if (call.model === "echo") return scriptOfText(call, lastUserText(call.params.messages), prompt_tokens);
  if (call.model === "lorem") return scriptOfText(call, LOREM, prompt_tokens);
  if (call.model === "slow") {
    const words = Array.from({ length: SLOW_WORDS }, (_, index) => `word${index + 1}`).join(" ");
    return scriptOfText(call, words, prompt_tokens, SLOW_WORD_MS);
  }
  const status = Number(/^error-(\d{3})$/.exec(call.model)?.[1]);
  if (status >= 400 && status <= 599) {
    return [
      { failure: { status, message: `mock/error-${status} was asked for and answers HTTP ${status}` } },
    ];
  }
  throw createError("BadRequestError", {
    message: `there is no mock model "${call.model}". There are: ${MOCK_MODELS.map((model) => `mock/${model}`).join(", ")}`,
    llm_provider: "mock",
    model: call.model,
    param: "model",
  });
}

function scriptOfText(call: ChatCall, text: string, prompt_tokens: number, word_ms = 0): MockStep[] {
  const words = pieces(text);
  const steps = chunkSteps(call, words, word_ms);
  const completion_tokens = words.length;
  steps.push({
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  });
  return steps;
}

/** LiteLLM's forms: a text, one of its error strings, or a whole ModelResponse. */
function scriptOfResponse(call: ChatCall): MockStep[] {
  const { mock_response, mock_tool_calls } = call.params;
  if (isObject(mock_response)) return scriptOfObject(call, mock_response);
  const text = typeof mock_response === "string" ? mock_response : "";
  const named = /^litellm\.(\w+)$/.exec(text)?.[1];
  if (named !== undefined && ERROR_NAMES.includes(named)) {
    return [{ error_name: named, message: "this is a mock error, as mock_response asked" }];
  }
  if (text === "Exception: content_filter_policy" || text.startsWith("Exception: content_filter_policy")) {
    return [{ error_name: "ContentPolicyViolationError", message: text }];
  }
  if (text === "Exception: mock_streaming_error") {
    const half = chunkSteps(call, ["This", " is"], 0).slice(0, 3);
    return [...half, { error_name: "MidStreamFallbackError", message: text }];
  }
  const steps = mock_tool_calls
    ? [...toolSteps(call, mock_tool_calls, text), { chunk: lastChunk(call, "tool_calls") }]
    : chunkSteps(call, pieces(text), 0);
  return [...steps, { usage: MOCK_USAGE }];
}

function scriptOfObject(call: ChatCall, response: Record<string, unknown>): MockStep[] {
  const steps: MockStep[] = [];
  const choices = Array.isArray(response["choices"]) ? response["choices"].filter(isObject) : [];
  for (const [index, choice] of choices.entries()) {
    const message = isObject(choice["message"]) ? choice["message"] : {};
    const { role: _role, ...rest } = message;
    const delta: Delta = { role: "assistant", ...(rest as Delta) };
    const calls = message["tool_calls"];
    if (Array.isArray(calls))
      delta.tool_calls = (calls as ToolCall[]).map((one, position) => ({ ...one, index: position }));
    const finish = typeof choice["finish_reason"] === "string" ? choice["finish_reason"] : "stop";
    steps.push({ chunk: { ...envelope(call), choices: [{ index, delta, finish_reason: null }] } });
    steps.push({ chunk: { ...envelope(call), choices: [{ index, delta: {}, finish_reason: finish }] } });
  }
  if (steps.length === 0)
    return [{ error_name: "APIError", message: "the mock_response object holds no choice" }];
  return [...steps, { usage: readUsage(response["usage"]) ?? MOCK_USAGE }];
}

function toolSteps(call: ChatCall, calls: readonly ToolCall[], text: string): MockStep[] {
  const delta: Delta = {
    role: "assistant",
    tool_calls: calls.map((one, index) => ({
      index,
      id: one.id ?? `call_${call.id}_${index}`,
      type: "function",
      function: { name: one.function.name, arguments: one.function.arguments },
    })),
  };
  if (text !== "") delta.content = text;
  return [{ chunk: { ...envelope(call), choices: [{ index: 0, delta, finish_reason: null }] } }];
}

function chunkSteps(call: ChatCall, words: readonly string[], word_ms: number): MockStep[] {
  const first: Delta = { role: "assistant", content: "" };
  const steps: MockStep[] = [
    { chunk: { ...envelope(call), choices: [{ index: 0, delta: first, finish_reason: null }] } },
  ];
  for (const word of words) {
    if (word_ms > 0) steps.push({ wait_ms: word_ms });
    steps.push({ chunk: word });
  }
  steps.push({ chunk: lastChunk(call, "stop") });
  return steps;
}

function lastChunk(call: ChatCall, finish_reason: string): ChatCompletionChunk {
  return { ...envelope(call), choices: [{ index: 0, delta: {}, finish_reason }] };
}

function envelope(call: ChatCall): ChatCompletionChunk {
  return {
    id: call.id,
    object: "chat.completion.chunk",
    created: call.created,
    model: call.requested_model,
    choices: [],
  };
}

/** Words with the white space that follows them, so that joining gives the text back. */
function pieces(text: string): string[] {
  return text.match(/\s*\S+\s*?(?=\s|$)|\s+$/g) ?? (text === "" ? [] : [text]);
}

function lastUserText(messages: readonly Message[]): string {
  return textOf(messages.findLast((message) => message.role === "user")?.content ?? messages.at(-1)?.content);
}

function textOf(content: Message["content"]): string {
  if (typeof content === "string") return content;
  return (content ?? [])
    .map((part) => ("text" in part && typeof part.text === "string" ? part.text : ""))
    .join(" ");
}

function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

const MOCK_DIMENSIONS = 16;

/** A unit vector that depends on the input alone: equal texts are equal, others are not. */
export function mockEmbedding(call: EmbedCall): EmbeddingResponse {
  const { input, dimensions } = call.params;
  const inputs: unknown[] =
    inputCount(input) === 1 && !Array.isArray(input)
      ? [input]
      : typeof input[0] === "number"
        ? [input]
        : [...input];
  const tokens = inputs.reduce<number>(
    (sum, one) => sum + (Array.isArray(one) ? one.length : countWords(String(one))),
    0,
  );
  return {
    object: "list",
    model: call.requested_model,
    data: inputs.map((one, index) => ({
      object: "embedding",
      index,
      embedding: unitVector(JSON.stringify(one), dimensions ?? MOCK_DIMENSIONS),
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function unitVector(text: string, dimensions: number): number[] {
  let state = 2166136261;
  for (let index = 0; index < text.length; index += 1)
    state = Math.imul(state ^ text.charCodeAt(index), 16777619) >>> 0;
  const values = Array.from({ length: dimensions }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  const length = Math.hypot(...values) || 1;
  // float32, like every provider's.
  return values.map((value) => Math.fround(value / length));
}
