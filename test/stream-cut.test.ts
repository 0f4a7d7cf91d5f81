// A stream cut at any byte before its terminal event is whole never ends as a success; cut anywhere after it, it
// does. Every stream fixture at every offset in memory, and samples of each through real sockets.

import assert from "node:assert/strict";
import { wireOf } from "../server/engine/engine.ts";
import { completion, dispose, errors } from "../server/index.ts";
import type { ModelResponse } from "../server/protocol/messages.ts";
import type { Framing } from "../server/providers/types.ts";
import { chatCall, expectedError, type Fixture, readFixtures, StreamReading } from "./fixtures/fixtures.ts";
import { terminalOffset } from "./fixtures/terminal.ts";
import type { Exchange } from "./server/exchange.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

interface StreamCase {
  fixture: Fixture;
  stream: Buffer;
  framing: Framing;
  /** Infinity where the stream holds an error and no end. */
  terminal: number;
}

const CASES: StreamCase[] = readFixtures().flatMap((fixture) => {
  const { stream, provider, call } = fixture;
  if (stream === undefined) return [];
  const { framing } = wireOf(provider, chatCall(fixture, true));
  const choices = typeof call["n"] === "number" ? call["n"] : 1;
  const terminal = terminalOffset(stream, framing, choices) ?? Number.POSITIVE_INFINITY;
  return [{ fixture, stream, framing, terminal }];
});

function finishReasons(response: ModelResponse): string[] {
  return response.choices.map((choice) => choice.finish_reason);
}

describe("the terminal event, as the fixtures' text has it", () => {
  it("is there in every stream that is no error, and nowhere else", () => {
    assert.ok(CASES.length >= 40, `${CASES.length} streams`);
    for (const { fixture, stream, terminal } of CASES) {
      assert.equal(terminal <= stream.length, expectedError(fixture) === undefined, fixture.name);
    }
  });

  it("ends where its JSON ends", () => {
    for (const { fixture, stream, framing, terminal } of CASES) {
      // A binary frame ends with its checksum.
      if (terminal > stream.length || framing === "eventstream") continue;
      assert.equal(stream[terminal - 1], "}".charCodeAt(0), fixture.name);
    }
  });
});

describe("a stream cut at any byte", () => {
  for (const { fixture, stream, terminal } of CASES) {
    const where = terminal > stream.length ? "never a success" : `a success from byte ${terminal} on`;
    it(`${fixture.name}: ${stream.length} bytes, ${where}`, () => {
      for (let at = 0; at <= stream.length; at += 1) {
        const success = at >= terminal;
        assert.equal(endsWell(fixture, stream.subarray(0, at)), success, `a clean end after byte ${at}`);
        assert.equal(breaksWell(fixture, stream.subarray(0, at)), success, `broken after byte ${at}`);
      }
    });
  }
});

/** The body ended cleanly after these bytes. */
function endsWell(fixture: Fixture, bytes: Buffer): boolean {
  const reading = new StreamReading(fixture);
  try {
    reading.read(bytes);
  } catch {
    assertNoFinish(reading);
    return false;
  }
  assert.deepEqual(
    finishReasons(reading.response()),
    finishReasons(fixture.expected as ModelResponse),
    "a success with other reasons than the stream's",
  );
  return true;
}

/** The connection broke after these bytes. */
function breaksWell(fixture: Fixture, bytes: Buffer): boolean {
  const reading = new StreamReading(fixture);
  try {
    if (bytes.length > 0) reading.reader.data(bytes);
  } catch {
    return false;
  }
  // The engine ends a call here, before anything broke.
  const complete = reading.reader.complete();
  const whole = reading.reader.broken();
  assert.ok(whole || !complete, "complete, and not whole");
  assertNoFinish(reading);
  return whole;
}

/** Finish reasons wait until the stream is known to be whole. */
function assertNoFinish(reading: StreamReading): void {
  for (const { choices } of reading.chunks()) {
    for (const choice of choices) assert.equal(choice.finish_reason, null);
  }
}

/** How a server's answer can end in the middle. */
const ENDINGS: Readonly<Record<string, (exchange: Exchange, bytes: Buffer) => Promise<void>>> = {
  "FIN, connection: close": async (exchange, bytes) => {
    await exchange.head(200, { "content-type": "text/event-stream", connection: "close" });
    await exchange.raw(bytes);
    exchange.fin();
  },
  RST: async (exchange, bytes) => {
    await exchange.begin();
    if (bytes.length > 0) await exchange.part(bytes);
    await exchange.reset();
  },
  "FIN without the last HTTP chunk": async (exchange, bytes) => {
    await exchange.begin();
    if (bytes.length > 0) await exchange.part(bytes);
    exchange.fin();
  },
  "FIN before the content-length": async (exchange, bytes) => {
    await exchange.head(200, { "content-length": bytes.length + 1_000 });
    await exchange.raw(bytes);
    exchange.fin();
  },
};

const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  sse: ["openai/stream-usage-chunk", "openai/tool-calls-interleaved", "openai/non-ascii", "openai/crlf"],
  ndjson: ["ollama/stream", "ollama/tool-calls-parallel", "ollama/non-ascii", "ollama/crlf"],
  eventstream: ["bedrock/stream", "bedrock/tool-call", "bedrock/thinking", "bedrock/system-and-non-ascii"],
};
const OFFSETS_EACH = 12;
const AT_ONCE = 8;

/** Spread over the whole stream, with the bytes around the end of its terminal event. */
function offsetsOf({ stream, terminal }: StreamCase): number[] {
  const spread = Array.from({ length: OFFSETS_EACH }, (_, n) => Math.floor((n * terminal) / OFFSETS_EACH));
  return [...new Set([...spread, terminal - 1, terminal, terminal + 1, stream.length])];
}

describe("a stream cut on a real socket", function () {
  this.timeout(60_000);
  let server: ScriptedProvider;
  before(async () => {
    server = await ScriptedProvider.start();
  });
  after(async () => {
    await dispose();
    await server.stop();
  });

  for (const [framing, names] of Object.entries(SAMPLES)) {
    const cuts = names.flatMap((name) => {
      const found = CASES.find(({ fixture }) => fixture.name === name);
      assert.ok(found, name);
      return offsetsOf(found).map((at) => ({ ...found, at }));
    });
    for (const [ending, end] of Object.entries(ENDINGS)) {
      const early = cuts.filter(({ at, terminal }) => at < terminal).length;
      it(`${framing}: ${ending}, at ${early} bytes too early and ${cuts.length - early} late enough`, async () => {
        assert.ok(early >= 40, `${early} offsets`);
        // The request says which cut it wants: several run at once.
        server.clear(async (exchange) => {
          const { messages } = JSON.parse(exchange.request.body) as { messages: { content: unknown }[] };
          const cut = cuts[Number(/\d+/.exec(JSON.stringify(messages[0]?.content))?.[0])];
          assert.ok(cut);
          await end(exchange, cut.stream.subarray(0, cut.at));
        });
        for (let from = 0; from < cuts.length; from += AT_ONCE) {
          const batch = cuts.slice(from, from + AT_ONCE);
          await Promise.all(batch.map((cut, n) => checkCut(cut, from + n, server.origin)));
        }
        assert.deepEqual(server.errors, []);
        assert.equal(server.requests.length, cuts.length, "one request a call");
      });
    }
  }
});

async function checkCut(
  { fixture, at, terminal }: StreamCase & { at: number },
  number: number,
  origin: string,
): Promise<void> {
  const what = `${fixture.name}, byte ${at} of ${terminal}`;
  const stream = completion({
    model: String(fixture.call["model"]),
    messages: [{ role: "user", content: String(number) }],
    stream: true,
    num_retries: 0,
    api_key: "sk-fake-key",
    api_base: fixture.provider.id === "openai" ? `${origin}/v1` : origin,
  });
  const reasons: string[] = [];
  let chunks = 0;
  let failure: unknown;
  try {
    for await (const chunk of stream) {
      chunks += 1;
      for (const choice of chunk.choices) if (choice.finish_reason) reasons.push(choice.finish_reason);
    }
  } catch (error) {
    failure = error;
  }
  const expected = fixture.expected as ModelResponse;
  if (at >= terminal) {
    assert.equal(failure, undefined, what);
    assert.deepEqual(reasons, finishReasons(expected), what);
    return;
  }
  assert.deepEqual(reasons, [], `${what}: a cut stream said it was finished`);
  assert.ok(failure instanceof errors.APIError, `${what}: ${failure}`);
  // Nothing at all, cleanly ended, is an empty answer and no cut one.
  if (at > 0) assert.equal(failure.name, "APIConnectionError", what);
  assert.equal(failure.partial !== undefined, chunks > 0, what);
  assert.equal(failure.chunks_sent ?? 0, chunks, what);
  if (failure.partial === undefined || failure.partial === true) {
    assert.equal(failure.partial, undefined, `${what}: the library gives the answer so far`);
    return;
  }
  assert.deepEqual(finishReasons(failure.partial), ["unknown"], what);
  const said = failure.partial.choices[0]?.message.content ?? "";
  const all = expected.choices[0]?.message.content ?? "";
  assert.ok(all.startsWith(said), `${what}: "${said}" is no beginning of "${all}"`);
}
