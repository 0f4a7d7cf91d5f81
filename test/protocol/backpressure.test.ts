// A reader that stops makes the provider wait, not the backend's memory grow; and then everything arrives, in order.

import assert from "node:assert/strict";
import type { ChunkBatch } from "../../server/protocol/compact.ts";
import type { StreamEnd } from "../../server/protocol/schema.ts";
import { poll } from "../host/poll.ts";
import { streamEvents } from "../server/openai-bytes.ts";
import type { Script } from "../server/scripted-provider.ts";
import { backends } from "./backend-process.ts";
import { failureOf, type RawClient } from "./raw-client.ts";
import { HELLO, openai, scriptedProvider } from "./scripted.ts";

const MB = 1024 * 1024;
const COUNT = 50_000;
const TEXT = "x".repeat(820);
/** A bar of the project for 100 MB behind a stopped reader, and room for the machine's noise. */
const MOST_GROWTH = 64 * MB;

const word = (index: number): string => `${index}:${TEXT} `;

/** 50,000 chunks, about 50 MB on the wire. */
const flood: Script = async (exchange) => {
  await exchange.begin();
  const events = streamEvents([], { usage: null });
  await exchange.part(events[0] ?? "");
  for (let at = 0; at < COUNT && exchange.open; at += 50) {
    const some = Array.from({ length: 50 }, (_, index) => streamEvents([word(at + index)])[1] ?? "");
    await exchange.part(some.join(""));
  }
  for (const event of events.slice(1)) await exchange.part(event);
  await exchange.finish();
};

/** Every text in order, wherever it came from. */
function textsOf(client: RawClient, stream_id: string, compact: boolean): string {
  if (!compact) return client.text(stream_id);
  const parts: string[] = [];
  for (const { message } of client.received) {
    if (message.method !== "edgequake/chunkBatch") continue;
    for (const [id, chunks] of message.params as ChunkBatch) {
      if (id !== stream_id) continue;
      for (const chunk of chunks) {
        parts.push(typeof chunk === "string" ? chunk : (chunk.choices[0]?.delta.content ?? ""));
      }
    }
  }
  return parts.join("");
}

describe("a client that stops reading", function () {
  this.timeout(180_000);
  const start = backends();
  const provider = scriptedProvider(flood);

  for (const compact of [false, true]) {
    it(`makes the provider wait${compact ? ", also with compact deltas" : ""}; memory stays bounded; then all arrives`, async () => {
      const backend = start();
      const { client } = backend;
      await client.initialize(compact ? { capabilities: { compactDeltas: true } } : {});
      await client.result("edgequake/completion", { model: "mock/echo", messages: HELLO });
      const before = backend.rss();
      const stream_id = "flood";
      const call = client.start("edgequake/completionStream", openai(provider(), { stream_id }));
      await client.until("the first chunk", (message) =>
        (message.method ?? "").startsWith("edgequake/chunk"),
      );
      client.pause();
      const exchange = provider().exchanges[0] ?? assert.fail("no request");
      let sent = -1;
      let still = 0;
      let peak = 0;
      await poll("the provider to be stopped", 60_000, () => {
        peak = Math.max(peak, backend.rss());
        still = exchange.sent === sent ? still + 1 : 0;
        sent = exchange.sent;
        return still >= 20;
      });
      const stoppedAt = sent / MB;
      console.log(
        `        provider stopped at ${stoppedAt.toFixed(1)} MB, memory grew by ${((peak - before) / MB).toFixed(0)} MB`,
      );
      assert.ok(stoppedAt < 25, `the provider could send ${stoppedAt.toFixed(1)} MB`);
      assert.ok(peak - before < MOST_GROWTH, `memory grew by ${((peak - before) / MB).toFixed(0)} MB`);
      client.resume();
      const answer = await client.until(
        "the response",
        (message) => message.id === call.id && !message.method,
        120_000,
      );
      const end = answer.message.result as StreamEnd;
      assert.ok(end, JSON.stringify(answer.message.error));
      const expected = Array.from({ length: COUNT }, (_, index) => word(index)).join("");
      assert.ok(textsOf(client, stream_id, compact) === expected, "text was lost or reordered");
      assert.ok(end.chunks >= COUNT);
      await call.response;
    });
  }

  it("can cancel all the same, and gets its answer when it reads again", async () => {
    const backend = start();
    const { client } = backend;
    await client.initialize();
    const call = client.start("edgequake/completionStream", openai(provider(), { stream_id: "flood" }));
    await client.untilMethod("edgequake/chunk");
    client.pause();
    const exchange = provider().exchanges[0] ?? assert.fail("no request");
    let sent = -1;
    await poll(
      "the provider to be stopped",
      60_000,
      () => {
        const same = exchange.sent === sent;
        sent = exchange.sent;
        return same;
      },
      300,
    );
    client.notify("$/cancelRequest", { id: call.id });
    await exchange.gone;
    client.resume();
    assert.equal((await call.response).error?.code, -32800);
  });

  it("gets all that came of a stream that its total deadline ended meanwhile", async () => {
    const backend = start();
    const { client } = backend;
    await client.initialize();
    const params = openai(provider(), { stream_id: "flood", timeout: { total: 4 } });
    const call = client.start("edgequake/completionStream", params);
    await client.untilMethod("edgequake/chunk");
    client.pause();
    await provider().exchanges[0]?.gone;
    client.resume();
    const { name, chunks_sent } = failureOf(await call.response).data;
    assert.equal(name, "Timeout");
    assert.equal(client.chunks("flood").length, chunks_sent);
  });

  it("does not hold up its idle deadline: waiting for the reader is not the provider's silence", async () => {
    const backend = start();
    const { client } = backend;
    await client.initialize();
    const params = openai(provider(), { stream_id: "flood", timeout: { idle: 1 } });
    const call = client.start("edgequake/completionStream", params);
    await client.untilMethod("edgequake/chunk");
    client.pause();
    const paused = performance.now();
    await poll("three times the idle time", 10_000, () => performance.now() - paused > 3000);
    client.resume();
    const answer = await client.until(
      "the response",
      (message) => message.id === call.id && !message.method,
      120_000,
    );
    await call.response;
    assert.equal(answer.message.error, undefined, JSON.stringify(answer.message.error));
  });
});

describe("a slow client", function () {
  this.timeout(120_000);
  const start = backends();
  const provider = scriptedProvider(async (exchange) => {
    await exchange.begin();
    for (const event of streamEvents(Array.from({ length: 5000 }, (_, index) => word(index))))
      await exchange.part(event);
    await exchange.finish();
  });

  it("that reads in fits and starts gets every chunk, in order", async () => {
    const backend = start();
    const { client } = backend;
    await client.initialize();
    const ids = ["slow-a", "slow-b", "slow-c"];
    const calls = ids.map((stream_id) =>
      client.start("edgequake/completionStream", openai(provider(), { stream_id })),
    );
    let reading = true;
    const timer = setInterval(() => {
      reading = !reading;
      if (reading) client.resume();
      else client.pause();
    }, 30);
    try {
      for (const call of calls) assert.equal((await call.response).error, undefined);
    } finally {
      clearInterval(timer);
      client.resume();
    }
    const expected = Array.from({ length: 5000 }, (_, index) => word(index)).join("");
    for (const id of ids) assert.ok(client.text(id) === expected, `${id} lost or reordered text`);
  });
});
