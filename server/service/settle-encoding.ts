// Vectors in the encoding their caller asked for, whatever the provider chose.

import { numbersOf } from "../protocol/embeddings.ts";
import type { EmbeddingParams, EmbeddingResponse } from "../protocol/messages.ts";

/** `base64`: what the caller's side prefers where the call says nothing; "either" leaves each as it came. */
export function settleEncoding(
  response: EmbeddingResponse,
  { encoding_format }: EmbeddingParams,
  base64: boolean | "either",
): void {
  if (base64 === "either") return;
  const wanted = encoding_format === "base64" || (base64 && encoding_format !== "float");
  for (const item of response.data) {
    const { embedding } = item;
    if (wanted && typeof embedding !== "string") {
      item.embedding = Buffer.from(new Float32Array(embedding).buffer).toString("base64");
    } else if (!wanted && typeof embedding === "string") item.embedding = numbersOf(embedding);
  }
}
