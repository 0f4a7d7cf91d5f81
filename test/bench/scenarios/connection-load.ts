// What travels over the connections that are compared: one echo of 300 characters, a flood of text chunks.

import type { ChatCompletionChunk } from "../../../server/protocol/messages.ts";

export const FLOOD = 10_000;
export const ECHO = {
  model: "mock/echo",
  text: "an echo goes there and comes back ".repeat(9).slice(0, 300),
};

export interface ChunkParams {
  stream_id: string;
  chunks: ChatCompletionChunk[];
}

export function floodChunk(stream_id: string, index: number): ChunkParams {
  const chunk: ChatCompletionChunk = {
    id: "chatcmpl-BenchBenchBenchBenchBenchBe",
    object: "chat.completion.chunk",
    created: 1_760_000_000,
    model: "gpt-4o-2024-08-06",
    choices: [{ index: 0, delta: { content: `word ${index} of one long answer` }, finish_reason: null }],
    system_fingerprint: "fp_0123456789",
  };
  return { stream_id, chunks: [chunk] };
}
