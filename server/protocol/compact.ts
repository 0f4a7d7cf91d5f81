// A stream's chunks in the form they travel in: plain text of choice 0 is a bare string, everything else
// is the whole chunk. inflate() gives back exactly the chunk the string stood for. Pure, zod-free.

import type { ChatCompletionChunk } from "./messages.ts";

/** A string stands for `{choices: [{index: 0, delta: {content: <it>}, finish_reason: null}]}` under the stream's first chunk. */
export type CompactChunk = string | ChatCompletionChunk;

/** Params of `edgequake/chunkBatch`: one pair per stream of this event-loop turn. */
export type ChunkBatch = [stream_id: string, chunks: CompactChunk[]][];

/** The chunk a bare string stands for. `envelope` is the stream's first whole chunk. */
export function textChunk(envelope: ChatCompletionChunk, text: string): ChatCompletionChunk {
  const chunk: ChatCompletionChunk = {
    id: envelope.id,
    object: "chat.completion.chunk",
    created: envelope.created,
    model: envelope.model,
    choices: [{ index: 0, delta: { content: text }, finish_reason: null }],
  };
  if (envelope.system_fingerprint !== undefined) chunk.system_fingerprint = envelope.system_fingerprint;
  if (envelope.service_tier !== undefined) chunk.service_tier = envelope.service_tier;
  return chunk;
}

/** Remembers the envelope of one stream and gives whole chunks. */
export class Inflater {
  #envelope: ChatCompletionChunk | undefined;

  inflate(chunk: CompactChunk): ChatCompletionChunk {
    if (typeof chunk !== "string") {
      this.#envelope ??= chunk;
      return chunk;
    }
    if (!this.#envelope) throw new Error("a text delta arrived before the first whole chunk of its stream");
    return textChunk(this.#envelope, chunk);
  }
}
