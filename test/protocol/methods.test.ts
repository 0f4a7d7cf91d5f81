// The methods beside completion and embedding: models, providers, usage, countTokens, rpc.discover.

import assert from "node:assert/strict";
import { jsonOf } from "../server/http-request.ts";
import { chat, errorBody, USAGE } from "../server/openai-bytes.ts";
import { backends, sharedBackend } from "./backend-process.ts";
import { assertFailure, assertIssues } from "./failure-shape.ts";
import { HELLO, openai, scriptedProvider } from "./scripted.ts";

describe("edgequake/models", function () {
  this.timeout(30_000);
  const start = backends();
  const provider = scriptedProvider((exchange) => {
    if (exchange.request.path === "/v1/models") {
      const data = ["scripted-1", "text-embedding-scripted"].map((id) => ({ id, object: "model" }));
      return exchange.reply(200, JSON.stringify({ object: "list", data }));
    }
    const models = [{ name: "llama3.2:latest", model: "llama3.2:latest", details: { family: "llama" } }];
    return exchange.reply(200, JSON.stringify({ models }));
  });
  interface Models {
    models: { model: string; provider: string; mode: string; source: string }[];
    problems: { provider: string; name: string; message: string }[];
  }

  it("always has the embedded models", async () => {
    const { client } = start();
    await client.initialize();
    const { models } = await client.result<Models>("edgequake/models", { provider: "mock" });
    const names = models.map((one) => one.model);
    for (const model of ["mock/echo", "mock/lorem", "mock/slow"]) assert.ok(names.includes(model), model);
  });

  it("lists what configured servers tell, as provider/model", async () => {
    const { client } = start();
    const providers = { openai: { api_base: provider().v1 }, ollama: { api_base: provider().origin } };
    await client.initialize({ config: { providers } });
    const { models } = await client.result<Models>("edgequake/models");
    const names = models.map((one) => one.model);
    assert.ok(names.includes("openai/scripted-1"), names.join());
    assert.ok(names.includes("ollama/llama3.2:latest"), names.join());
  });

  it("names a provider that does not answer in problems, with what to do", async () => {
    const { client } = start();
    await client.initialize({ config: { providers: { ollama: { api_base: "http://127.0.0.1:9" } } } });
    const { problems, models } = await client.result<Models>("edgequake/models", { provider: "ollama" });
    assert.deepEqual(
      models.filter((one) => one.provider === "ollama"),
      [],
    );
    assert.equal(problems[0]?.provider, "ollama");
    assert.equal(problems[0]?.name, "APIConnectionError");
    assert.match(problems[0]?.message ?? "", /running[\s\S]*ollama serve/);
  });

  it("with limits, prices and abilities where they are asked for; what nobody knows is null", async () => {
    const { client } = start();
    await client.initialize({ config: { providers: { openai: { api_base: provider().v1 } } } });
    const data = ["gpt-4o-mini", "scripted-1"].map((id) => ({ id, object: "model" }));
    provider().always((exchange) => exchange.reply(200, JSON.stringify({ object: "list", data })));
    type Detailed = { model: string; details?: Record<string, unknown> };
    const ask = async (params: Record<string, unknown>): Promise<Detailed[]> =>
      (await client.result<{ models: Detailed[] }>("edgequake/models", { provider: "openai", ...params }))
        .models;
    const [known, unknown] = (await ask({ details: true })).map(({ details }) => details);
    assert.equal(known?.["max_input_tokens"], 128_000);
    assert.equal(known?.["input_cost_per_token"], 0.15e-6);
    assert.ok((known?.["supports"] as string[] | undefined)?.includes("vision"));
    assert.deepEqual([...new Set(Object.values(unknown ?? {}))], [null]);
    assert.equal((await ask({}))[0]?.details, undefined);
  });

  it("asks a server that fails once, and no second time", async () => {
    const { client } = start();
    await client.initialize({ config: { providers: { openai: { api_base: provider().v1 } } } });
    provider().always((exchange) => exchange.reply(503, errorBody("busy")));
    const { problems } = await client.result<Models>("edgequake/models", { provider: "openai" });
    assert.equal(problems[0]?.name, "ServiceUnavailableError");
    assert.equal(provider().requests.length, 1);
  });

  it("waits for a silent server as long as it was told", async () => {
    const { client } = start();
    provider().always(() => {});
    await client.initialize({ config: { providers: { ollama: { api_base: provider().origin } } } });
    const began = performance.now();
    const { problems } = await client.result<Models>("edgequake/models", {
      provider: "ollama",
      timeout: 0.2,
    });
    assert.equal(problems[0]?.name, "Timeout");
    const ms = performance.now() - began;
    assert.ok(ms < 3000, `${ms} ms`);
  });

  it("an unknown provider is a clear error", async () => {
    const { client } = start();
    await client.initialize();
    const answer = await client.call("edgequake/models", { provider: "nosuch" });
    const told = answer.error?.message ?? JSON.stringify((answer.result as Models | undefined)?.problems);
    assert.match(told ?? "", /nosuch/);
  });
});

describe("edgequake/providers", function () {
  this.timeout(30_000);
  const start = backends();
  interface Row {
    id: string;
    key_required: boolean;
    key_source: string;
    key_env: string[];
    configured: boolean;
  }

  it("says which layer each key comes from, and never a key", async () => {
    const { client } = start({ env: { OPENAI_API_KEY: "sk-fake-canary-environment" } });
    await client.initialize({ config: { providers: { ollama: { api_key: "sk-fake-canary-config" } } } });
    const { providers } = await client.result<{ providers: Row[] }>("edgequake/providers");
    const row = (id: string): Row => providers.find((one) => one.id === id) ?? assert.fail(`no ${id}`);
    assert.equal(row("openai").key_source, "environment");
    assert.deepEqual(row("openai").key_env, ["OPENAI_API_KEY"]);
    assert.equal(row("openai").configured, true);
    assert.equal(row("ollama").key_source, "config");
    assert.equal(row("mock").configured, true);
    assert.equal(row("mock").key_required, false);
    assert.doesNotMatch(JSON.stringify(providers), /canary/);
  });

  it("a provider without its key is not configured", async () => {
    const { client } = start();
    await client.initialize();
    const { providers } = await client.result<{ providers: Row[] }>("edgequake/providers");
    const openaiRow = providers.find((one) => one.id === "openai");
    assert.equal(openaiRow?.key_source, "none");
    assert.equal(openaiRow?.configured, false);
  });
});

describe("edgequake/usage", function () {
  this.timeout(30_000);
  const start = backends();
  const provider = scriptedProvider(chat("Hello"));
  interface Row {
    provider: string;
    model: string;
    day: string;
    calls: number;
    failures: number;
    prompt_tokens: number;
    completion_tokens: number;
  }

  it("counts calls, failures and tokens by provider, model and day", async () => {
    const { client } = start();
    await client.initialize();
    await client.result("edgequake/completion", openai(provider()));
    await client.result("edgequake/completionStream", openai(provider(), { stream_id: "u" }));
    provider().always((exchange) => exchange.reply(400, errorBody("no")));
    await client.failure("edgequake/completion", openai(provider()));
    const { rows } = await client.result<{ rows: Row[] }>("edgequake/usage");
    const row = rows.find((one) => one.provider === "openai");
    assert.ok(row, JSON.stringify(rows));
    assert.match(row.model, /scripted-1$/);
    assert.match(row.day, /^\d{4}-\d\d-\d\d$/);
    assert.equal(row.failures, 1);
    assert.equal(row.calls, 3);
    assert.equal(row.prompt_tokens, 2 * USAGE.prompt_tokens);
    assert.equal(row.completion_tokens, 2 * USAGE.completion_tokens);
  });
});

describe("edgequake/modelInfo", function () {
  this.timeout(30_000);
  const backend = sharedBackend();
  interface Info {
    max_input_tokens: number | null;
    input_cost_per_token: number | null;
    supports: string[] | null;
  }

  it("tells limits, price and abilities of one model, with no key and without asking its provider", async () => {
    const info = await backend().client.result<Info>("edgequake/modelInfo", { model: "openai/gpt-5-mini" });
    assert.ok((info.max_input_tokens ?? 0) >= 128_000, String(info.max_input_tokens));
    assert.ok((info.input_cost_per_token ?? 0) > 0);
    assert.ok(info.supports?.includes("reasoning"), info.supports?.join());
    const plain = await backend().client.result<Info>("edgequake/modelInfo", { model: "openai/gpt-4o-mini" });
    assert.ok(plain.supports && !plain.supports.includes("reasoning"), plain.supports?.join());
  });

  it("what nobody knows is null, and is no failure", async () => {
    for (const model of ["openai/nobody-knows-it", "no/such/provider", "no-provider"]) {
      const info = await backend().client.result<Record<string, unknown>>("edgequake/modelInfo", { model });
      assert.ok(Object.keys(info).length >= 6, model);
      assert.deepEqual(
        Object.values(info).filter((value) => value !== null),
        [],
        model,
      );
    }
  });

  it("a missing model is named", async () => {
    assertIssues(await backend().client.call("edgequake/modelInfo", {}), "model");
  });
});

describe("edgequake/countTokens", function () {
  this.timeout(30_000);
  const backend = sharedBackend();
  interface Count {
    tokens: number;
    exact: boolean;
  }

  it("counts text and messages, and says whether that is exact", async () => {
    const { client } = backend();
    const short = await client.result<Count>("edgequake/countTokens", {
      model: "openai/gpt-4o",
      text: "Hello",
    });
    const long = await client.result<Count>("edgequake/countTokens", {
      model: "openai/gpt-4o",
      text: "Hello ".repeat(100),
    });
    const messages = await client.result<Count>("edgequake/countTokens", {
      model: "openai/gpt-4o",
      messages: HELLO,
    });
    assert.ok(Number.isInteger(short.tokens) && short.tokens >= 1);
    assert.ok(long.tokens > 50 && long.tokens < 400, `${long.tokens}`);
    assert.ok(messages.tokens >= 3);
    assert.deepEqual(short, { tokens: 1, exact: true });
    const other = await client.result<Count>("edgequake/countTokens", {
      model: "ollama/llama3.2",
      text: "Hello",
    });
    assert.equal(other.exact, false);
    assert.equal(
      (await client.result<Count>("edgequake/countTokens", { model: "mock/echo", text: "" })).tokens,
      0,
    );
  });

  it("wrong params are -32602 with the path", async () => {
    assertIssues(await backend().client.call("edgequake/countTokens", { text: "no model" }), "model");
    assertIssues(
      await backend().client.call("edgequake/countTokens", { model: "openai/gpt-4o", text: 5 }),
      "text",
    );
  });
});

describe("rpc.discover", function () {
  this.timeout(30_000);
  const backend = sharedBackend();

  it("is an OpenRPC document with every method", async () => {
    const document = await backend().client.result<{
      openrpc: string;
      info: { title: string; version: string };
      methods: { name: string; params: unknown[] }[];
    }>("rpc.discover");
    assert.match(document.openrpc, /^1\./);
    assert.ok(document.info.title && document.info.version);
    const names = document.methods.map((method) => method.name);
    for (const name of [
      "initialize",
      "shutdown",
      "edgequake/completion",
      "edgequake/completionStream",
      "edgequake/embedding",
      "edgequake/models",
      "edgequake/modelInfo",
      "edgequake/providers",
      "edgequake/usage",
      "edgequake/countTokens",
      "rpc.discover",
    ]) {
      assert.ok(names.includes(name), name);
    }
    assert.equal(new Set(names).size, names.length);
  });

  it("every request it names is answered with something else than -32601", async () => {
    const { methods } = await backend().client.result<{ methods: { name: string }[] }>("rpc.discover");
    for (const { name } of methods) {
      if (!name.startsWith("edgequake/") || /chunk|secret|languageModel|\/status$/.test(name)) continue;
      const answer = await backend().client.call(name, {});
      assert.notEqual(answer.error?.code, -32601, name);
    }
  });
});

describe("provider and model names", function () {
  this.timeout(30_000);
  const backend = sharedBackend();
  const provider = scriptedProvider(chat("Hello"));

  it("an unknown provider is named, with the ones there are", async () => {
    const call = { model: "nosuchprovider/model-x", messages: HELLO };
    const failure = await backend().client.failure("edgequake/completion", call);
    assertFailure(failure, {
      name: ["BadRequestError", "LiteLLMUnknownProvider"],
      status: 400,
      retryable: false,
      message: /nosuchprovider/,
    });
    assert.match(failure.message, /openai/);
    assert.match(failure.message, /ollama/);
  });

  for (const model of ["justaword", "/gpt-4o", "openai/", "/", " ", "//"]) {
    it(`the malformed model ${JSON.stringify(model)} says how one is written`, async () => {
      const failure = await backend().client.failure("edgequake/completion", {
        model,
        messages: HELLO,
        api_key: "sk-fake",
      });
      assertFailure(failure, {
        name: ["BadRequestError", "LiteLLMUnknownProvider"],
        retryable: false,
        message: /openai\/gpt|provider\/model|openai\/<model>/,
      });
    });
  }

  it("custom_llm_provider names the provider, and slashes in the model are the model's", async () => {
    const call = openai(provider(), { model: "meta/llama-3/instruct", custom_llm_provider: "openai" });
    await backend().client.result("edgequake/completion", call);
    await backend().client.result(
      "edgequake/completion",
      openai(provider(), { model: "openai/org/model:tag" }),
    );
    const sent = provider().requests.map((request) => jsonOf(request)["model"]);
    assert.deepEqual(sent, ["meta/llama-3/instruct", "org/model:tag"]);
  });
});
