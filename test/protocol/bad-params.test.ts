// A schema violation is -32602 with the paths, before anything is sent; everything else is passed on.

import assert from "node:assert/strict";
import { chat } from "../server/openai-bytes.ts";
import { sharedBackend } from "./backend-process.ts";
import { assertEnvelope, assertIssues } from "./failure-shape.ts";
import { failureOf } from "./raw-client.ts";
import { HELLO, openai, scriptedProvider } from "./scripted.ts";

describe("bad params", function () {
  this.timeout(30_000);
  const backend = sharedBackend();
  const provider = scriptedProvider(chat("Hello"));

  const cases: readonly [what: string, change: Record<string, unknown>, path: string | RegExp][] = [
    ["no model", { model: undefined }, "model"],
    ["a model that is a number", { model: 5 }, "model"],
    ["an empty model", { model: "" }, "model"],
    ["no messages", { messages: undefined }, "messages"],
    ["no message", { messages: [] }, "messages"],
    ["messages that are text", { messages: "hello" }, "messages"],
    ["a message that is text", { messages: ["hello"] }, /^messages[.[]0/],
    ["a role nobody knows", { messages: [{ role: "wizard", content: "x" }] }, /^messages[.[]0\]?\.role$/],
    ["content that is a number", { messages: [{ role: "user", content: 5 }] }, /^messages[.[]0\]?\.content/],
    [
      "a part without a type",
      { messages: [{ role: "user", content: [{ text: "x" }] }] },
      /^messages[.[]0\]?\.content/,
    ],
    ["a temperature that is text", { temperature: "hot" }, "temperature"],
    ["max_tokens of 0", { max_tokens: 0 }, "max_tokens"],
    ["n of 0", { n: 0 }, "n"],
    ["num_retries of 11", { num_retries: 11 }, "num_retries"],
    ["num_retries of -1", { num_retries: -1 }, "num_retries"],
    ["num_retries of 1.5", { num_retries: 1.5 }, "num_retries"],
    ["a timeout of 0", { timeout: 0 }, /^timeout/],
    ["a timeout with an unknown part", { timeout: { idel: 1 } }, /^timeout/],
    ["headers that are no text", { extra_headers: { a: 1 } }, /^extra_headers/],
    ["an api_base that is a number", { api_base: 5 }, "api_base"],
    ["a tool without a name", { tools: [{ type: "function", function: { name: "" } }] }, /^tools/],
  ];
  for (const [what, change, path] of cases) {
    it(`${what}: -32602 naming ${path}`, async () => {
      const { client } = backend();
      const params = openai(provider(), change);
      const answer = await client.call("edgequake/completion", params);
      assertIssues(answer, path);
      assertEnvelope(failureOf(answer));
      assertIssues(await client.call("edgequake/completionStream", { ...params, stream_id: "bad" }), path);
      assert.equal(provider().requests.length, 0);
    });
  }

  for (const stream_id of [undefined, "", 5, null, "x".repeat(257)]) {
    it(`completionStream with stream_id ${String(stream_id).slice(0, 20)}`, async () => {
      const params = openai(provider(), { stream_id });
      assertIssues(await backend().client.call("edgequake/completionStream", params), "stream_id");
    });
  }

  for (const params of [undefined, null, [], "text", 5, true]) {
    it(`params that are ${JSON.stringify(params)}`, async () => {
      const failure = failureOf(await backend().client.call("edgequake/completion", params));
      assert.equal(failure.code, -32602);
      assert.equal(failure.data.name, "BadRequestError");
    });
  }

  it("the error names the issue in words, and no value of the call", async () => {
    const call = openai(provider(), { temperature: "sk-fake-canary", messages: HELLO });
    const failure = failureOf(await backend().client.call("edgequake/completion", call));
    assert.match(failure.message, /temperature/);
    assert.doesNotMatch(JSON.stringify(failure), /canary/);
  });

  it("null stands for absent, as in LiteLLM", async () => {
    const nulls = {
      temperature: null,
      stop: null,
      tools: null,
      timeout: null,
      user: null,
      response_format: null,
    };
    await backend().client.result("edgequake/completion", openai(provider(), nulls));
    const body = JSON.parse(provider().requests[0]?.body ?? "{}") as Record<string, unknown>;
    for (const name of Object.keys(nulls)) assert.equal(name in body, false, name);
  });

  it("hostile keys change no prototype and reach the wire as plain data", async () => {
    const body = JSON.stringify(openai(provider())).replace(
      "{",
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
    );
    const { client } = backend();
    const json = `{"jsonrpc":"2.0","id":"hostile","method":"edgequake/completion","params":${body}}`;
    client.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
    await client.answerTo("hostile");
    const providers = await client.result<Record<string, unknown>>("edgequake/providers");
    assert.equal("polluted" in providers, false);
    assert.ok(await client.result("edgequake/completion", { model: "mock/echo", messages: HELLO }));
  });

  it("a value 100,000 levels deep is refused or passed on, and the backend lives", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const params = JSON.stringify(openai(provider())).replace("{", `{"deep":${deep},`);
    const { client } = backend();
    const json = `{"jsonrpc":"2.0","id":"deep","method":"edgequake/completion","params":${params}}`;
    client.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
    await client.answerTo("deep");
    assert.equal(client.answersTo("deep").length, 1);
    assert.ok(await client.result("edgequake/completion", { model: "mock/echo", messages: HELLO }));
  });
});
