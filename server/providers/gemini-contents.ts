// Messages -> Gemini's `contents` and `systemInstruction`. Turns of one role are put together, results of tools find
// the name of their call, and signatures go back where they came from.
// Source: Gemini API reference, Content and Part; "Function calling"; "Thought signatures".

import { createError } from "../protocol/errors.ts";
import type { ContentPart, Message, ToolCall } from "../protocol/messages.ts";
import { mediaPart } from "./gemini-media.ts";
import { wantsSignatures } from "./gemini-models.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

/** Separates an id from the signature that LiteLLM lets travel inside it. */
const IN_ID = "__thought__";
/** Google's own word for a call whose signature is not known; the third generation refuses calls without one. */
const NO_SIGNATURE = "skip_thought_signature_validator";

/** Ids that other providers, or we, invented: Gemini never saw them. */
const FOREIGN_ID = /^(?:call_|toolu|chatcmpl-|fc_|fc-)|^[A-Za-z0-9]{9}$/;

interface Turn {
  role: "user" | "model";
  parts: Json[];
}

export interface Conversation {
  contents: Turn[];
  systemInstruction?: { parts: Json[] };
}

/** Throws BadRequestError for what a turn cannot hold. */
export function toContents(call: ChatCall): Conversation {
  const system: Json[] = [];
  const contents: Turn[] = [];
  const names = new Map<string, string>();
  const add = (role: Turn["role"], parts: Json[]): void => {
    const last = contents.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else if (parts.length > 0) contents.push({ role, parts });
  };
  for (const message of call.params.messages) {
    switch (message.role) {
      case "system":
      case "developer":
        system.push(...systemParts(message, call));
        break;
      case "assistant":
        for (const one of message.tool_calls ?? []) names.set(one.id, one.function.name);
        add("model", modelParts(message, call));
        break;
      case "tool":
      case "function":
        add("user", resultParts(message, names, call));
        break;
      default:
        add("user", userParts(message, call));
    }
  }
  for (const turn of contents) if (turn.role === "user") speak(turn);
  // A request of instructions alone has to ask something.
  if (contents.length === 0) contents.push({ role: "user", parts: [{ text: " " }] });
  warnOfRest(call);
  return system.length > 0 ? { systemInstruction: { parts: system }, contents } : { contents };
}

/** A user's turn of nothing but media is refused by some models: a blank stands in for the words. */
function speak({ parts }: Turn): void {
  if (!parts.some((part) => part["text"] !== undefined || part["functionResponse"] !== undefined))
    parts.push({ text: " " });
}

function systemParts({ content }: Message, call: ChatCall): Json[] {
  if (typeof content === "string") return content === "" ? [] : [{ text: content }];
  return (content ?? []).map((part) => {
    if (part.type === "text") return { text: String(part["text"] ?? "") };
    throw refused(
      call,
      `Gemini's instructions are text; a ${part.type} part cannot stand in a system message`,
    );
  });
}

function userParts({ content }: Message, call: ChatCall): Json[] {
  if (typeof content === "string") return [{ text: content === "" ? " " : content }];
  if (!content || content.length === 0) return [{ text: " " }];
  return content.map((part) => toPart(part, call));
}

function toPart(part: ContentPart, call: ChatCall): Json {
  if (part.type === "text") return { text: String(part["text"] ?? "") };
  return mediaPart(part, call);
}

function modelParts(message: Message, call: ChatCall): Json[] {
  const fields = isObject(message["provider_specific_fields"]) ? message["provider_specific_fields"] : {};
  const parts: Json[] = thoughtParts(message);
  if (Array.isArray(fields["content_parts"])) parts.push(...fields["content_parts"].filter(isObject));
  parts.push(...spoken(message, call));
  const calls = message.tool_calls ?? [];
  const marks = fields["thought_signatures"];
  const own = Array.isArray(marks) ? marks.find((one) => typeof one === "string") : undefined;
  const words = parts.findLast((part) => part["text"] !== undefined && part["thought"] !== true);
  if (own !== undefined && words) words["thoughtSignature"] = own;
  else if (own !== undefined && calls.length === 0) parts.push({ text: "", thoughtSignature: own });
  parts.push(...calls.map((one) => callPart(one, call)));
  const old = message.function_call;
  if (old && calls.length === 0) parts.push(callPart({ id: "", type: "function", function: old }, call));
  const first = parts.find((part) => part["functionCall"] !== undefined);
  if (first && first["thoughtSignature"] === undefined && wantsSignatures(call.model))
    first["thoughtSignature"] = NO_SIGNATURE;
  return parts;
}

/** Signed thoughts as they were; the plain text where there are none. */
function thoughtParts({ thinking_blocks, reasoning_content }: Message): Json[] {
  const blocks = (thinking_blocks ?? []).flatMap((block): Json[] => {
    if (block.type !== "thinking") return [];
    const { thinking: text, signature } = block;
    return [{ thought: true, text, ...(signature ? { thoughtSignature: signature } : {}) }];
  });
  if (blocks.length > 0 || !reasoning_content) return blocks;
  return [{ thought: true, text: reasoning_content }];
}

function spoken({ content, refusal, images }: Message, call: ChatCall): Json[] {
  const texts =
    typeof content === "string"
      ? content === ""
        ? []
        : [{ text: content }]
      : (content ?? []).flatMap((part) =>
          part.type === "text" && part["text"] === "" ? [] : [toPart(part, call)],
        );
  if (texts.length === 0 && typeof refusal === "string" && refusal !== "") texts.push({ text: refusal });
  // Pictures the model drew are part of what it said.
  const drawn = Array.isArray(images) ? images.filter(isObject) : [];
  return [...texts, ...drawn.map((one) => mediaPart({ ...one, type: "image_url" }, call))];
}

function callPart({ id, function: fn, provider_specific_fields: fields }: ToolCall, call: ChatCall): Json {
  const inside =
    typeof id === "string" && id.includes(IN_ID) ? id.slice(id.indexOf(IN_ID) + IN_ID.length) : "";
  const told = fields?.["thought_signature"];
  const signature = typeof told === "string" && told !== "" ? told : inside;
  const args = argumentsOf(fn, call);
  return {
    functionCall: { ...ownId(id), name: fn.name, args },
    ...(signature === "" ? {} : { thoughtSignature: signature }),
  };
}

/** An id that Gemini gave goes back to it. */
function ownId(id: string | undefined): Json {
  const own = (id ?? "").split(IN_ID)[0] ?? "";
  return own === "" || FOREIGN_ID.test(own) ? {} : { id: own };
}

function argumentsOf({ name, arguments: text }: ToolCall["function"], call: ChatCall): Json {
  // Some callers give the object itself.
  if (isObject(text)) return text;
  const given = typeof text === "string" ? text.trim() : "";
  if (given === "") return {};
  const json = parsed(given);
  if (isObject(json)) return json;
  call.warnings.push({
    param: "messages",
    message: `the arguments of an earlier call of ${name} are no JSON object and were sent as {"arguments": …}`,
  });
  return { arguments: json ?? given };
}

function resultParts(message: Message, names: ReadonlyMap<string, string>, call: ChatCall): Json[] {
  const id = message.tool_call_id;
  const name = (id === undefined ? undefined : names.get(id)) ?? message.name;
  if (name === undefined) {
    throw refused(
      call,
      `no earlier tool call has the id ${JSON.stringify(id ?? null)}, and Gemini wants its function's name: send the assistant message with that call before its result, or give the result a name`,
    );
  }
  const { content } = message;
  const parts = Array.isArray(content) ? content : [];
  const text =
    typeof content === "string"
      ? content
      : parts.map((part) => (part.type === "text" ? String(part["text"] ?? "") : "")).join("");
  const json = parsed(text);
  const functionResponse: Json = { ...ownId(id), name, response: isObject(json) ? json : { result: text } };
  const media = parts.filter((part) => part.type !== "text").map((part) => mediaPart(part, call));
  if (media.length === 0) return [{ functionResponse }];
  if (!wantsSignatures(call.model)) return [{ functionResponse }, ...media];
  functionResponse["parts"] = media;
  return [{ functionResponse }];
}

/** What stands in messages and has no place in Gemini's. */
function warnOfRest({ params: { messages }, warnings }: ChatCall): void {
  const warn = (message: string): number => warnings.push({ param: "messages", message });
  const marked = messages.some(
    (message) =>
      message["cache_control"] !== undefined ||
      (Array.isArray(message.content) && message.content.some((part) => "cache_control" in part)),
  );
  if (marked)
    warn(
      "cache_control was dropped: Gemini caches repeated beginnings by itself; name a cache of your own with cachedContent",
    );
  if (messages.some(({ role, name }) => name !== undefined && role !== "tool" && role !== "function"))
    warn("name was dropped: Gemini's turns have no names");
  if (messages.some(({ thinking_blocks: blocks }) => blocks?.some(({ type }) => type !== "thinking")))
    warn("a redacted_thinking block was dropped: only its maker can read it");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(call: ChatCall, message: string): Error {
  return createError("BadRequestError", {
    message,
    llm_provider: "gemini",
    model: call.requested_model,
    param: "messages",
  });
}
