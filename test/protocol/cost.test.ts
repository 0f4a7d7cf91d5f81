// What a call cost, as a client is told: on the answer, at the end of a stream, in the usage. The model's own price,
// what the caller gives, what the provider tells, and null where nobody knows.

import assert from "node:assert/strict";
import type { EmbeddingResponse, ModelResponse } from "../../server/protocol/messages.ts";
import type { StreamEnd } from "../../server/protocol/schema.ts";
import { jsonOf } from "../server/http-request.ts";
import { answerBody, chat, sendEvents, streamEvents, USAGE } from "../server/openai-bytes.ts";
import { sharedBackend } from "./backend-process.ts";
import { openai, scriptedProvider } from "./scripted.ts";

/** 7 × $2.50/M + 11 × $10/M. */
const GPT_4O_USD = 0.0001275;

describe("the cost of a call", function () {
  this.timeout(30_000);
  const backend = sharedBackend();
  const provider = scriptedProvider(chat("Hello"));
  const complete = (extra: Record<string, unknown>): Promise<ModelResponse> =>
    backend().client.result<ModelResponse>("edgequake/completion", openai(provider(), extra));
  let streams = 0;
  const stream = (extra: Record<string, unknown>): Promise<StreamEnd> => {
    streams += 1;
    const params = openai(provider(), { ...extra, stream_id: `cost-${streams}` });
    return backend().client.result<StreamEnd>("edgequake/completionStream", params);
  };
  const sent = (): Record<string, unknown> =>
    jsonOf(provider().requests[0] ?? assert.fail("no request was sent"));

  it("stands on the answer and at the end of the stream, by the model that was asked for", async () => {
    assert.equal((await complete({ model: "openai/gpt-4o" })).edgequake?.cost_usd, GPT_4O_USD);
    assert.equal((await stream({ model: "openai/gpt-4o" })).cost_usd, GPT_4O_USD);
  });

  it("is null for a model nobody knows the price of", async () => {
    assert.equal((await complete({})).edgequake?.cost_usd, null);
    assert.equal((await stream({})).cost_usd, null);
  });

  it("is what the caller's prices make it, and they are not sent", async () => {
    const prices = { input_cost_per_token: 0.001, output_cost_per_token: 0.01 };
    // 7 × $0.001 + 11 × $0.01
    assert.equal((await complete(prices)).edgequake?.cost_usd, 0.117);
    assert.equal("input_cost_per_token" in sent() || "output_cost_per_token" in sent(), false);
    assert.equal((await stream(prices)).cost_usd, 0.117);
  });

  it("is what the provider tells", async () => {
    provider().always((exchange) =>
      jsonOf(exchange.request)["stream"] === true
        ? sendEvents(exchange, streamEvents(["Hi"], { usage: { ...USAGE, cost: 0.5 } }))
        : exchange.reply(200, answerBody("Hi", { usage: { ...USAGE, cost: 0.25 } })),
    );
    assert.equal((await complete({ model: "openai/gpt-4o" })).edgequake?.cost_usd, 0.25);
    assert.equal((await stream({ model: "openai/gpt-4o" })).cost_usd, 0.5);
  });

  it("counts cached tokens at their price", async () => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 1,
      total_tokens: 1001,
      prompt_tokens_details: { cached_tokens: 400 },
    };
    provider().always((exchange) => exchange.reply(200, answerBody("Hi", { usage })));
    // 600 × $2.50/M + 400 × $1.25/M + 1 × $10/M
    assert.equal((await complete({ model: "openai/gpt-4o" })).edgequake?.cost_usd, 0.00201);
  });

  it("is null for a mock, which costs nothing that is known, unless the caller gives a price", async () => {
    const mock = { model: "openai/gpt-4o", mock_response: "one two three" };
    assert.equal((await complete(mock)).edgequake?.cost_usd, null);
    const priced = await complete({ ...mock, input_cost_per_token: 0, output_cost_per_token: 1 });
    assert.equal(priced.edgequake?.cost_usd, priced.usage?.completion_tokens);
  });

  it("stands on embeddings", async () => {
    const data = [{ object: "embedding", index: 0, embedding: [0.5] }];
    const usage = { prompt_tokens: 50, total_tokens: 50 };
    provider().always((exchange) =>
      exchange.reply(200, JSON.stringify({ object: "list", model: "text-embedding-3-small", data, usage })),
    );
    const { messages: _none, ...params } = openai(provider(), {
      model: "openai/text-embedding-3-small",
      input: "hi",
    });
    const answer = await backend().client.result<EmbeddingResponse>("edgequake/embedding", params);
    // 50 × $0.02/M
    assert.equal(answer.edgequake?.cost_usd, 0.000001);
  });
});
