// Whatever bytes arrive on stdin: an orderly error or an orderly end, bounded memory, never a crash.

import assert from "node:assert/strict";
import { poll } from "../host/poll.ts";
import { type Backend, backends } from "./backend-process.ts";
import { nonsense, random } from "./nonsense.ts";
import { frame } from "./raw-client.ts";
import { HELLO } from "./scripted.ts";

const MB = 1024 * 1024;
const ECHO = { model: "mock/echo", messages: HELLO };

describe("frames", function () {
  this.timeout(120_000);
  const start = backends();

  async function started(): Promise<Backend> {
    const backend = start();
    await backend.client.initialize();
    return backend;
  }
  const lives = async (backend: Backend): Promise<unknown> =>
    backend.client.result("edgequake/completion", ECHO);

  /** The backend ends the connection by itself: an exit code, no signal. */
  async function endsOrderly(backend: Backend): Promise<void> {
    const { code, signal } = await backend.exitWithin(10_000);
    assert.equal(signal, null);
    assert.equal(code, 1);
  }

  for (const [what, body] of [
    ["not JSON", "{not json"],
    ["cut JSON", '{"jsonrpc":"2.0","id":1,'],
    ["an empty body", ""],
    ["spaces", "   "],
    ["two messages in one frame", '{"jsonrpc":"2.0","method":"a"}{"jsonrpc":"2.0","method":"b"}'],
    ["a BOM", '\uFEFF{"jsonrpc":"2.0","id":1,"method":"edgequake/usage"}x'],
  ] as const) {
    it(`${what}: -32700 with id null, and the session goes on`, async () => {
      const backend = await started();
      backend.client.write(frame(body));
      const answer = await backend.client.answerTo(null);
      assert.equal(answer.error?.code, -32700);
      assert.ok(await lives(backend));
    });
  }

  for (const body of [
    "null",
    "1",
    '"text"',
    "[]",
    "{}",
    "true",
    '[{"jsonrpc":"2.0","id":1,"method":"edgequake/usage"}]',
    '{"id":{},"method":"edgequake/usage"}',
    '{"id":[1],"method":"edgequake/usage"}',
    '{"method":5}',
    '{"jsonrpc":"2.0","id":1,"method":null}',
  ]) {
    it(`${body} is no request: -32600 or ignored, and the session goes on`, async () => {
      const backend = await started();
      backend.client.write(frame(body));
      assert.ok(await lives(backend));
      for (const { message } of backend.client.received) {
        if (message.id === null) assert.equal(message.error?.code, -32600);
      }
    });
  }

  it("invalid UTF-8 in a string is U+FFFD or -32700, and the session goes on", async () => {
    const backend = await started();
    const [before, after] = [
      `{"jsonrpc":"2.0","id":900,"method":"edgequake/completion","params":{"model":"mock/echo","messages":[{"role":"user","content":"a`,
      `b"}]}}`,
    ];
    backend.client.write(
      frame(Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from(after)])),
    );
    await backend.client.until(
      "an answer",
      (message) => !message.method && (message.id === 900 || message.id === null),
    );
    assert.ok(await lives(backend));
  });

  it("frames may come byte by byte, many at once, with other header spellings", async () => {
    const backend = await started();
    const { client } = backend;
    const body = (id: number): string =>
      JSON.stringify({ jsonrpc: "2.0", id, method: "edgequake/completion", params: ECHO });
    for (const byte of frame(body(800))) client.write(Buffer.from([byte]));
    client.write(Buffer.concat([801, 802, 803].map((id) => frame(body(id)))));
    client.write(`content-length: ${Buffer.byteLength(body(804))}\r\n\r\n${body(804)}`);
    client.write(
      `Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body(805))}\r\n\r\n${body(805)}`,
    );
    client.write(`Content-Length:${Buffer.byteLength(body(806))}\r\n\r\n${body(806)}`);
    for (const id of [800, 801, 802, 803, 804, 805, 806])
      assert.equal((await client.answerTo(id)).error, undefined);
  });

  for (const header of [
    "Content-Length: -5",
    "Content-Length: abc",
    "Content-Length: 1e3",
    "Content-Length: 0x10",
    "Content-Length:",
    "Content-Length: 99999999999999999999",
    "Content-Length: 5, 5",
    "X-Other: 5",
    "GET / HTTP/1.1\r\nHost: localhost",
  ]) {
    it(`${JSON.stringify(header)}: one error, then an orderly end`, async () => {
      const backend = await started();
      backend.client.write(`${header}\r\n\r\n{}`);
      await endsOrderly(backend);
    });
  }

  it("a huge Content-Length is refused before a byte of it is waited for", async () => {
    const backend = await started();
    backend.client.write(`Content-Length: ${4 * 1024 * MB}\r\n\r\n{`);
    await endsOrderly(backend);
  });

  it("a frame just below the cap that is never sent whole costs what was sent", async () => {
    const backend = await started();
    const before = backend.rss();
    backend.client.write(`Content-Length: ${60 * MB}\r\n\r\n`);
    backend.client.write(Buffer.alloc(MB, " "));
    await poll("the backend to have read", 2000, () => backend.child.stdin.writableLength === 0);
    assert.ok(backend.rss() - before < 64 * MB);
    assert.equal(backend.exit, undefined);
  });

  it("a header that never ends is refused at a cap", async () => {
    const backend = await started();
    const before = backend.rss();
    let peak = before;
    const block = Buffer.alloc(64 * 1024, "x");
    await poll(
      "the backend to end",
      20_000,
      () => {
        if (!backend.exit) {
          try {
            peak = Math.max(peak, backend.rss());
          } catch {
            // Gone between the two looks.
          }
          backend.client.write(block);
        }
        return backend.exit;
      },
      1,
    );
    assert.equal(backend.exit?.signal, null);
    assert.ok(peak - before < 64 * MB, `memory grew by ${peak - before}`);
  });

  it("an HTTP request is not answered as if it were one", async () => {
    const backend = await started();
    backend.client.write(
      "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nOrigin: http://evil.example\r\n\r\n{}",
    );
    await poll("the backend to react", 10_000, () => backend.exit || backend.client.received.length > 1);
    for (const { message } of backend.client.received.slice(1))
      assert.ok(message.error, "answered a web page");
  });

  it("4,000 well-framed messages of nonsense: every request is answered once, nothing crashes or grows", async () => {
    const backend = await started();
    const { client } = backend;
    const sizes: number[] = [];
    // The first rounds load what there is to load and let the heap find its size.
    for (const seed of [1, 2, 3, 4]) {
      const { messages, ids } = nonsense(seed, 1000, seed * 10_000);
      for (const message of messages) client.send(message);
      await Promise.all(ids.map((id) => client.answerTo(id)));
      assert.ok(await lives(backend), `seed ${seed}`);
      for (const id of ids) assert.equal(client.answersTo(id).length, 1, `request ${id} (seed ${seed})`);
      sizes.push(backend.rss() / MB);
    }
    console.log(`        memory after each 1,000: ${sizes.map((size) => size.toFixed(0)).join(", ")} MB`);
    assert.ok((sizes[3] ?? 0) - (sizes[1] ?? 0) < 64);
  });

  it("40 streams of random bytes: each ends orderly or goes on", async () => {
    const seed = 19_700_101;
    const next = random(seed);
    const good = frame(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize" }));
    const all = Array.from({ length: 40 }, () => {
      const backend = start();
      const bytes = Buffer.from(good);
      const flips = 1 + Math.floor(next() * 5);
      for (let flip = 0; flip < flips; flip += 1)
        bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
      const tail = Buffer.from(
        Array.from({ length: Math.floor(next() * 300) }, () => Math.floor(next() * 256)),
      );
      backend.client.write(Buffer.concat([bytes, tail]));
      backend.client.end();
      return backend;
    });
    for (const backend of all) {
      const { signal } = await backend.exitWithin(60_000);
      assert.equal(signal, null, `seed ${seed}`);
    }
  });
});
