// Whether what was sent says the same as what was recorded. What is made equal first is listed here, each with its
// reason, and nothing else is.

import assert from "node:assert/strict";
import type { Asked } from "./replay-server.ts";

type Json = Record<string, unknown>;

/** `stream`: what the body must say of it; undefined = nothing. A body without it does not stream. */
export function wrongPlain(asked: Asked, path: string, stream: boolean | undefined): string | undefined {
  if (asked.method !== "POST" || asked.path !== path) return `${asked.method} ${asked.path}`;
  if (!/^application\/json\b/.test(String(asked.headers["content-type"]))) return "it is not sent as JSON";
  const told = (JSON.parse(asked.body) as Json)["stream"];
  const said = path.startsWith("/api/chat") ? told === stream : (told === true) === (stream ?? false);
  return stream === undefined || said ? undefined : `stream: ${told}`;
}

/** 1. Defaults the recorder's SDK wrote out and ours leaves out, or the other way round. */
const DEFAULTS: Json = { stream: false, n: 1, parallel_tool_calls: true, tool_choice: "auto" };
/** 2. Models that think take max_completion_tokens: the older name is the same limit. */
const THINKS = /(?:^|\/)(?:o\d|gpt-5)/;

/** `recorded`: the request that this one is to be compared with, where that decides. */
export function normalised(body: Json, recorded: Json = body): Json {
  const result: Json = {};
  for (const key of Object.keys(body).sort()) {
    const value = body[key];
    if (value === null || JSON.stringify(value) === JSON.stringify(DEFAULTS[key])) continue;
    result[key] = value;
  }
  if (result["max_tokens"] !== undefined && THINKS.test(String(body["model"]))) {
    result["max_completion_tokens"] ??= result["max_tokens"];
    delete result["max_tokens"];
  }
  // 3. Usage is always asked for in streams.
  const { include_usage: _usage, ...options } = (result["stream_options"] ?? {}) as Json;
  delete result["stream_options"];
  if (Object.keys(options).length > 0) result["stream_options"] = options;
  // 4. Where the recorded path names the model, the body does not.
  if (!("model" in recorded)) delete result["model"];
  // 5. Vectors are asked for in base64 unless the call says otherwise.
  const ours = "input" in recorded && recorded["encoding_format"] == null;
  if (ours && result["encoding_format"] === "base64") delete result["encoding_format"];
  return result;
}

/** undefined when they agree, else how they differ. */
export function difference(sent: Json, recorded: Json): string | undefined {
  try {
    assert.deepEqual(sent, recorded);
    return undefined;
  } catch (error) {
    return (error as Error).message.split("\n").slice(0, 12).join(" | ");
  }
}
