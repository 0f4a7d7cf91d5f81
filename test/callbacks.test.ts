// LiteLLM's callbacks over real sockets: who is told of what and when, every field of the payload, that no key and
// unasked no text is in it, and that nothing a callback does harms a call.

import assert from "node:assert/strict";
import {
  type CallbackFields,
  type ChatCompletionChunk,
  type CompletionParams,
  type CustomLogger,
  completion,
  configure,
  dispose,
  type EmbeddingResponse,
  edgequake,
  embedding,
  errors,
  type ModelResponse,
  Router,
  type StandardLoggingPayload,
} from "../server/index.ts";
import { jsonOf } from "./server/http-request.ts";
import { chat, errorBody, silence, status } from "./server/openai-bytes.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

const KEY = "sk-fake-callback-canary";
const messages = [{ role: "user" as const, content: "a secret question" }];

/** LiteLLM's form: a class with the events it wants. */
class Recorder implements CustomLogger {
  readonly events: string[] = [];
  readonly kwargs: CallbackFields[] = [];
  readonly told: unknown[] = [];
  turn_off_message_logging?: boolean;

  log_pre_api_call(model: string, _messages: unknown, kwargs: CallbackFields): void {
    this.#note(`pre ${model}`, kwargs, undefined);
  }
  async async_log_success_event(kwargs: CallbackFields, response: unknown): Promise<void> {
    this.#note("success", kwargs, response);
  }
  log_success_event(): void {
    this.events.push("success, the other form");
  }
  log_failure_event(kwargs: CallbackFields, response: unknown): void {
    this.#note("failure", kwargs, response);
  }
  #note(event: string, kwargs: CallbackFields, told: unknown): void {
    this.events.push(event);
    this.kwargs.push(kwargs);
    this.told.push(told);
  }
  get payload(): StandardLoggingPayload {
    const payload = this.kwargs.at(-1)?.standard_logging_object;
    assert.ok(payload, "there is a payload");
    return payload;
  }
}

describe("callbacks", () => {
  let provider: ScriptedProvider;
  const warnings: string[] = [];
  const onWarning = ({ name, message }: Error): void => {
    if (name === "EdgeQuakeWarning") warnings.push(message);
  };
  before(async () => {
    provider = await ScriptedProvider.start();
    process.on("warning", onWarning);
  });
  beforeEach(() => {
    provider.clear(chat("an ", "answer"));
    warnings.length = 0;
  });
  afterEach(async () => {
    edgequake.callbacks = [];
    edgequake.success_callback = [];
    edgequake.failure_callback = [];
    edgequake.input_callback = [];
    edgequake.turn_off_message_logging = true;
    await dispose();
    await configure({});
    assert.deepEqual(provider.errors, []);
  });
  after(async () => {
    process.off("warning", onWarning);
    await dispose();
    await provider.stop();
  });

  const params = (more: Partial<CompletionParams> = {}): CompletionParams => ({
    model: "openai/m",
    messages,
    api_base: provider.v1,
    api_key: KEY,
    num_retries: 0,
    input_cost_per_token: 0.001,
    output_cost_per_token: 0.002,
    ...more,
  });
  const ask = (more: Partial<CompletionParams> = {}) =>
    completion({ ...params(more), stream: false }) as Promise<ModelResponse>;
  async function streamed(more: Partial<CompletionParams> = {}): Promise<string> {
    let text = "";
    for await (const { choices } of completion({ ...params(more), stream: true }))
      text += choices[0]?.delta.content ?? "";
    return text;
  }
  /** Everybody was told: ending the library waits for it. */
  const told = (): Promise<void> => dispose();

  it("tell of an answer in every field of LiteLLM's payload", async () => {
    const recorder = new Recorder();
    edgequake.callbacks.push(recorder);
    const before = Date.now() / 1000;
    const answer = await ask({
      temperature: 0.5,
      user: "someone",
      metadata: { purpose: "test", tags: ["blue"] },
      attribution: { caller: "a.b", session: "s" },
      tools: [{ type: "function", function: { name: "look", description: "a secret tool" } }],
    });
    await told();
    assert.deepEqual(recorder.events, ["pre m", "success"]);
    const { payload } = recorder;
    assert.ok(payload.startTime >= before && payload.endTime >= payload.startTime);
    assert.equal(payload.completionStartTime, payload.endTime);
    assert.ok(Math.abs(payload.response_time - (payload.endTime - payload.startTime)) < 1e-6);
    assert.ok((payload.hidden_params.litellm_overhead_time_ms ?? -1) >= 0);
    const { startTime, endTime, completionStartTime, response_time, trace_id, hidden_params, ...fields } =
      payload;
    assert.match(trace_id, /^[0-9a-f-]{36}$/);
    const { litellm_overhead_time_ms: _ms, ...hidden } = hidden_params;
    const usage = { prompt_tokens: 7, completion_tokens: 11, total_tokens: 18 };
    assert.deepEqual(fields, {
      id: answer.edgequake?.call_id,
      call_type: "completion",
      stream: false,
      // 7 × $0.001 + 11 × $0.002
      response_cost: 0.029,
      cost_breakdown: { input_cost: 0.007, output_cost: 0.022, tool_usage_cost: 0, total_cost: 0.029 },
      response_cost_failure_debug_info: null,
      status: "success",
      status_fields: { llm_api_status: "success", guardrail_status: "not_run" },
      custom_llm_provider: "openai",
      ...usage,
      model_map_information: { model_map_key: "m", model_map_value: null },
      model: "m",
      model_id: null,
      model_group: null,
      api_base: provider.v1,
      metadata: {
        requester_metadata: { purpose: "test", tags: ["blue"] },
        caller: "a.b",
        session: "s",
        router_id: null,
      },
      cache_hit: false,
      cache_key: null,
      saved_cache_cost: 0,
      request_tags: ["blue"],
      end_user: "someone",
      requester_ip_address: null,
      messages: [{ role: "user", content: "redacted-by-litellm" }],
      response: {
        id: "chatcmpl-scripted",
        object: "chat.completion",
        created: 1_700_000_000,
        model: "scripted-1",
        choices: [
          { index: 0, finish_reason: "stop", message: { role: "assistant", content: "redacted-by-litellm" } },
        ],
        usage,
        edgequake: answer.edgequake,
      },
      error_str: null,
      error_information: null,
      model_parameters: { temperature: 0.5, user: "someone" },
      guardrail_information: null,
    });
    assert.deepEqual(hidden, {
      model_id: null,
      cache_key: null,
      api_base: provider.v1,
      response_cost: 0.029,
      additional_headers: null,
      batch_models: null,
      usage_object: usage,
      litellm_model_name: "openai/m",
    });
    assert.doesNotMatch(JSON.stringify([recorder.kwargs, recorder.told]), /secret|an answer/);
    const sent = jsonOf(provider.requests[0] as never);
    for (const name of ["attribution", "litellm_trace_id", "tags"]) assert.ok(!(name in sent), name);
  });

  it("get texts only where message logging is on: of the program, of a logger, and never of a silent call", async () => {
    const [plain, open, shut] = [new Recorder(), new Recorder(), new Recorder()];
    open.turn_off_message_logging = false;
    shut.turn_off_message_logging = true;
    edgequake.callbacks.push(plain, open, shut);
    await ask();
    edgequake.turn_off_message_logging = false;
    await streamed();
    await ask({ turn_off_message_logging: true });
    await told();
    const texts = (recorder: Recorder): boolean[] =>
      recorder.kwargs
        .filter((one) => one.standard_logging_object)
        .map((one) => {
          const text = JSON.stringify(one);
          assert.equal(/a secret question/.test(text), /an answer/.test(text));
          return /a secret question/.test(text);
        });
    assert.deepEqual(texts(plain), [false, true, false]);
    assert.deepEqual(texts(open), [true, true, false]);
    assert.deepEqual(texts(shut), [false, false, false]);
  });

  it("never get a key, wherever it stands", async () => {
    edgequake.turn_off_message_logging = false;
    const recorder = new Recorder();
    edgequake.callbacks = [recorder];
    await ask({
      messages: [{ role: "user", content: `my key is ${KEY}` }],
      metadata: { note: `it is ${KEY}` },
      extra_headers: { "x-custom-key": KEY },
      some_token: KEY,
    });
    provider.always(status(401, errorBody(`Incorrect API key provided: ${KEY}`)));
    await ask({ metadata: { note: KEY } }).catch(() => undefined);
    await told();
    // An answer is told of after its caller has it.
    assert.deepEqual(recorder.events.toSorted(), ["failure", "pre m", "pre m", "success"]);
    const { exception, ...rest } = recorder.kwargs.at(-1) ?? {};
    assert.ok(exception instanceof errors.AuthenticationError);
    assert.doesNotMatch(JSON.stringify([recorder.kwargs, recorder.told, rest, exception.message]), /canary/);
  });

  it("tell of a failure with its class, code and attempts, and of a cancelled call", async () => {
    provider.always(status(503));
    const recorder = new Recorder();
    edgequake.failure_callback.push(recorder);
    const error = await ask({ num_retries: 1 }).then(
      () => assert.fail("it succeeded"),
      (thrown: errors.OpenAIError) => thrown,
    );
    let asked = (): void => {};
    const arrived = new Promise<void>((resolve) => {
      asked = resolve;
    });
    provider.always((exchange) => {
      asked();
      return silence(exchange);
    });
    const controller = new AbortController();
    const call = completion({ ...params(), stream: false, signal: controller.signal }) as Promise<unknown>;
    await arrived;
    controller.abort();
    await assert.rejects(call);
    await told();
    assert.deepEqual(recorder.events, ["failure", "failure"]);
    const [failed, cancelled] = recorder.kwargs.map((one) => one.standard_logging_object);
    assert.equal(failed?.status, "failure");
    assert.equal(failed?.id, error.call_id);
    assert.equal(failed?.response, null);
    assert.equal(failed?.response_cost, null);
    const { traceback, ...information } = failed?.error_information ?? {};
    assert.match(traceback ?? "", /ServiceUnavailableError/);
    assert.deepEqual(information, {
      error_code: "503",
      error_class: "ServiceUnavailableError",
      llm_provider: "openai",
      error_message: error.message,
    });
    assert.equal(failed?.error_str, error.message);
    assert.equal(cancelled?.error_information?.error_class, "Cancelled");
  });

  it("tell of a call that never had a provider", async () => {
    const recorder = new Recorder();
    edgequake.callbacks.push(recorder);
    await assert.rejects(ask({ model: "nowhere/m" }));
    await told();
    assert.deepEqual(recorder.events, ["failure"]);
    assert.equal(recorder.payload.custom_llm_provider, null);
    assert.equal(recorder.payload.error_information?.error_class, "BadRequestError");
  });

  it("tell of a stream with its first chunk's time, its whole answer, and each chunk to who wants them", async () => {
    const chunks: string[] = [];
    const recorder = Object.assign(new Recorder(), {
      turn_off_message_logging: false,
      log_stream_event: (kwargs: CallbackFields, chunk: ChatCompletionChunk) => {
        assert.equal(kwargs.stream, true);
        chunks.push(chunk.choices[0]?.delta.content ?? "-");
      },
    });
    edgequake.callbacks.push(recorder);
    assert.equal(await streamed(), "an answer");
    await told();
    assert.deepEqual(recorder.events, ["pre m", "success"]);
    assert.deepEqual(chunks, ["", "an ", "answer", "-"]);
    const { payload } = recorder;
    assert.equal(payload.stream, true);
    assert.equal(payload.response_cost, 0.029);
    assert.equal(payload.total_tokens, 18);
    assert.ok(
      payload.completionStartTime >= payload.startTime && payload.completionStartTime <= payload.endTime,
    );
    const whole = recorder.kwargs.at(-1)?.complete_streaming_response;
    assert.equal(whole?.choices[0]?.message.content, "an answer");
    assert.deepEqual(recorder.told.at(-1), whole);
  });

  it("tell of the part of a stream that came before it broke", async () => {
    provider.always(async (exchange) => {
      await exchange.begin();
      await exchange.part(
        'data: {"id":"x","choices":[{"index":0,"delta":{"content":"half"},"finish_reason":null}]}\n\n',
      );
      await exchange.reset();
    });
    const recorder = new Recorder();
    recorder.turn_off_message_logging = false;
    edgequake.callbacks.push(recorder);
    await assert.rejects(streamed());
    await told();
    assert.deepEqual(recorder.events, ["pre m", "failure"]);
    const { response } = recorder.payload as { response: ModelResponse };
    assert.equal(response.choices[0]?.message.content, "half");
    assert.equal(recorder.payload.error_information?.error_class, "APIConnectionError");
  });

  it("are functions too: of answers, of failures, of calls before they are sent", async () => {
    const heard: string[] = [];
    edgequake.success_callback.push((kwargs, response, start, end) => {
      assert.ok(start instanceof Date && end >= start);
      assert.equal((response as ModelResponse).object, "chat.completion");
      heard.push(`success ${kwargs.model} $${kwargs.response_cost}`);
    });
    edgequake.failure_callback.push(({ exception }) => void heard.push(`failure ${exception?.name}`));
    edgequake.input_callback.push(({ model, end_time }) => void heard.push(`input ${model} ${end_time}`));
    await ask();
    provider.always(status(404));
    await ask().catch(() => undefined);
    await told();
    assert.deepEqual(heard.toSorted(), [
      "failure NotFoundError",
      "input m null",
      "input m null",
      "success m $0.029",
    ]);
  });

  it("hear an event once though they stand in several lists", async () => {
    const recorder = new Recorder();
    edgequake.callbacks.push(recorder);
    edgequake.success_callback.push(recorder);
    edgequake.input_callback.push(recorder);
    await ask();
    await told();
    assert.deepEqual(recorder.events, ["pre m", "success"]);
  });

  it("that throw, reject, hang or change what they are given harm no call, and are named once", async () => {
    const boom = (): never => {
      throw new Error("callback trouble");
    };
    class Troubled implements CustomLogger {
      readonly turn_off_message_logging = false;
      log_pre_api_call = boom;
      log_stream_event = boom;
      async async_log_success_event(_kwargs: CallbackFields, response: unknown): Promise<void> {
        (response as ModelResponse).choices.length = 0;
        await Promise.reject(new Error("later trouble"));
      }
      log_failure_event = boom;
    }
    edgequake.callbacks.push(new Troubled());
    edgequake.success_callback.push(function stuck() {
      return new Promise(() => {});
    });
    const answers = await Promise.all(Array.from({ length: 3 }, () => ask()));
    for (const { choices } of answers) assert.equal(choices[0]?.message.content, "an answer");
    assert.equal(await streamed(), "an answer");
    provider.always(status(404));
    await assert.rejects(ask(), { name: "NotFoundError" });
    await told();
    await new Promise(setImmediate);
    const named = warnings.filter((one) => one.includes("callback Troubled threw"));
    assert.equal(named.length, 4, warnings.join("\n"));
    assert.ok(named.some((one) => /success_event \(Error: later trouble\); the call went on/.test(one)));
  });

  it("are not told of a call with no-log, which is not sent either", async () => {
    const recorder = new Recorder();
    edgequake.callbacks.push(recorder);
    await ask({ "no-log": true });
    await told();
    assert.deepEqual(recorder.events, []);
    assert.ok(!("no-log" in jsonOf(provider.requests[0] as never)));
  });

  it("say what a kept answer saved", async () => {
    const recorder = new Recorder();
    edgequake.callbacks.push(recorder);
    for (let time = 0; time < 2; time += 1) await ask({ caching: true });
    assert.equal(await streamed({ caching: true }), "an answer");
    await told();
    assert.equal(provider.requests.length, 1);
    assert.deepEqual(recorder.events, ["pre m", "success", "success", "success"]);
    const payloads = recorder.kwargs.flatMap((one) => one.standard_logging_object ?? []);
    assert.deepEqual(
      payloads.map(({ cache_hit, response_cost, saved_cache_cost, total_tokens }) => [
        cache_hit,
        response_cost,
        saved_cache_cost,
        total_tokens,
      ]),
      [
        [false, 0.029, 0, 18],
        [true, 0, 0.029, 18],
        [true, 0, 0.029, 18],
      ],
    );
    assert.match(payloads[0]?.cache_key ?? "", /^[0-9a-f]{64}$/);
    assert.equal(new Set(payloads.map(({ cache_key }) => cache_key)).size, 1);
  });

  it("name a router's deployments and groups, all of one call by one trace", async () => {
    const recorder = new Recorder();
    edgequake.callbacks.push(recorder);
    const at = (model_name: string, id: string) => ({
      model_name,
      litellm_params: { model: `openai/${id}`, api_base: provider.v1, api_key: KEY },
      model_info: { id },
    });
    const router = new Router({
      model_list: [at("first", "x"), at("second", "y")],
      fallbacks: [{ first: ["second"] }],
      num_retries: 0,
    });
    provider.next(status(500));
    await router.completion({ model: "first", messages, stream: false });
    await router.embedding({ model: "first", input: "x" }).catch(() => undefined);
    await router.dispose();
    await told();
    const payloads = recorder.kwargs.flatMap((one) => one.standard_logging_object ?? []);
    const [failed, answered] = payloads;
    assert.deepEqual([failed?.status, failed?.model_group, failed?.model_id], ["failure", "first", "x"]);
    assert.deepEqual(
      [answered?.status, answered?.model_group, answered?.model_id],
      ["success", "second", "y"],
    );
    assert.equal(failed?.trace_id, answered?.trace_id);
    assert.equal(answered?.metadata.router_id, router.id);
    assert.ok(
      payloads
        .slice(2)
        .every(({ call_type, trace_id }) => call_type === "embedding" && trace_id !== failed?.trace_id),
    );
    assert.ok(payloads.length > 2);
  });

  it("tell of embeddings, without the vectors where texts are off", async () => {
    const recorder = new Recorder();
    edgequake.callbacks.push(recorder);
    await embedding({ model: "mock/embed", input: ["a secret text"] });
    edgequake.turn_off_message_logging = false;
    await embedding({ model: "mock/embed", input: ["a secret text"] });
    await told();
    const [off, on] = recorder.kwargs.flatMap((one) => one.standard_logging_object ?? []);
    assert.doesNotMatch(JSON.stringify(off), /secret/);
    assert.ok(off && on);
    assert.equal(off.call_type, "embedding");
    const vectors = ({ response }: StandardLoggingPayload): number =>
      (response as EmbeddingResponse).data.length;
    assert.equal(vectors(off), 0);
    assert.equal(on.messages, '["a secret text"]');
    assert.equal(vectors(on), 1);
  });

  it("that are no callbacks are named, and lists that are none refused", async () => {
    edgequake.callbacks.push("langfuse" as never);
    await ask();
    await told();
    await new Promise(setImmediate);
    assert.match(warnings.join("\n"), /callback "langfuse" is not known/);
    assert.throws(() => Object.assign(edgequake, { callbacks: "otel" }), /callbacks is a list/);
    assert.deepEqual(edgequake.callbacks, ["langfuse"]);
  });
});
