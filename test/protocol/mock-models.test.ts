// The embedded models and LiteLLM's mock arguments: no key, no network, streamed and whole alike.

import assert from "node:assert/strict";
import type { ModelResponse } from "../../server/protocol/messages.ts";
import type { StreamEnd } from "../../server/protocol/schema.ts";
import { sharedBackend } from "./backend-process.ts";
import { assertFailure } from "./failure-shape.ts";
import { HELLO } from "./scripted.ts";

const MOCKED = { model: "openai/gpt-4o", messages: HELLO };

describe("mock models", function () {
  this.timeout(60_000);
  const backend = sharedBackend();
  const complete = (params: unknown): Promise<ModelResponse> =>
    backend().client.result<ModelResponse>("edgequake/completion", params);
  let streams = 0;
  const stream = async (params: Record<string, unknown>): Promise<{ id: string; end: StreamEnd }> => {
    streams += 1;
    const id = `mock-${streams}`;
    const end = await backend().client.result<StreamEnd>("edgequake/completionStream", {
      ...params,
      stream_id: id,
    });
    return { id, end };
  };

  it("mock/echo repeats the last user text", async () => {
    const messages = [
      { role: "system", content: "ignored" },
      { role: "user", content: "first" },
      { role: "assistant", content: "reply" },
      { role: "user", content: "höre zu, 世界 🌍!" },
    ];
    const answer = await complete({ model: "mock/echo", messages });
    assert.equal(answer.object, "chat.completion");
    assert.equal(answer.choices.length, 1);
    assert.equal(answer.choices[0]?.message.role, "assistant");
    assert.equal(answer.choices[0]?.message.content, "höre zu, 世界 🌍!");
    assert.equal(answer.choices[0]?.finish_reason, "stop");
    assert.ok(answer.usage && answer.usage.total_tokens > 0);
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
  });

  it("mock/echo streams it in pieces, with usage in the result", async () => {
    const text = "one two three four five";
    const { id, end } = await stream({ model: "mock/echo", messages: [{ role: "user", content: text }] });
    assert.equal(backend().client.text(id), text);
    assert.ok(backend().client.chunks(id).length >= 5, "word by word");
    assert.deepEqual(end.finish_reasons, ["stop"]);
    assert.ok(end.usage && end.usage.total_tokens > 0);
  });

  it("mock/echo reads content parts", async () => {
    const content = [
      { type: "text", text: "from" },
      { type: "text", text: " parts" },
    ];
    const answer = await complete({ model: "mock/echo", messages: [{ role: "user", content }] });
    assert.match(answer.choices[0]?.message.content ?? "", /from\s+parts/);
  });

  it("mock/lorem is the same streamed and whole", async () => {
    const whole = await complete({ model: "mock/lorem", messages: HELLO });
    const text = whole.choices[0]?.message.content ?? "";
    assert.match(text, /^Lorem ipsum/i);
    const { id } = await stream({ model: "mock/lorem", messages: HELLO });
    assert.equal(backend().client.text(id), text);
  });

  for (const [status, name] of [
    [400, "BadRequestError"],
    [401, "AuthenticationError"],
    [403, "PermissionDeniedError"],
    [404, "NotFoundError"],
    [408, "Timeout"],
    [422, "UnprocessableEntityError"],
    [429, "RateLimitError"],
    [500, "InternalServerError"],
    [502, "BadGatewayError"],
    [503, "ServiceUnavailableError"],
    [504, "Timeout"],
    [529, "InternalServerError"],
  ] as const) {
    it(`mock/error-${status} is ${name}, whole and streamed`, async () => {
      const call = { model: `mock/error-${status}`, messages: HELLO, num_retries: 0 };
      const whole = await backend().client.failure("edgequake/completion", call);
      assertFailure(whole, { name, status });
      const streamed = await backend().client.failure("edgequake/completionStream", {
        ...call,
        stream_id: `e${status}`,
      });
      assertFailure(streamed, { name, status });
      assert.deepEqual(backend().client.chunks(`e${status}`), []);
    });
  }

  it("mock_response as a string answers for any model, with usage 10/20/30", async () => {
    const answer = await complete({ ...MOCKED, mock_response: "Mocked, not asked." });
    assert.equal(answer.choices[0]?.message.content, "Mocked, not asked.");
    assert.equal(answer.choices[0]?.finish_reason, "stop");
    const { prompt_tokens, completion_tokens, total_tokens } = answer.usage ?? {};
    assert.deepEqual([prompt_tokens, completion_tokens, total_tokens], [10, 20, 30]);
  });

  it("mock_response streams in pieces, with usage 10/20/30", async () => {
    const { id, end } = await stream({ ...MOCKED, mock_response: "Mocked, not asked, in a few pieces." });
    assert.equal(backend().client.text(id), "Mocked, not asked, in a few pieces.");
    assert.ok(backend().client.chunks(id).length > 2);
    assert.equal(end.usage?.total_tokens, 30);
  });

  it("mock_response as an object is the answer itself", async () => {
    const mock_response = {
      id: "chatcmpl-given",
      object: "chat.completion",
      created: 1_700_000_000,
      model: "given-model",
      choices: [{ index: 0, finish_reason: "length", message: { role: "assistant", content: "given" } }],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    };
    const answer = await complete({ ...MOCKED, mock_response });
    assert.equal(answer.choices[0]?.message.content, "given");
    assert.equal(answer.choices[0]?.finish_reason, "length");
    assert.equal(answer.usage?.total_tokens, 3);
    const { id, end } = await stream({ ...MOCKED, mock_response });
    assert.equal(backend().client.text(id), "given");
    assert.deepEqual(end.finish_reasons, ["length"]);
    assert.equal(end.usage?.total_tokens, 3);
  });

  for (const [mock_response, name] of [
    ["litellm.RateLimitError", "RateLimitError"],
    ["litellm.ContextWindowExceededError", "ContextWindowExceededError"],
    ["litellm.InternalServerError", "InternalServerError"],
    ["Exception: content_filter_policy", "ContentPolicyViolationError"],
  ] as const) {
    it(`mock_response "${mock_response}" is ${name}`, async () => {
      const call = { ...MOCKED, mock_response, num_retries: 0 };
      assertFailure(await backend().client.failure("edgequake/completion", call), { name });
      const params = { ...call, stream_id: `mr-${name}` };
      assertFailure(await backend().client.failure("edgequake/completionStream", params), { name });
    });
  }

  it(`mock_response "Exception: mock_streaming_error" breaks a stream in its middle`, async () => {
    const params = {
      ...MOCKED,
      mock_response: "Exception: mock_streaming_error",
      stream_id: "mse",
      num_retries: 0,
    };
    const failure = await backend().client.failure("edgequake/completionStream", params);
    assert.equal(failure.code, -32803);
    for (const chunk of backend().client.chunks("mse")) assert.equal(chunk.choices[0]?.finish_reason, null);
  });

  it("mock_tool_calls are the answer's tool calls, streamed and whole", async () => {
    const mock_tool_calls = [
      { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Bern"}' } },
      { id: "call_2", type: "function", function: { name: "time", arguments: "{}" } },
    ];
    const answer = await complete({ ...MOCKED, mock_tool_calls });
    const calls = answer.choices[0]?.message.tool_calls ?? [];
    assert.deepEqual(
      calls.map((call) => [call.id, call.function.name, call.function.arguments]),
      [
        ["call_1", "weather", '{"city":"Bern"}'],
        ["call_2", "time", "{}"],
      ],
    );
    assert.equal(answer.choices[0]?.finish_reason, "tool_calls");
    const { id, end } = await stream({ ...MOCKED, mock_tool_calls });
    const deltas = backend()
      .client.chunks(id)
      .flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    assert.deepEqual([...new Set(deltas.map((delta) => delta.index))], [0, 1]);
    assert.deepEqual(end.finish_reasons, ["tool_calls"]);
  });

  it("mock_delay waits that many seconds", async () => {
    const before = performance.now();
    await complete({ ...MOCKED, mock_response: "late", mock_delay: 0.4 });
    assert.ok(performance.now() - before >= 390, `answered after ${performance.now() - before} ms`);
  });

  it("mock_timeout is a Timeout after the call's timeout", async () => {
    const before = performance.now();
    const call = { ...MOCKED, mock_timeout: true, timeout: 0.3, num_retries: 0 };
    assertFailure(await backend().client.failure("edgequake/completion", call), {
      name: "Timeout",
      status: 408,
    });
    assert.ok(performance.now() - before >= 290);
  });

  it("a mock never reaches the network: no key, an api_base nobody listens at", async () => {
    const answer = await complete({ ...MOCKED, api_base: "http://127.0.0.1:9/v1", mock_response: "local" });
    assert.equal(answer.choices[0]?.message.content, "local");
  });

  it("an unknown mock model is a clear error", async () => {
    const failure = await backend().client.failure("edgequake/completion", {
      model: "mock/nothing",
      messages: HELLO,
    });
    assertFailure(failure, {
      name: ["NotFoundError", "BadRequestError"],
      message: /mock\/nothing[\s\S]*mock\/echo|mock\/echo/,
    });
  });
});
