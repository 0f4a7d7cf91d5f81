// OpenTelemetry spans and metrics of the library's calls, by the names of its GenAI conventions: opt-in, nested as the
// calls are, and without a word of what was said unless messages are logged.

import assert from "node:assert/strict";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { type CompletionParams, completion, dispose, edgequake, embedding, Router } from "../server/index.ts";
import { type FinishedSpan, MemoryTelemetry } from "./server/memory-telemetry.ts";
import { answerBody, chat, errorBody, status } from "./server/openai-bytes.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

const KEY = "sk-fake-telemetry-canary";
const messages = [
  { role: "system" as const, content: "Be secret" },
  { role: "user" as const, content: "a secret question" },
];

describe("telemetry", () => {
  const telemetry = new MemoryTelemetry();
  let provider: ScriptedProvider;
  before(async () => {
    telemetry.install();
    provider = await ScriptedProvider.start();
  });
  beforeEach(() => {
    provider.clear(chat("an ", "answer"));
    telemetry.spans.length = 0;
    telemetry.records.length = 0;
    edgequake.callbacks = ["otel"];
  });
  afterEach(async () => {
    edgequake.callbacks = [];
    edgequake.turn_off_message_logging = true;
    await dispose();
    assert.deepEqual(provider.errors, []);
  });
  after(async () => {
    await provider.stop();
    telemetry.remove();
  });

  const params = (more: Partial<CompletionParams> = {}): CompletionParams => ({
    model: "openai/gpt-4o",
    messages,
    api_base: provider.v1,
    api_key: KEY,
    num_retries: 0,
    ...more,
  });
  async function streamed(more: Partial<CompletionParams> = {}): Promise<void> {
    for await (const _chunk of completion({ ...params(more), stream: true }));
  }
  function only(): FinishedSpan {
    assert.equal(telemetry.spans.length, 1);
    return telemetry.spans[0] as FinishedSpan;
  }

  it("of a call has the conventions' names, and is a child of the program's own span", async () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 40 },
      completion_tokens_details: { reasoning_tokens: 5 },
    };
    provider.always((exchange) => exchange.reply(200, answerBody("an answer", { usage })));
    const outer = trace.getTracer("test").startSpan("the program's");
    const { context } = await import("@opentelemetry/api");
    const answer = await context.with(trace.setSpan(context.active(), outer), () =>
      completion({
        ...params({
          temperature: 0.5,
          max_tokens: 50,
          stop: "END",
          seed: 7,
          n: 1,
          attribution: { session: "chat-1" },
        }),
        stream: false,
      }),
    );
    const span = only();
    assert.equal(span.name, "chat gpt-4o");
    assert.equal(span.kind, SpanKind.CLIENT);
    assert.equal(span.parent, outer.spanContext().spanId);
    assert.equal(span.status.code, SpanStatusCode.UNSET);
    assert.ok(span.end >= span.start);
    assert.deepEqual(span.first, {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.conversation.id": "chat-1",
    });
    assert.deepEqual(span.attributes, {
      ...span.first,
      "server.address": "127.0.0.1",
      "server.port": provider.port,
      "gen_ai.request.temperature": 0.5,
      "gen_ai.request.max_tokens": 50,
      "gen_ai.request.stop_sequences": ["END"],
      "gen_ai.request.seed": 7,
      "gen_ai.response.id": "chatcmpl-scripted",
      "gen_ai.response.model": "scripted-1",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.output_tokens": 20,
      "gen_ai.usage.cache_read.input_tokens": 40,
      "gen_ai.usage.reasoning.output_tokens": 5,
      "edgequake.call_id": answer.edgequake?.call_id,
      "edgequake.attempts": 1,
      "edgequake.cost_usd": answer.edgequake?.cost_usd,
    });
    assert.equal(typeof answer.edgequake?.cost_usd, "number");
  });

  it("of a stream tells the time to its first chunk, of an embedding its own names", async () => {
    await streamed();
    const [stream] = telemetry.spans;
    assert.equal(stream?.attributes["gen_ai.request.stream"], true);
    const first = stream?.attributes["gen_ai.response.time_to_first_chunk"];
    assert.ok(typeof first === "number" && first > 0 && first < 10, `${first} s`);
    assert.deepEqual(stream?.attributes["gen_ai.response.finish_reasons"], ["stop"]);
    await embedding({ model: "mock/embed", input: "x", dimensions: 8 });
    const made = telemetry.spans[1];
    assert.equal(made?.name, "embeddings embed");
    assert.equal(made?.attributes["gen_ai.operation.name"], "embeddings");
    assert.equal(made?.attributes["gen_ai.embeddings.dimension.count"], 8);
  });

  it("of a failure tells its class, and holds no key", async () => {
    provider.always(status(401, errorBody(`Incorrect API key provided: ${KEY}`)));
    await assert.rejects(streamed({ metadata: { note: KEY } }));
    await assert.rejects(Promise.resolve(completion({ ...params(), model: "nowhere/m" })));
    const [refused, nowhere] = telemetry.spans;
    assert.equal(refused?.attributes["error.type"], "AuthenticationError");
    assert.equal(refused?.status.code, SpanStatusCode.ERROR);
    assert.equal(nowhere?.attributes["gen_ai.provider.name"], "_OTHER");
    assert.equal(nowhere?.attributes["error.type"], "BadRequestError");
    assert.doesNotMatch(JSON.stringify([telemetry.spans, telemetry.records]), /canary/);
  });

  it("has messages only where they are logged", async () => {
    await completion(params());
    assert.doesNotMatch(JSON.stringify(telemetry.spans), /secret|an answer/);
    telemetry.spans.length = 0;
    edgequake.turn_off_message_logging = false;
    await completion(params());
    const { attributes } = only();
    const read = (name: string): unknown => JSON.parse(String(attributes[name]));
    assert.deepEqual(read("gen_ai.system_instructions"), [{ type: "text", content: "Be secret" }]);
    assert.deepEqual(read("gen_ai.input.messages"), [
      { role: "user", parts: [{ type: "text", content: "a secret question" }] },
    ]);
    assert.deepEqual(read("gen_ai.output.messages"), [
      { role: "assistant", parts: [{ type: "text", content: "an answer" }], finish_reason: "stop" },
    ]);
  });

  it("measures durations and tokens", async () => {
    await completion(params());
    provider.always(status(500));
    await assert.rejects(Promise.resolve(completion(params())));
    const of = (metric: string) => telemetry.records.filter((one) => one.metric === metric);
    const durations = of("gen_ai.client.operation.duration");
    assert.deepEqual(
      durations.map(({ attributes }) => attributes["error.type"]),
      [undefined, "InternalServerError"],
    );
    assert.ok(durations.every(({ value }) => value >= 0 && value < 10));
    const tokens = of("gen_ai.client.token.usage");
    assert.deepEqual(
      tokens.map(({ value, attributes }) => [value, attributes["gen_ai.token.type"]]),
      [
        [7, "input"],
        [11, "output"],
      ],
    );
    assert.deepEqual(tokens[0]?.attributes, {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.response.model": "scripted-1",
      "server.address": "127.0.0.1",
      "server.port": provider.port,
      "gen_ai.token.type": "input",
    });
  });

  it("of a routed call is one span for each deployment that was asked", async () => {
    provider.next(status(429));
    const at = (id: string, order: number) => ({
      model_name: "g",
      litellm_params: { model: "openai/m", api_base: provider.v1, api_key: KEY, order },
      model_info: { id },
    });
    const router = new Router({ model_list: [at("x", 1), at("y", 2)] });
    await router.completion({ model: "g", messages, stream: false });
    await router.dispose();
    assert.deepEqual(
      telemetry.spans.map(({ attributes }) => [attributes["edgequake.deployment"], attributes["error.type"]]),
      [
        ["x", "RateLimitError"],
        ["y", undefined],
      ],
    );
  });

  it("makes its span the active one for the call, and none at all where it was not asked for", async () => {
    // What the program does within the call, as an instrumented HTTP client would.
    let active: string | undefined;
    const log_pre_api_call = (): void => {
      active = trace.getActiveSpan()?.spanContext().spanId;
    };
    edgequake.callbacks.push({ log_pre_api_call });
    await completion(params());
    assert.equal(active, only().id);
    assert.equal(trace.getActiveSpan(), undefined);
    edgequake.callbacks = [];
    const before = telemetry.began;
    await completion(params());
    assert.equal(telemetry.began, before);
  });
});
