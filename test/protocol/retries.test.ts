// One retry loop: exact request counts, never before the provider's time, nothing sent twice that was answered.

import assert from "node:assert/strict";
import type { ModelResponse } from "../../server/protocol/messages.ts";
import { chat, errorBody, status, textEvent } from "../server/openai-bytes.ts";
import type { Script } from "../server/scripted-provider.ts";
import { sharedBackend } from "./backend-process.ts";
import { assertProviderFailure } from "./failure-shape.ts";
import { ollama, openai, scriptedProvider } from "./scripted.ts";

const NOW = { "retry-after": "0" };

describe("retries", function () {
  this.timeout(60_000);
  const backend = sharedBackend();
  const provider = scriptedProvider();
  const fail = (
    params: Record<string, unknown>,
  ): ReturnType<ReturnType<typeof backend>["client"]["failure"]> =>
    backend().client.failure("edgequake/completion", params);
  const gaps = (): number[] =>
    provider()
      .requests.slice(1)
      .map((request, index) => request.at - (provider().requests[index]?.at ?? 0));

  for (const [num_retries, requests] of [
    [0, 1],
    [1, 2],
    [undefined, 3],
    [2, 3],
    [5, 6],
  ] as const) {
    for (const kind of [openai, ollama]) {
      it(`num_retries ${num_retries ?? "default"} is ${requests} requests to ${kind.name}`, async () => {
        provider().always(status(500, errorBody("again"), NOW));
        const failure = await fail(kind(provider(), { num_retries }));
        assert.equal(provider().requests.length, requests);
        assert.equal(failure.data.attempts?.length, requests);
        assert.deepEqual(
          failure.data.attempts?.map((one) => one.attempt),
          Array.from({ length: requests }, (_, i) => i + 1),
        );
      });
    }
  }

  it("max_retries is another name of num_retries", async () => {
    provider().always(status(500, "{}", NOW));
    await fail(openai(provider(), { num_retries: undefined, max_retries: 1 }));
    assert.equal(provider().requests.length, 2);
  });

  it("succeeds on a later attempt, and says how many there were", async () => {
    provider().always(chat("Hello"));
    provider().next(status(500, "{}", NOW), status(429, "{}", NOW));
    const answer = await backend().client.result<ModelResponse>(
      "edgequake/completion",
      openai(provider(), { num_retries: 2 }),
    );
    assert.equal(answer.choices[0]?.message.content, "Hello");
    assert.equal(answer.edgequake?.attempts, 3);
    assert.deepEqual(
      answer.edgequake?.attempt_records?.map(({ outcome, status_code, waited_ms }) => [
        outcome,
        status_code,
        waited_ms,
      ]),
      [
        ["InternalServerError", 500, 0],
        ["RateLimitError", 429, 0],
        ["ok", undefined, undefined],
      ],
    );
    assert.equal(provider().requests.length, 3);
  });

  it("classifies again on each attempt: a 400 after a 500 is not retried", async () => {
    provider().always(status(500, "{}", NOW));
    provider().next(status(500, "{}", NOW), status(400, errorBody("now it is bad")));
    const failure = await fail(openai(provider(), { num_retries: 5 }));
    assertProviderFailure(failure, { provider: "openai", name: "BadRequestError", status: 400 });
    assert.equal(provider().requests.length, 2);
  });

  it("sends the same body each time", async () => {
    provider().always(status(500, "{}", NOW));
    await fail(openai(provider(), { num_retries: 2 }));
    assert.equal(new Set(provider().requests.map((request) => request.body)).size, 1);
  });

  it("Retry-After: 0 retries at once, ten times", async () => {
    provider().always(status(503, "{}", NOW));
    await fail(openai(provider(), { num_retries: 10 }));
    assert.equal(provider().requests.length, 11);
    const total = gaps().reduce((sum, gap) => sum + gap, 0);
    console.log(`        ten retries took ${total.toFixed(0)} ms`);
    assert.ok(total < 3000, `${total} ms`);
  });

  for (const [what, headers, atLeast] of [
    ["Retry-After: 1", { "retry-after": "1" }, 1000],
    ["Retry-After: 0.6", { "retry-after": "0.6" }, 600],
    ["retry-after-ms: 700", { "retry-after-ms": "700" }, 700],
    ["retry-after-ms before Retry-After", { "retry-after-ms": "700", "retry-after": "30" }, 700],
    [
      "x-ratelimit-reset-requests: 800ms",
      { "x-ratelimit-reset-requests": "800ms", "x-ratelimit-remaining-requests": "0" },
      800,
    ],
  ] as const) {
    it(`${what}: never earlier, and not much later`, async () => {
      provider().always(status(429, errorBody("wait", "rate_limit_exceeded"), headers));
      const failure = await fail(openai(provider(), { num_retries: 1 }));
      assertProviderFailure(failure, { provider: "openai", name: "RateLimitError", retryable: true });
      const gap = gaps()[0] ?? assert.fail("there was no retry");
      assert.ok(gap >= atLeast - 5, `came back after ${gap.toFixed(0)} ms`);
      assert.ok(gap < atLeast + 1500, `came back after ${gap.toFixed(0)} ms`);
      assert.ok((failure.data.retry_after_ms ?? 0) >= atLeast - 5, "the caller is told");
    });
  }

  it("Retry-After as an HTTP date", async () => {
    const date = new Date(Math.ceil((Date.now() + 1200) / 1000) * 1000);
    provider().always(status(429, "{}", { "retry-after": date.toUTCString() }));
    const before = Date.now();
    await fail(openai(provider(), { num_retries: 1 }));
    assert.equal(provider().requests.length, 2);
    assert.ok(Date.now() >= date.getTime() - 20, `came back ${date.getTime() - Date.now()} ms early`);
    assert.ok(Date.now() - before < 6000);
  });

  it("a date in the past is now", async () => {
    provider().always(status(429, "{}", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }));
    const before = performance.now();
    await fail(openai(provider(), { num_retries: 1 }));
    assert.equal(provider().requests.length, 2);
    assert.ok(performance.now() - before < 5000);
  });

  for (const value of ["3600", "99999999999999999999", "Fri, 01 Jan 2100 00:00:00 GMT"]) {
    it(`Retry-After: ${value} is not slept through: the caller is told at once`, async () => {
      provider().always(status(429, "{}", { "retry-after": value }));
      const before = performance.now();
      const failure = await fail(openai(provider(), { num_retries: 2 }));
      assert.ok(performance.now() - before < 3000);
      assert.equal(provider().requests.length, 1);
      assertProviderFailure(failure, { provider: "openai", name: "RateLimitError" });
      assert.ok(
        (failure.data.retry_after_ms ?? 0) > 60_000 || value.length > 10,
        `${failure.data.retry_after_ms}`,
      );
      const told = failure.data.attempts?.at(-1)?.stopped_because;
      assert.ok(told, "says why it did not try again");
    });
  }

  for (const value of ["soon", "-5", "NaN", "1e9999", "", "0x10", "5 minutes"]) {
    it(`Retry-After: ${JSON.stringify(value)} is ignored: ordinary backoff`, async () => {
      provider().always(status(429, "{}", { "retry-after": value }));
      const before = performance.now();
      const failure = await fail(openai(provider(), { num_retries: 1 }));
      assert.equal(provider().requests.length, 2);
      assert.ok(performance.now() - before < 5000);
      const wait = failure.data.retry_after_ms;
      assert.ok(wait === undefined || (Number.isFinite(wait) && wait >= 0), `${wait}`);
    });
  }

  it("x-should-retry: false stops, true asks for one more", async () => {
    provider().always(status(500, "{}", { ...NOW, "x-should-retry": "false" }));
    const stopped = await fail(openai(provider(), { num_retries: 2 }));
    assert.equal(provider().requests.length, 1);
    assert.equal(stopped.data.retryable, false);
    provider().clear(status(400, "{}", { ...NOW, "x-should-retry": "true" }));
    await fail(openai(provider(), { num_retries: 2 }));
    assert.equal(provider().requests.length, 3);
  });

  it("without Retry-After it backs off, at most 0.5 s before the first retry", async () => {
    provider().always(status(500, "{}"));
    await fail(openai(provider(), { num_retries: 1 }));
    const gap = gaps()[0] ?? assert.fail("there was no retry");
    assert.ok(gap < 1500, `${gap.toFixed(0)} ms`);
  });

  it("a refused connection is retried, and each try is told", async () => {
    const failure = await fail(openai(provider(), { api_base: "http://127.0.0.1:9/v1", num_retries: 1 }));
    assertProviderFailure(failure, { provider: "openai", name: "APIConnectionError" });
    assert.equal(failure.data.attempts?.length, 2);
  });

  const cutBeforeHeaders: readonly [string, Script][] = [
    ["FIN", (exchange) => exchange.fin()],
    ["RST", (exchange) => exchange.reset()],
  ];
  for (const [what, script] of cutBeforeHeaders) {
    it(`${what} before headers is retried: num_retries + 1 requests`, async () => {
      provider().always(script);
      const failure = await fail(openai(provider(), { num_retries: 1 }));
      assertProviderFailure(failure, { provider: "openai", name: "APIConnectionError", retryable: true });
      assert.equal(provider().requests.length, 2);
    });
  }

  it("a pooled connection that turns out dead is replaced without counting", async () => {
    provider().always(chat("Hello"));
    const params = openai(provider(), { num_retries: 0 });
    await backend().client.result("edgequake/completion", params);
    const pooled = provider().requests[0]?.connection;
    provider().always((exchange) => {
      if (exchange.request.connection === pooled) return exchange.reset();
      return chat("Hello again")(exchange);
    });
    const answer = await backend().client.result<ModelResponse>("edgequake/completion", params);
    assert.equal(answer.choices[0]?.message.content, "Hello again");
  });

  it("one that breaks after the request was worked on is a failure like any other: it is not sent again unasked", async () => {
    provider().always(chat("Hello"));
    const params = openai(provider(), { num_retries: 0 });
    await backend().client.result("edgequake/completion", params);
    const pooled = provider().requests[0]?.connection;
    provider().always(async (exchange) => {
      await exchange.wait(1_500);
      await exchange.reset();
    });
    const failure = await fail(params);
    assertProviderFailure(failure, { provider: "openai", name: "APIConnectionError", retryable: true });
    assert.equal(provider().requests[1]?.connection, pooled, "it went over the kept connection");
    assert.equal(provider().requests.length, 2);
    assert.equal(failure.data.attempts?.length, 1);
  });

  it("a stream that already gave content is never started again", async () => {
    provider().always(async (exchange) => {
      await exchange.begin();
      await exchange.part(textEvent("Hello"));
      await exchange.reset();
    });
    const params = openai(provider(), { stream_id: "once", num_retries: 5 });
    await backend().client.failure("edgequake/completionStream", params);
    assert.equal(provider().requests.length, 1);
    assert.equal(backend().client.text("once"), "Hello");
  });

  it("a stream that gave nothing yet is, and its text comes once", async () => {
    provider().always(chat("Hello", " there"));
    provider().next(async (exchange) => {
      await exchange.begin();
      await exchange.reset();
    });
    const params = openai(provider(), { stream_id: "again", num_retries: 1 });
    await backend().client.result("edgequake/completionStream", params);
    assert.equal(provider().requests.length, 2);
    assert.equal(backend().client.text("again"), "Hello there");
  });

  it("a dead origin runs out of retries, and attempts says so", async () => {
    provider().always(status(500, "{}", NOW));
    let refused: string | undefined;
    let calls = 0;
    while (calls < 40 && !refused) {
      calls += 1;
      const failure = await fail(openai(provider(), { num_retries: 10 }));
      refused = failure.data.attempts?.find((one) =>
        /budget/.test(one.stopped_because ?? ""),
      )?.stopped_because;
    }
    assert.ok(refused, "no attempt was ever refused for the budget");
    const retries = provider().requests.length - calls;
    assert.equal(retries, 50);
  });
});
