// When chunks leave: the first words at once, what follows with its turn of the event loop, nothing past a reader that
// has fallen behind.

import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { FrameWriter } from "../../server/connection/frame-writer.ts";
import type { ChunkBatch, CompactChunk } from "../../server/protocol/compact.ts";
import type { ChatCompletionChunk } from "../../server/protocol/messages.ts";
import { Pump } from "../../server/transports/pump.ts";

function chunk(delta: ChatCompletionChunk["choices"][number]["delta"]): ChatCompletionChunk {
  return {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta, finish_reason: null }],
  };
}
const ROLE = chunk({ role: "assistant", content: "" });

class Reader {
  readonly frames: FrameWriter;
  readonly pump: Pump;
  readonly #written: string[] = [];
  #taken: (() => void)[] = [];
  #takes: boolean;

  constructor({ takes = true } = {}) {
    this.#takes = takes;
    const stream = new Writable({
      decodeStrings: false,
      highWaterMark: 1,
      write: (data: string, _encoding, done) => {
        this.#written.push(String(data));
        if (this.#takes) done();
        else this.#taken.push(done);
      },
    });
    this.frames = new FrameWriter(stream);
    this.pump = new Pump(this.frames);
    this.pump.useCompactDeltas();
  }

  /** Now it reads on. */
  take(): void {
    this.#takes = true;
    const taken = this.#taken;
    this.#taken = [];
    for (const done of taken) done();
  }

  get writes(): number {
    return this.#written.length;
  }

  /** All chunks that came, in their order. */
  get chunks(): CompactChunk[] {
    const bodies = this.#written.join("").split(/Content-Length: \d+\r\n\r\n/);
    return bodies
      .filter((body) => body.startsWith("{"))
      .flatMap((body) => (JSON.parse(body) as { params?: ChunkBatch }).params ?? [])
      .flatMap(([, chunks]) => chunks);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the pump", () => {
  for (const [words, what] of [
    ["Hello", "a text"],
    [chunk({ content: "Hello" }), "a chunk with a text"],
    [chunk({ reasoning_content: "Hm" }), "reasoning"],
    [chunk({ tool_calls: [{ index: 0, id: "c1", function: { name: "f", arguments: "" } }] }), "a tool call"],
  ] as const) {
    it(`writes the first words at once: ${what}`, () => {
      const reader = new Reader();
      const stream = reader.pump.open("s1");
      stream.push([ROLE]);
      assert.equal(reader.writes, 0, "who speaks can wait for the turn's end");
      stream.push([words]);
      assert.deepEqual(reader.chunks, [ROLE, words]);
    });
  }

  it("joins all that follows in a turn, of all streams, in one write", async () => {
    const reader = new Reader();
    const streams = ["s1", "s2", "s3"].map((id) => reader.pump.open(id));
    for (const stream of streams) stream.push([ROLE, "first"]);
    assert.equal(reader.writes, 3);
    for (const more of ["a", "b"]) for (const stream of streams) stream.push([more]);
    await turn();
    await turn();
    assert.equal(reader.writes, 4);
    assert.deepEqual(reader.chunks.slice(6), ["a", "b", "a", "b", "a", "b"]);
  });

  it("keeps what was sent before in front of the first words", () => {
    const reader = new Reader();
    const stream = reader.pump.open("s1");
    reader.frames.send(JSON.stringify({ jsonrpc: "2.0", method: "before", params: [["s0", ["before"]]] }));
    stream.push([ROLE, "after"]);
    assert.deepEqual(reader.chunks, ["before", ROLE, "after"]);
  });

  it("goes on after first words that were too many for the reader at once", async () => {
    const reader = new Reader({ takes: false });
    const stream = reader.pump.open("s1");
    const held: string[] = [];
    stream.control({ pause: () => held.push("pause"), resume: () => held.push("resume") });
    const words = "x".repeat(1024 * 1024);
    stream.push([ROLE, words]);
    assert.deepEqual(held, ["pause"]);
    reader.take();
    await turn();
    await turn();
    assert.deepEqual(held, ["pause", "resume"]);
    assert.deepEqual(reader.chunks, [ROLE, words]);
  });

  it("writes nothing to a reader that has fallen behind, and all of it once it reads again", async () => {
    const reader = new Reader({ takes: false });
    reader.frames.sendBytes(undefined, Buffer.from(" ".repeat(300 * 1024)));
    const stream = reader.pump.open("s1");
    const held: string[] = [];
    stream.control({ pause: () => held.push("pause"), resume: () => held.push("resume") });
    const before = reader.writes;
    stream.push([ROLE, "Hello"]);
    await turn();
    assert.equal(reader.writes, before);
    assert.deepEqual(held, ["pause"]);
    reader.take();
    await turn();
    await turn();
    assert.deepEqual(reader.chunks, [ROLE, "Hello"]);
    assert.deepEqual(held, ["pause", "resume"]);
  });
});
