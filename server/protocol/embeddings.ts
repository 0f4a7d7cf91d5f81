// Base64 embeddings from the wire become numbers when somebody looks: a Float32Array costs nothing to make,
// an array of numbers is built once, on first use, and is an ordinary property to JSON.stringify and spread.

import type { EmbeddingData, EmbeddingResponse } from "./messages.ts";

export function floatsOf(base64: string): Float32Array {
  const bytes = Buffer.from(base64, "base64");
  const length = Math.floor(bytes.length / 4);
  // A pooled Buffer may start at any offset; Float32Array needs a multiple of four.
  if (bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, length);
  const copy = new ArrayBuffer(length * 4);
  new Uint8Array(copy).set(bytes.subarray(0, length * 4));
  return new Float32Array(copy);
}

/** Several times as fast as Array.from, which asks an iterator. */
export function numbersOf(base64: string): number[] {
  const floats = floatsOf(base64);
  const numbers: number[] = new Array(floats.length);
  for (let index = 0; index < floats.length; index += 1) numbers[index] = floats[index] as number;
  return numbers;
}

/** Replaces each base64 `embedding` by a property that decodes itself on first use. */
export function inflateEmbeddings(response: EmbeddingResponse): EmbeddingResponse {
  for (const item of response.data) {
    if (typeof item.embedding === "string") inflateLazily(item, item.embedding);
  }
  return response;
}

function inflateLazily(item: EmbeddingData, base64: string): void {
  let numbers: number[] | undefined;
  Object.defineProperty(item, "embedding", {
    enumerable: true,
    configurable: true,
    get: () => {
      numbers ??= numbersOf(base64);
      return numbers;
    },
    set: (value: number[]) => {
      numbers = value;
    },
  });
}
