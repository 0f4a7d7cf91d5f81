// edgequake/textCompletion: what fills a gap, over real sockets: its request, its retries, its end when it is
// cancelled, what is refused before anything is sent, and what the ledger says of it.

import assert from "node:assert/strict";
import type { TextCompletionResponse } from "../../server/protocol/text-completion.ts";
import { poll } from "../host/poll.ts";
import { jsonOf } from "../server/http-request.ts";
import type { Script } from "../server/scripted-provider.ts";
import { sharedBackend } from "./backend-process.ts";
import { assertIssues } from "./failure-shape.ts";
import { scriptedProvider } from "./scripted.ts";

const FILLED = "  return a + b;\n";

/** As Mistral, Ollama, llama.cpp and OpenAI-like servers answer, each at its own address. */
const fills: Script = (exchange) => {
  const { path } = exchange.request;
  const usage = { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14 };
  const choice = { index: 0, finish_reason: "stop" };
  const head = { id: "answer-1", created: 1, model: "coder", usage };
  if (path.endsWith("/fim/completions")) {
    const message = { role: "assistant", content: FILLED };
    return exchange.reply(
      200,
      JSON.stringify({ ...head, object: "chat.completion", choices: [{ ...choice, message }] }),
    );
  }
  if (path.endsWith("/api/generate"))
    return exchange.reply(200, JSON.stringify({ model: "coder", response: FILLED, done: true }));
  if (path.endsWith("/infill"))
    return exchange.reply(200, JSON.stringify({ content: FILLED, stop: true, stop_type: "eos" }));
  if (path.endsWith("/v1/completions"))
    return exchange.reply(200, JSON.stringify({ ...head, choices: [{ ...choice, text: FILLED }] }));
  return exchange.reply(404, "{}");
};

describe("edgequake/textCompletion", function () {
  this.timeout(30_000);
  const backend = sharedBackend();
  const provider = scriptedProvider(fills);
  const params = (model: string, extra: Record<string, unknown> = {}): Record<string, unknown> => ({
    model,
    api_base: /^(?:ollama)/.test(model) ? provider().origin : provider().v1,
    prompt: "function add(a, b) {\n",
    suffix: "\n}",
    max_tokens: 32,
    ...extra,
  });
  const fill = (model: string, extra?: Record<string, unknown>): Promise<TextCompletionResponse> =>
    backend().client.result<TextCompletionResponse>("edgequake/textCompletion", params(model, extra));

  for (const [model, path] of [
    ["codestral/codestral-latest", "/v1/fim/completions"],
    ["mistral/codestral-2508", "/v1/fim/completions"],
    ["ollama/qwen2.5-coder", "/api/generate"],
    ["llamacpp/qwen2.5-coder", "/infill"],
    ["openai/coder", "/v1/completions"],
    ["lm_studio/coder", "/v1/completions"],
  ] as const) {
    it(`fills the gap with ${model}`, async () => {
      const answer = await fill(model);
      assert.equal(answer.object, "text_completion");
      assert.deepEqual(answer.choices, [{ text: FILLED, index: 0, logprobs: null, finish_reason: "stop" }]);
      assert.equal(answer.edgequake?.attempts, 1);
      assert.equal(provider().requests[0]?.path, path);
      const body = jsonOf(provider().requests[0] ?? assert.fail());
      assert.ok(Object.values(body).includes("\n}"), JSON.stringify(body));
    });
  }

  it("is tried again as every call is, and counted in the ledger", async () => {
    const calls = async (): Promise<number> => {
      const { rows } = await backend().client.result<{ rows: { calls: number; attempts?: number }[] }>(
        "edgequake/usage",
      );
      return rows.reduce((sum, row) => sum + row.calls, 0);
    };
    const before = await calls();
    provider().next((exchange) => exchange.reply(503, "{}"));
    const answer = await fill("openai/coder");
    assert.equal(answer.edgequake?.attempts, 2);
    assert.equal(provider().requests.length, 2);
    assert.equal(await calls(), before + 1);
  });

  it("closes its socket within 100 ms of being cancelled", async () => {
    provider().next(() => new Promise(() => {}));
    const { client } = backend();
    const sent = client.start("edgequake/textCompletion", params("openai/coder"));
    const exchange = await poll("the request", 5000, () => provider().exchanges[0]);
    const began = performance.now();
    client.notify("$/cancelRequest", { id: sent.id });
    await poll("the socket to close", 5000, () => !exchange.open);
    const took = performance.now() - began;
    console.log(`      ${took.toFixed(0)} ms`);
    assert.ok(took < 300, `${took} ms`);
    const { error } = await sent.response;
    assert.equal(error?.code, -32800);
  });

  it("is a question to a model that only chats, and refused where a gap is to be filled", async () => {
    const { client } = backend();
    const answer = await client.result<TextCompletionResponse>("edgequake/textCompletion", {
      model: "mock/echo",
      prompt: "once more",
    });
    assert.equal(answer.choices[0]?.text, "once more");
    assert.equal(answer.object, "text_completion");
    const mocked = await client.result<TextCompletionResponse>("edgequake/textCompletion", {
      ...params("codestral/codestral-latest"),
      mock_response: "as told",
    });
    assert.equal(mocked.choices[0]?.text, "as told");
    const failure = await client.failure("edgequake/textCompletion", params("anthropic/claude-x"));
    assert.equal(failure.data?.name, "UnsupportedParamsError");
    assert.match(failure.message, /codestral\/codestral-latest/);
    assert.equal(provider().requests.length, 0);
  });

  it("refuses what the provider does not take, before anything is sent", async () => {
    const { client } = backend();
    const failure = await client.failure(
      "edgequake/textCompletion",
      params("mistral/codestral-2508", { n: 2 }),
    );
    assert.equal(failure.data?.name, "UnsupportedParamsError");
    assert.match(failure.message, /\bn\b/);
    const routed = await client.failure(
      "edgequake/textCompletion",
      params("openai/coder", { router_id: "r" }),
    );
    assert.equal(routed.data?.name, "BadRequestError");
    assert.equal(provider().requests.length, 0);
  });

  it("names what is wrong with its arguments", async () => {
    const wrong = { model: "openai/coder", prompt: [], stream: true };
    const answer = await backend().client.call("edgequake/textCompletion", wrong);
    assertIssues(answer, /^prompt/);
    assertIssues(answer, "stream");
  });
});
