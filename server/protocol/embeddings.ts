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
function numbersIn(floats: Float32Array): number[] {
  const numbers: number[] = new Array(floats.length);
  for (let index = 0; index < floats.length; index += 1) numbers[index] = floats[index] as number;
  return numbers;
}

export function numbersOf(base64: string): number[] {
  return numbersIn(floatsOf(base64));
}

/** Replaces each base64 `embedding` by one that decodes itself on first use. */
export function inflateEmbeddings(response: EmbeddingResponse): EmbeddingResponse {
  for (const item of response.data) {
    // Asking for the numbers of one that is lazy already would make them.
    if (!Object.hasOwn(item, "floats") && typeof item.embedding === "string")
      inflateLazily(item, item.embedding);
  }
  return response;
}

function inflateLazily(item: EmbeddingData, base64: string): void {
  let floats: Float32Array | undefined;
  onFirstUse(item, () => {
    floats ??= floatsOf(base64);
    return floats;
  });
}

/** Gives an item its vector: `floats` as it is, `embedding` as numbers when somebody asks for them. */
export function viewFloats(item: EmbeddingData, floats: Float32Array): void {
  onFirstUse(item, () => floats);
}

function onFirstUse(item: EmbeddingData, floats: () => Float32Array): void {
  let numbers: number[] | undefined;
  Object.defineProperty(item, "embedding", {
    enumerable: true,
    configurable: true,
    get: () => {
      numbers ??= numbersIn(floats());
      return numbers;
    },
    set: (value: number[]) => {
      numbers = value;
    },
  });
  Object.defineProperty(item, "floats", { configurable: true, get: floats });
}
