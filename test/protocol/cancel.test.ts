// Cancelling: the upstream socket closes, no chunk follows, and there is exactly one answer, -32800.

import assert from "node:assert/strict";
import { poll } from "../host/poll.ts";
import { messageLine } from "../server/ollama-bytes.ts";
import { chat, silence, status, textEvent } from "../server/openai-bytes.ts";
import type { Script } from "../server/scripted-provider.ts";
import { sharedBackend } from "./backend-process.ts";
import { assertEnvelope } from "./failure-shape.ts";
import { failureOf } from "./raw-client.ts";
import { HELLO, ollama, openai, scriptedProvider } from "./scripted.ts";

/** The promise is 100 ms; machines that run tests are slow. */
const CLOSED_MS = 300;

const openStream: Script = async (exchange) => {
  await exchange.begin();
  await exchange.part(textEvent("first "));
  while (exchange.open) {
    await exchange.wait(20);
    await exchange.part(textEvent("more "));
  }
};

describe("cancel", function () {
  this.timeout(60_000);
  const backend = sharedBackend();
  const provider = scriptedProvider();
  const figures: number[] = [];
  after(() => {
    const sorted = [...figures].sort((a, b) => a - b);
    console.log(
      `        upstream socket closed after ${sorted.map((ms) => ms.toFixed(0)).join(", ")} ms (promise: 100)`,
    );
  });

  /** Cancels and checks all that must hold. `at` resolves when the call has reached its stage. */
  async function cancelAt(
    method: string,
    params: Record<string, unknown>,
    at: () => Promise<unknown>,
  ): Promise<void> {
    const { client } = backend();
    const call = client.start(method, params);
    await at();
    const exchange = provider().exchanges.at(-1);
    const asked = performance.now();
    client.notify("$/cancelRequest", { id: call.id });
    const failure = failureOf(await call.response);
    assert.equal(failure.code, -32800);
    assert.equal(failure.data.name, "Cancelled");
    assertEnvelope(failure);
    const answeredAt = client.received.findIndex((one) => one.message.id === call.id && !one.message.method);
    if (exchange) {
      const closed = (await exchange.gone) - asked;
      figures.push(closed);
      assert.ok(closed <= CLOSED_MS, `the upstream socket closed after ${closed.toFixed(0)} ms`);
    }
    // A round trip later nothing more has come for this call.
    await client.result("edgequake/completion", { model: "mock/echo", messages: HELLO });
    assert.equal(client.answersTo(call.id).length, 1);
    const id = params["stream_id"];
    const late = client.received.slice(answeredAt).filter((one) => {
      return (
        (one.message.params as { stream_id?: unknown } | undefined)?.stream_id === id && id !== undefined
      );
    });
    assert.deepEqual(late, [], "a chunk came after the answer");
  }
  const requestSeen = (): Promise<unknown> =>
    poll("the request at the provider", 5000, () => provider().requests.length > 0, 2);

  it("while awaiting headers", async () => {
    provider().always(silence);
    await cancelAt("edgequake/completion", openai(provider()), requestSeen);
  });

  it("while awaiting headers of a stream", async () => {
    provider().always(silence);
    await cancelAt("edgequake/completionStream", openai(provider(), { stream_id: "headers" }), requestSeen);
  });

  it("after headers, before the first chunk", async () => {
    provider().always((exchange) => exchange.begin());
    await cancelAt("edgequake/completionStream", openai(provider(), { stream_id: "no-chunk" }), requestSeen);
  });

  it("in the middle of a stream", async () => {
    provider().always(openStream);
    const params = openai(provider(), { stream_id: "middle" });
    await cancelAt("edgequake/completionStream", params, () =>
      backend().client.until("two texts", () => backend().client.text("middle").includes("more")),
    );
    assert.match(backend().client.text("middle"), /^first more/);
  });

  it("in the middle of an Ollama stream", async () => {
    provider().always(async (exchange) => {
      await exchange.begin({ "content-type": "application/x-ndjson" });
      await exchange.part(messageLine("first"));
    });
    const params = ollama(provider(), { stream_id: "ollama" });
    await cancelAt("edgequake/completionStream", params, () =>
      backend().client.until("the first text", () => backend().client.text("ollama") !== ""),
    );
  });

  it("in the middle of a body that is not streamed", async () => {
    provider().always(async (exchange) => {
      await exchange.head(200, { "content-type": "application/json", "content-length": 1000 });
      await exchange.raw('{"id":"x",');
    });
    await cancelAt("edgequake/completion", openai(provider()), requestSeen);
  });

  it("of an embedding", async () => {
    provider().always(silence);
    const params = { model: "openai/embed-1", api_base: provider().v1, input: "a" };
    await cancelAt("edgequake/embedding", params, requestSeen);
  });

  it("of a model list", async () => {
    provider().always(silence);
    const params = { provider: "openai", api_base: provider().v1 };
    await cancelAt("edgequake/models", params, requestSeen);
  });

  it("while waiting to retry: no further request is sent", async () => {
    provider().always(status(503, "{}", { "retry-after": "2" }));
    const { client } = backend();
    const call = client.start("edgequake/completion", openai(provider(), { num_retries: 2 }));
    await requestSeen();
    const asked = performance.now();
    client.notify("$/cancelRequest", { id: call.id });
    assert.equal(failureOf(await call.response).code, -32800);
    assert.ok(performance.now() - asked < 1000, "the wait was not cut short");
    await poll("the time of the retry to pass", 6000, () => performance.now() - asked > 2500);
    assert.equal(provider().requests.length, 1);
  });

  it("of mock/slow and of mock_delay", async () => {
    const { client } = backend();
    await cancelAt(
      "edgequake/completionStream",
      { model: "mock/slow", messages: HELLO, stream_id: "slow" },
      () => client.until("the first text", () => client.text("slow") !== ""),
    );
    const params = { model: "mock/echo", messages: HELLO, mock_response: "late", mock_delay: 30 };
    await cancelAt("edgequake/completion", params, async () => {});
  });

  it("right behind the request, in the same write", async () => {
    provider().always(silence);
    await cancelAt("edgequake/completion", openai(provider()), async () => {});
  });

  it("twice is like once", async () => {
    provider().always(silence);
    const { client } = backend();
    const call = client.start("edgequake/completion", openai(provider()));
    await requestSeen();
    client.notify("$/cancelRequest", { id: call.id });
    client.notify("$/cancelRequest", { id: call.id });
    assert.equal(failureOf(await call.response).code, -32800);
    client.notify("$/cancelRequest", { id: call.id });
    await client.result("edgequake/completion", { model: "mock/echo", messages: HELLO });
    assert.equal(client.answersTo(call.id).length, 1);
  });

  it("after the answer changes nothing", async () => {
    provider().always(chat("done"));
    const { client } = backend();
    const call = client.start("edgequake/completion", openai(provider()));
    assert.equal((await call.response).error, undefined);
    client.notify("$/cancelRequest", { id: call.id });
    await client.result("edgequake/completion", { model: "mock/echo", messages: HELLO });
    assert.equal(client.answersTo(call.id).length, 1);
  });

  for (const params of [{ id: 999_999 }, { id: "nobody" }, { id: null }, {}, undefined, [], { id: {} }]) {
    it(`of ${JSON.stringify(params)} is ignored`, async () => {
      const { client } = backend();
      client.notify("$/cancelRequest", params);
      assert.ok(await client.result("edgequake/completion", { model: "mock/echo", messages: HELLO }));
    });
  }

  it('knows 1 and "1" as different ids', async () => {
    const { client } = backend();
    provider().always(silence);
    const params = openai(provider());
    client.send({ jsonrpc: "2.0", id: "500000", method: "edgequake/completion", params });
    await requestSeen();
    client.notify("$/cancelRequest", { id: 500_000 });
    await client.result("edgequake/completion", { model: "mock/echo", messages: HELLO });
    assert.equal(client.answersTo("500000").length, 0);
    client.notify("$/cancelRequest", { id: "500000" });
    assert.equal((await client.answerTo("500000")).error?.code, -32800);
  });

  it("of 100 streams leaves no socket behind", async () => {
    provider().always(openStream);
    const { client } = backend();
    const calls = Array.from({ length: 100 }, (_, index) =>
      client.start("edgequake/completionStream", openai(provider(), { stream_id: `all-${index}` })),
    );
    await client.until("all streams to flow", () => {
      return calls.every((_, index) => client.chunkMessages(`all-${index}`).length > 0);
    });
    for (const call of calls) client.notify("$/cancelRequest", { id: call.id });
    for (const call of calls) assert.equal(failureOf(await call.response).code, -32800);
    await poll("every upstream socket to close", 3000, () => provider().openSockets === 0);
  });
});
