// The timeout of one call over everything it does: its retries, their waits, and the requests it is made of.

import assert from "node:assert/strict";
import { completion, dispose, embedding, type errors } from "../server/index.ts";
import { jsonOf } from "./server/http-request.ts";
import { status } from "./server/openai-bytes.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

describe("the timeout of one call", () => {
  let provider: ScriptedProvider;
  before(async () => {
    provider = await ScriptedProvider.start();
  });
  beforeEach(() => provider.clear());
  after(async () => {
    await dispose();
    await provider.stop();
  });

  const params = () => ({
    model: "openai/m",
    messages: [{ role: "user" as const, content: "x" }],
    api_base: provider.v1,
    api_key: "sk-fake-timeouts",
  });
  async function failure(work: Promise<unknown>): Promise<errors.OpenAIError & { ms: number }> {
    const began = performance.now();
    return work.then(
      () => assert.fail("it succeeded"),
      (error: errors.OpenAIError) => Object.assign(error, { ms: performance.now() - began }),
    );
  }
  async function read(stream: AsyncIterable<unknown>): Promise<void> {
    for await (const _ of stream);
  }

  for (const [what, timeout] of [
    ["a number", 5],
    ["a total", { total: 5 }],
  ] as const) {
    for (const stream of [true, false]) {
      it(`${what}, ${stream ? "streamed" : "whole"}: a wait that would pass it is not begun, and the provider's error is told at once`, async () => {
        provider.always(status(429, undefined, { "retry-after": "20" }));
        const error = await failure(
          stream
            ? read(completion({ ...params(), timeout, stream: true }))
            : completion({ ...params(), timeout }),
        );
        assert.equal(error.name, "RateLimitError");
        assert.ok((error.retry_after_ms ?? 0) >= 19_900, `${error.retry_after_ms}`);
        assert.match(error.attempts?.at(-1)?.stopped_because ?? "", /would pass the timeout/);
        assert.equal(provider.requests.length, 1);
        assert.ok(error.ms < 4000, `${error.ms} ms`);
      });
    }
  }

  it("a wait that fits is waited for", async () => {
    provider.always(status(429, undefined, { "retry-after": "0.1" }));
    const error = await failure(completion({ ...params(), timeout: 30, num_retries: 1 }));
    assert.deepEqual([error.name, provider.requests.length], ["RateLimitError", 2]);
  });

  it("is one over all the requests of an embedding, and not each one's", async () => {
    provider.always(async (exchange) => {
      const { input } = jsonOf(exchange.request) as { input: string[] };
      await exchange.wait(300);
      const data = input.map((_, index) => ({ object: "embedding", index, embedding: [1, 2] }));
      await exchange.reply(200, JSON.stringify({ object: "list", model: "m", data }));
    });
    const input = Array.from({ length: 640 }, (_, index) => `text ${index}`);
    const { model: _, messages: __, ...address } = params();
    const error = await failure(embedding({ ...address, model: "mistral/mistral-embed", input, timeout: 1 }));
    assert.deepEqual([error.name, error.code], ["Timeout", "timeout_total"]);
    assert.ok(error.ms < 3000, `${error.ms} ms`);
    assert.ok(provider.requests.length <= 4, `${provider.requests.length} of 20 requests`);
  });
});
