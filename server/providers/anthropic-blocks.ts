// The content blocks of one answer as they grow: each ends as the API would have sent it whole, so that it can go back
// into the conversation as it was. Kinds to come are kept as they are, and deltas to come are skipped.

import { isObject, type Json } from "./openai-delta.ts";

export interface OpenBlock {
  readonly type: string;
  /** As it began. */
  readonly start: Json;
  readonly text: string[];
  readonly json: string[];
  readonly citations: unknown[];
  signature: string;
  /** Of a tool call: its place among the calls. */
  call?: number;
  /** Characters of the answer's text before this block's. */
  text_from: number;
  closed: boolean;
}

export function openBlock(start: Json, text_from: number): OpenBlock {
  const { type, signature } = start;
  const citations = Array.isArray(start["citations"]) ? [...start["citations"]] : [];
  return {
    type: typeof type === "string" ? type : "",
    start,
    text: [],
    json: [],
    citations,
    signature: typeof signature === "string" ? signature : "",
    text_from,
    closed: false,
  };
}

/** The block as a whole answer holds it. */
export function closeBlock(block: OpenBlock): Json {
  const { type, start, text, json, citations, signature } = block;
  switch (type) {
    case "text": {
      const { citations: _none, ...rest } = start;
      return { ...rest, text: text.join(""), ...(citations.length > 0 ? { citations } : {}) };
    }
    case "thinking":
      return { ...start, thinking: text.join(""), ...(signature === "" ? {} : { signature }) };
    case "compaction":
      return text.length > 0 ? { ...start, content: text.join("") } : start;
    default:
      return json.length > 0 ? { ...start, input: inputOf(json.join("")) } : start;
  }
}

/** Of blocks that the caller's program does not run: their input is kept, broken or not. */
function inputOf(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text) as unknown;
  } catch {
    return text;
  }
}

/** A call's arguments as text: those that came in pieces, else the object it began with. */
export function argumentsAtEnd({ json, start }: OpenBlock): string | undefined {
  if (json.join("") !== "") return undefined;
  const { input } = start;
  return input === undefined || input === null ? "{}" : JSON.stringify(input);
}

/** Whether OpenAI's shape holds these blocks without a loss: thoughts first, then text, then calls. */
export function isPlain(blocks: readonly Json[]): boolean {
  const order = ["thinking", "text", "tool_use"];
  let reached = 0;
  for (const { type, citations, caller } of blocks) {
    const place = order.indexOf(type === "redacted_thinking" ? "thinking" : String(type));
    if (place < reached || citations !== undefined) return false;
    if (isObject(caller) && caller["type"] !== "direct") return false;
    reached = place;
  }
  return true;
}

/** Citations of the web, as OpenAI annotates a text with them. Positions count characters of the whole text. */
export function annotationsOf({ citations, text, text_from }: OpenBlock): Json[] {
  const end_index = text_from + text.join("").length;
  return citations.filter(isObject).flatMap(({ url, title }) => {
    if (typeof url !== "string") return [];
    const url_citation = {
      url,
      title: typeof title === "string" ? title : "",
      start_index: text_from,
      end_index,
    };
    return [{ type: "url_citation", url_citation }];
  });
}
