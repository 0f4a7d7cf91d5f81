// An answer as JSON text. Base64 vectors are put in as they are: they hold nothing to escape, and looking for it in
// megabytes costs more than everything else in the call.

import type { EmbeddingResponse } from "../protocol/messages.ts";

const BASE64 = /^[A-Za-z0-9+/=]*$/;

export function serialiseEmbeddings(response: EmbeddingResponse): string {
  const { data, ...rest } = response;
  // A provider's text is checked all the same: one bad character would break the frame.
  const plain = data.every(({ embedding }) => typeof embedding === "string" && BASE64.test(embedding));
  if (!plain) return JSON.stringify(response);
  const rows = data.map(
    ({ index, embedding }) => `{"object":"embedding","index":${index},"embedding":"${embedding}"}`,
  );
  return `${JSON.stringify(rest).slice(0, -1)},"data":[${rows.join(",")}]}`;
}

/** A result that is JSON text already. */
export class Serialised {
  readonly json: string;
  constructor(json: string) {
    this.json = json;
  }
}

/** A result that travels as a frame of vectors. */
export class Vectors {
  readonly response: EmbeddingResponse;
  constructor(response: EmbeddingResponse) {
    this.response = response;
  }
}
