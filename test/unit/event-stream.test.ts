// AWS's binary frames, made by AWS's own codec: they come out the same however they are cut, and a byte that is wrong
// anywhere never comes out as an event.

import assert from "node:assert/strict";
import { EventStreamCodec, Int64 } from "@smithy/eventstream-codec";
import { EventStreamFramer } from "../../server/engine/event-stream.ts";
import { OverflowError } from "../../server/engine/overflow.ts";
import { WireFailure } from "../../server/providers/types.ts";
import { encodeEvents } from "../fixtures/event-stream.ts";

type Event = [data: string, event: string | undefined];

const BYTES = encodeEvents([
  { event: "messageStart", data: { role: "assistant" } },
  { event: "contentBlockDelta", data: { delta: { text: "Grüße 👋" } } },
  { exception: "throttlingException", data: { message: "Too many requests" } },
  { error: "InternalFailure", message: "It went wrong" },
]);
const EVENTS: Event[] = [
  ['{"role":"assistant"}', "messageStart"],
  ['{"delta":{"text":"Grüße 👋"}}', "contentBlockDelta"],
  ['{"message":"Too many requests"}', "exception:throttlingException"],
  ['{"message":"It went wrong"}', "exception:InternalFailure"],
];

function read(pieces: readonly Buffer[], limit = 4096): Event[] {
  const events: Event[] = [];
  const framer = new EventStreamFramer((data, event) => events.push([data, event]), limit);
  for (const piece of pieces) framer.push(piece);
  framer.end();
  return events;
}

describe("an AWS event stream", () => {
  it("comes out the same however its bytes are cut", () => {
    assert.deepEqual(read([BYTES]), EVENTS);
    assert.deepEqual(read(Array.from(BYTES, (byte) => Buffer.of(byte))), EVENTS, "byte by byte");
    for (let at = 0; at <= BYTES.length; at += 1)
      assert.deepEqual(read([BYTES.subarray(0, at), BYTES.subarray(at)]), EVENTS, `split before byte ${at}`);
  });

  it("that ends early gives the events that are whole, and no part of another", () => {
    let ends = 0;
    for (let at = 0; at < BYTES.length; at += 1) {
      const events = read([BYTES.subarray(0, at)]);
      assert.deepEqual(events, EVENTS.slice(0, events.length), `cut before byte ${at}`);
      ends = Math.max(ends, events.length);
    }
    assert.equal(ends, EVENTS.length - 1);
  });

  it("with one wrong bit anywhere is refused, and gives no wrong event", () => {
    for (let at = 0; at < BYTES.length; at += 1) {
      const wrong = Buffer.from(BYTES);
      wrong.writeUInt8(wrong.readUInt8(at) ^ 0x10, at);
      const events: Event[] = [];
      const framer = new EventStreamFramer((data, event) => events.push([data, event]), 4096);
      assert.throws(
        () => framer.push(wrong),
        (error) => error instanceof WireFailure && error.failure.code === "no_answer",
        `byte ${at}`,
      );
      assert.deepEqual(events, EVENTS.slice(0, events.length), `byte ${at}`);
    }
  });

  it("has headers of every type, of which the text ones count", () => {
    const utf8 = (bytes: Uint8Array | string): string => Buffer.from(bytes as Uint8Array).toString("utf8");
    const codec = new EventStreamCodec(utf8, (text) => Buffer.from(text, "utf8"));
    const bytes = codec.encode({
      headers: {
        a: { type: "boolean", value: true },
        b: { type: "boolean", value: false },
        c: { type: "byte", value: 1 },
        d: { type: "short", value: 2 },
        e: { type: "integer", value: 3 },
        f: { type: "long", value: Int64.fromNumber(4) },
        g: { type: "binary", value: Uint8Array.of(1, 2, 3) },
        h: { type: "timestamp", value: new Date(0) },
        i: { type: "uuid", value: "01234567-89ab-cdef-0123-456789abcdef" },
        ":event-type": { type: "string", value: "chunk" },
        ":message-type": { type: "string", value: "event" },
      },
      body: Buffer.from("{}"),
    });
    assert.deepEqual(read([Buffer.from(bytes)]), [["{}", "chunk"]]);
  });

  it("keeps no frame longer than its limit, and says so at the frame's head", () => {
    const head = BYTES.subarray(0, 12);
    assert.throws(() => read([head], 20), OverflowError);
    assert.deepEqual(read([BYTES], BYTES.length), EVENTS);
  });
});
