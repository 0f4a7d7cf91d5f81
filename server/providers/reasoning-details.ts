// OpenRouter's `reasoning_details`, which must go back exactly as a whole answer would have told them: a stream
// brings each detail in fragments, and here they are one again. Pure.

import { isObject, type Json } from "./openai-delta.ts";

/** Texts of one detail follow each other; everything else of it is said once, often last. */
const GROWING = ["text", "summary", "data"];

/** A message whose details are whole; without details, the message itself. */
export function joinReasoningDetails(message: Json): Json {
  const details = message["reasoning_details"];
  if (!Array.isArray(details) || details.length === 0) return message;
  const joined: Json[] = [];
  for (const detail of details.filter(isObject)) {
    const last = joined.at(-1);
    if (last !== undefined && isSame(last, detail)) joined[joined.length - 1] = join(last, detail);
    else joined.push(detail);
  }
  return { ...message, reasoning_details: joined };
}

function isSame(last: Json, next: Json): boolean {
  if (last["type"] !== next["type"] || last["index"] !== next["index"]) return false;
  // A whole answer may number nothing: then a signature ends the detail, and ids tell details apart.
  if (last["index"] === undefined && last["signature"] != null) return false;
  return last["id"] == null || next["id"] == null || last["id"] === next["id"];
}

function join(last: Json, next: Json): Json {
  const result: Json = { ...last };
  for (const [key, value] of Object.entries(next)) {
    const before = last[key];
    const grows = GROWING.includes(key) && typeof before === "string" && typeof value === "string";
    if (grows) result[key] = before + value;
    else if (value !== null || before === undefined) result[key] = value;
  }
  return result;
}
