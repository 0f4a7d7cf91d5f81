// Caps: what a hostile or broken provider sends costs bounded memory and ends as an error; what is merely large
// still arrives.

import assert from "node:assert/strict";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { ModelResponse } from "../../server/protocol/messages.ts";
import { answerBody, chunkOf, errorBody, sse, streamEvents, textEvent } from "../server/openai-bytes.ts";
import type { Script } from "../server/scripted-provider.ts";
import { type Backend, backends } from "./backend-process.ts";
import { assertProviderFailure } from "./failure-shape.ts";
import { ollama, openai, scriptedProvider } from "./scripted.ts";

const MB = 1024 * 1024;
const API_ERRORS = ["APIError", "APIConnectionError", "APIResponseValidationError"];
/** A bar of the project: at most 100 MB more, whatever is sent. */
const MOST_GROWTH = 100 * MB;

/** Follows the backend's memory while something runs. */
async function growthDuring(backend: Backend, run: () => Promise<unknown>): Promise<number> {
  const before = backend.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, backend.rss());
  }, 20);
  await run().finally(() => clearInterval(timer));
  peak = Math.max(peak, backend.rss());
  console.log(`        memory grew by ${((peak - before) / MB).toFixed(0)} MB at most`);
  return peak - before;
}

describe("caps", function () {
  this.timeout(120_000);
  const start = backends();
  const provider = scriptedProvider();

  async function started(): Promise<Backend> {
    const backend = start();
    await backend.client.initialize();
    // Everything is loaded before memory is looked at.
    await backend.client.result("edgequake/completion", {
      model: "mock/echo",
      messages: [{ role: "user", content: "x" }],
    });
    return backend;
  }
  const flood = (head: string, block: Buffer, total: number): Script => {
    return async (exchange) => {
      await exchange.begin();
      await exchange.part(head);
      while (exchange.open && exchange.sent < total) await exchange.part(block);
      await exchange.finish();
    };
  };

  it("a line of 1 GB that never ends is an error at a cap", async () => {
    const backend = await started();
    provider().always(flood("data: ", Buffer.alloc(256 * 1024, "x"), 1024 * MB));
    const growth = await growthDuring(backend, async () => {
      const params = openai(provider(), { stream_id: "line" });
      const failure = await backend.client.failure("edgequake/completionStream", params);
      assertProviderFailure(failure, { provider: "openai", name: API_ERRORS });
      assert.ok(failure.message.length < 1000);
    });
    assert.ok((provider().exchanges[0]?.sent ?? 0) < 500 * MB, "the backend kept reading");
    assert.ok(growth < MOST_GROWTH, `${growth} bytes more`);
  });

  it("an Ollama line of 1 GB that never ends is an error at a cap", async () => {
    const backend = await started();
    provider().always(flood('{"message":{"content":"', Buffer.alloc(256 * 1024, "x"), 1024 * MB));
    const growth = await growthDuring(backend, async () => {
      const params = ollama(provider(), { stream_id: "line" });
      const failure = await backend.client.failure("edgequake/completionStream", params);
      assertProviderFailure(failure, { provider: "ollama", name: API_ERRORS });
    });
    assert.ok(growth < MOST_GROWTH, `${growth} bytes more`);
  });

  it("a body of 1 GB that is not streamed is an error at a cap", async () => {
    const backend = await started();
    provider().always(flood('{"padding":"', Buffer.alloc(256 * 1024, "x"), 1024 * MB));
    const growth = await growthDuring(backend, async () => {
      const failure = await backend.client.failure("edgequake/completion", openai(provider()));
      assertProviderFailure(failure, { provider: "openai", name: API_ERRORS });
    });
    assert.ok((provider().exchanges[0]?.sent ?? 0) < 500 * MB, "the backend kept reading");
    assert.ok(growth < 2 * MOST_GROWTH, `${growth} bytes more`);
  });

  it("an error body that never ends is an error at its cap", async () => {
    const backend = await started();
    provider().always(async (exchange) => {
      await exchange.begin({ "content-type": "text/plain" }, 500);
      while (exchange.open) {
        await exchange.part("x".repeat(32 * 1024));
        await exchange.wait(50);
      }
    });
    const failure = await backend.client.failure("edgequake/completion", openai(provider()));
    assertProviderFailure(failure, { provider: "openai", name: "InternalServerError", status: 500 });
  });

  it("a line of 1 MB in a stream arrives", async () => {
    const backend = await started();
    const big = "0123456789abcdef".repeat(MB / 16);
    provider().always(async (exchange) => {
      await exchange.begin();
      for (const event of streamEvents([big])) await exchange.part(event);
      await exchange.finish();
    });
    await backend.client.result("edgequake/completionStream", openai(provider(), { stream_id: "big" }));
    assert.equal(backend.client.text("big"), big);
  });

  it("an answer of 8 MB arrives, in time proportional to its size", async () => {
    const backend = await started();
    const big = "0123456789abcdef".repeat((8 * MB) / 16);
    provider().always((exchange) => exchange.reply(200, answerBody(big)));
    const answer = await backend.client.result<ModelResponse>("edgequake/completion", openai(provider()));
    assert.equal(answer.choices[0]?.message.content, big);
  });

  it("a request of 8 MB goes out whole", async () => {
    const backend = await started();
    provider().always((exchange) => exchange.reply(200, answerBody(String(exchange.request.body.length))));
    const messages = [{ role: "user", content: "x".repeat(8 * MB) }];
    const answer = await backend.client.result<ModelResponse>(
      "edgequake/completion",
      openai(provider(), { messages }),
    );
    assert.ok(Number(answer.choices[0]?.message.content) > 8 * MB);
  });

  const encodings: readonly [string, (text: string) => Buffer][] = [
    ["gzip", (text) => gzipSync(text)],
    ["deflate", (text) => deflateSync(text)],
    ["br", (text) => brotliCompressSync(text)],
    ["GZIP", (text) => gzipSync(text)],
  ];
  for (const [encoding, encode] of encodings) {
    it(`an answer in ${encoding}, though nobody asked for it, is read; so is a stream and an error`, async () => {
      const backend = await started();
      const { client } = backend;
      const headers = { "content-encoding": encoding };
      provider().next(
        (exchange) => exchange.reply(200, encode(answerBody("Hello")), headers),
        (exchange) =>
          exchange.reply(200, encode(streamEvents(["Hello"]).join("")), {
            ...headers,
            "content-type": "text/event-stream",
          }),
        (exchange) => exchange.reply(400, encode(errorBody("a readable reason")), headers),
      );
      const answer = await client.result<ModelResponse>("edgequake/completion", openai(provider()));
      assert.equal(answer.choices[0]?.message.content, "Hello");
      await client.result("edgequake/completionStream", openai(provider(), { stream_id: "z" }));
      assert.equal(client.text("z"), "Hello");
      const failure = await client.failure("edgequake/completion", openai(provider()));
      assertProviderFailure(failure, {
        provider: "openai",
        name: "BadRequestError",
        message: /a readable reason/,
      });
    });
  }

  it("gzip that is cut, broken, or of an unknown kind is an error", async () => {
    const { client } = await started();
    const whole = gzipSync(answerBody("Hello ".repeat(1000)));
    const broken = Buffer.from(whole);
    broken.fill(0xff, 20, 40);
    provider().next(
      (exchange) => exchange.reply(200, whole.subarray(0, -10), { "content-encoding": "gzip" }),
      (exchange) => exchange.reply(200, broken, { "content-encoding": "gzip" }),
      (exchange) => exchange.reply(200, "not gzip at all", { "content-encoding": "gzip" }),
      (exchange) => exchange.reply(200, whole, { "content-encoding": "martian" }),
    );
    for (let turn = 0; turn < 4; turn += 1) {
      const failure = await client.failure("edgequake/completion", openai(provider()));
      assertProviderFailure(failure, { provider: "openai", name: API_ERRORS });
    }
  });

  it("a gzip bomb of 200 KB that holds 200 MB is an error at a cap", async () => {
    const backend = await started();
    const bomb = gzipSync(Buffer.concat([Buffer.from('{"padding":"'), Buffer.alloc(200 * MB, "x")]));
    provider().always((exchange) => exchange.reply(200, bomb, { "content-encoding": "gzip" }));
    const growth = await growthDuring(backend, async () => {
      const failure = await backend.client.failure("edgequake/completion", openai(provider()));
      assertProviderFailure(failure, { provider: "openai", name: API_ERRORS });
    });
    assert.ok(growth < 2 * MOST_GROWTH, `${growth} bytes more`);
  });

  it("hostile JSON in chunks harms nothing: depth, prototypes, huge and negative numbers", async () => {
    const { client } = await started();
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    provider().always(async (exchange) => {
      await exchange.begin();
      await exchange.part(
        sse(
          `{"__proto__":{"polluted":1},"id":"x","created":1e400,"choices":[{"index":0,"delta":{"content":"a","__proto__":{"polluted":1}},"finish_reason":null}]}`,
        ),
      );
      await exchange.part(
        sse(`{"id":"x","deep":${deep},"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":null}]}`),
      );
      await exchange.part(sse({ ...chunkOf({}, "stop") }));
      await exchange.part(
        sse(`{"choices":[],"usage":{"prompt_tokens":-1,"completion_tokens":1e400,"total_tokens":"12"}}`),
      );
      await exchange.part(sse("[DONE]"));
      await exchange.finish();
    });
    const answer = await client.call(
      "edgequake/completionStream",
      openai(provider(), { stream_id: "hostile" }),
    );
    assert.doesNotMatch(JSON.stringify(answer), /-1\b.*prompt|Infinity/);
    const usage = (answer.result as { usage?: Record<string, unknown> | null } | undefined)?.usage;
    for (const value of Object.values(usage ?? {})) {
      if (typeof value === "number") assert.ok(value >= 0 && Number.isFinite(value), `${value}`);
    }
    assert.ok(
      await client.result("edgequake/completion", {
        model: "mock/echo",
        messages: [{ role: "user", content: "x" }],
      }),
    );
  });

  it("a choice index of a billion costs no memory", async () => {
    const backend = await started();
    provider().always(async (exchange) => {
      await exchange.begin();
      await exchange.part(textEvent("Hello"));
      await exchange.part(
        sse({ ...chunkOf({}), choices: [{ index: 1_000_000_000, delta: { content: "x" } }] }),
      );
      await exchange.part(
        sse({
          ...chunkOf({ tool_calls: [{ index: 2_000_000_000, function: { name: "f", arguments: "" } }] }),
        }),
      );
      for (const event of streamEvents([])) await exchange.part(event);
      await exchange.finish();
    });
    const growth = await growthDuring(backend, () =>
      backend.client.call("edgequake/completionStream", openai(provider(), { stream_id: "index" })),
    );
    assert.ok(growth < MOST_GROWTH, `${growth} bytes more`);
  });
});
