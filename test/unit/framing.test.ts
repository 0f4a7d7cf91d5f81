// From bytes to messages: Content-Length frames, SSE events and NDJSON lines come out the same however the bytes
// were cut into pieces, and no peer makes a framer keep more than its limit.

import assert from "node:assert/strict";
import { encodeFrame, FrameDecoder, FramingError } from "../../server/connection/framing.ts";
import { NdjsonFramer } from "../../server/engine/ndjson.ts";
import { OverflowError } from "../../server/engine/overflow.ts";
import { SseFramer } from "../../server/engine/sse.ts";

const LIMIT = 1024;

function frames(pieces: readonly Buffer[], limit = LIMIT): string[] {
  const out: string[] = [];
  const decoder = new FrameDecoder((json) => out.push(json), limit);
  for (const piece of pieces) decoder.push(piece);
  return out;
}

function everyWay(bytes: Buffer, read: (pieces: readonly Buffer[]) => unknown, expected: unknown): void {
  assert.deepEqual(read([bytes]), expected);
  assert.deepEqual(read(Array.from(bytes, (byte) => Buffer.of(byte))), expected, "byte by byte");
  for (let at = 0; at <= bytes.length; at += 1) {
    const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
    assert.deepEqual(read(pieces), expected, `split before byte ${at}`);
  }
}

describe("a Content-Length frame", () => {
  const MESSAGES = [
    '{"a":1}',
    '"žluťoučký 👩\u200d🚀 你好"',
    "",
    '{"b":"\\r\\n\\r\\nContent-Length: 3"}',
    "[]",
  ];

  it("is encoded with its length in bytes", () => {
    assert.equal(encodeFrame('"é🚀"'), 'Content-Length: 8\r\n\r\n"é🚀"');
  });

  it("comes out as it went in, however its bytes are cut", () => {
    everyWay(Buffer.from(MESSAGES.map(encodeFrame).join("")), (pieces) => frames(pieces), MESSAGES);
  });

  it("is read with other headers around, in any case", () => {
    const header = "content-TYPE: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:\t2 \r\nX-A: b";
    everyWay(Buffer.from(`${header}\r\n\r\n{}`), (pieces) => frames(pieces), ["{}"]);
  });

  it("is given out when its last byte is there, not before and not later", () => {
    const out: string[] = [];
    const decoder = new FrameDecoder((json) => out.push(json), LIMIT);
    const bytes = Buffer.from(encodeFrame('{"a":1}'));
    decoder.push(bytes.subarray(0, -1));
    assert.deepEqual(out, []);
    decoder.push(bytes.subarray(-1));
    assert.deepEqual(out, ['{"a":1}']);
  });

  it("of the largest length allowed is read, one byte more is refused at its header", () => {
    const largest = "x".repeat(LIMIT);
    assert.deepEqual(frames([Buffer.from(encodeFrame(largest))]), [largest]);
    assert.throws(
      () => frames([Buffer.from(`Content-Length: ${LIMIT + 1}\r\n\r\n`)]),
      (error: Error) => error instanceof FramingError && error.message.includes(`${LIMIT + 1} bytes`),
    );
  });

  const WRONG: readonly [what: string, header: string][] = [
    ["no Content-Length", "Content-Type: x"],
    ["a negative length", "Content-Length: -5"],
    ["a huge length", "Content-Length: 999999999999999"],
    ["a length beyond all numbers", `Content-Length: ${"9".repeat(400)}`],
    ["a fraction", "Content-Length: 1.5"],
    ["hexadecimal", "Content-Length: 0x10"],
    ["no number", "Content-Length: "],
    ["two numbers", "Content-Length: 5 6"],
    ["words", "Content-Length: five"],
    ["nothing at all", ""],
    ["a longer name", "X-Content-Length: 5"],
  ];
  for (const [what, header] of WRONG) {
    it(`with ${what} is refused`, () => {
      assert.throws(() => frames([Buffer.from(`${header}\r\n\r\n`)]), FramingError);
    });
  }

  it("whose header has no end is refused after 8 KiB, in one piece or many", () => {
    const endless = Buffer.from("X: ".padEnd(8 * 1024 + 1, "y"));
    assert.throws(() => frames([endless]), FramingError);
    const decoder = new FrameDecoder(() => {}, LIMIT);
    decoder.push(endless.subarray(0, 8 * 1024));
    assert.throws(() => decoder.push(endless.subarray(8 * 1024)), FramingError);
    assert.throws(() => frames([Buffer.concat([endless, Buffer.from("\r\n\r\n")])]), FramingError);
  });

  it("of 4 MB in 4,096 pieces is read whole", () => {
    const json = JSON.stringify("ž".repeat(2 * 1024 * 1024));
    const bytes = Buffer.from(encodeFrame(json));
    const size = Math.ceil(bytes.length / 4_096);
    const pieces = Array.from({ length: 4_096 }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
    assert.deepEqual(frames(pieces, bytes.length), [json]);
  });
});

type Framer = { push(bytes: Uint8Array): void; end(): void };

function events(pieces: readonly Buffer[]): [data: string, event: string | undefined][] {
  const out: [string, string | undefined][] = [];
  const framer: Framer = new SseFramer((data, event) => out.push([data, event]), LIMIT);
  for (const piece of pieces) framer.push(piece);
  framer.end();
  return out;
}

function lines(pieces: readonly Buffer[]): string[] {
  const out: string[] = [];
  const framer: Framer = new NdjsonFramer((line) => out.push(line.trim()), LIMIT);
  for (const piece of pieces) framer.push(piece);
  framer.end();
  return out;
}

describe("server-sent events", () => {
  const text =
    ': hello\nevent: a\nid: 1\ndata: {"x":"é👩\u200d🚀"}\n\nretry: 10\ndata:one\ndata: two\n\ndata: last';
  const expected = [
    ['{"x":"é👩\u200d🚀"}', "a"],
    ["one\ntwo", undefined],
    ["last", undefined],
  ];
  for (const [name, end] of [
    ["LF", "\n"],
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ] as const) {
    it(`with ${name} are the same however the bytes are cut; the last lacks its blank line`, () => {
      everyWay(Buffer.from(text.replaceAll("\n", end)), events, expected);
    });
  }

  it("after a byte order mark are read", () => {
    everyWay(Buffer.from("\uFEFFdata: x\n\n"), events, [["x", undefined]]);
  });

  it("hold U+FFFD where the bytes are no UTF-8, and go on", () => {
    const broken = Buffer.concat([
      Buffer.from("data: a"),
      Buffer.of(0xf0, 0x9f),
      Buffer.from("b\n\ndata: c\n\n"),
    ]);
    everyWay(broken, events, [
      ["a\uFFFDb", undefined],
      ["c", undefined],
    ]);
  });

  it("of endless length cost no more than the limit", () => {
    const framer = new SseFramer(() => {}, LIMIT);
    const endless = Buffer.from("data: ".padEnd(LIMIT / 2, "x"));
    framer.push(endless);
    assert.throws(() => {
      framer.push(endless);
      framer.push(endless);
    }, OverflowError);
  });
});

describe("NDJSON", () => {
  const text = '{"x":"é👩\u200d🚀"}\n\n  \n{"y":2}\n{"z":3}';
  for (const [name, end] of [
    ["LF", "\n"],
    ["CRLF", "\r\n"],
  ] as const) {
    it(`with ${name} is the same however the bytes are cut; the last line lacks its end`, () => {
      everyWay(Buffer.from(text.replaceAll("\n", end)), lines, ['{"x":"é👩\u200d🚀"}', '{"y":2}', '{"z":3}']);
    });
  }

  it("of endless length costs no more than the limit", () => {
    const framer = new NdjsonFramer(() => {}, LIMIT);
    framer.push(Buffer.alloc(LIMIT, "x"));
    assert.throws(() => framer.push(Buffer.from("x")), OverflowError);
  });

  it("of many lines in one piece is not held to the limit of one", () => {
    const many = Buffer.from(`${"x".repeat(100)}\n`.repeat(LIMIT));
    assert.equal(lines([many]).length, LIMIT);
  });
});
