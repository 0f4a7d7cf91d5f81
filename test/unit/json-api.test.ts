// The API as functions from JSON to JSON: what goes in and out survives a trip as text, failures are told and not
// thrown, streams are fetched piece by piece and lose nothing, and one that is forgotten is cancelled.

import assert from "node:assert/strict";
import { CompletionStream } from "../../server/protocol/completion-stream.ts";
import { PermissionDeniedError, RateLimitError } from "../../server/protocol/errors.ts";
import type { StreamEnd } from "../../server/protocol/results.ts";
import type { ChunkStream, EdgeQuakeAPI, EdgeQuakeExports } from "../../src/api.ts";
import { JsonApi } from "../../src/json-api/json-api.ts";
import { JsonStream, type JsonStreamOptions } from "../../src/json-api/json-stream.ts";
import { poll } from "../host/poll.ts";

const END: StreamEnd = {
  stream_id: "s1",
  chunks: 3,
  finish_reasons: ["stop"],
  usage: null,
  cost_usd: null,
  request_id: null,
  call_id: "c",
  ms_first_chunk: 1,
  ms_total: 2,
  attempts: 1,
  warnings: [],
};
const FIRST = {
  id: "i",
  object: "chat.completion.chunk" as const,
  created: 1,
  model: "m",
  choices: [{ index: 0, delta: { role: "assistant" as const, content: "" }, finish_reason: null }],
};
const QUICK: JsonStreamOptions = { most: 100, piece: 4, wait_ms: 20, idle_ms: 30_000 };

interface Source {
  stream: CompletionStream;
  cancelled(): boolean;
}

function source(): Source {
  let cancelled = false;
  const stream = new CompletionStream();
  stream.attach({
    cancel: () => {
      cancelled = true;
    },
  });
  return { stream, cancelled: () => cancelled };
}

const words = (pieces: { chunks: { choices: { delta: { content?: string | null } }[] }[] }): string =>
  pieces.chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");

/** An API of which only what is given works; `callers` notes who asked for it. */
function scene(api: Partial<EdgeQuakeAPI>, limits = QUICK): { json: JsonApi; callers: unknown[] } {
  const callers: unknown[] = [];
  const exports = {
    getAPI: (_version: 1, caller: string) => {
      callers.push(caller);
      return api as EdgeQuakeAPI;
    },
  } satisfies EdgeQuakeExports;
  return { json: new JsonApi(exports, limits), callers };
}

describe("a stream fetched piece by piece", () => {
  it("gives everything in order, in bounded pieces, then its end", async () => {
    const { stream } = source();
    let gone = 0;
    const json = new JsonStream(stream as unknown as ChunkStream, () => (gone += 1), QUICK);
    stream.push([FIRST, "a", "b", "c", "d", "e"]);
    stream.finish(END);
    const pieces = [await json.next()];
    assert.equal(gone, 0);
    while (pieces.at(-1)?.done === false) pieces.push(await json.next());
    assert.equal(pieces.map(words).join(""), "abcde");
    assert.ok(pieces.every(({ chunks }) => chunks.length <= 4));
    assert.deepEqual(pieces.at(-1)?.end, END);
    assert.equal(gone, 1);
  });

  it("waits for what comes, and not for ever", async () => {
    const { stream } = source();
    const json = new JsonStream(stream as unknown as ChunkStream, () => {}, QUICK);
    const asked = json.next();
    assert.equal(json.busy, true);
    stream.push([FIRST, "now"]);
    assert.equal(words(await asked), "");
    assert.equal(words(await json.next()), "now");
    assert.deepEqual(await json.next(), { chunks: [], done: false });
    json.cancel();
  });

  it("tells its failure after what came before it", async () => {
    const { stream } = source();
    const json = new JsonStream(stream as unknown as ChunkStream, () => {}, QUICK);
    stream.push([FIRST, "half"]);
    stream.fail(
      new RateLimitError({ message: "slow down", retry_after_ms: 7, llm_provider: "p", model: "m" }),
    );
    const pieces = [await json.next()];
    while (pieces.at(-1)?.done === false) pieces.push(await json.next());
    assert.equal(pieces.map(words).join(""), "half");
    const { name, status_code, llm_provider, model, retry_after_ms, message } = pieces.at(-1)?.error ?? {};
    assert.deepEqual(
      { name, status_code, llm_provider, model, retry_after_ms, message },
      {
        name: "RateLimitError",
        status_code: 429,
        llm_provider: "p",
        model: "m",
        retry_after_ms: 7,
        message: "litellm.RateLimitError: slow down",
      },
    );
  });

  it("is cancelled when nobody asks for it any more", async () => {
    const { stream, cancelled } = source();
    let gone = false;
    const forgotten = () => {
      gone = true;
    };
    new JsonStream(stream as unknown as ChunkStream, forgotten, { ...QUICK, idle_ms: 10 });
    await poll("it to be forgotten", 2000, () => gone && cancelled());
  });

  it("is cancelled when too much waits, and says so", async () => {
    const { stream, cancelled } = source();
    const json = new JsonStream(stream as unknown as ChunkStream, () => {}, { ...QUICK, most: 3 });
    stream.push([FIRST, "a", "b", "c", "d"]);
    await poll("it to be cancelled", 2000, cancelled);
    const last = await json.next();
    assert.equal(words(last), "abc");
    assert.equal(last.error?.code, "not_read");
  });
});

describe("the API from JSON to JSON", () => {
  const travels = (value: unknown): void => assert.deepEqual(JSON.parse(JSON.stringify(value)), value);

  it("asks in the caller's name, and gives vectors as plain numbers", async () => {
    const { json, callers } = scene({
      embedding: (async () => ({
        object: "list",
        model: "m",
        data: [{ object: "embedding", index: 0, embedding: new Float32Array([0.5, -1]) }],
      })) as unknown as EdgeQuakeAPI["embedding"],
    });
    const answer = await json.commands["embedding"]?.("a.b", { model: "m", input: "x" });
    travels(answer);
    assert.deepEqual((answer as { data: { embedding: number[] }[] }).data[0]?.embedding, [0.5, -1]);
    assert.deepEqual(callers, ["a.b"]);
  });

  it("tells failures, of the leave too, and never throws", async () => {
    const denied = new PermissionDeniedError({ message: "a.b may not", code: "consent_denied" });
    const { json } = scene({
      completion: (() => Promise.reject(denied)) as unknown as EdgeQuakeAPI["completion"],
    });
    const failed = (await json.completion("a.b", { model: "m", messages: [] })) as {
      error: { name: string };
    };
    travels(failed);
    assert.equal(failed.error.name, "PermissionDeniedError");
    for (const wrong of [undefined, null, 5, "x", []]) {
      const answer = (await json.completion("a.b", wrong)) as { error: { name: string } };
      assert.equal(answer.error.name, "BadRequestError", String(wrong));
    }
  });

  it("streams are told apart, ended, cancelled and forgotten", async () => {
    const sources: Source[] = [];
    const { json } = scene({
      completion: (() => {
        const one = source();
        sources.push(one);
        return one.stream;
      }) as unknown as EdgeQuakeAPI["completion"],
    });
    const ids = [];
    for (const _ of [1, 2]) {
      const begun = (await json.start("a.b", { model: "m", messages: [] })) as { stream_id: string };
      travels(begun);
      ids.push(begun.stream_id);
    }
    assert.notEqual(ids[0], ids[1]);
    const waiting = json.next(ids[0]);
    const tooSoon = (await json.next(ids[0])) as { error: { name: string } };
    assert.equal(tooSoon.error.name, "BadRequestError");
    sources[0]?.stream.push([FIRST]);
    travels(await waiting);
    assert.deepEqual(await json.cancel(ids[0]), { cancelled: true });
    assert.equal(sources[0]?.cancelled(), true);
    assert.deepEqual(await json.cancel(ids[0]), { cancelled: false });
    const after = (await json.next(ids[0])) as { error: { name: string } };
    assert.equal(after.error.name, "NotFoundError");
    json.dispose();
    assert.equal(sources[1]?.cancelled(), true);
  });
});
