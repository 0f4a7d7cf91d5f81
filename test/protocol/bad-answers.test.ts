// A provider that answers with something else than an answer: never a success, always a sentence that helps.

import assert from "node:assert/strict";
import { type AddressInfo, createServer } from "node:net";
import { chunkOf, errorBody, sendEvents, sse, textEvent } from "../server/openai-bytes.ts";
import type { Script } from "../server/scripted-provider.ts";
import { sharedBackend } from "./backend-process.ts";
import { assertProviderFailure } from "./failure-shape.ts";
import type { Failure } from "./raw-client.ts";
import { openai, scriptedProvider } from "./scripted.ts";

const API_ERRORS = ["APIError", "APIConnectionError", "APIResponseValidationError"];

describe("a provider that is none", function () {
  this.timeout(60_000);
  const backend = sharedBackend();
  const provider = scriptedProvider();
  let calls = 0;

  async function both(script: Script, check: (failure: Failure) => void): Promise<void> {
    const { client } = backend();
    provider().always(script);
    check(await client.failure("edgequake/completion", openai(provider())));
    calls += 1;
    const stream_id = `bad-${calls}`;
    const failure = await client.failure("edgequake/completionStream", openai(provider(), { stream_id }));
    check(failure);
    assert.equal(failure.data.partial, undefined);
    assert.deepEqual(client.chunks(stream_id), []);
  }

  const page = `<!DOCTYPE html><html><head><title>Hotel WiFi</title><script>var secret=1</script></head>
    <body><h1>Please sign in to the network</h1>${"<p>filler</p>".repeat(500)}</body></html>`;

  it("an HTML page with status 200: quoted in at most 200 characters", async () => {
    const script: Script = (exchange) => exchange.reply(200, page, { "content-type": "text/html" });
    await both(script, (failure) => {
      assertProviderFailure(failure, { provider: "openai", name: API_ERRORS, message: /Hotel WiFi|sign in/ });
      assert.ok(failure.message.length < 700, `${failure.message.length} characters`);
      assert.doesNotMatch(failure.message, /<script|<html|var secret/);
      assert.ok(failure.message.includes(provider().origin), "says where to look");
    });
  });

  it("an HTML page that calls itself JSON or a stream", async () => {
    for (const type of ["application/json", "text/event-stream"]) {
      const script: Script = (exchange) => exchange.reply(200, page, { "content-type": type });
      await both(script, (failure) => {
        assertProviderFailure(failure, { provider: "openai", name: API_ERRORS });
        assert.doesNotMatch(failure.message, /<script|<html/);
      });
    }
  });

  for (const body of [
    "",
    " \n",
    "{}",
    "[]",
    "null",
    "true",
    "42",
    '"text"',
    '{"choices":[]}',
    '{"choices":null}',
    '{"choices":{}}',
    '{"choices":[null]}',
    '{"choices":[{}]}',
    '{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[]}',
    '{"hello":"world"}',
    "plain text",
    '{"choices":[{"index":0,"message":{"role":"assistant","content":"cut he',
  ]) {
    it(`200 with ${JSON.stringify(body)}`, async () => {
      await both(
        (exchange) => exchange.reply(200, body),
        (failure) => assertProviderFailure(failure, { provider: "openai", name: API_ERRORS }),
      );
    });
  }

  it("204 without a body", async () => {
    await both(
      (exchange) => exchange.head(204),
      (failure) => assertProviderFailure(failure, { provider: "openai", name: API_ERRORS }),
    );
  });

  for (const events of [
    [],
    [": nothing but a comment\n\n"],
    [sse("[DONE]")],
    [sse("{}"), sse("[DONE]")],
    [sse("null")],
    [sse("[]"), sse("[DONE]")],
    [sse({ ...chunkOf({}), choices: [] }), sse("[DONE]")],
  ]) {
    it(`a stream of ${JSON.stringify(events.join(""))}`, async () => {
      provider().always((exchange) => sendEvents(exchange, events));
      const params = openai(provider(), { stream_id: `empty-${calls++}` });
      const failure = await backend().client.failure("edgequake/completionStream", params);
      assertProviderFailure(failure, { provider: "openai", name: API_ERRORS });
      assert.equal(failure.data.partial, undefined);
    });
  }

  it("a JSON error inside a 200: the class of its own code, the provider's text", async () => {
    for (const [body, name] of [
      [errorBody("slow down", "rate_limit_exceeded"), "RateLimitError"],
      [errorBody("bad key", "invalid_api_key"), "AuthenticationError"],
      [errorBody("The server had an error", null, "server_error"), "InternalServerError"],
      [JSON.stringify({ error: { message: "upstream says 429", code: 429 } }), "RateLimitError"],
      [
        JSON.stringify({ error: { message: "too long", code: "context_length_exceeded" } }),
        "ContextWindowExceededError",
      ],
    ] as const) {
      await both(
        (exchange) => exchange.reply(200, body),
        (failure) => {
          assertProviderFailure(failure, { provider: "openai", name });
          const text = (JSON.parse(body) as { error: { message: string } }).error.message;
          assert.ok(failure.message.includes(text), failure.message);
        },
      );
    }
    await both(
      (exchange) => exchange.reply(200, '{"error":"just a sentence"}'),
      (failure) => assert.match(failure.message, /just a sentence/),
    );
  });

  it("an SSE error event before content, in every shape", async () => {
    for (const event of [
      sse({ error: { message: "overloaded now", type: "overloaded_error" } }),
      `event: error\n${sse({ message: "overloaded now", type: "overloaded_error" })}`,
      `event: error\n${sse({ error: { message: "overloaded now", code: 529 } })}`,
    ]) {
      provider().always((exchange) => sendEvents(exchange, [event, sse("[DONE]")]));
      const params = openai(provider(), { stream_id: `sse-${calls++}` });
      const failure = await backend().client.failure("edgequake/completionStream", params);
      assertProviderFailure(failure, {
        provider: "openai",
        name: ["InternalServerError", "ServiceUnavailableError"],
      });
      assert.match(failure.message, /overloaded now/);
    }
  });

  it("an SSE error event in the middle: the text stays, marked as part", async () => {
    const error = sse({ error: { message: "the model crashed", type: "server_error" } });
    provider().always((exchange) => sendEvents(exchange, [textEvent("Hello"), error, sse("[DONE]")]));
    const params = openai(provider(), { stream_id: "sse-middle" });
    const failure = await backend().client.failure("edgequake/completionStream", params);
    assertProviderFailure(failure, {
      provider: "openai",
      name: "InternalServerError",
      message: /the model crashed/,
    });
    assert.equal(failure.data.partial, true);
    assert.equal(failure.data.chunks_sent, backend().client.chunks("sse-middle").length);
    assert.equal(backend().client.text("sse-middle"), "Hello");
  });

  it("an SSE error event before content is retried, once content came it is not", async () => {
    const error = sse({ error: { message: "busy", code: "rate_limit_exceeded" } });
    provider().always((exchange) => sendEvents(exchange, [error]));
    const early = openai(provider(), { stream_id: "sse-early", num_retries: 1 });
    await backend().client.failure("edgequake/completionStream", early);
    assert.equal(provider().requests.length, 2);
    provider().clear((exchange) => sendEvents(exchange, [textEvent("Hello"), error]));
    const late = openai(provider(), { stream_id: "sse-late", num_retries: 1 });
    await backend().client.failure("edgequake/completionStream", late);
    assert.equal(provider().requests.length, 1);
  });

  for (const bad of [
    '{"choices":',
    "not json",
    '{"choices":[{"index":0,"delta":{"content":"x"}',
    "\u0000\u0001",
  ]) {
    it(`a chunk of ${JSON.stringify(bad)} ends the stream, the part kept, the chunk not shown`, async () => {
      provider().always((exchange) =>
        sendEvents(exchange, [textEvent("Hello"), `data: ${bad}\n\n`, textEvent(" later")]),
      );
      const id = `json-${calls++}`;
      const failure = await backend().client.failure(
        "edgequake/completionStream",
        openai(provider(), { stream_id: id }),
      );
      assertProviderFailure(failure, { provider: "openai", name: API_ERRORS });
      assert.equal(failure.data.partial, true);
      assert.equal(backend().client.text(id), "Hello");
      assert.ok(bad.length < 9 || !failure.message.includes(bad), failure.message);
    });
  }

  it("a port that speaks no HTTP", async () => {
    for (const hello of [
      "SSH-2.0-OpenSSH_9.2\r\n",
      "\u0016\u0003\u0001\u0002\u0000",
      "220 mail ESMTP\r\n",
      "HTTP/9.9 banana\r\n\r\n",
    ]) {
      await both(
        async (exchange) => {
          await exchange.raw(hello);
          exchange.fin();
        },
        (failure) => {
          assertProviderFailure(failure, { provider: "openai", name: API_ERRORS });
          assert.ok(failure.message.includes(`127.0.0.1:${provider().port}`), failure.message);
        },
      );
    }
  });

  it("a port where nobody listens: APIConnectionError with the address", async () => {
    const call = openai(provider(), { api_base: "http://127.0.0.1:9/v1" });
    const failure = await backend().client.failure("edgequake/completion", call);
    assertProviderFailure(failure, {
      provider: "openai",
      name: "APIConnectionError",
      retryable: true,
      message: /127\.0\.0\.1:9/,
    });
  });

  it("a name that does not exist: APIConnectionError with the name, not retried", async () => {
    const call = openai(provider(), { api_base: "https://no-such-host.invalid/v1", num_retries: 2 });
    const failure = await backend().client.failure("edgequake/completion", call);
    assertProviderFailure(failure, {
      provider: "openai",
      name: "APIConnectionError",
      message: /no-such-host\.invalid/,
    });
  });

  it("TLS spoken to a plain port: APIConnectionError, not retried", async () => {
    let connections = 0;
    const plain = createServer((socket) => {
      connections += 1;
      socket.on("error", () => {});
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
    });
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = plain.address() as AddressInfo;
      const call = openai(provider(), { api_base: `https://127.0.0.1:${port}/v1`, num_retries: 2 });
      const failure = await backend().client.failure("edgequake/completion", call);
      assertProviderFailure(failure, { provider: "openai", name: "APIConnectionError", retryable: false });
      assert.equal(connections, 1);
    } finally {
      plain.close();
    }
  });

  for (const head of [
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
    `HTTP/1.1 200 OK\r\nX-Big: ${"x".repeat(64 * 1024)}\r\n\r\n`,
    "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
  ]) {
    it(`broken HTTP: ${JSON.stringify(head.slice(17, 100))}`, async () => {
      await both(
        async (exchange) => {
          await exchange.raw(head);
          exchange.fin();
        },
        (failure) => assertProviderFailure(failure, { provider: "openai", name: API_ERRORS }),
      );
    });
  }

  it("a body shorter than its Content-Length", async () => {
    await both(
      async (exchange) => {
        await exchange.head(200, { "content-type": "application/json", "content-length": 500 });
        await exchange.raw(
          '{"choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}',
        );
        exchange.fin();
      },
      (failure) => assertProviderFailure(failure, { provider: "openai", name: "APIConnectionError" }),
    );
  });

  for (const [code, where] of [
    [301, "same"],
    [302, "other"],
    [303, "other"],
    [307, "other"],
    [308, "same"],
  ] as const) {
    it(`${code} to the ${where} origin is not followed, and names the target's origin`, async () => {
      const location =
        where === "same" ? `${provider().origin}/elsewhere` : `http://localhost:${provider().port}/elsewhere`;
      await both(
        (exchange) => exchange.reply(code, "", { location: `${location}?token=abc` }),
        (failure) => {
          assertProviderFailure(failure, {
            provider: "openai",
            name: "APIConnectionError",
            retryable: false,
          });
          assert.ok(failure.message.includes(new URL(location).origin), failure.message);
          assert.doesNotMatch(failure.message, /token=abc/);
        },
      );
      assert.ok(provider().requests.every((request) => request.path === "/v1/chat/completions"));
      assert.equal(provider().requests.length, 2);
    });
  }

  it("a redirect is not retried either", async () => {
    provider().always((exchange) => exchange.reply(307, "", { location: "/elsewhere" }));
    await backend().client.failure("edgequake/completion", openai(provider(), { num_retries: 2 }));
    assert.equal(provider().requests.length, 1);
  });

  it("a redirect without a target is an error all the same", async () => {
    await both(
      (exchange) => exchange.reply(302, ""),
      (failure) => assertProviderFailure(failure, { provider: "openai", name: "APIConnectionError" }),
    );
  });
});
