// Situations that LiteLLM 1.81.15 answers wrongly, measured there, and the right answer, here: one test a row, by the
// row's number. The Router's rows are in its own suite.

import assert from "node:assert/strict";
import { completion, dispose, errors } from "../server/index.ts";
import type { CompletionParams, ModelResponse } from "../server/protocol/messages.ts";
import { jsonOf } from "./server/http-request.ts";
import { doneLine, line, messageLine } from "./server/ollama-bytes.ts";
import { chat, errorBody, sendEvents, sse, status, streamEvents, textEvent } from "./server/openai-bytes.ts";
import { type Script, ScriptedProvider } from "./server/scripted-provider.ts";

const KEY = "sk-fake-known-wrongs";
const MESSAGES = [{ role: "user" as const, content: "Hello" }];

let provider: ScriptedProvider;

/** `openai/m`, `anthropic/claude-…`, `ollama/m` against the scripted provider; no retries unless asked for. */
function call(model: string, params: Partial<CompletionParams> = {}): Promise<ModelResponse> {
  return completion({
    model,
    messages: MESSAGES,
    api_base: model.startsWith("openai/") ? provider.v1 : provider.origin,
    api_key: KEY,
    num_retries: 0,
    ...params,
    stream: false,
  });
}

async function streamed(
  model: string,
  params: Partial<CompletionParams> = {},
): Promise<{ text: string; finish: string | null; usage: boolean; error: errors.OpenAIError | undefined }> {
  const seen = { text: "", finish: null as string | null, usage: false };
  try {
    const stream = completion({
      model,
      messages: MESSAGES,
      api_base: model.startsWith("openai/") ? provider.v1 : provider.origin,
      api_key: KEY,
      num_retries: 0,
      ...params,
      stream: true,
    });
    for await (const { choices, usage } of stream) {
      seen.text += choices[0]?.delta.content ?? "";
      seen.finish ??= choices[0]?.finish_reason ?? null;
      seen.usage ||= usage !== undefined;
    }
    return { ...seen, error: undefined };
  } catch (error) {
    if (!(error instanceof errors.OpenAIError)) throw error;
    return { ...seen, error };
  }
}

async function failure(promise: Promise<unknown>): Promise<errors.OpenAIError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof errors.OpenAIError) return error;
    throw error;
  }
  return assert.fail("it succeeded");
}

function claudeEvents(stop_reason: string | null): string[] {
  const event = (type: string, fields: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-x",
    content: [],
    stop_reason: null,
    usage: { input_tokens: 3, output_tokens: 1 },
  };
  return [
    event("message_start", { message }),
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "half" } }),
    ...(stop_reason === null
      ? []
      : [
          event("content_block_stop", { index: 0 }),
          event("message_delta", {
            delta: { stop_reason, stop_sequence: null },
            usage: { output_tokens: 5 },
          }),
          event("message_stop", {}),
        ]),
  ];
}

function claudeAnswer(): Script {
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-x",
    content: [{ type: "text", text: "hi" }],
    stop_reason: "end_turn",
    usage: { input_tokens: 3, output_tokens: 1 },
  };
  return status(200, JSON.stringify(message));
}

const claudeError = (type: string, message: string): string =>
  JSON.stringify({ type: "error", error: { type, message } });

async function claudeRequest(
  params: Partial<CompletionParams> & { model: string },
): Promise<{ body: Record<string, unknown>; warned: string[] }> {
  provider.always(claudeAnswer());
  const response = await call(params.model, params);
  const last = provider.requests.at(-1);
  assert.ok(last);
  return { body: jsonOf(last), warned: (response.edgequake?.warnings ?? []).map(({ param }) => param ?? "") };
}

describe("what LiteLLM answers wrongly", function () {
  this.timeout(15_000);
  before(async () => {
    provider = await ScriptedProvider.start();
  });
  after(async () => {
    await dispose();
    await provider.stop();
  });
  beforeEach(() => provider.clear());
  afterEach(() => assert.deepEqual(provider.errors, []));

  for (const [model, events] of [
    ["openai/m", streamEvents(["ha", "lf"], { finish: null, done: false, usage: null })],
    ["anthropic/claude-sonnet-4-5", claudeEvents(null)],
  ] as const) {
    it(`X1: a stream of ${model} that ends without its end is an error with the text so far`, async () => {
      provider.always((exchange) => sendEvents(exchange, events));
      const { text, finish, error } = await streamed(model);
      assert.deepEqual([text, finish], ["half", null]);
      assert.ok(error);
      assert.equal(error.name, "APIConnectionError");
      assert.equal((error.partial as ModelResponse).choices[0]?.message.content, "half");
    });
  }

  it("X2: so is one whose connection is reset", async () => {
    provider.always(async (exchange) => {
      await exchange.begin();
      await exchange.part(textEvent("half"));
      await exchange.reset();
    });
    const { text, finish, error } = await streamed("openai/m");
    assert.deepEqual([text, finish, error?.name], ["half", null, "APIConnectionError"]);
  });

  it("X3: an error inside the stream has its own class, and is tried again while nothing was delivered", async () => {
    const inside = sse({
      error: { message: "slow down", type: "rate_limit_error", code: "rate_limit_exceeded" },
    });
    provider.always((exchange) => sendEvents(exchange, [textEvent("half"), inside]));
    const late = await streamed("openai/m", { num_retries: 2 });
    assert.deepEqual([late.text, late.error?.name, provider.requests.length], ["half", "RateLimitError", 1]);
    provider.clear(chat("whole"));
    provider.next((exchange) => sendEvents(exchange, [inside]));
    const early = await streamed("openai/m", { num_retries: 1 });
    assert.deepEqual([early.text, early.error, provider.requests.length], ["whole", undefined, 2]);
  });

  for (const [reason, finish] of [
    ["pause_turn", "pause_turn"],
    ["refusal", "content_filter"],
  ] as const) {
    it(`X4: Anthropic's ${reason} ends a stream as ${finish}, the text kept`, async () => {
      provider.always((exchange) => sendEvents(exchange, claudeEvents(reason)));
      const seen = await streamed("anthropic/claude-sonnet-4-5");
      assert.deepEqual([seen.text, seen.finish, seen.error], ["half", finish, undefined]);
    });
  }

  it("X5: a stream that falls silent is a Timeout; one that is slow but steady is none", async () => {
    const steady =
      (gap: number, pieces: number): Script =>
      async (exchange) => {
        await exchange.begin();
        for (let piece = 0; piece < pieces; piece += 1) {
          await exchange.part(textEvent("x"));
          await exchange.wait(gap);
        }
        for (const event of streamEvents([]).slice(1)) await exchange.part(event);
        await exchange.finish();
      };
    provider.always(steady(60_000, 1));
    assert.equal((await streamed("openai/m", { timeout: 0.4 })).error?.name, "Timeout");
    provider.always(steady(150, 8));
    assert.equal((await streamed("openai/m", { timeout: 0.6 })).text, "xxxxxxxx");
  });

  const refusals: readonly [
    row: string,
    model: string,
    code: number,
    body: string,
    name: string,
    kept?: number,
  ][] = [
    ["X6", "openai/m", 400, errorBody("new words", "context_length_exceeded"), "ContextWindowExceededError"],
    [
      "X7",
      "anthropic/claude-sonnet-4-5",
      400,
      claudeError(
        "invalid_request_error",
        "input length and `max_tokens` exceed context limit: 199000 + 9000 > 200000",
      ),
      "ContextWindowExceededError",
    ],
    ["X8", "openai/m", 400, errorBody("no", "content_filter"), "ContentPolicyViolationError"],
    ["X9", "openai/m", 400, errorBody("line 429 of the file is wrong"), "BadRequestError"],
    ["X10", "openai/m", 403, errorBody("not yours"), "PermissionDeniedError"],
    [
      "X10",
      "anthropic/claude-sonnet-4-5",
      403,
      claudeError("permission_error", "no"),
      "PermissionDeniedError",
    ],
    ["X11", "openai/m", 402, errorBody("pay first"), "APIError", 402],
    ["X11", "anthropic/claude-sonnet-4-5", 402, claudeError("billing_error", "pay first"), "APIError", 402],
    ["X16", "ollama/m", 404, JSON.stringify({ error: "model 'm' not found" }), "NotFoundError"],
  ];
  for (const [row, model, code, body, name, kept] of refusals) {
    it(`${row}: ${code} of ${model} is ${name}, and asked once`, async () => {
      provider.always(status(code, body));
      const error = await failure(call(model, { num_retries: 2 }));
      assert.deepEqual([error.name, error.status_code, error.retryable], [name, kept ?? code, false]);
      assert.equal(provider.requests.length, 1);
      if (row === "X16") assert.match(error.message, /ollama pull m/);
    });
  }

  it("X12: a quota that is used up is a RateLimitError that no retry mends", async () => {
    provider.always(status(429, errorBody("used up", "insufficient_quota")));
    const error = await failure(call("openai/m", { num_retries: 2 }));
    assert.deepEqual([error.name, error.retryable, provider.requests.length], ["RateLimitError", false, 1]);
  });

  for (const model of ["openai/m", "anthropic/claude-sonnet-4-5"]) {
    it(`X13: 529 of ${model} keeps its status and is tried again`, async () => {
      provider.always(status(529, claudeError("overloaded_error", "Overloaded"), { "retry-after": "0" }));
      const error = await failure(call(model, { num_retries: 1 }));
      assert.deepEqual([error.name, error.status_code], ["InternalServerError", 529]);
      assert.equal(provider.requests.length, 2);
    });
  }

  for (const [headers, least, most] of [
    [{ "retry-after": "0.3" }, 300, 600],
    [{ "retry-after-ms": "250" }, 250, 600],
    [{ "x-ratelimit-reset-requests": "300ms", "x-ratelimit-remaining-requests": "0" }, 300, 600],
  ] as const) {
    it(`X14: ${JSON.stringify(headers)} is waited for`, async () => {
      provider.always(chat("ok"));
      provider.next(status(429, errorBody("wait", "rate_limit_exceeded"), headers));
      const response = await call("openai/m", { num_retries: 1 });
      const waited = response.edgequake?.ms_total ?? 0;
      // Up to three times the upper end: the machine may be busy.
      assert.ok(waited >= least && waited < 3 * most, `${waited} ms`);
    });
  }

  for (const [num_retries, requests] of [
    [1, 2],
    [3, 4],
    [undefined, 3],
  ] as const) {
    it(`X15: num_retries ${num_retries} is ${requests} requests`, async () => {
      provider.always(status(500, errorBody("no"), { "retry-after": "0" }));
      await failure(call("openai/m", { num_retries: num_retries as number }));
      assert.equal(provider.requests.length, requests);
    });
  }

  it("X17: an answer of Ollama that was cut short says length, streamed or not", async () => {
    provider.always((exchange) => sendLines(exchange, [messageLine("ha"), doneLine("length")]));
    assert.equal((await streamed("ollama/m")).finish, "length");
    const whole = JSON.parse(doneLine("length")) as Record<string, unknown>;
    provider.always(status(200, JSON.stringify({ ...whole, message: { role: "assistant", content: "ha" } })));
    assert.equal((await call("ollama/m")).choices[0]?.finish_reason, "length");
  });

  it("X18: an error line in the middle of Ollama's answer keeps its text and its class", async () => {
    provider.always((exchange) =>
      sendLines(exchange, [messageLine("ha"), line({ error: "the model crashed" })]),
    );
    const { text, error } = await streamed("ollama/m");
    assert.equal(text, "ha");
    assert.equal(error?.name, "InternalServerError");
    assert.match(error?.message ?? "", /the model crashed/);
  });

  it("X19: two parallel calls of Ollama have two indices, and end as tool_calls", async () => {
    const one = (name: string): object => ({ function: { name, arguments: {} } });
    provider.always((exchange) =>
      sendLines(exchange, [messageLine("", { tool_calls: [one("a"), one("b")] }), doneLine()]),
    );
    const stream = completion({
      model: "ollama/m",
      messages: MESSAGES,
      api_base: provider.origin,
      stream: true,
    });
    const indices: number[] = [];
    let finish: string | null = null;
    for await (const { choices } of stream) {
      for (const { index } of choices[0]?.delta.tool_calls ?? []) indices.push(index);
      finish = choices[0]?.finish_reason ?? finish;
    }
    assert.deepEqual([indices, finish], [[0, 1], "tool_calls"]);
  });

  for (const effort of ["low", "high"]) {
    it(`X23: reasoning_effort ${effort} reaches claude-opus-4-6 as it is`, async () => {
      const { body, warned } = await claudeRequest({
        model: "anthropic/claude-opus-4-6",
        reasoning_effort: effort,
      } as Parameters<typeof claudeRequest>[0]);
      assert.deepEqual(body["thinking"], { type: "adaptive" });
      assert.equal((body["output_config"] as { effort?: string }).effort, effort);
      assert.deepEqual(warned, []);
    });
  }

  it("X23: none thinks not, and an effort a model has not is coerced with a warning", async () => {
    const none = await claudeRequest({
      model: "anthropic/claude-opus-4-6",
      reasoning_effort: "none",
    } as Parameters<typeof claudeRequest>[0]);
    assert.ok(
      [undefined, "disabled"].includes((none.body["thinking"] as { type?: string } | undefined)?.type),
    );
    const xhigh = await claudeRequest({
      model: "anthropic/claude-sonnet-4-5",
      reasoning_effort: "xhigh",
    } as Parameters<typeof claudeRequest>[0]);
    const thinking = xhigh.body["thinking"] as { budget_tokens: number };
    assert.ok(thinking.budget_tokens >= 1024);
    assert.ok(xhigh.warned.includes("reasoning_effort"));
  });

  it("X24: minimal effort is the least budget there is, with a warning", async () => {
    const { body, warned } = await claudeRequest({
      model: "anthropic/claude-sonnet-4-5",
      reasoning_effort: "minimal",
    } as Parameters<typeof claudeRequest>[0]);
    assert.deepEqual(body["thinking"], { type: "enabled", budget_tokens: 1024 });
    assert.ok(warned.includes("reasoning_effort"));
  });

  it("X25: budget, max_tokens and sampling are brought into agreement, each change named", async () => {
    const { body, warned } = await claudeRequest({
      model: "anthropic/claude-sonnet-4-5",
      thinking: { type: "enabled", budget_tokens: 8000 },
      max_tokens: 4000,
      temperature: 0.2,
      top_p: 0.5,
    } as Parameters<typeof claudeRequest>[0]);
    const { budget_tokens } = body["thinking"] as { budget_tokens: number };
    assert.ok(budget_tokens >= 1024 && budget_tokens < (body["max_tokens"] as number));
    assert.deepEqual([body["temperature"], body["top_p"]], [undefined, undefined]);
    for (const param of ["temperature", "top_p"]) assert.ok(warned.includes(param), param);
    assert.ok(warned.includes("thinking") || warned.includes("max_tokens"));
  });

  it("X26: DeepSeek's thinking is sent, and reasoning_effort is sent or refused", async () => {
    provider.always(chat("ok"));
    const own = { api_base: provider.v1 };
    await call("deepseek/deepseek-chat", { ...own, thinking: { type: "enabled" } });
    assert.deepEqual(jsonOf(provider.requests[0] as never)["thinking"], { type: "enabled" });
    const effort = await call("deepseek/deepseek-chat", { ...own, reasoning_effort: "high" }).catch(
      (error: Error) => error.name,
    );
    const sent = provider.requests[1];
    if (typeof effort === "string") assert.equal(effort, "UnsupportedParamsError");
    else assert.ok(sent && (jsonOf(sent)["reasoning_effort"] ?? jsonOf(sent)["thinking"]) !== undefined);
  });

  it("X27: a stream's usage is always ours, and in the chunks only when asked for", async () => {
    provider.always(chat("a", "b"));
    const stream = completion({
      model: "openai/m",
      messages: MESSAGES,
      api_base: provider.v1,
      api_key: KEY,
      stream: true,
    });
    let chunks = 0;
    for await (const { usage } of stream) {
      assert.equal(usage, undefined);
      chunks += 1;
    }
    assert.ok(chunks > 0);
    assert.equal((await stream.end).usage?.total_tokens, 18);
    assert.equal((await streamed("openai/m", { stream_options: { include_usage: true } })).usage, true);
  });
});

async function sendLines(exchange: Parameters<Script>[0], lines: readonly string[]): Promise<void> {
  await exchange.begin({ "content-type": "application/x-ndjson" });
  for (const one of lines) await exchange.part(one);
  await exchange.finish();
}
