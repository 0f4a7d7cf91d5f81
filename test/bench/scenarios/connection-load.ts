// What travels over the connections that are compared: an echo of 300 characters, and a flood of the smallest
// notifications there are, text deltas, so that it is the connection that is measured and not JSON.

import type { CompactChunk } from "../../../server/protocol/compact.ts";
import type { ChatCompletionChunk } from "../../../server/protocol/messages.ts";

export const FLOOD = 10_000;
export const ECHO = {
  model: "mock/echo",
  text: "an echo goes there and comes back ".repeat(9).slice(0, 300),
};

export interface ChunkParams {
  stream_id: string;
  chunks: CompactChunk[];
}

/** A stream's first chunk, which is whole and carries no text. */
const FIRST: ChatCompletionChunk = {
  id: "chatcmpl-BenchBenchBenchBenchBenchBe",
  object: "chat.completion.chunk",
  created: 1_760_000_000,
  model: "gpt-4o-2024-08-06",
  choices: [{ index: 0, delta: { role: "assistant" }, finish_reason: null }],
};

export function floodChunk(stream_id: string, index: number): ChunkParams {
  return { stream_id, chunks: [index < 0 ? FIRST : `word ${index} of one long answer `] };
}
