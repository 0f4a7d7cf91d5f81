// Every fixture folder against its adapter: the request is exactly the one written there, and the bytes decode
// to exactly what is expected, however they are cut into pieces on their way.

import assert from "node:assert/strict";
import { wireOf } from "../server/engine/engine.ts";
import { FailureContext } from "../server/engine/failure.ts";
import { JsonReader } from "../server/engine/read-json.ts";
import { retryAfterMs } from "../server/engine/retry-after.ts";
import type { Target } from "../server/engine/target.ts";
import { createError, type OpenAIError } from "../server/protocol/errors.ts";
import { classify } from "../server/providers/classify.ts";
import type { WireRequest } from "../server/providers/types.ts";
import { WireFailure } from "../server/providers/types.ts";
import {
  chatCall,
  type ExpectedError,
  embedCall,
  expectedError,
  type Fixture,
  readFixtures,
  StreamReading,
  settingsOf,
  textCall,
} from "./fixtures/fixtures.ts";

function wireRequest(fixture: Fixture): WireRequest {
  const { provider, kind } = fixture;
  if (kind === "chat") {
    const call = chatCall(fixture);
    return wireOf(provider, call).request(call);
  }
  const wire =
    kind === "embed"
      ? provider.embed?.request(embedCall(fixture))
      : kind === "text"
        ? provider.text?.request(textCall(fixture))
        : provider.models?.request(settingsOf(provider, fixture.call));
  assert.ok(wire, `${provider.id} has no ${kind}`);
  return wire;
}

/** Through the reader that the engine uses, so that the body's text is judged there too. */
function decodeWhole(fixture: Fixture): unknown {
  const { provider, kind, response } = fixture;
  assert.ok(response !== undefined);
  let decoded: unknown;
  const reader = new JsonReader((json) => {
    if (kind === "chat") {
      const call = chatCall(fixture, false);
      const wire = wireOf(provider, call);
      wire.request(call);
      decoded = wire.response(json, call);
    } else if (kind === "embed") decoded = provider.embed?.response(json, embedCall(fixture));
    else if (kind === "text") decoded = provider.text?.response(json, textCall(fixture));
    else decoded = provider.models?.response(json);
  });
  reader.data(Buffer.from(response));
  reader.end();
  return decoded;
}

function failureContext({ provider, call }: Fixture): FailureContext {
  const target: Target = {
    provider,
    model: String(call["model"]).split("/").slice(1).join("/"),
    requested_model: String(call["model"]),
    api_base: "http://127.0.0.1:9/v1",
    origin: "http://127.0.0.1:9",
    api_key: undefined,
    settings: {},
    own_base: false,
    headers: {},
  };
  return new FailureContext(target, "call-fixture");
}

function checkError(error: OpenAIError, expected: ExpectedError): void {
  assert.equal(error.name, expected.error);
  // By the class too, as callers ask.
  const named = createError(expected.error, { message: "" });
  assert.ok(error instanceof named.constructor);
  assert.equal(error.status_code, expected.status_code);
  assert.equal(error.retryable, expected.retryable);
  assert.ok(error.message.startsWith(`litellm.${expected.error}: `), error.message);
  assert.ok(error.message.includes(expected.message), error.message);
  if (expected.hint !== undefined) assert.ok(error.message.includes(expected.hint), error.message);
  assert.equal(error.retry_after_ms, expected.retry_after_ms);
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return assert.fail("it succeeded");
}

/** Over JSON, as every answer travels: what it cannot carry is not there. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const LINE_ENDS = [
  ["CR LF", "\r\n"],
  ["CR", "\r"],
  ["LF", "\n"],
] as const;

const FIXTURES = readFixtures();

describe("provider fixtures", () => {
  it("are there", () => {
    for (const id of ["openai", "ollama"]) {
      const own = FIXTURES.filter((fixture) => fixture.provider.id === id);
      assert.ok(own.length >= 25, `${own.length} of ${id}`);
    }
    for (const { name, response, stream } of FIXTURES)
      assert.ok(response !== undefined || stream, `${name} holds no bytes`);
  });

  for (const fixture of FIXTURES) {
    const expected = expectedError(fixture);
    describe(fixture.name, () => {
      it("sends exactly the request", () => {
        const { method, path, headers, body } = wireRequest(fixture);
        const sent = { method, path, ...(body ? { body } : {}) };
        const { headers: wanted, ...rest } = fixture.request;
        assert.deepEqual(plain(sent), rest);
        assert.deepEqual(headers ?? {}, wanted ?? {});
      });

      if (fixture.status !== 200) {
        assert.ok(expected, `${fixture.name}: a status of ${fixture.status} is an error`);
        it(`is ${expected.error}`, () => refusedAs(fixture, expected));
        return;
      }
      if (fixture.response !== undefined) {
        if (expected) it(`as a whole is ${expected.error}`, () => wrongAs(fixture, expected));
        else
          it("decodes the whole answer", () =>
            assert.deepEqual(plain(decodeWhole(fixture)), fixture.expected));
      }
      const { stream } = fixture;
      if (stream === undefined) return;
      if (expected) it(`streamed is ${expected.error}, after the chunks before it`, () => brokenAs(fixture));
      else {
        it("decodes the stream", () => {
          const response = new StreamReading(fixture).read(stream).response();
          assert.deepEqual(plain(response), fixture.expected);
        });
        it("decodes the stream byte by byte", () => {
          const once = new StreamReading(fixture).read(stream);
          const bytes = Array.from(stream, (byte) => Buffer.of(byte));
          const pieces = new StreamReading(fixture).read(...bytes);
          assert.deepEqual(pieces.chunks(), once.chunks());
          assert.deepEqual(pieces.response(), once.response());
        });
        it("decodes the stream in any two pieces", () => everySplit(fixture, stream));
        if (isSse(fixture)) {
          for (const [name, end] of LINE_ENDS)
            it(`decodes the stream in any two pieces, its lines ending in ${name}`, () =>
              everySplit(fixture, withLineEnds(stream, end), new StreamReading(fixture).read(stream)));
        }
      }
    });
  }
});

function isSse(fixture: Fixture): boolean {
  const call = chatCall(fixture, true);
  return wireOf(fixture.provider, call).framing === "sse" && !fixture.stream?.toString().startsWith("{");
}

/** Inside JSON line ends are escaped: what stands between bytes is the framing's. */
function withLineEnds(stream: Buffer, end: string): Buffer {
  return Buffer.from(stream.toString("utf8").replace(/\r\n|\n|\r/g, end));
}

function everySplit(
  fixture: Fixture,
  stream: Buffer,
  once: StreamReading = new StreamReading(fixture).read(stream),
): void {
  const chunks = JSON.stringify(once.chunks());
  const response = JSON.stringify(once.response());
  for (let at = 1; at < stream.length; at += 1) {
    const split = new StreamReading(fixture).read(stream.subarray(0, at), stream.subarray(at));
    assert.equal(JSON.stringify(split.chunks()), chunks, `split before byte ${at}`);
    assert.equal(JSON.stringify(split.response()), response, `split before byte ${at}`);
  }
}

function refusedAs(fixture: Fixture, expected: ExpectedError): void {
  const { provider, status, headers } = fixture;
  const failure = provider.failure(status, headers, fixture.response ?? "");
  assert.deepEqual(classify(failure), {
    name: expected.error,
    status_code: expected.status_code,
    retryable: expected.retryable,
  });
  const retry_after_ms = retryAfterMs(headers, 0);
  checkError(failureContext(fixture).fromFailure(failure, { retry_after_ms }), expected);
}

function wrongAs(fixture: Fixture, expected: ExpectedError): void {
  const thrown = thrownBy(() => decodeWhole(fixture));
  checkError(failureContext(fixture).fromDecoder(thrown), expected);
}

/** Whole and cut in two anywhere: the failure is the same, and nothing looked like an end before it. */
function brokenAs(fixture: Fixture): void {
  const expected = expectedError(fixture);
  const { stream } = fixture;
  assert.ok(expected && stream);
  for (let at = 0; at < stream.length; at += 1) {
    const reading = new StreamReading(fixture);
    const thrown = thrownBy(() => reading.read(stream.subarray(0, at), stream.subarray(at)));
    assert.ok(thrown instanceof WireFailure, `split before byte ${at}: ${thrown}`);
    checkError(failureContext(fixture).fromDecoder(thrown), expected);
    assert.equal(reading.compact.length, expected.chunks);
    for (const { choices } of reading.chunks()) {
      for (const choice of choices) assert.equal(choice.finish_reason, null);
    }
  }
}
