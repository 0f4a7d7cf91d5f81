// One call to an OpenAI-like server, whole and streamed: the request on the wire and the answer to the caller.

import assert from "node:assert/strict";
import type { ModelResponse } from "../../server/protocol/messages.ts";
import type { StreamEnd } from "../../server/protocol/schema.ts";
import { jsonOf } from "../server/http-request.ts";
import { answerBody, chat, chunkOf, sendEvents, sse, streamEvents, USAGE } from "../server/openai-bytes.ts";
import { sharedBackend } from "./backend-process.ts";
import { assertFailure } from "./failure-shape.ts";
import { textOf } from "./raw-client.ts";
import { HELLO, openai, scriptedProvider } from "./scripted.ts";

describe("an OpenAI-like server", function () {
  this.timeout(30_000);
  const backend = sharedBackend();
  const provider = scriptedProvider(chat("Hello", " there", "!"));
  const complete = (extra: Record<string, unknown> = {}): Promise<ModelResponse> =>
    backend().client.result<ModelResponse>("edgequake/completion", openai(provider(), extra));
  const sent = (): Record<string, unknown> =>
    jsonOf(provider().requests[0] ?? assert.fail("no request was sent"));
  let streams = 0;
  const stream = async (extra: Record<string, unknown> = {}): Promise<{ id: string; end: StreamEnd }> => {
    streams += 1;
    const id = `openai-${streams}`;
    const params = openai(provider(), { ...extra, stream_id: id });
    return { id, end: await backend().client.result<StreamEnd>("edgequake/completionStream", params) };
  };

  it("answers whole", async () => {
    const answer = await complete();
    assert.equal(answer.id, "chatcmpl-scripted");
    assert.equal(answer.object, "chat.completion");
    assert.equal(answer.model, "scripted-1");
    assert.equal(answer.choices[0]?.message.content, "Hello there!");
    assert.equal(answer.choices[0]?.finish_reason, "stop");
    assert.deepEqual(answer.usage, USAGE);
    assert.equal(answer.edgequake?.attempts, 1);
    assert.equal(typeof answer.edgequake?.call_id, "string");
    const request = provider().requests[0];
    assert.equal(`${request?.method} ${request?.path}`, "POST /v1/chat/completions");
    assert.match(request?.headers["content-type"] ?? "", /^application\/json/);
    assert.deepEqual(sent()["messages"], HELLO);
    assert.notEqual(sent()["stream"], true);
  });

  it("answers as a stream, and always asks upstream for usage", async () => {
    const { id, end } = await stream();
    assert.equal(backend().client.text(id), "Hello there!");
    assert.deepEqual(end.finish_reasons, ["stop"]);
    assert.deepEqual(end.usage, USAGE);
    assert.equal(sent()["stream"], true);
    assert.deepEqual(sent()["stream_options"], { include_usage: true });
  });

  it("sends no parameter of its own, and nothing of LiteLLM's", async () => {
    await complete({ num_retries: 0, timeout: 30, drop_params: true, metadata: { a: "b" } });
    for (const ours of [
      "num_retries",
      "timeout",
      "drop_params",
      "api_base",
      "api_key",
      "stream_id",
      "mock_delay",
    ]) {
      assert.equal(ours in sent(), false, `${ours} went to the provider`);
    }
  });

  it("passes every documented parameter and any unknown one on", async () => {
    const params = {
      temperature: 0.5,
      top_p: 0.9,
      n: 1,
      stop: ["END"],
      max_tokens: 5,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      logit_bias: { 50256: -100 },
      user: "u-1",
      seed: 7,
      tools: [{ type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } }],
      tool_choice: "auto",
      parallel_tool_calls: false,
      response_format: { type: "json_object" },
      logprobs: true,
      top_logprobs: 2,
      service_tier: "default",
      top_k: 40,
      some_unknown_parameter: { deep: [1, 2] },
    };
    await complete(params);
    const body = sent();
    for (const [name, value] of Object.entries(params)) assert.deepEqual(body[name], value, name);
  });

  it("extra_body and extra_headers reach the wire", async () => {
    await complete({ extra_body: { own: { a: 1 } }, extra_headers: { "X-Own": "yes" } });
    assert.deepEqual(sent()["own"], { a: 1 });
    assert.equal(provider().requests[0]?.headers["x-own"], "yes");
  });

  for (const [what, suffix] of [
    ["a trailing slash", "/v1/"],
    ["several trailing slashes", "/v1///"],
    ["a doubled /v1", "/v1/v1"],
  ] as const) {
    it(`api_base with ${what} reaches /v1/chat/completions`, async () => {
      await complete({ api_base: `${provider().origin}${suffix}` });
      assert.equal(provider().requests[0]?.path, "/v1/chat/completions");
    });
  }

  it("api_base keeps its path prefix and is not given a /v1", async () => {
    await complete({ api_base: `${provider().origin}/proxy/team-a` });
    assert.equal(provider().requests[0]?.path, "/proxy/team-a/chat/completions");
  });

  it("base_url is another name of api_base", async () => {
    await complete({ api_base: undefined, base_url: provider().v1 });
    assert.equal(provider().requests.length, 1);
  });

  for (const api_base of [
    "not a url",
    "ftp://127.0.0.1/v1",
    "127.0.0.1:9",
    "http://",
    "file:///etc/passwd",
    "javascript:1",
  ]) {
    it(`api_base ${JSON.stringify(api_base)} is refused with what is wrong`, async () => {
      const failure = await backend().client.failure(
        "edgequake/completion",
        openai(provider(), { api_base }),
      );
      assertFailure(failure, { name: "BadRequestError", retryable: false, message: /api_base/ });
    });
  }

  it("asks for no compression and does not follow Accept of its own", async () => {
    await complete();
    const encoding = provider().requests[0]?.headers["accept-encoding"];
    assert.ok(encoding === undefined || encoding === "identity", encoding);
  });

  it("moves <think> at the start of a content to reasoning_content, whole and streamed", async () => {
    provider().always(chat("<thi", "nk>hm", "m</thi", "nk>Yes", "."));
    const answer = await complete();
    assert.equal(answer.choices[0]?.message.content?.trim(), "Yes.");
    assert.equal(answer.choices[0]?.message.reasoning_content?.trim(), "hmm");
    const { id } = await stream();
    const chunks = backend().client.chunks(id);
    assert.equal(textOf(chunks).trim(), "Yes.");
    const reasoning = chunks.map((chunk) => chunk.choices[0]?.delta.reasoning_content ?? "").join("");
    assert.equal(reasoning.trim(), "hmm");
  });

  it("streams tool calls and says tool_calls", async () => {
    provider().always((exchange) => {
      const call = (delta: Record<string, unknown>): string => sse(chunkOf({ tool_calls: [delta] }));
      return sendEvents(exchange, [
        sse(chunkOf({ role: "assistant", content: null })),
        call({ index: 0, id: "call_a", type: "function", function: { name: "f", arguments: "" } }),
        call({ index: 0, function: { arguments: '{"x":' } }),
        call({ index: 1, id: "call_b", type: "function", function: { name: "g", arguments: "{}" } }),
        call({ index: 0, function: { arguments: "1}" } }),
        sse(chunkOf({}, "tool_calls")),
        sse("[DONE]"),
      ]);
    });
    const { id, end } = await stream();
    const deltas = backend()
      .client.chunks(id)
      .flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    const argumentsOf = (index: number): string =>
      deltas
        .filter((delta) => delta.index === index)
        .map((delta) => delta.function.arguments ?? "")
        .join("");
    assert.equal(argumentsOf(0), '{"x":1}');
    assert.equal(argumentsOf(1), "{}");
    assert.deepEqual(end.finish_reasons, ["tool_calls"]);
  });

  it("keeps two choices apart", async () => {
    provider().always((exchange) => {
      const at = (index: number, delta: unknown, finish_reason: string | null = null): string =>
        sse({ ...chunkOf({}), choices: [{ index, delta, finish_reason }] });
      const events = [
        at(0, { content: "A" }),
        at(1, { content: "B" }),
        at(1, {}, "length"),
        at(0, {}, "stop"),
        sse("[DONE]"),
      ];
      return sendEvents(exchange, events);
    });
    const { id, end } = await stream({ n: 2 });
    const texts = [0, 1].map((index) =>
      backend()
        .client.chunks(id)
        .flatMap((chunk) => chunk.choices)
        .filter((choice) => choice.index === index)
        .map((choice) => choice.delta.content ?? "")
        .join(""),
    );
    assert.deepEqual(texts, ["A", "B"]);
    assert.deepEqual(end.finish_reasons, ["stop", "length"]);
  });

  it("an error's request id is the provider's", async () => {
    provider().always((exchange) => exchange.reply(400, "{}", { "x-request-id": "req_scripted" }));
    const failure = await backend().client.failure("edgequake/completion", openai(provider()));
    assert.equal(failure.data.request_id, "req_scripted");
  });

  it("an answer's request id is the provider's too", async () => {
    provider().always(async (exchange) => {
      const headers = { "x-request-id": "req_scripted" };
      if (jsonOf(exchange.request)["stream"] !== true)
        return exchange.reply(200, answerBody("Hello"), headers);
      await exchange.begin(headers);
      for (const event of streamEvents(["Hello"])) await exchange.part(event);
      await exchange.finish();
    });
    assert.equal((await complete()).edgequake?.request_id, "req_scripted");
    assert.equal((await stream()).end.request_id, "req_scripted");
  });

  it("keeps one connection for calls that follow each other", async () => {
    for (let turn = 0; turn < 5; turn += 1) await complete();
    assert.equal(new Set(provider().requests.map((request) => request.connection)).size, 1);
  });

  it("edgequake/completion with stream: true is refused or answered whole, never half of each", async () => {
    const answer = await backend().client.call("edgequake/completion", openai(provider(), { stream: true }));
    if (answer.error) assert.equal(answer.error.code, -32602);
    else assert.equal((answer.result as ModelResponse).choices[0]?.message.content, "Hello there!");
  });
});
