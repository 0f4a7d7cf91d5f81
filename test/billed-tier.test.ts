// A streamed answer costs what the same answer costs whole: by the service tier of its last event, which is the billed
// one, and not by the first's, which repeats what was asked for.

import assert from "node:assert/strict";
import { completion, dispose, type ModelResponse, register_model } from "../server/index.ts";
import { forgetRegisteredModels } from "../server/models/register-model.ts";
import { jsonOf } from "./server/http-request.ts";
import { sendEvents } from "./server/openai-bytes.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

const MODEL = "openai/responses/tiered";

describe("the billed service tier", () => {
  let provider: ScriptedProvider;
  before(async () => {
    provider = await ScriptedProvider.start();
    const prices = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 };
    const flex = { input_cost_per_token_flex: 5e-7, output_cost_per_token_flex: 1e-6 };
    const priority = { input_cost_per_token_priority: 2e-6, output_cost_per_token_priority: 4e-6 };
    register_model({
      "openai/tiered": { ...prices, ...flex, ...priority, litellm_provider: "openai", mode: "chat" },
    });
  });
  after(async () => {
    forgetRegisteredModels();
    await dispose();
    await provider.stop();
  });

  for (const [tier, cost] of [
    ["flex", 0.002],
    ["priority", 0.008],
    ["default", 0.004],
  ] as const) {
    it(`${tier}: of the answer whole, streamed, and put together from its chunks`, async () => {
      const response = (status: string, more: object) => ({
        ...{ id: "resp_1", object: "response", created_at: 1, model: "tiered", status },
        ...{ error: null, incomplete_details: null, ...more },
      });
      const content = [{ type: "output_text", text: "hi", annotations: [] }];
      const item = { type: "message", id: "msg_1", role: "assistant", status: "completed", content };
      // 1,000 in and 1,500 out.
      const usage = { input_tokens: 1000, output_tokens: 1500, total_tokens: 2500 };
      const done = response("completed", { service_tier: tier, output: [item], usage });
      provider.always(async (exchange) => {
        if (jsonOf(exchange.request)["stream"] !== true) return exchange.reply(200, JSON.stringify(done));
        const events = [
          {
            type: "response.created",
            response: response("in_progress", { service_tier: "auto", output: [] }),
          },
          { type: "response.output_item.added", output_index: 0, item: { ...item, content: [] } },
          {
            ...{ type: "response.output_text.delta", output_index: 0, content_index: 0 },
            ...{ item_id: "msg_1", delta: "hi" },
          },
          { type: "response.completed", response: done },
        ];
        return sendEvents(
          exchange,
          events.map((event) => `data: ${JSON.stringify(event)}\n\n`),
        );
      });
      const messages = [{ role: "user" as const, content: "x" }];
      const params = { model: MODEL, messages, api_base: provider.v1, api_key: "sk-fake-tier" };
      const whole = (await completion({ ...params, stream: false })) as ModelResponse;
      const stream = completion({ ...params, stream: true });
      for await (const _ of stream);
      assert.equal(whole.edgequake?.cost_usd, cost);
      assert.equal((await stream.end).cost_usd, cost);
      assert.equal((await stream.response()).service_tier, tier);
    });
  }
});
