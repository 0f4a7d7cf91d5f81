// LiteLLM's `cache_control_injection_points`: marks for the prompt cache, put on messages by role or position and on the
// tools. A mark the caller has set itself stands. Pure.

import type { Message } from "../protocol/messages.ts";
import { warn } from "./anthropic-content.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

/** Messages with their marks; the caller's own are not changed. */
export function markMessages(call: ChatCall): readonly Message[] {
  const { messages } = call.params;
  const points = pointsOf(call).filter((point) => point["location"] === "message");
  if (points.length === 0) return messages;
  const result = [...messages];
  for (const point of points) {
    for (const position of positionsOf(point, messages)) {
      const message = result[position] as Message;
      result[position] = { ...message, cache_control: message["cache_control"] ?? controlOf(point) };
    }
  }
  return result;
}

/** The last tool marks all of them. */
export function markTools(call: ChatCall, body: Json): void {
  const { tools } = body;
  const point = pointsOf(call).find((one) => one["location"] === "tool_config");
  if (!point || !Array.isArray(tools) || !isObject(tools.at(-1))) return;
  body["tools"] = [...tools.slice(0, -1), { cache_control: controlOf(point), ...(tools.at(-1) as Json) }];
}

function pointsOf(call: ChatCall): Json[] {
  const points = call.passthrough["cache_control_injection_points"];
  if (!Array.isArray(points)) return [];
  const known = points.filter(
    (point) => isObject(point) && (point["location"] === "message" || point["location"] === "tool_config"),
  );
  if (known.length < points.length)
    warn(
      call,
      "cache_control_injection_points",
      "an injection point was dropped: its location is neither message nor tool_config",
    );
  return known as Json[];
}

/** By index (from the end where it is negative), and by role; both where both are told. */
function positionsOf({ role, index }: Json, messages: readonly Message[]): number[] {
  const at = index === undefined || index === null ? undefined : Number(index);
  return messages.flatMap((message, position) => {
    const here =
      at === undefined ? typeof role === "string" : position === at || position === messages.length + at;
    return here && (typeof role !== "string" || message.role === role) ? [position] : [];
  });
}

function controlOf({ control }: Json): unknown {
  return isObject(control) ? control : { type: "ephemeral" };
}
