// LiteLLM's own arguments of a call and of a deployment, over real sockets: prices price the answer, and none of them
// is part of what a provider gets.

import assert from "node:assert/strict";
import { completion, dispose, embedding, Router } from "../server/index.ts";
import { jsonOf } from "./server/http-request.ts";
import { answerBody, sendEvents, streamEvents } from "./server/openai-bytes.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

const MESSAGES = [{ role: "user" as const, content: "Hello" }];
const CACHED = {
  prompt_tokens: 1000,
  completion_tokens: 10,
  total_tokens: 1010,
  prompt_tokens_details: { cached_tokens: 600 },
};
const PRICES = {
  input_cost_per_token: 1e-6,
  output_cost_per_token: 2e-6,
  cache_read_input_token_cost: 1e-7,
};
/** 400 × 1e-6 + 600 × 1e-7 + 10 × 2e-6 */
const CACHED_USD = 0.00048;

describe("LiteLLM's own arguments", () => {
  let provider: ScriptedProvider;
  let made: Router[] = [];

  before(async () => {
    provider = await ScriptedProvider.start();
  });
  beforeEach(() => {
    provider.clear((exchange) =>
      jsonOf(exchange.request)["stream"] === true
        ? sendEvents(exchange, streamEvents(["Hi"], { usage: CACHED }))
        : exchange.reply(200, answerBody("Hi", { usage: CACHED })),
    );
  });
  afterEach(async () => {
    await Promise.all(made.map((one) => one.dispose()));
    made = [];
  });
  after(async () => {
    await dispose();
    await provider.stop();
  });

  const call = () => ({
    model: "openai/my-own",
    messages: MESSAGES,
    api_base: provider.v1,
    api_key: "sk-fake-1",
    num_retries: 0,
  });
  const routed = (
    params: object,
    model_info: Record<string, unknown> = {},
    model = "openai/my-own",
  ): Router => {
    const litellm_params = { model, api_base: provider.v1, api_key: "sk-fake-1", ...params };
    const one = new Router({ model_list: [{ model_name: "g", litellm_params, model_info }] });
    made.push(one);
    return one;
  };
  /** Of the last request, without what every chat has. */
  const sent = (): string[] => {
    const body = jsonOf(provider.requests.at(-1) ?? assert.fail("nothing was sent"));
    return Object.keys(body).filter(
      (name) => !/^(?:model|messages|input|stream|stream_options|encoding_format)$/.test(name),
    );
  };

  it("price cached tokens at the call's own price, whole and streamed", async () => {
    const { edgequake } = await completion({ ...call(), ...PRICES });
    assert.equal(edgequake?.cost_usd, CACHED_USD);
    assert.deepEqual(sent(), []);
    const stream = completion({ ...call(), ...PRICES, stream: true });
    for await (const _ of stream);
    assert.equal((await stream.end).cost_usd, CACHED_USD);
    assert.deepEqual(sent(), []);
  });

  it("price steps and the price of an embedding", async () => {
    const steps = { ...PRICES, input_cost_per_token_above_0k_tokens: 1e-3, tiered_pricing: [] };
    const { edgequake } = await completion({ ...call(), ...steps });
    assert.equal(edgequake?.cost_usd, 0.40008);
    assert.deepEqual(sent(), []);
    const data = [{ object: "embedding", index: 0, embedding: [0.5] }];
    const usage = { prompt_tokens: 50, total_tokens: 50 };
    provider.next((exchange) =>
      exchange.reply(200, JSON.stringify({ object: "list", model: "e", data, usage })),
    );
    const { messages: _, ...where } = call();
    const vectors = await embedding({
      ...where,
      input: "x",
      input_cost_per_token: 1e-3,
      input_cost_per_request: 1,
    });
    assert.equal(vectors.edgequake?.cost_usd, 1.05);
    assert.deepEqual(sent(), []);
  });

  it("price a deployment's answers, whether they stand in litellm_params or in model_info", async () => {
    for (const one of [routed(PRICES), routed({}, PRICES), routed(PRICES, { input_cost_per_token: 1 })]) {
      const { edgequake } = await one.completion({ model: "g", messages: MESSAGES });
      assert.equal(edgequake?.cost_usd, CACHED_USD);
      assert.deepEqual(sent(), []);
    }
  });

  it("that mean nothing here are not sent by a call, and the answer names them", async () => {
    const { edgequake } = await completion({
      ...call(),
      disable_fallbacks: true,
      context_window_fallbacks: [{ g: ["h"] }],
      specific_deployment: true,
      input_cost_per_second: 1,
      top_k: 3,
    });
    assert.deepEqual(sent(), ["top_k"]);
    assert.deepEqual(edgequake?.warnings.map(({ param }) => param).sort(), [
      "context_window_fallbacks",
      "disable_fallbacks",
      "input_cost_per_second",
      "specific_deployment",
    ]);
  });

  it("of a deployment are not sent, and the answer names those that are not kept", async () => {
    const one = routed({
      ssl_verify: false,
      merge_reasoning_content_in_choices: true,
      litellm_credential_name: "mine",
      max_file_size_mb: 3,
      fallbacks: ["openai/zzz"],
      rpm: 100,
      top_k: 3,
    });
    const { edgequake } = await one.completion({ model: "g", messages: MESSAGES });
    assert.deepEqual(sent(), ["top_k"]);
    assert.deepEqual(edgequake?.warnings.map(({ param }) => param).sort(), [
      "fallbacks",
      "litellm_credential_name",
      "max_file_size_mb",
      "merge_reasoning_content_in_choices",
      "ssl_verify",
    ]);
  });

  it("base_model prices a model of another name, and is not sent", async () => {
    const usd = (await completion({ ...call(), model: "openai/gpt-4o" })).edgequake?.cost_usd;
    assert.ok(typeof usd === "number" && usd > 0);
    assert.equal((await completion(call())).edgequake?.cost_usd, null);
    assert.equal((await completion({ ...call(), base_model: "gpt-4o" })).edgequake?.cost_usd, usd);
    assert.deepEqual(sent(), []);
    for (const one of [routed({ base_model: "openai/gpt-4o" }), routed({}, { base_model: "gpt-4o" })]) {
      const { edgequake } = await one.completion({ model: "g", messages: MESSAGES });
      assert.equal(edgequake?.cost_usd, usd);
      assert.deepEqual(sent(), []);
    }
  });
});
