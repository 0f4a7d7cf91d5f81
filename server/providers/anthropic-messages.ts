// OpenAI messages -> Anthropic's system blocks and turns. What follows each other in one role becomes one turn; thoughts
// go back as they came, with their signatures; nothing a message says is lost without a warning.

import type { ContentPart, Message, ToolCall } from "../protocol/messages.ts";
import { refuse, toBlock, warn } from "./anthropic-content.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

export interface Turn {
  /** "system": Anthropic's own blocks in the middle of a conversation. */
  role: "user" | "assistant" | "system";
  content: Json[];
}

export interface Conversation {
  system: Json[];
  turns: Turn[];
}

/** Throws BadRequestError for what no block can hold. */
export function toConversation(call: ChatCall, messages: readonly Message[]): Conversation {
  const conversation: Conversation = { system: [], turns: [] };
  for (const message of messages) addMessage(conversation, message, call);
  trimPrefill(conversation.turns.at(-1), call);
  return conversation;
}

function addMessage(conversation: Conversation, message: Message, call: ChatCall): void {
  const { turns } = conversation;
  const { role, name } = message;
  if (name !== undefined && role !== "tool" && role !== "function")
    warn(call, "messages", "a message's name was dropped: Anthropic has no place for it");
  switch (role) {
    case "system":
    case "developer":
      addSystem(conversation, message, call);
      return;
    case "assistant":
      addTurn(turns, "assistant", marked(assistantBlocks(message, call), message), call);
      return;
    case "tool":
    case "function":
      addTurn(turns, "user", [toolResult(message, call)], call);
      return;
    default:
      addTurn(turns, "user", marked(contentBlocks(message, call), message), call);
  }
}

function addTurn(turns: Turn[], role: Turn["role"], content: Json[], call: ChatCall): void {
  const last = turns.at(-1);
  if (content.length === 0) {
    if (call.params["modify_params"] === true) content.push(placeholder());
    else if (role === "assistant") {
      warn(call, "messages", "a message of the assistant without content was left out: Anthropic refuses it");
      return;
    }
  }
  if (last?.role !== role) {
    turns.push({ role, content });
    return;
  }
  const ids = new Set(last.content.map((block) => block["type"] === "tool_use" && block["id"]));
  for (const block of content) {
    if (block["type"] === "tool_use" && ids.has(block["id"]))
      warn(call, "messages", `the second tool call with the id ${String(block["id"])} was left out`);
    else last.content.push(block);
  }
}

/** With modify_params: the API takes no message without content. */
function placeholder(): Json {
  return { type: "text", text: "[This message was empty.]" };
}

/** Text goes before the conversation. Blocks of Anthropic's own that stand in its middle mean that place. */
function addSystem({ system, turns }: Conversation, message: Message, call: ChatCall): void {
  const blocks = marked(contentBlocks(message, call), message);
  const other = blocks.find((block) => block["type"] !== "text");
  if (other && turns.length > 0 && other["type"] !== "image" && other["type"] !== "document") {
    turns.push({ role: "system", content: blocks });
    return;
  }
  if (other)
    throw refuse(call, `a system message takes text; a part of type ${String(other["type"])} cannot be sent`);
  if (turns.length > 0 && blocks.length > 0)
    warn(
      call,
      "messages",
      "a system message among the turns was moved before them: Anthropic takes it there",
    );
  system.push(...blocks);
}

/** A mark on a message is one on its last block. */
function marked(blocks: Json[], { cache_control }: Message): Json[] {
  const last = blocks.at(-1);
  if (!isObject(cache_control) || !last || isThought(last)) return blocks;
  return [...blocks.slice(0, -1), { ...last, cache_control: last["cache_control"] ?? cache_control }];
}

function isThought({ type }: Json): boolean {
  return type === "thinking" || type === "redacted_thinking";
}

function contentBlocks({ content, role }: Message, call: ChatCall): Json[] {
  const parts: readonly ContentPart[] =
    typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
  const blocks = parts.map((part) => toBlock(part, call)).filter((block) => block !== undefined);
  return blocks.filter((block) => {
    const text = block["type"] === "text" ? String(block["text"]) : undefined;
    if (text === undefined || text.trim() !== "") return true;
    // A user who says nothing at all is the API's to refuse: without that turn the talk would be another.
    if (role === "user" && blocks.length === 1 && call.params["modify_params"] !== true) return true;
    if (text !== "")
      warn(call, "messages", "a text of nothing but white space was left out: Anthropic refuses it");
    return false;
  });
}

function assistantBlocks(message: Message, call: ChatCall): Json[] {
  const whole = wholeBlocks(message);
  if (whole) return whole;
  const blocks = [...thoughts(message, call), ...contentBlocks(message, call)];
  for (const one of message.tool_calls ?? []) blocks.push(toolUse(one, call));
  if (message.function_call) {
    const { name, arguments: text } = message.function_call;
    const id = legacyId(name);
    blocks.push({ type: "tool_use", id, name, input: inputOf(text, name, call) });
  }
  return blocks;
}

/** An answer whose blocks must go back in their order, which OpenAI's shape does not tell, keeps them beside it. */
function wholeBlocks(message: Message): Json[] | undefined {
  const fields = message["provider_specific_fields"];
  const blocks = isObject(fields) ? fields["content_blocks"] : undefined;
  if (!Array.isArray(blocks) || !blocks.every(isObject)) return undefined;
  // Somebody may have changed the message since: then the message counts.
  const text = blocks.map((block) => (block["type"] === "text" ? String(block["text"]) : "")).join("");
  const ids = blocks.filter((block) => block["type"] === "tool_use").map((block) => block["id"]);
  const calls = (message.tool_calls ?? []).map((one) => one.id);
  const same = (message.content ?? "") === text && JSON.stringify(ids) === JSON.stringify(calls);
  return same ? blocks.filter((block) => block["type"] !== "text" || block["text"] !== "") : undefined;
}

function thoughts({ thinking_blocks, reasoning_content }: Message, call: ChatCall): Json[] {
  const blocks: Json[] = [];
  let unsigned = !thinking_blocks?.length && Boolean(reasoning_content);
  for (const block of thinking_blocks ?? []) {
    if (block.type === "thinking" && !block.signature) unsigned = true;
    else blocks.push({ ...block });
  }
  if (unsigned)
    warn(
      call,
      "messages",
      "reasoning of an earlier answer was not sent back: it has no signature of Anthropic's",
    );
  return blocks;
}

function toolUse({ id, function: fn, ...rest }: ToolCall, call: ChatCall): Json {
  const type = id.startsWith("srvtoolu_") ? "server_tool_use" : "tool_use";
  const { cache_control } = rest as Json;
  return {
    type,
    id: safeId(id),
    name: fn.name,
    input: inputOf(fn.arguments, fn.name, call),
    ...(cache_control ? { cache_control } : {}),
  };
}

/** Other providers' ids may hold what Anthropic's pattern does not. */
function safeId(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, "_") || "call_0";
}

function legacyId(name: string | undefined): string {
  return safeId(`call_${name ?? "0"}`);
}

/** Anthropic wants an object; a model's own broken JSON is kept inside one. */
function inputOf(text: unknown, name: string, call: ChatCall): unknown {
  if (isObject(text)) return text;
  if (typeof text !== "string" || text.trim() === "") return {};
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    // Below, with what else is no object.
  }
  if (isObject(value)) return value;
  warn(call, "messages", `the arguments of a call of ${name} are no JSON object and were put inside one`);
  return { arguments: value };
}

function toolResult(message: Message, call: ChatCall): Json {
  const { content, tool_call_id, name, is_error, status, cache_control } = message;
  const blocks = typeof content === "string" ? content : contentBlocks(message, call);
  return {
    type: "tool_result",
    tool_use_id: tool_call_id === undefined ? legacyId(name) : safeId(tool_call_id),
    content: blocks,
    ...(is_error === true || status === "error" ? { is_error: true } : {}),
    ...(isObject(cache_control) ? { cache_control } : {}),
  };
}

/** The beginning of an answer, which the model goes on with, may not end in white space. */
function trimPrefill(turn: Turn | undefined, call: ChatCall): void {
  const last = turn?.role === "assistant" ? turn.content.at(-1) : undefined;
  if (last?.["type"] !== "text") return;
  const text = String(last["text"]);
  const trimmed = text.trimEnd();
  if (trimmed === text || trimmed === "") return;
  turn?.content.splice(-1, 1, { ...last, text: trimmed });
  warn(
    call,
    "messages",
    "white space at the end of the assistant's last message was cut: Anthropic refuses it",
  );
}
