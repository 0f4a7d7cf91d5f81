// edgequake/secret: the client's keys, asked for when a call needs one, for that call only.

import assert from "node:assert/strict";
import { chat, status } from "../server/openai-bytes.ts";
import { backends } from "./backend-process.ts";
import { assertSilent, CANARY } from "./canary.ts";
import { assertFailure } from "./failure-shape.ts";
import { HELLO, scriptedProvider } from "./scripted.ts";

const CALL = { model: "openai/scripted-1", messages: HELLO, num_retries: 0 };

describe("keys from the client (edgequake/secret)", function () {
  this.timeout(40_000);
  const start = backends();
  const provider = scriptedProvider(chat("Hello"));
  const declared = (base: string): unknown => ({
    capabilities: { secrets: true },
    config: { providers: { openai: { api_base: base } } },
  });

  it("are asked for when a call needs one, never before, with provider and origin", async () => {
    const backend = start();
    const { client } = backend;
    const asked: unknown[] = [];
    client.handle("edgequake/secret", (params) => {
      asked.push(params);
      return { api_key: `${CANARY}-${asked.length}` };
    });
    await client.initialize(declared(provider().v1));
    await client.result("edgequake/completion", { model: "mock/echo", messages: HELLO });
    assert.deepEqual(asked, [], "nothing needed a key yet");
    await client.result("edgequake/completion", CALL);
    const { origin } = provider();
    assert.deepEqual(asked, [{ provider: "openai", origin, model: "openai/scripted-1" }]);
    assert.equal(provider().requests[0]?.headers["authorization"], `Bearer ${CANARY}-1`);
    await client.result("edgequake/completion", CALL);
    assert.equal(
      provider().requests[1]?.headers["authorization"],
      `Bearer ${CANARY}-2`,
      "kept for one call only",
    );
    assertSilent(backend);
  });

  it("are not asked for when the call brings its own", async () => {
    const { client } = start();
    client.handle("edgequake/secret", () => ({ api_key: `${CANARY}-asked` }));
    await client.initialize(declared(provider().v1));
    await client.result("edgequake/completion", { ...CALL, api_key: `${CANARY}-own` });
    assert.equal(provider().requests[0]?.headers["authorization"], `Bearer ${CANARY}-own`);
    assert.deepEqual(client.serverRequests, []);
  });

  it("one ask serves all attempts of a call", async () => {
    const { client } = start();
    let asked = 0;
    client.handle("edgequake/secret", () => {
      asked += 1;
      return { api_key: `${CANARY}-${asked}` };
    });
    await client.initialize(declared(provider().v1));
    provider().always(status(500, "{}", { "retry-after": "0" }));
    await client.failure("edgequake/completion", { ...CALL, num_retries: 2 });
    assert.equal(provider().requests.length, 3);
    assert.equal(asked, 1);
  });

  for (const [what, answer] of [
    ["null", { api_key: null }],
    ["nothing", null],
    ["an empty key", { api_key: "" }],
    ["a number", { api_key: 5 }],
  ] as const) {
    it(`an answer of ${what} is no key`, async () => {
      const { client } = start();
      client.handle("edgequake/secret", () => answer);
      await client.initialize(declared(provider().v1));
      await client.call("edgequake/completion", CALL);
      assert.ok(provider().requests.every((request) => request.headers["authorization"] === undefined));
    });
  }

  it("a client that fails to answer costs the call, not the backend", async () => {
    const { client } = start();
    await client.initialize({ capabilities: { secrets: true } });
    // No handler: our client answers -32601.
    assertFailure(await client.failure("edgequake/completion", CALL), { name: "AuthenticationError" });
    assert.ok(await client.result("edgequake/completion", { model: "mock/echo", messages: HELLO }));
  });

  it("a client that never answers does not keep a cancelled call", async () => {
    const { client } = start();
    client.handle("edgequake/secret", () => new Promise(() => {}));
    await client.initialize({ capabilities: { secrets: true } });
    const call = client.start("edgequake/completion", CALL);
    await client.until("the question", (message) => message.method === "edgequake/secret");
    client.notify("$/cancelRequest", { id: call.id });
    assert.equal((await call.response).error?.code, -32800);
  });

  it("a key with a line break is refused without echo", async () => {
    const backend = start();
    backend.client.handle("edgequake/secret", () => ({ api_key: `${CANARY}\nX: y` }));
    await backend.client.initialize(declared(provider().v1));
    await backend.client.failure("edgequake/completion", CALL);
    assert.equal(provider().requests.length, 0);
    assertSilent(backend);
  });

  it("are never asked of a client that did not declare them", async () => {
    const { client } = start();
    await client.initialize({ capabilities: { secrets: false } });
    await client.failure("edgequake/completion", CALL);
    assert.deepEqual(client.serverRequests, []);
  });
});
