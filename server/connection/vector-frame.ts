// Embeddings in one frame without text for their numbers: a length, JSON, then every vector as little-endian float32.
// Only for a client that declared `binaryEmbeddings`. In the JSON each `embedding` is its number of floats.

import { viewFloats } from "../protocol/embeddings.ts";
import type { EmbeddingResponse } from "../protocol/messages.ts";

const WORD = 4;

/** The body of a frame with the response `id`. */
export function encodeVectors(id: number | string, response: EmbeddingResponse): Buffer {
  let floats = 0;
  const data = response.data.map((item) => {
    const { embedding } = item;
    const count =
      typeof embedding === "string"
        ? Math.floor(Buffer.byteLength(embedding, "base64") / WORD)
        : embedding.length;
    floats += count;
    return { ...item, embedding: count };
  });
  const json = JSON.stringify({ jsonrpc: "2.0", id, result: { ...response, data } });
  const text = Buffer.byteLength(json);
  // Blanks after the JSON put the numbers where they can be read in place.
  const start = WORD + Math.ceil(text / WORD) * WORD;
  const body = Buffer.allocUnsafeSlow(start + floats * WORD);
  body.writeUInt32LE(start - WORD, 0);
  body.fill(0x20, WORD, start);
  body.write(json, WORD, "utf8");
  let at = start;
  for (const { embedding } of response.data) {
    if (typeof embedding === "string") {
      const count = Math.floor(Buffer.byteLength(embedding, "base64") / WORD);
      body.write(embedding, at, count * WORD, "base64");
      at += count * WORD;
    } else {
      for (const number of embedding) at = body.writeFloatLE(number, at);
    }
  }
  return body;
}

/** The message again. Its vectors are read from the body where they stand. Throws SyntaxError for what is none. */
export function decodeVectors(body: Buffer): { id: unknown; result: EmbeddingResponse } {
  const start = body.length < WORD ? 0 : WORD + body.readUInt32LE(0);
  if (start === 0 || start > body.length || start % WORD !== 0)
    throw new SyntaxError("a broken frame of vectors");
  const message = JSON.parse(body.toString("utf8", WORD, start)) as {
    id: unknown;
    result: EmbeddingResponse;
  };
  let at = body.byteOffset + start;
  const end = body.byteOffset + body.length;
  for (const item of message.result.data) {
    const count = item.embedding as unknown as number;
    if (!Number.isSafeInteger(count) || count < 0 || at + count * WORD > end)
      throw new SyntaxError("a frame of vectors that is too short");
    viewFloats(item, new Float32Array(body.buffer, at, count));
    at += count * WORD;
  }
  return message;
}
