// What `modify_params` mends in a conversation that the API would refuse: calls without results, results without calls,
// and no user at all. Without it a conversation is sent as it is. Every repair is named in the call's warnings.

import { warn } from "./anthropic-content.ts";
import type { Turn } from "./anthropic-messages.ts";
import type { Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

const isUse = ({ type }: Json): boolean => type === "tool_use";
const isResult = ({ type }: Json): boolean => type === "tool_result";

export function repaired(turns: readonly Turn[], call: ChatCall): Turn[] {
  const result: Turn[] = [];
  for (const turn of turns) {
    const before = result.at(-1);
    const open = before?.role === "assistant" ? before.content.filter(isUse) : [];
    if (turn.role === "system") {
      result.push(turn);
      continue;
    }
    if (turn.role === "assistant") {
      if (open.length > 0) result.push({ role: "user", content: open.map((use) => skipped(use, call)) });
      result.push(turn);
      continue;
    }
    const ids = new Set(open.map((use) => use["id"]));
    const kept = turn.content.filter((block) => !isResult(block) || ids.has(block["tool_use_id"]));
    if (kept.length < turn.content.length)
      warn(call, "messages", "results of tools that nobody called were left out (modify_params is on)");
    const answered = new Set(kept.filter(isResult).map((block) => block["tool_use_id"]));
    const missing = open.filter((use) => !answered.has(use["id"])).map((use) => skipped(use, call));
    const content = [...missing, ...kept];
    if (content.length > 0) result.push({ role: "user", content });
  }
  const last = result.at(-1);
  const open = last?.role === "assistant" ? last.content.filter(isUse) : [];
  if (open.length > 0) result.push({ role: "user", content: open.map((use) => skipped(use, call)) });
  if (result[0]?.role !== "user") {
    warn(call, "messages", "a user's turn was put before the conversation (modify_params is on)");
    result.unshift({ role: "user", content: [{ type: "text", text: "." }] });
  }
  return result;
}

function skipped({ id, name }: Json, call: ChatCall): Json {
  warn(call, "messages", "tool calls without a result were given one (modify_params is on)");
  const content = `[There is no result: the call of ${String(name)} was skipped or interrupted.]`;
  return { type: "tool_result", tool_use_id: id, content };
}
