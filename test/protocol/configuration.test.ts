// Configuration is pushed: at initialize and by workspace/didChangeConfiguration, which replaces the layer.
// Unknown keys are named and left out; the rest still counts.

import assert from "node:assert/strict";
import type { ModelResponse } from "../../server/protocol/messages.ts";
import { chat, status } from "../server/openai-bytes.ts";
import { backends } from "./backend-process.ts";
import type { RawClient } from "./raw-client.ts";
import { HELLO, scriptedProvider } from "./scripted.ts";

const CALL = { model: "openai/scripted-1", messages: HELLO, num_retries: 0 };

interface Providers {
  providers: { id: string; api_base: string | null; api_base_source: string; key_source: string }[];
}

async function baseOf(client: RawClient, id: string): Promise<{ api_base: string | null; source: string }> {
  const { providers } = await client.result<Providers>("edgequake/providers");
  const row = providers.find((one) => one.id === id);
  assert.ok(row, `no provider ${id}`);
  return { api_base: row.api_base, source: row.api_base_source };
}

function warnings(client: RawClient): string {
  return client
    .logs()
    .filter((log) => log.type === 2)
    .map((log) => log.message)
    .join("\n");
}

describe("configuration", function () {
  this.timeout(30_000);
  const start = backends();
  const provider = scriptedProvider(chat("Hello", " there"));

  it("is taken from initializationOptions.config", async () => {
    const { client } = start();
    const providers = { openai: { api_base: provider().v1, api_key: "sk-fake-config" } };
    await client.initialize({ config: { providers } });
    const answer = await client.result<ModelResponse>("edgequake/completion", CALL);
    assert.equal(answer.choices[0]?.message.content, "Hello there");
    assert.equal(provider().requests[0]?.headers["authorization"], "Bearer sk-fake-config");
    assert.deepEqual(await baseOf(client, "openai"), { api_base: provider().v1, source: "config" });
  });

  it("is taken from workspace/didChangeConfiguration, from the next call on", async () => {
    const { client } = start();
    await client.initialize();
    client.notify("workspace/didChangeConfiguration", {
      settings: {
        edgequake: { providers: { openai: { api_base: provider().v1, api_key: "sk-fake-pushed" } } },
      },
    });
    assert.ok(await client.result("edgequake/completion", CALL));
    assert.equal(provider().requests[0]?.headers["authorization"], "Bearer sk-fake-pushed");
  });

  it("is replaced whole by the next push, not merged", async () => {
    const { client } = start();
    await client.initialize({ config: { providers: { openai: { api_base: provider().v1 } } } });
    assert.equal((await baseOf(client, "openai")).source, "config");
    client.notify("workspace/didChangeConfiguration", { settings: { edgequake: { num_retries: 1 } } });
    assert.notEqual((await baseOf(client, "openai")).source, "config");
    client.notify("workspace/didChangeConfiguration", { settings: { edgequake: {} } });
    assert.notEqual((await baseOf(client, "openai")).api_base, provider().v1);
  });

  it("does not touch calls already in flight", async () => {
    const { client } = start();
    const first = { providers: { openai: { api_base: provider().v1 } } };
    await client.initialize({ config: first });
    provider().next(status(500, "{}", { "retry-after": "1" }));
    const call = client.start("edgequake/completion", { ...CALL, num_retries: 1 });
    await client.result("edgequake/providers");
    client.notify("workspace/didChangeConfiguration", { settings: { edgequake: {} } });
    const answer = await call.response;
    assert.equal(answer.error, undefined, JSON.stringify(answer.error));
    assert.equal(provider().requests.length, 2);
  });

  it("sets defaults a call does not give: num_retries", async () => {
    const { client } = start();
    await client.initialize({ config: { num_retries: 1 } });
    provider().always(status(500, "{}", { "retry-after": "0" }));
    const { num_retries: _none, ...call } = CALL;
    await client.failure("edgequake/completion", { ...call, api_base: provider().v1 });
    assert.equal(provider().requests.length, 2);
  });

  it("loses to the call's own argument", async () => {
    const { client } = start();
    await client.initialize({
      config: { num_retries: 0, providers: { openai: { api_base: "http://127.0.0.1:9" } } },
    });
    provider().always(status(500, "{}", { "retry-after": "0" }));
    await client.failure("edgequake/completion", { ...CALL, num_retries: 1, api_base: provider().v1 });
    assert.equal(provider().requests.length, 2);
  });

  it("warns of unknown keys with their path, at initialize, and keeps the rest", async () => {
    const { client } = start();
    await client.initialize({
      config: {
        providers: { openai: { api_base: provider().v1, ap_key: "typo" } },
        defualt_model: "mock/echo",
      },
    });
    await client.until("a warning", (message) => message.method === "window/logMessage");
    assert.ok(await client.result("edgequake/completion", CALL), "the valid part holds");
    assert.match(warnings(client), /providers\.openai\.ap_key/);
    assert.match(warnings(client), /defualt_model/);
    assert.doesNotMatch(warnings(client), /typo/, "a value may be a key in the wrong place");
  });

  it("warns of unknown keys in a push, with their path", async () => {
    const { client } = start();
    await client.initialize();
    client.notify("workspace/didChangeConfiguration", {
      settings: { edgequake: { http: { proxi: "x" }, num_retries: 1 }, editor: { fontSize: 12 } },
    });
    await client.result("edgequake/providers");
    assert.match(warnings(client), /http\.proxi/);
    assert.doesNotMatch(warnings(client), /fontSize/, "other sections are not ours");
  });

  it("warns of a value of the wrong type with its path and keeps the rest", async () => {
    const { client } = start();
    await client.initialize({
      config: { num_retries: "many", providers: { openai: { api_base: provider().v1 } } },
    });
    assert.ok(await client.result("edgequake/completion", CALL));
    assert.match(warnings(client), /num_retries/);
  });

  for (const [what, params] of [
    ["no params", undefined],
    ["null settings", { settings: null }],
    ["settings of somebody else", { settings: { python: {} } }],
    ["an array", { settings: [] }],
    ["a string section", { settings: { edgequake: "x" } }],
    ["null section", { settings: { edgequake: null } }],
  ] as const) {
    it(`survives a push with ${what}`, async () => {
      const { client } = start();
      await client.initialize();
      client.notify("workspace/didChangeConfiguration", params);
      assert.ok(await client.result("edgequake/completion", { model: "mock/echo", messages: HELLO }));
    });
  }
});
