// One call to a native Ollama server, whole and streamed, and what a person must be told when it fails.

import assert from "node:assert/strict";
import type { ModelResponse } from "../../server/protocol/messages.ts";
import type { StreamEnd } from "../../server/protocol/schema.ts";
import { jsonOf } from "../server/http-request.ts";
import { doneLine, line, messageLine, OLLAMA_COUNTS, ollamaChat } from "../server/ollama-bytes.ts";
import type { Script } from "../server/scripted-provider.ts";
import { sharedBackend } from "./backend-process.ts";
import { assertProviderFailure } from "./failure-shape.ts";
import { ollama, scriptedProvider } from "./scripted.ts";

const lines =
  (...all: string[]): Script =>
  async (exchange) => {
    await exchange.begin({ "content-type": "application/x-ndjson" });
    for (const one of all) await exchange.part(one);
    await exchange.finish();
  };

describe("an Ollama server", function () {
  this.timeout(30_000);
  const backend = sharedBackend();
  const provider = scriptedProvider(ollamaChat("Hello", " there", "!"));
  let streams = 0;
  const streamParams = (extra: Record<string, unknown> = {}): Record<string, unknown> => {
    streams += 1;
    return ollama(provider(), { ...extra, stream_id: `ollama-${streams}` });
  };
  const stream = async (extra: Record<string, unknown> = {}): Promise<{ id: string; end: StreamEnd }> => {
    const params = streamParams(extra);
    const end = await backend().client.result<StreamEnd>("edgequake/completionStream", params);
    return { id: String(params["stream_id"]), end };
  };
  const complete = (extra: Record<string, unknown> = {}): Promise<ModelResponse> =>
    backend().client.result<ModelResponse>("edgequake/completion", ollama(provider(), extra));

  it("answers whole, over /api/chat", async () => {
    const answer = await complete();
    assert.equal(answer.choices[0]?.message.content, "Hello there!");
    assert.equal(answer.choices[0]?.finish_reason, "stop");
    assert.equal(answer.usage?.prompt_tokens, OLLAMA_COUNTS.prompt_eval_count);
    assert.equal(answer.usage?.completion_tokens, OLLAMA_COUNTS.eval_count);
    assert.equal(provider().requests[0]?.path, "/api/chat");
    const body = jsonOf(provider().requests[0] ?? assert.fail());
    assert.equal(body["stream"], false);
    assert.equal(body["model"], "llama3.2");
  });

  it("answers as a stream", async () => {
    const { id, end } = await stream();
    assert.equal(backend().client.text(id), "Hello there!");
    assert.deepEqual(end.finish_reasons, ["stop"]);
    assert.equal(end.usage?.total_tokens, OLLAMA_COUNTS.prompt_eval_count + OLLAMA_COUNTS.eval_count);
  });

  it("ollama_chat/ is another name for it", async () => {
    const answer = await complete({ model: "ollama_chat/llama3.2" });
    assert.equal(answer.choices[0]?.message.content, "Hello there!");
  });

  it("puts sampling into options under Ollama's names", async () => {
    await complete({ temperature: 0.5, top_p: 0.9, max_tokens: 12, seed: 3, stop: ["END"] });
    const options = jsonOf(provider().requests[0] ?? assert.fail())["options"] as Record<string, unknown>;
    assert.equal(options["temperature"], 0.5);
    assert.equal(options["top_p"], 0.9);
    assert.equal(options["num_predict"], 12);
    assert.equal(options["seed"], 3);
    assert.deepEqual(options["stop"], ["END"]);
  });

  it("done_reason length is finish_reason length, whole and streamed", async () => {
    provider().always(lines(messageLine("cut"), doneLine("length")));
    assert.deepEqual((await stream()).end.finish_reasons, ["length"]);
    const whole = {
      model: "llama3.2",
      message: { role: "assistant", content: "cut" },
      done: true,
      done_reason: "length",
    };
    provider().always((exchange) => exchange.reply(200, JSON.stringify(whole)));
    assert.equal((await complete()).choices[0]?.finish_reason, "length");
  });

  it("two parallel tool calls have index 0 and 1 and say tool_calls", async () => {
    const call = (name: string): unknown => ({ function: { name, arguments: { of: name } } });
    provider().always(
      lines(
        messageLine("", { tool_calls: [call("f")] }),
        messageLine("", { tool_calls: [call("g")] }),
        doneLine(),
      ),
    );
    const { id, end } = await stream();
    const deltas = backend()
      .client.chunks(id)
      .flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    assert.deepEqual(
      deltas.map((delta) => [delta.index, delta.function.name]),
      [
        [0, "f"],
        [1, "g"],
      ],
    );
    assert.deepEqual(JSON.parse(deltas[0]?.function.arguments ?? ""), { of: "f" });
    assert.ok(deltas.every((delta) => typeof delta.id === "string" && delta.id !== ""));
    assert.deepEqual(end.finish_reasons, ["tool_calls"]);
  });

  it("thinking is reasoning_content", async () => {
    provider().always(lines(messageLine("", { thinking: "hmm" }), messageLine("Yes."), doneLine()));
    const { id } = await stream();
    const chunks = backend().client.chunks(id);
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.reasoning_content ?? "").join(""), "hmm");
    assert.equal(backend().client.text(id), "Yes.");
  });

  it("a server that is not running: APIConnectionError asking whether it is", async () => {
    const call = ollama(provider(), { api_base: "http://127.0.0.1:9" });
    const failure = await backend().client.failure("edgequake/completion", call);
    assertProviderFailure(failure, {
      provider: "ollama",
      name: "APIConnectionError",
      retryable: true,
      message: /running[\s\S]*ollama serve/,
    });
    assert.match(failure.message, /127\.0\.0\.1:9/);
  });

  it("a model that is not pulled: NotFoundError with the command", async () => {
    provider().always((exchange) =>
      exchange.reply(404, '{"error":"model \\"llama3.2\\" not found, try pulling it first"}'),
    );
    const failure = await backend().client.failure("edgequake/completion", ollama(provider()));
    assertProviderFailure(failure, {
      provider: "ollama",
      name: "NotFoundError",
      status: 404,
      retryable: false,
      message: /ollama pull llama3\.2/,
    });
  });

  it("an error line in the stream's middle is the server's text, with the part marked", async () => {
    provider().always(
      lines(messageLine("Hello"), line({ error: "an error was encountered while running the model" })),
    );
    const params = streamParams();
    const failure = await backend().client.failure("edgequake/completionStream", params);
    assert.equal(failure.code, -32803);
    assert.match(failure.message, /an error was encountered while running the model/);
    assert.equal(failure.data.partial, true);
    assert.equal(backend().client.text(String(params["stream_id"])), "Hello");
  });

  it("a stream without a done line is a cut stream, whatever ends it", async () => {
    for (const script of [
      lines(messageLine("Hello")),
      lines(messageLine("Hello"), '{"model":"llama3.2","message":{"role":"assistant","content":" the'),
      lines(messageLine("Hello"), doneLine().slice(0, -12)),
    ]) {
      provider().always(script);
      const params = streamParams();
      const failure = await backend().client.failure("edgequake/completionStream", params);
      assertProviderFailure(failure, { provider: "ollama", name: "APIConnectionError" });
      assert.equal(failure.data.partial, true);
      assert.equal(backend().client.text(String(params["stream_id"])), "Hello");
    }
  });

  it("a done line without its last newline is whole", async () => {
    provider().always(lines(messageLine("Hello"), doneLine().trimEnd()));
    assert.deepEqual((await stream()).end.finish_reasons, ["stop"]);
  });

  it("a 200 that is no answer is an error: no model was asked", async () => {
    for (const body of [
      "",
      "{}",
      "[]",
      "null",
      "Ollama is running",
      '{"error":"no"}',
      "<html><body>hi</body></html>",
    ]) {
      provider().always((exchange) => exchange.reply(200, body, { "content-type": "text/plain" }));
      const whole = await backend().client.failure("edgequake/completion", ollama(provider()));
      assert.equal(whole.code, -32803, body);
      const streamed = await backend().client.failure("edgequake/completionStream", streamParams());
      assert.equal(streamed.code, -32803, body);
      assert.equal(streamed.data.partial, undefined, body);
    }
  });
});
