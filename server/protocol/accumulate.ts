// The one fold from chunks to a whole answer: server, host, webview and tests all use it. Pure, zod-free.

import type { CompactChunk } from "./compact.ts";
import type {
  AssistantMessage,
  ChatCompletionChunk,
  Choices,
  Delta,
  DeltaToolCall,
  ModelResponse,
  StreamingChoices,
  ThinkingBlock,
  ToolCall,
} from "./messages.ts";

interface OpenToolCall {
  id: string;
  name: string;
  arguments: string[];
  extra?: Record<string, unknown>;
}

interface OpenChoice {
  index: number;
  content: string[];
  saw_content: boolean;
  reasoning: string[];
  refusal: string[];
  tool_calls: Map<number, OpenToolCall>;
  function_call?: { name: string; arguments: string[] };
  thinking_blocks: ThinkingBlock[];
  annotations: unknown[];
  images: unknown[];
  audio?: Record<string, unknown>;
  logprobs?: Record<string, unknown>;
  finish_reason: string | null;
  message_extra?: Record<string, unknown>;
  choice_extra?: Record<string, unknown>;
}

/** Streaming fold: push what arrives, ask for the answer so far at any time. */
export class Accumulator {
  #envelope: ChatCompletionChunk | undefined;
  #usage: ModelResponse["usage"];
  #extra: Record<string, unknown> | undefined;
  readonly #choices = new Map<number, OpenChoice>();

  push(chunk: CompactChunk): void {
    if (typeof chunk === "string") {
      // A bare string is text of choice 0 under the envelope already seen.
      const choice = this.#choice(0);
      choice.content.push(chunk);
      choice.saw_content = true;
      return;
    }
    this.#envelope ??= chunk;
    if (chunk.usage) this.#usage = chunk.usage;
    if (chunk.system_fingerprint != null && this.#envelope.system_fingerprint == null) {
      this.#envelope = { ...this.#envelope, system_fingerprint: chunk.system_fingerprint };
    }
    // The first may tell the tier that was asked for, the last one tells the tier that is billed.
    if (chunk.service_tier != null && chunk.service_tier !== this.#envelope.service_tier) {
      this.#envelope = { ...this.#envelope, service_tier: chunk.service_tier };
    }
    if (chunk.provider_specific_fields) {
      this.#extra = merge(this.#extra, chunk.provider_specific_fields);
    }
    for (const part of chunk.choices) this.#pushChoice(part);
  }

  /** Text of choice 0 so far. */
  text(): string {
    return this.#choices.get(0)?.content.join("") ?? "";
  }

  /** The answer so far; a choice without a finish reason says "unknown", never "stop". */
  response(): ModelResponse {
    const envelope = this.#envelope;
    const response: ModelResponse = {
      id: envelope?.id ?? "",
      object: "chat.completion",
      created: envelope?.created ?? 0,
      model: envelope?.model ?? "",
      choices: [...this.#choices.values()].sort((a, b) => a.index - b.index).map(closeChoice),
    };
    if (this.#usage) response.usage = this.#usage;
    if (envelope?.system_fingerprint !== undefined) {
      response.system_fingerprint = envelope.system_fingerprint;
    }
    if (envelope?.service_tier !== undefined) response.service_tier = envelope.service_tier;
    if (this.#extra) response.provider_specific_fields = this.#extra;
    return response;
  }

  #choice(index: number): OpenChoice {
    let choice = this.#choices.get(index);
    if (!choice) {
      choice = {
        index,
        content: [],
        saw_content: false,
        reasoning: [],
        refusal: [],
        tool_calls: new Map(),
        thinking_blocks: [],
        annotations: [],
        images: [],
        finish_reason: null,
      };
      this.#choices.set(index, choice);
    }
    return choice;
  }

  #pushChoice(part: StreamingChoices): void {
    const choice = this.#choice(part.index);
    pushDelta(choice, part.delta);
    if (part.finish_reason != null) choice.finish_reason = part.finish_reason;
    if (part.logprobs) choice.logprobs = merge(choice.logprobs, part.logprobs);
    if (part.provider_specific_fields) {
      choice.choice_extra = merge(choice.choice_extra, part.provider_specific_fields);
    }
  }
}

/** Folds a whole stream. */
export function accumulate(chunks: Iterable<CompactChunk>): ModelResponse {
  const accumulator = new Accumulator();
  for (const chunk of chunks) accumulator.push(chunk);
  return accumulator.response();
}

function pushDelta(choice: OpenChoice, delta: Delta): void {
  if (typeof delta.content === "string") {
    choice.content.push(delta.content);
    choice.saw_content = true;
  }
  if (delta.reasoning_content) choice.reasoning.push(delta.reasoning_content);
  if (delta.refusal) choice.refusal.push(delta.refusal);
  if (delta.tool_calls) for (const call of delta.tool_calls) pushToolCall(choice, call);
  if (delta.function_call) {
    choice.function_call ??= { name: "", arguments: [] };
    choice.function_call.name += delta.function_call.name ?? "";
    choice.function_call.arguments.push(delta.function_call.arguments ?? "");
  }
  if (delta.thinking_blocks) {
    for (const block of delta.thinking_blocks) pushThinking(choice.thinking_blocks, block);
  }
  if (delta.annotations) choice.annotations.push(...delta.annotations);
  if (delta.images) choice.images.push(...delta.images);
  if (delta.audio) choice.audio = merge(choice.audio, delta.audio, ["data", "transcript"]);
  if (delta.provider_specific_fields) {
    choice.message_extra = merge(choice.message_extra, delta.provider_specific_fields);
  }
}

function pushToolCall(choice: OpenChoice, delta: DeltaToolCall): void {
  let call = choice.tool_calls.get(delta.index);
  if (!call) {
    call = { id: "", name: "", arguments: [] };
    choice.tool_calls.set(delta.index, call);
  }
  if (delta.id && !call.id) call.id = delta.id;
  // Names come whole on every wire seen; some servers repeat them on each delta.
  if (delta.function.name && !call.name) call.name = delta.function.name;
  if (delta.function.arguments) call.arguments.push(delta.function.arguments);
  if (delta.provider_specific_fields) call.extra = merge(call.extra, delta.provider_specific_fields);
}

/** A signature closes the block it arrives for; text continues the open one. */
function pushThinking(blocks: ThinkingBlock[], block: ThinkingBlock): void {
  const last = blocks.at(-1);
  if (block.type === "thinking" && last?.type === "thinking" && last.signature === undefined) {
    const joined: ThinkingBlock = { type: "thinking", thinking: last.thinking + block.thinking };
    if (block.signature !== undefined) joined.signature = block.signature;
    blocks[blocks.length - 1] = joined;
    return;
  }
  blocks.push({ ...block });
}

function closeChoice(open: OpenChoice): Choices {
  const message: AssistantMessage = {
    role: "assistant",
    content: open.saw_content ? open.content.join("") : null,
  };
  if (open.tool_calls.size > 0) {
    message.tool_calls = [...open.tool_calls.entries()]
      .sort(([a], [b]) => a - b)
      .map(([, call]) => closeToolCall(call));
    if (message.content === "") message.content = null;
  }
  if (open.function_call) {
    message.function_call = {
      name: open.function_call.name,
      arguments: open.function_call.arguments.join(""),
    };
  }
  if (open.refusal.length > 0) message.refusal = open.refusal.join("");
  if (open.reasoning.length > 0) message.reasoning_content = open.reasoning.join("");
  if (open.thinking_blocks.length > 0) message.thinking_blocks = open.thinking_blocks;
  if (open.audio) message.audio = open.audio;
  if (open.images.length > 0) message.images = open.images;
  if (open.annotations.length > 0) message.annotations = open.annotations;
  if (open.message_extra) message.provider_specific_fields = open.message_extra;
  const choice: Choices = {
    index: open.index,
    finish_reason: open.finish_reason ?? "unknown",
    message,
  };
  if (open.logprobs) choice.logprobs = open.logprobs;
  if (open.choice_extra) choice.provider_specific_fields = open.choice_extra;
  return choice;
}

function closeToolCall(call: OpenToolCall): ToolCall {
  const closed: ToolCall = {
    id: call.id,
    type: "function",
    function: { name: call.name, arguments: call.arguments.join("") },
  };
  if (call.extra) closed.provider_specific_fields = call.extra;
  return closed;
}

/** Later values win, arrays grow, `joined` strings concatenate. The result has no prototype to poison. */
function merge(
  into: Record<string, unknown> | undefined,
  from: object,
  joined: readonly string[] = [],
): Record<string, unknown> {
  const result = new Map<string, unknown>(Object.entries(into ?? {}));
  for (const [key, value] of Object.entries(from)) {
    const before = result.get(key);
    if (Array.isArray(before) && Array.isArray(value)) result.set(key, [...before, ...value]);
    else if (typeof before === "string" && typeof value === "string" && joined.includes(key)) {
      result.set(key, before + value);
    } else if (value !== null || before === undefined) result.set(key, value);
  }
  return Object.fromEntries(result);
}
