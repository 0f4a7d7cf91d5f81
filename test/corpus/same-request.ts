// Whether the body that was sent says the same as the recorded one. What is made equal first is listed here, each
// with its reason, and nothing else is.

import assert from "node:assert/strict";

type Json = Record<string, unknown>;

/** 1. Defaults the recorder's SDK wrote out and ours leaves out, or the other way round. */
const DEFAULTS: Json = { stream: false, n: 1, parallel_tool_calls: true, tool_choice: "auto" };
/** 2. We always ask for usage in streams. 3. `model` is compared by itself: index entries may name it otherwise. */
const IGNORED = new Set(["stream_options", "model"]);

export function normalised(body: Json): Json {
  const result: Json = {};
  for (const key of Object.keys(body).sort()) {
    const value = body[key];
    if (IGNORED.has(key) || value === null || JSON.stringify(value) === JSON.stringify(DEFAULTS[key]))
      continue;
    result[key] = value;
  }
  // 4. Models that think take max_completion_tokens: the older name is the same limit.
  if (result["max_tokens"] !== undefined && result["max_completion_tokens"] === undefined) {
    result["max_completion_tokens"] = result["max_tokens"];
    delete result["max_tokens"];
  }
  return result;
}

/** undefined when they agree, else how they differ. */
export function difference(sent: Json, recorded: Json): string | undefined {
  try {
    assert.deepEqual(normalised(sent), normalised(recorded));
    return undefined;
  } catch (error) {
    return (error as Error).message.split("\n").slice(0, 12).join(" | ");
  }
}
