// Inputs beyond one request's limit go out in several, and their answers come back as one, in order.

import assert from "node:assert/strict";
import fc from "fast-check";
import { batchesOf, joinAnswers } from "../../server/engine/batches.ts";
import type { EmbeddingResponse } from "../../server/protocol/messages.ts";
import type { EmbedCall, EmbedWire } from "../../server/providers/types.ts";

const wire = (max_batch: EmbedWire["max_batch"]): EmbedWire => ({ max_batch }) as unknown as EmbedWire;
const call = (input: EmbedCall["params"]["input"]): EmbedCall =>
  ({ model: "m", params: { model: "p/m", input }, warnings: [] }) as unknown as EmbedCall;

/** The answer a provider gives: the vector of each input is the number in its text. */
function answer({ params }: EmbedCall): EmbeddingResponse {
  const texts = params.input as string[];
  const data = texts.map((text, index) => ({
    object: "embedding" as const,
    index,
    embedding: [Number(text)],
  }));
  return {
    object: "list",
    model: "m",
    data,
    usage: { prompt_tokens: texts.length, total_tokens: texts.length },
  };
}

describe("embedding batches", () => {
  it("lose nothing, keep the order and stay under the limit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 50 }), (count, most) => {
        const texts = Array.from({ length: count }, (_, index) => String(index));
        const batches = batchesOf(call(texts), wire(most));
        const sizes = batches.map(({ params }) => params.input.length);
        assert.ok(sizes.every((size) => size <= most));
        assert.equal(batches.length, Math.ceil(count / most));
        const joined = joinAnswers(batches.map(answer), sizes);
        assert.deepEqual(
          joined.data.map(({ index, embedding }) => [index, ...(embedding as number[])]),
          texts.map((_, index) => [index, index]),
        );
        assert.deepEqual(joined.usage, { prompt_tokens: count, total_tokens: count });
      }),
    );
  });

  it("are one where there is no limit, and for one list of token ids", () => {
    assert.equal(batchesOf(call(["a", "b"]), wire(undefined)).length, 1);
    assert.equal(batchesOf(call([1, 2, 3]), wire(2)).length, 1);
    assert.equal(batchesOf(call("abc"), wire(1)).length, 1);
    assert.equal(
      batchesOf(
        call([[1], [2]]),
        wire(() => 1),
      ).length,
      2,
    );
  });
});
