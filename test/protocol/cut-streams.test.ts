// A cut stream is never a success: whatever ends it before its terminal event, the caller gets the text so far
// and an error that says it is a part.

import assert from "node:assert/strict";
import type { StreamEnd } from "../../server/protocol/schema.ts";
import type { Exchange } from "../server/exchange.ts";
import { doneLine, messageLine } from "../server/ollama-bytes.ts";
import { chunkOf, sse, streamEvents, textEvent } from "../server/openai-bytes.ts";
import { sharedBackend } from "./backend-process.ts";
import { assertProviderFailure } from "./failure-shape.ts";
import { ollama, openai, scriptedProvider } from "./scripted.ts";

const WORDS = ["Hello", ", cut", " wörld", "!"];

describe("a cut stream", function () {
  this.timeout(120_000);
  const backend = sharedBackend();
  const provider = scriptedProvider();
  let streams = 0;

  /** Runs a stream that must fail as a cut one; gives the text that reached the caller. */
  async function cut(params: Record<string, unknown>, partial: boolean): Promise<string> {
    const { client } = backend();
    streams += 1;
    const stream_id = `cut-${streams}`;
    const failure = await client.failure("edgequake/completionStream", { ...params, stream_id });
    // Nothing at all is no stream that was cut: it may also be called an empty answer.
    const name = partial ? "APIConnectionError" : ["APIConnectionError", "APIError"];
    assertProviderFailure(failure, { provider: String(params["model"]).split("/")[0] ?? "", name });
    const chunks = client.chunks(stream_id);
    for (const chunk of chunks) {
      for (const choice of chunk.choices)
        assert.equal(choice.finish_reason, null, "a cut stream said it was finished");
    }
    if (partial) assert.equal(failure.data.partial, true);
    assert.equal(failure.data.partial === true, chunks.length > 0);
    assert.equal(failure.data.chunks_sent ?? 0, chunks.length);
    return client.text(stream_id);
  }

  const endings: readonly [what: string, end: (exchange: Exchange) => Promise<void> | void][] = [
    ["FIN without the last HTTP chunk", (exchange) => exchange.fin()],
    ["RST", (exchange) => exchange.reset()],
    ["a clean end of the HTTP body", (exchange) => exchange.finish()],
  ];
  for (const [what, end] of endings) {
    for (const count of [0, 1, 3]) {
      it(`${what} after ${count} chunks`, async () => {
        provider().always(async (exchange) => {
          await exchange.begin();
          for (const word of WORDS.slice(0, count)) await exchange.part(textEvent(word));
          await end(exchange);
        });
        assert.equal(await cut(openai(provider()), count > 0), WORDS.slice(0, count).join(""));
      });
      it(`${what} after ${count} Ollama lines`, async () => {
        provider().always(async (exchange) => {
          await exchange.begin({ "content-type": "application/x-ndjson" });
          for (const word of WORDS.slice(0, count)) await exchange.part(messageLine(word));
          await end(exchange);
        });
        assert.equal(await cut(ollama(provider()), count > 0), WORDS.slice(0, count).join(""));
      });
    }
  }

  it("after 50 chunks delivers them once", async () => {
    const words = Array.from({ length: 50 }, (_, index) => `${index} `);
    provider().always(async (exchange) => {
      await exchange.begin();
      for (const word of words) await exchange.part(textEvent(word));
      await exchange.reset();
    });
    assert.equal(await cut(openai(provider(), { num_retries: 2 }), true), words.join(""));
    assert.equal(provider().requests.length, 1);
  });

  it("without transfer coding: connection: close and a FIN is no end", async () => {
    provider().always(async (exchange) => {
      await exchange.head(200, { "content-type": "text/event-stream", connection: "close" });
      await exchange.raw(textEvent("Hello"));
      exchange.fin();
    });
    assert.equal(await cut(openai(provider()), true), "Hello");
  });

  it("[DONE] without a finish reason is no end", async () => {
    provider().always(async (exchange) => {
      await exchange.begin();
      for (const event of streamEvents(WORDS, { finish: null })) await exchange.part(event);
      await exchange.finish();
    });
    assert.equal(await cut(openai(provider()), true), WORDS.join(""));
  });

  it("one of two choices finished is no end", async () => {
    provider().always(async (exchange) => {
      await exchange.begin();
      const at = (index: number, finish_reason: string | null): string =>
        sse({ ...chunkOf({}), choices: [{ index, delta: { content: "x" }, finish_reason }] });
      for (const event of [at(0, null), at(1, null), at(0, "stop"), sse("[DONE]")])
        await exchange.part(event);
      await exchange.finish();
    });
    await cut(openai(provider(), { n: 2 }), true);
  });

  it("a finish reason, then a missing [DONE], is success, however the bytes end", async () => {
    for (const [, end] of endings) {
      provider().always(async (exchange) => {
        await exchange.begin();
        for (const event of streamEvents(WORDS, { done: false })) await exchange.part(event);
        await end(exchange);
      });
      streams += 1;
      const params = openai(provider(), { stream_id: `cut-${streams}` });
      const end_ = await backend().client.result<StreamEnd>("edgequake/completionStream", params);
      assert.deepEqual(end_.finish_reasons, ["stop"]);
      assert.equal(backend().client.text(`cut-${streams}`), WORDS.join(""));
    }
  });

  it("bytes after [DONE], a second [DONE], a second finish and text after it change nothing", async () => {
    provider().always(async (exchange) => {
      await exchange.begin();
      const events = streamEvents(["Hello"], { done: false });
      events.splice(3, 0, sse(chunkOf({}, "length")));
      events.push(sse("[DONE]"), sse("[DONE]"), textEvent("ghost"), "garbage after the end");
      for (const event of events) await exchange.part(event);
      await exchange.finish();
    });
    streams += 1;
    const params = openai(provider(), {
      stream_id: `cut-${streams}`,
      stream_options: { include_usage: true },
    });
    const end = await backend().client.result<StreamEnd>("edgequake/completionStream", params);
    assert.deepEqual(end.finish_reasons, ["stop"]);
    const chunks = backend().client.chunks(`cut-${streams}`);
    assert.equal(chunks.filter((chunk) => chunk.choices[0]?.finish_reason != null).length, 1);
    assert.equal(chunks.filter((chunk) => chunk.usage).length, 1);
    assert.equal(backend().client.text(`cut-${streams}`), "Hello");
  });

  it("a server that keeps the connection open after [DONE] does not keep the caller", async () => {
    provider().always(async (exchange) => {
      await exchange.begin();
      for (const event of streamEvents(WORDS)) await exchange.part(event);
    });
    streams += 1;
    const params = openai(provider(), { stream_id: `cut-${streams}` });
    const before = performance.now();
    await backend().client.result("edgequake/completionStream", params);
    assert.ok(performance.now() - before < 3000);
  });

  it("cut at every byte of a small stream: success only once the finish reason is whole", async () => {
    const { client } = backend();
    const events = streamEvents(["Hé", "!"]);
    const whole = Buffer.from(events.join(""));
    const finishAt = Buffer.byteLength(events.slice(0, 4).join(""));
    provider().always(async (exchange) => {
      const offset = Number(exchange.request.headers["x-offset"]);
      await exchange.begin();
      if (offset > 0) await exchange.part(whole.subarray(0, offset));
      exchange.fin();
    });
    const offsets = Array.from({ length: whole.length + 1 }, (_, offset) => offset);
    const failures: string[] = [];
    // The blank line ends an event; a parser may take the event at the line's end or at the blank one.
    const sure = (offset: number): boolean => offset < finishAt - 2 || offset >= finishAt;
    for (let from = 0; from < offsets.length; from += 25) {
      await Promise.all(
        offsets.slice(from, from + 25).map(async (offset) => {
          const stream_id = `offset-${offset}`;
          const params = openai(provider(), { stream_id, extra_headers: { "x-offset": String(offset) } });
          const answer = await client.call("edgequake/completionStream", params);
          const ok = answer.error === undefined;
          if (sure(offset) && ok !== offset >= finishAt)
            failures.push(`${offset}: ${ok ? "success" : "failure"}`);
          if (!ok && client.chunks(stream_id).some((chunk) => chunk.choices[0]?.finish_reason != null)) {
            failures.push(`${offset}: a finish reason before an error`);
          }
        }),
      );
    }
    console.log(`        ${offsets.length} offsets, ${failures.length} wrong`);
    assert.deepEqual(failures, []);
  });

  it("cut at every byte of a small Ollama stream", async () => {
    const { client } = backend();
    const lines = [messageLine("Hé"), messageLine("!"), doneLine()];
    const whole = Buffer.from(lines.join(""));
    provider().always(async (exchange) => {
      const offset = Number(exchange.request.headers["x-offset"]);
      await exchange.begin({ "content-type": "application/x-ndjson" });
      if (offset > 0) await exchange.part(whole.subarray(0, offset));
      exchange.fin();
    });
    const failures: string[] = [];
    for (let from = 0; from <= whole.length; from += 25) {
      const some = Array.from({ length: 25 }, (_, index) => from + index).filter(
        (offset) => offset <= whole.length,
      );
      await Promise.all(
        some.map(async (offset) => {
          const stream_id = `line-${offset}`;
          const params = ollama(provider(), { stream_id, extra_headers: { "x-offset": String(offset) } });
          const answer = await client.call("edgequake/completionStream", params);
          // The last line is whole without its newline.
          if ((answer.error === undefined) !== offset >= whole.length - 1) failures.push(String(offset));
        }),
      );
    }
    assert.deepEqual(failures, []);
  });
});

describe("a stream split anywhere", function () {
  this.timeout(60_000);
  const backend = sharedBackend();
  const provider = scriptedProvider();

  const variants: readonly [what: string, bytes: Buffer][] = [
    ["LF", Buffer.from(streamEvents(["Hé", "llo 世界", " 🌍"]).join(""))],
    ["CRLF", Buffer.from(streamEvents(["Hé", "llo 世界", " 🌍"]).join("").replaceAll("\n", "\r\n"))],
    ["CR", Buffer.from(streamEvents(["Hé", "llo 世界", " 🌍"]).join("").replaceAll("\n", "\r"))],
    [
      "a BOM and comments",
      Buffer.from(`\uFEFF: hello\n\n${streamEvents(["Hé", "llo 世界", " 🌍"]).join(": ping\n\n")}`),
    ],
    [
      "no space after data:",
      Buffer.from(streamEvents(["Hé", "llo 世界", " 🌍"]).join("").replaceAll("data: ", "data:")),
    ],
    [
      "id, event and retry fields",
      Buffer.from(
        streamEvents(["Hé", "llo 世界", " 🌍"])
          .map((event) => `id: 1\nevent: message\nretry: 5\n${event}`)
          .join(""),
      ),
    ],
  ];
  for (const [what, bytes] of variants) {
    it(`reads the same with ${what}, byte by byte and whole`, async () => {
      const { client } = backend();
      for (const [how, size] of [
        ["whole", bytes.length],
        ["one", 1],
        ["seven", 7],
      ] as const) {
        provider().always(async (exchange) => {
          await exchange.begin();
          for (let at = 0; at < bytes.length; at += size) {
            await exchange.part(bytes.subarray(at, at + size));
            if (size === 1) await exchange.wait(0);
          }
          await exchange.finish();
        });
        const stream_id = `${what} ${how}`;
        await client.result("edgequake/completionStream", openai(provider(), { stream_id }));
        assert.equal(client.text(stream_id), "Héllo 世界 🌍");
      }
    });
  }

  it("malformed UTF-8 becomes U+FFFD, not an error", async () => {
    const [before = "", after = ""] = textEvent("a?b").split("?");
    provider().always(async (exchange) => {
      await exchange.begin();
      await exchange.part(
        Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xc3]), Buffer.from(after)]),
      );
      for (const event of streamEvents([])) await exchange.part(event);
      await exchange.finish();
    });
    await backend().client.result("edgequake/completionStream", openai(provider(), { stream_id: "utf8" }));
    assert.match(backend().client.text("utf8"), /^a\uFFFD+b$/);
  });
});
