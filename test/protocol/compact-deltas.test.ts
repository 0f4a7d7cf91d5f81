// edgequake/chunkBatch, for a client that declared compactDeltas: the same chunks as edgequake/chunk, in fewer bytes.

import assert from "node:assert/strict";
import { type ChunkBatch, Inflater } from "../../server/protocol/compact.ts";
import type { ChatCompletionChunk } from "../../server/protocol/messages.ts";
import type { StreamEnd } from "../../server/protocol/schema.ts";
import { chat, chunkOf, sendEvents, sse, streamEvents } from "../server/openai-bytes.ts";
import { sharedBackend } from "./backend-process.ts";
import type { RawClient } from "./raw-client.ts";
import { HELLO, openai, scriptedProvider } from "./scripted.ts";

function inflated(client: RawClient, stream_id: string): ChatCompletionChunk[] {
  const inflater = new Inflater();
  return client.received
    .filter((one) => one.message.method === "edgequake/chunkBatch")
    .flatMap((one) => one.message.params as ChunkBatch)
    .filter(([id]) => id === stream_id)
    .flatMap(([, chunks]) => chunks.map((chunk) => inflater.inflate(chunk)));
}

describe("compactDeltas", function () {
  this.timeout(30_000);
  const plain = sharedBackend();
  const compact = sharedBackend({}, { capabilities: { compactDeltas: true } });
  const provider = scriptedProvider();

  async function both(params: Record<string, unknown>): Promise<ChatCompletionChunk[]> {
    const ends = await Promise.all(
      [plain(), compact()].map((backend) =>
        backend.client.result<StreamEnd>("edgequake/completionStream", params),
      ),
    );
    const id = String(params["stream_id"]);
    const whole = plain().client.chunks(id);
    const from = inflated(compact().client, id);
    assert.equal(ends[0]?.chunks, whole.length);
    assert.equal(ends[1]?.chunks, from.length);
    return from;
  }
  const same = async (params: Record<string, unknown>): Promise<void> => {
    const from = await both(params);
    assert.deepEqual(from, plain().client.chunks(String(params["stream_id"])));
  };

  it("inflates to exactly the chunks a stock client gets: text", async () => {
    provider().always(chat("Hello", " there", ", 世界", "!"));
    await same(openai(provider(), { stream_id: "text" }));
  });

  it("… with usage, fingerprint, tier, tool calls, reasoning, logprobs and a second choice", async () => {
    const rich = (choices: unknown): string =>
      sse({ ...chunkOf({}), system_fingerprint: "fp_1", service_tier: "default", choices });
    provider().always((exchange) =>
      sendEvents(exchange, [
        rich([{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }]),
        rich([{ index: 0, delta: { reasoning_content: "hm" }, finish_reason: null }]),
        rich([{ index: 0, delta: { content: "a" }, finish_reason: null }]),
        rich([{ index: 1, delta: { content: "b" }, finish_reason: null }]),
        rich([
          {
            index: 0,
            delta: { content: "c" },
            logprobs: { content: [{ token: "c", logprob: -1 }] },
            finish_reason: null,
          },
        ]),
        rich([
          {
            index: 0,
            delta: {
              tool_calls: [
                { index: 0, id: "call_1", type: "function", function: { name: "f", arguments: "{}" } },
              ],
            },
            finish_reason: null,
          },
        ]),
        rich([{ index: 0, delta: { content: "d" }, finish_reason: null }]),
        rich([{ index: 0, delta: {}, finish_reason: "tool_calls" }]),
        rich([{ index: 1, delta: {}, finish_reason: "stop" }]),
        sse({
          ...chunkOf({}),
          choices: [],
          usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
        }),
        sse("[DONE]"),
      ]),
    );
    await same(openai(provider(), { stream_id: "rich", n: 2, stream_options: { include_usage: true } }));
  });

  it("sends plain text as bare strings after the first whole chunk, and edgequake/chunk never", async () => {
    provider().always(chat("one ", "two ", "three"));
    const { client } = compact();
    await client.result("edgequake/completionStream", openai(provider(), { stream_id: "bare" }));
    const wire = client.received
      .filter((one) => one.message.method === "edgequake/chunkBatch")
      .flatMap((one) => one.message.params as ChunkBatch)
      .filter(([id]) => id === "bare")
      .flatMap(([, chunks]) => chunks);
    assert.equal(typeof wire[0], "object");
    assert.deepEqual(
      wire.filter((one) => typeof one === "string"),
      ["one ", "two ", "three"],
    );
    assert.deepEqual(client.chunkMessages("bare"), []);
  });

  it("a client that did not declare it never gets chunkBatch", () => {
    const batches = plain().client.received.filter((one) => one.message.method === "edgequake/chunkBatch");
    assert.deepEqual(batches, []);
  });

  it("mocks inflate the same text", async () => {
    const from = await both({ model: "mock/lorem", messages: HELLO, stream_id: "lorem" });
    const text = from.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
    assert.equal(text, plain().client.text("lorem"));
  });

  it("keeps all chunks before the response", async () => {
    provider().always((exchange) =>
      sendEvents(exchange, streamEvents(Array.from({ length: 500 }, (_, i) => `${i} `))),
    );
    const { client } = compact();
    const call = client.start("edgequake/completionStream", openai(provider(), { stream_id: "before" }));
    await call.response;
    const position = client.received.findIndex((one) => one.message.id === call.id && !one.message.method);
    const late = client.received
      .slice(position + 1)
      .filter((one) => one.message.method === "edgequake/chunkBatch");
    assert.deepEqual(late, []);
  });
});
