// `fallbacks` of one call, over real sockets: who is asked, with which key, and what the answer says of it.

import assert from "node:assert/strict";
import { completion, dispose, errors } from "../server/index.ts";
import { jsonOf } from "./server/http-request.ts";
import { chat, errorBody, sendEvents, status, streamEvents } from "./server/openai-bytes.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

describe("fallbacks of one call", () => {
  let provider: ScriptedProvider;
  const messages = [{ role: "user" as const, content: "x" }];
  const first = () => ({
    model: "openai/one",
    messages,
    api_base: provider.v1,
    api_key: "sk-fake-1",
    num_retries: 0,
  });

  before(async () => {
    provider = await ScriptedProvider.start();
  });
  after(async () => {
    await dispose();
    await provider.stop();
  });
  beforeEach(() => provider.clear());

  const models = (): unknown[] => provider.requests.map((request) => jsonOf(request)["model"]);

  it("are asked in order, and the answer names who failed", async () => {
    provider.always(chat("ok"));
    provider.next(status(500, errorBody("no")), status(503, errorBody("no")));
    const answer = await completion({
      ...first(),
      fallbacks: ["openai/two", { model: "openai/three", temperature: 0 }],
    });
    assert.deepEqual(models(), ["one", "two", "three"]);
    assert.equal(jsonOf(provider.requests[2] as never)["temperature"], 0);
    assert.match(answer.edgequake?.warnings[0]?.message ?? "", /openai\/one failed with InternalServerError/);
    for (const request of provider.requests) assert.ok(!("fallbacks" in jsonOf(request)));
  });

  it("take over a stream that had not begun", async () => {
    provider.always(chat("a", "b"));
    provider.next(status(500, errorBody("no")));
    let text = "";
    for await (const { choices } of completion({ ...first(), fallbacks: ["openai/two"], stream: true }))
      text += choices[0]?.delta.content ?? "";
    assert.deepEqual([text, models()], ["ab", ["one", "two"]]);
  });

  it("take over no stream that had begun", async () => {
    provider.always(chat("ok"));
    provider.next((exchange) => sendEvents(exchange, streamEvents(["half"], { finish: null, done: false })));
    const stream = completion({ ...first(), fallbacks: ["openai/two"], stream: true });
    await assert.rejects(async () => {
      for await (const _chunk of stream);
    }, errors.APIConnectionError);
    assert.deepEqual(models(), ["one"]);
  });

  it("that all fail leave the first error", async () => {
    provider.always(status(500, errorBody("again")));
    provider.next(status(401, errorBody("the first")));
    await assert.rejects(completion({ ...first(), fallbacks: ["openai/two"] }), errors.AuthenticationError);
    assert.equal(provider.requests.length, 2);
  });

  it("get no key that was given for another provider", async () => {
    provider.always(chat("ok"));
    provider.next(status(500, errorBody("no")));
    await completion({ ...first(), fallbacks: [{ model: "groq/two", api_base: provider.v1 }] });
    assert.equal(provider.requests[0]?.headers["authorization"], "Bearer sk-fake-1");
    assert.equal(provider.requests[1]?.headers["authorization"], undefined);
  });

  it("for a full context are those of its own list", async () => {
    provider.always(chat("ok"));
    provider.next(status(400, errorBody("too long", "context_length_exceeded")));
    await completion({
      ...first(),
      context_window_fallback_dict: { "openai/one": "openai/large" },
      fallbacks: ["openai/two"],
    });
    assert.deepEqual(models(), ["one", "large"]);
  });
});
