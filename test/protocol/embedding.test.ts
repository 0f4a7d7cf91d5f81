// edgequake/embedding: floats or base64 as the caller can take them, in the order of the inputs, from any wire.

import assert from "node:assert/strict";
import type { EmbeddingResponse } from "../../server/protocol/messages.ts";
import { jsonOf } from "../server/http-request.ts";
import type { Script } from "../server/scripted-provider.ts";
import { sharedBackend } from "./backend-process.ts";
import { assertIssues } from "./failure-shape.ts";
import { scriptedProvider } from "./scripted.ts";

const VECTORS = [
  [0.25, -0.5, 1],
  [0, 2, -0.125],
];
const base64Of = (vector: readonly number[]): string =>
  Buffer.from(new Float32Array(vector).buffer).toString("base64");

/** Answers /embeddings in the format that was asked for. */
const embeddings: Script = (exchange) => {
  const { encoding_format, input } = jsonOf(exchange.request);
  const count = Array.isArray(input) ? input.length : 1;
  const data = VECTORS.slice(0, count).map((vector, index) => ({
    object: "embedding",
    index,
    embedding: encoding_format === "base64" ? base64Of(vector) : vector,
  }));
  const usage = { prompt_tokens: 4, total_tokens: 4 };
  return exchange.reply(200, JSON.stringify({ object: "list", model: "embed-1", data, usage }));
};

describe("edgequake/embedding", function () {
  this.timeout(30_000);
  const backend = sharedBackend();
  const provider = scriptedProvider(embeddings);
  const embed = (extra: Record<string, unknown> = {}): Promise<EmbeddingResponse> => {
    const params = { model: "openai/embed-1", api_base: provider().v1, input: ["a", "b"], ...extra };
    return backend().client.result<EmbeddingResponse>("edgequake/embedding", params);
  };

  it("gives floats to a client that declared nothing, whatever the wire carried", async () => {
    const answer = await embed();
    assert.equal(answer.object, "list");
    assert.deepEqual(
      answer.data.map((one) => [one.index, one.embedding]),
      [
        [0, VECTORS[0]],
        [1, VECTORS[1]],
      ],
    );
    assert.equal(answer.usage?.prompt_tokens, 4);
    assert.equal(provider().requests[0]?.path, "/v1/embeddings");
  });

  it("gives base64 when the call asks for it", async () => {
    const answer = await embed({ encoding_format: "base64" });
    assert.deepEqual(
      answer.data.map((one) => one.embedding),
      VECTORS.map(base64Of),
    );
  });

  it("takes a string, strings, tokens and lists of tokens", async () => {
    for (const input of ["a", ["a"], [1, 2, 3], [[1, 2], [3]]])
      assert.ok((await embed({ input })).data.length > 0);
    assert.deepEqual(
      provider().requests.map((request) => jsonOf(request)["input"]),
      ["a", ["a"], [1, 2, 3], [[1, 2], [3]]],
    );
  });

  it("passes dimensions and user on", async () => {
    await embed({ dimensions: 3, user: "u-1" });
    const body = jsonOf(provider().requests[0] ?? assert.fail("no request"));
    assert.equal(body["dimensions"], 3);
    assert.equal(body["user"], "u-1");
  });

  it("keeps the data and warns when the provider gives another count than was asked", async () => {
    provider().always((exchange) => {
      const data = [{ object: "embedding", index: 0, embedding: VECTORS[0] }];
      return exchange.reply(200, JSON.stringify({ object: "list", model: "embed-1", data }));
    });
    const answer = await embed();
    assert.equal(answer.data.length, 1);
    assert.ok((answer.edgequake?.warnings.length ?? 0) > 0);
  });

  it("puts an answer that is out of order back in order", async () => {
    provider().always((exchange) => {
      const data = [1, 0].map((index) => ({ object: "embedding", index, embedding: VECTORS[index] }));
      return exchange.reply(200, JSON.stringify({ object: "list", model: "embed-1", data }));
    });
    const answer = await embed();
    const byIndex = new Map(answer.data.map((one) => [one.index, one.embedding]));
    assert.deepEqual(byIndex.get(0), VECTORS[0]);
    assert.deepEqual(byIndex.get(1), VECTORS[1]);
  });

  it("mock embeddings need no network and repeat themselves", async () => {
    const call = { model: "mock/echo", input: ["same", "same", "other"] };
    const answer = await backend().client.result<EmbeddingResponse>("edgequake/embedding", call);
    assert.equal(answer.data.length, 3);
    assert.deepEqual(answer.data[0]?.embedding, answer.data[1]?.embedding);
    assert.notDeepEqual(answer.data[0]?.embedding, answer.data[2]?.embedding);
  });

  it("ollama: /api/embed, floats, usage from prompt_eval_count", async () => {
    provider().always((exchange) =>
      exchange.reply(200, JSON.stringify({ model: "nomic", embeddings: VECTORS, prompt_eval_count: 5 })),
    );
    const params = { model: "ollama/nomic", api_base: provider().origin, input: ["a", "b"] };
    const answer = await backend().client.result<EmbeddingResponse>("edgequake/embedding", params);
    assert.deepEqual(
      answer.data.map((one) => one.embedding),
      VECTORS,
    );
    assert.equal(answer.usage?.prompt_tokens, 5);
    assert.equal(provider().requests[0]?.path, "/api/embed");
  });

  for (const input of [[], "", [""], 5, null, undefined, [[]], [{}]]) {
    if (input === "" || (Array.isArray(input) && input[0] === "")) continue;
    it(`refuses input ${JSON.stringify(input)} before sending`, async () => {
      const params = { model: "openai/embed-1", api_base: provider().v1, input };
      assertIssues(await backend().client.call("edgequake/embedding", params), /^input/);
      assert.equal(provider().requests.length, 0);
    });
  }

  for (const body of ["{}", "[]", "null", "", '{"error":{"message":"no"}}', "<html>hi</html>"]) {
    it(`a 200 of ${JSON.stringify(body)} is an error, never an empty success`, async () => {
      provider().always((exchange) => exchange.reply(200, body));
      const params = { model: "openai/embed-1", api_base: provider().v1, input: "a", num_retries: 0 };
      const failure = await backend().client.failure("edgequake/embedding", params);
      assert.equal(failure.code, -32803);
    });
  }
});

describe("edgequake/embedding for a client that declared base64Embeddings", function () {
  this.timeout(30_000);
  const backend = sharedBackend({}, { capabilities: { base64Embeddings: true } });
  const provider = scriptedProvider(embeddings);

  it("gives base64 of little-endian float32, also where the wire carried floats", async () => {
    const params = { model: "openai/embed-1", api_base: provider().v1, input: ["a", "b"] };
    const fromWire = await backend().client.result<EmbeddingResponse>("edgequake/embedding", params);
    assert.deepEqual(
      fromWire.data.map((one) => one.embedding),
      VECTORS.map(base64Of),
    );
    provider().always((exchange) => {
      const data = VECTORS.map((embedding, index) => ({ object: "embedding", index, embedding }));
      return exchange.reply(200, JSON.stringify({ object: "list", model: "embed-1", data }));
    });
    const fromFloats = await backend().client.result<EmbeddingResponse>("edgequake/embedding", params);
    assert.deepEqual(
      fromFloats.data.map((one) => one.embedding),
      VECTORS.map(base64Of),
    );
  });

  it("gives floats when the call says float", async () => {
    const params = {
      model: "openai/embed-1",
      api_base: provider().v1,
      input: ["a", "b"],
      encoding_format: "float",
    };
    const answer = await backend().client.result<EmbeddingResponse>("edgequake/embedding", params);
    assert.deepEqual(
      answer.data.map((one) => one.embedding),
      VECTORS,
    );
  });
});
