// The promises of a stream: every chunk before the response, counted, in order, at once; the finish apart from
// the text; the usage chunk only for who asked.

import assert from "node:assert/strict";
import type { StreamEnd } from "../../server/protocol/schema.ts";
import { ollamaChat } from "../server/ollama-bytes.ts";
import { chat, sendEvents, streamEvents, textEvent, USAGE } from "../server/openai-bytes.ts";
import { sharedBackend } from "./backend-process.ts";
import { failureOf } from "./raw-client.ts";
import { HELLO, ollama, openai, scriptedProvider } from "./scripted.ts";

const words = (count: number): string[] => Array.from({ length: count }, (_, index) => `w${index} `);

describe("a stream", function () {
  this.timeout(60_000);
  const backend = sharedBackend();
  const provider = scriptedProvider(chat(...words(50)));

  /** Runs it and checks what every successful stream must keep. */
  async function run(params: Record<string, unknown>): Promise<StreamEnd> {
    const { client } = backend();
    const stream_id = String(params["stream_id"]);
    const call = client.start("edgequake/completionStream", params);
    const answer = await call.response;
    assert.equal(answer.error, undefined, JSON.stringify(answer.error));
    const end = answer.result as StreamEnd;
    const position = client.received.findIndex((one) => one.message.id === call.id && !one.message.method);
    const late = client.received.slice(position).filter((one) => {
      return (one.message.params as { stream_id?: string } | undefined)?.stream_id === stream_id;
    });
    assert.deepEqual(late, [], "a chunk came after the response");
    let seq = 0;
    for (const message of client.chunkMessages(stream_id)) {
      assert.equal(message.seq, seq);
      assert.ok(message.chunks.length > 0, "an empty chunk message");
      seq += message.chunks.length;
    }
    assert.equal(end.chunks, seq);
    assert.equal(end.stream_id, stream_id);
    return end;
  }

  it("on an OpenAI-like server keeps order, seq and totals; the result has no content", async () => {
    const end = await run(openai(provider(), { stream_id: "order" }));
    assert.equal(backend().client.text("order"), words(50).join(""));
    assert.deepEqual(end.finish_reasons, ["stop"]);
    assert.deepEqual(end.usage, USAGE);
    assert.equal(typeof end.ms_total, "number");
    assert.equal(typeof end.ms_first_chunk, "number");
    assert.equal(end.attempts, 1);
    assert.equal("choices" in end, false);
    assert.doesNotMatch(JSON.stringify(end), /w1 /);
  });

  it("on an Ollama server keeps them too", async () => {
    provider().always(ollamaChat(...words(50)));
    const end = await run(ollama(provider(), { stream_id: "order-ollama" }));
    assert.equal(backend().client.text("order-ollama"), words(50).join(""));
    assert.deepEqual(end.finish_reasons, ["stop"]);
  });

  it("on a mock keeps them too", async () => {
    await run({ model: "mock/lorem", messages: HELLO, stream_id: "order-mock" });
  });

  it("has whole chunks: one id, role first, no finish_reason beside content, one finish", async () => {
    await run(openai(provider(), { stream_id: "shape" }));
    const chunks = backend().client.chunks("shape");
    assert.deepEqual([...new Set(chunks.map((chunk) => chunk.id))], ["chatcmpl-scripted"]);
    assert.ok(
      chunks.every((chunk) => chunk.object === "chat.completion.chunk" && chunk.model === "scripted-1"),
    );
    assert.equal(chunks[0]?.choices[0]?.delta.role, "assistant");
    const finished = chunks.filter((chunk) => chunk.choices[0]?.finish_reason != null);
    assert.equal(finished.length, 1);
    assert.equal(finished[0], chunks.at(-1));
    assert.ok(!finished[0]?.choices[0]?.delta.content);
  });

  it("separates a finish_reason from the content it came with", async () => {
    provider().always((exchange) => {
      const last = { id: "x", object: "chat.completion.chunk", created: 1, model: "m" };
      const choices = [{ index: 0, delta: { content: "all of it" }, finish_reason: "stop" }];
      return sendEvents(exchange, [`data: ${JSON.stringify({ ...last, choices })}\n\n`, "data: [DONE]\n\n"]);
    });
    await run(openai(provider(), { stream_id: "joined" }));
    for (const chunk of backend().client.chunks("joined")) {
      const choice = chunk.choices[0];
      if (choice?.finish_reason != null) assert.ok(!choice.delta.content);
    }
    assert.equal(backend().client.text("joined"), "all of it");
  });

  it("has a usage chunk only when include_usage was asked, and it comes last", async () => {
    await run(openai(provider(), { stream_id: "no-usage" }));
    assert.ok(
      backend()
        .client.chunks("no-usage")
        .every((chunk) => chunk.usage == null),
    );
    const asked = { stream_id: "with-usage", stream_options: { include_usage: true } };
    const end = await run(openai(provider(), asked));
    const chunks = backend().client.chunks("with-usage");
    assert.deepEqual(
      chunks.map((chunk, index) => (chunk.usage ? index : -1)).filter((index) => index >= 0),
      [chunks.length - 1],
    );
    assert.deepEqual(chunks.at(-1)?.usage, USAGE);
    assert.deepEqual(end.usage, USAGE);
    const declined = { stream_id: "declined-usage", stream_options: { include_usage: false } };
    assert.deepEqual((await run(openai(provider(), declined))).usage, USAGE);
    assert.ok(
      backend()
        .client.chunks("declined-usage")
        .every((chunk) => chunk.usage == null),
    );
  });

  it("without upstream usage has null, not zeros", async () => {
    provider().always((exchange) => sendEvents(exchange, streamEvents(["a"], { usage: null })));
    assert.equal((await run(openai(provider(), { stream_id: "usage-null" }))).usage, null);
  });

  it("delivers the first chunk before the provider sends the second", async () => {
    const { client } = backend();
    let reached = false;
    provider().always(async (exchange) => {
      await exchange.begin();
      await exchange.part(textEvent("first"));
      await client.until("the first text at the client", () => client.text("live").includes("first"));
      reached = true;
      for (const event of streamEvents([" second"])) await exchange.part(event);
      await exchange.finish();
    });
    await run(openai(provider(), { stream_id: "live" }));
    assert.ok(reached);
    assert.equal(client.text("live"), "first second");
  });

  it("delivers Ollama's first line before the second is sent", async () => {
    const { client } = backend();
    provider().always(async (exchange) => {
      await exchange.begin({ "content-type": "application/x-ndjson" });
      const say = (content: string, done: boolean): string =>
        `${JSON.stringify({ model: "m", message: { role: "assistant", content }, done, done_reason: "stop" })}\n`;
      await exchange.part(say("first", false));
      await client.until("the first text at the client", () => client.text("live-ollama").includes("first"));
      await exchange.part(say(" second", true));
      await exchange.finish();
    });
    await run(ollama(provider(), { stream_id: "live-ollama" }));
    assert.equal(client.text("live-ollama"), "first second");
  });

  it("refuses a stream_id that is live, and takes it again when it is free", async () => {
    const { client } = backend();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    provider().next(async (exchange) => {
      await exchange.begin();
      await exchange.part(textEvent("first"));
      await held;
      for (const event of streamEvents([])) await exchange.part(event);
      await exchange.finish();
    });
    const first = client.start("edgequake/completionStream", openai(provider(), { stream_id: "twice" }));
    await client.until("the first chunk", () => client.text("twice") !== "");
    const failure = failureOf(
      await client.call("edgequake/completionStream", openai(provider(), { stream_id: "twice" })),
    );
    assert.equal(failure.code, -32602);
    assert.match(failure.message, /twice/);
    release();
    assert.equal((await first.response).error, undefined);
    const again = await client.call("edgequake/completionStream", openai(provider(), { stream_id: "twice" }));
    assert.equal(again.error, undefined);
  });

  it("takes 100 streams at once and mixes none of them up", async () => {
    provider().always((exchange) => {
      const name = (JSON.parse(exchange.request.body) as { messages: { content: string }[] }).messages[0]
        ?.content;
      return sendEvents(
        exchange,
        streamEvents(Array.from({ length: 20 }, (_, index) => `${name}:${index} `)),
      );
    });
    const ids = Array.from({ length: 100 }, (_, index) => `many-${index}`);
    await Promise.all(
      ids.map((stream_id) =>
        run(openai(provider(), { stream_id, messages: [{ role: "user", content: stream_id }] })),
      ),
    );
    for (const id of ids) {
      const expected = Array.from({ length: 20 }, (_, index) => `${id}:${index} `).join("");
      assert.equal(backend().client.text(id), expected);
    }
  });

  it("coalesces a burst of 10,000 chunks into few messages", async () => {
    const all = words(10_000);
    provider().always(async (exchange) => {
      await exchange.begin();
      await exchange.part(streamEvents(all).join(""));
      await exchange.finish();
    });
    await run(openai(provider(), { stream_id: "burst" }));
    assert.equal(backend().client.text("burst"), all.join(""));
    const messages = backend().client.chunkMessages("burst").length;
    console.log(`        10,000 chunks in ${messages} messages`);
    assert.ok(messages <= 1000, `${messages} messages`);
  });
});
