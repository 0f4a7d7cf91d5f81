// Deadlines: first token, idle and total each end a call as Timeout; a server that only says it lives is not
// giving content.

import assert from "node:assert/strict";
import { messageLine } from "../server/ollama-bytes.ts";
import { chat, sendEvents, silence, streamEvents, textEvent } from "../server/openai-bytes.ts";
import { sharedBackend } from "./backend-process.ts";
import { assertProviderFailure } from "./failure-shape.ts";
import type { Failure } from "./raw-client.ts";
import { ollama, openai, scriptedProvider } from "./scripted.ts";

describe("deadlines", function () {
  this.timeout(60_000);
  const backend = sharedBackend();
  const provider = scriptedProvider();
  let streams = 0;

  /** The call must end as Timeout, not before its deadline and not later than three times it. */
  async function timesOut(
    params: Record<string, unknown>,
    seconds: number,
    method = "edgequake/completionStream",
  ): Promise<Failure> {
    streams += 1;
    const before = performance.now();
    const failure = await backend().client.failure(method, { ...params, stream_id: `late-${streams}` });
    const took = performance.now() - before;
    const kind = String(params["model"]).split("/")[0] ?? "";
    assertProviderFailure(failure, { provider: kind, name: "Timeout" });
    console.log(`        deadline ${seconds * 1000} ms, ended after ${took.toFixed(0)} ms`);
    assert.ok(took >= seconds * 1000 - 20, `ended early, after ${took.toFixed(0)} ms`);
    assert.ok(took < seconds * 3000, `ended after ${took.toFixed(0)} ms`);
    return failure;
  }
  const last = (): string => `late-${streams}`;

  it("no headers: first_token", async () => {
    provider().always(silence);
    const failure = await timesOut(openai(provider(), { timeout: { first_token: 1 } }), 1);
    assert.equal(failure.data.partial, undefined);
  });

  it("no headers, not streamed", async () => {
    provider().always(silence);
    await timesOut(openai(provider(), { timeout: 1 }), 1, "edgequake/completion");
  });

  it("headers one byte at a time", async () => {
    provider().always(async (exchange) => {
      for (const byte of "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n".repeat(5)) {
        if (!exchange.open) return;
        await exchange.raw(byte);
        await exchange.wait(100);
      }
    });
    await timesOut(openai(provider(), { timeout: { first_token: 1 } }), 1);
  });

  it("headers, then only comments: first_token", async () => {
    provider().always(async (exchange) => {
      await exchange.begin();
      while (exchange.open) {
        await exchange.part(": keep-alive\n\n");
        await exchange.wait(100);
      }
    });
    await timesOut(openai(provider(), { timeout: { first_token: 1 } }), 1);
  });

  it("a stall in the middle: idle, with the part marked", async () => {
    provider().always(async (exchange) => {
      await exchange.begin();
      await exchange.part(textEvent("Hello"));
    });
    const failure = await timesOut(openai(provider(), { timeout: { idle: 1 } }), 1);
    assert.equal(failure.data.partial, true);
    assert.equal(backend().client.text(last()), "Hello");
    await provider().exchanges[0]?.gone;
  });

  it("a stall kept alive with comments: idle all the same", async () => {
    provider().always(async (exchange) => {
      await exchange.begin();
      await exchange.part(textEvent("Hello"));
      while (exchange.open) {
        await exchange.part(": OPENROUTER PROCESSING\n\n");
        await exchange.wait(100);
      }
    });
    const failure = await timesOut(openai(provider(), { timeout: { idle: 1 } }), 1);
    assert.equal(failure.data.partial, true);
  });

  const claude = (timeout: object) => ({
    ...openai(provider(), { timeout }),
    model: "anthropic/claude-sonnet-4-5",
    api_base: provider().origin,
    api_key: "sk-fake-ping",
  });
  const event = (type: string, more: object = {}): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
  const began = [
    event("message_start", { message: { id: "m", model: "claude", usage: { input_tokens: 1 } } }),
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "Hello" } }),
  ].join("");
  for (const [what, ping] of [
    ["named", event("ping")],
    ["without a name", 'data: {"type": "ping"}\n\n'],
  ] as const) {
    it(`a stall kept alive with pings, ${what}: idle all the same`, async () => {
      provider().always(async (exchange) => {
        await exchange.begin();
        await exchange.part(began);
        while (exchange.open) {
          await exchange.part(ping);
          await exchange.wait(100);
        }
      });
      const failure = await timesOut(claude({ idle: 1 }), 1);
      assert.equal(failure.data.partial, true);
      assert.equal(backend().client.text(last()), "Hello");
    });
  }

  it("headers, then only pings: first_token", async () => {
    provider().always(async (exchange) => {
      await exchange.begin();
      while (exchange.open) {
        await exchange.part(event("ping"));
        await exchange.wait(100);
      }
    });
    await timesOut(claude({ first_token: 1 }), 1);
  });

  it("pings between contents do no harm", async () => {
    const delta = event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 1 } });
    provider().always((exchange) =>
      sendEvents(exchange, [
        ...[event("ping"), began, event("ping"), event("content_block_stop", { index: 0 })],
        ...[event("ping"), delta, event("message_stop")],
      ]),
    );
    streams += 1;
    await backend().client.result("edgequake/completionStream", {
      ...claude({ idle: 1 }),
      stream_id: last(),
    });
    assert.equal(backend().client.text(last()), "Hello");
  });

  it("a stall kept alive with half an event", async () => {
    provider().always(async (exchange) => {
      await exchange.begin();
      await exchange.part(textEvent("Hello"));
      await exchange.part("data: ");
      while (exchange.open) {
        await exchange.part(" ");
        await exchange.wait(100);
      }
    });
    await timesOut(openai(provider(), { timeout: { idle: 1 } }), 1);
  });

  it("an Ollama stall", async () => {
    provider().always(async (exchange) => {
      await exchange.begin({ "content-type": "application/x-ndjson" });
      await exchange.part(messageLine("Hello"));
    });
    await timesOut(ollama(provider(), { timeout: { idle: 1 } }), 1);
  });

  it("a drip that never stalls: total", async () => {
    provider().always(async (exchange) => {
      await exchange.begin();
      while (exchange.open) {
        await exchange.part(textEvent("drip "));
        await exchange.wait(100);
      }
    });
    const failure = await timesOut(openai(provider(), { timeout: { total: 1 } }), 1);
    assert.equal(failure.data.partial, true);
  });

  it("a body that drips, not streamed: total", async () => {
    provider().always(async (exchange) => {
      await exchange.head(200, { "content-type": "application/json", "content-length": 100_000 });
      while (exchange.open) {
        await exchange.raw(" ");
        await exchange.wait(100);
      }
    });
    await timesOut(openai(provider(), { timeout: { total: 1 } }), 1, "edgequake/completion");
  });

  it("total holds over all retries and their waits", async () => {
    provider().always((exchange) => exchange.reply(503, "{}"));
    const before = performance.now();
    await backend().client.failure(
      "edgequake/completion",
      openai(provider(), { num_retries: 10, timeout: { total: 1.5 } }),
    );
    assert.ok(performance.now() - before < 4500, `${performance.now() - before} ms`);
  });

  it("a slow stream within its idle time passes", async () => {
    provider().always(async (exchange) => {
      await exchange.begin();
      for (const event of streamEvents(["a", "b", "c", "d", "e"])) {
        await exchange.part(event);
        await exchange.wait(300);
      }
      await exchange.finish();
    });
    streams += 1;
    const params = openai(provider(), { stream_id: last(), timeout: { idle: 1 } });
    await backend().client.result("edgequake/completionStream", params);
    assert.equal(backend().client.text(last()), "abcde");
  });

  it("stream_timeout is LiteLLM's name for a stream's first token and gaps", async () => {
    provider().always(silence);
    await timesOut(openai(provider(), { stream_timeout: 1 }), 1);
  });

  it("a deadline leaves no socket and no call behind", async () => {
    provider().always(silence);
    await timesOut(openai(provider(), { timeout: { first_token: 0.5 } }), 0.5);
    await provider().exchanges[0]?.gone;
    provider().always(chat("fine"));
    assert.ok(await backend().client.result("edgequake/completion", openai(provider())));
  });

  it("is retried when nothing was delivered: each attempt has its own first_token", async () => {
    provider().always((exchange) => sendEvents(exchange, streamEvents(["Hello"])));
    provider().next(silence);
    streams += 1;
    const params = openai(provider(), { stream_id: last(), num_retries: 1, timeout: { first_token: 0.5 } });
    await backend().client.result("edgequake/completionStream", params);
    assert.equal(provider().requests.length, 2);
    assert.equal(backend().client.text(last()), "Hello");
  });
});
