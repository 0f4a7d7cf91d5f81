// The handshake: everything in it is optional, and nothing is answered before it or after shutdown.

import assert from "node:assert/strict";
import type { ErrorData } from "../../server/protocol/errors.ts";
import { backends } from "./backend-process.ts";
import { failureOf, type RpcMessage } from "./raw-client.ts";

const ECHO = { model: "mock/echo", messages: [{ role: "user", content: "one two" }] };

interface Initialized {
  capabilities: { experimental: { edgequake: { protocolVersion: number } } };
  serverInfo: { name: string; version: string };
}

describe("initialize", function () {
  this.timeout(30_000);
  const start = backends();

  it("needs no params at all", async () => {
    const { client } = start();
    const result = await client.result<Initialized>("initialize");
    assert.equal(result.capabilities.experimental.edgequake.protocolVersion, 1);
    assert.equal(typeof result.serverInfo.name, "string");
    assert.match(result.serverInfo.version, /^\d+\.\d+\.\d+/);
  });

  for (const [what, params] of [
    ["LSP's own params and no options", { processId: null, rootUri: null, capabilities: {} }],
    ["null options", { processId: null, initializationOptions: null }],
    ["empty options", { initializationOptions: {} }],
    [
      "every option",
      {
        processId: process.pid,
        clientInfo: { name: "a test", version: "0" },
        initializationOptions: {
          protocolVersion: 1,
          config: {},
          capabilities: { secrets: false, languageModel: false, compactDeltas: false, status: false },
        },
      },
    ],
    ["options nobody knows", { initializationOptions: { fromTheFuture: true, capabilities: { later: 1 } } }],
  ] as const) {
    it(`takes ${what}`, async () => {
      const { client } = start();
      const result = await client.result<Initialized>("initialize", params);
      assert.equal(result.capabilities.experimental.edgequake.protocolVersion, 1);
      client.notify("initialized", {});
      const answer = await client.result<{ choices: { message: { content: string } }[] }>(
        "edgequake/completion",
        ECHO,
      );
      assert.equal(answer.choices[0]?.message.content, "one two");
      assert.deepEqual(client.serverRequests, [], "nothing was declared, nothing may be asked");
    });
  }

  for (const version of [0, 2, 99]) {
    it(`refuses protocol version ${version} and names the supported ones`, async () => {
      const { client } = start();
      const failure = failureOf(
        await client.call("initialize", { initializationOptions: { protocolVersion: version } }),
      );
      assert.equal(failure.code, -32602);
      assert.deepEqual((failure.data as ErrorData & { supported: unknown }).supported, [1]);
    });
  }

  it("answers every request before it with -32002", async () => {
    const { client } = start();
    for (const method of [
      "edgequake/completion",
      "edgequake/providers",
      "rpc.discover",
      "no/such",
      "shutdown",
    ]) {
      const failure = failureOf(await client.call(method, ECHO));
      assert.equal(failure.code, -32002, method);
    }
    assert.ok(await client.initialize(), "and can still be initialized");
  });

  it("drops notifications before it", async () => {
    const { client } = start();
    client.notify("workspace/didChangeConfiguration", {
      settings: { edgequake: { default_model: "mock/echo" } },
    });
    client.notify("$/cancelRequest", { id: 1 });
    assert.ok(await client.initialize());
  });

  it("is an error the second time, and the session goes on", async () => {
    const { client } = start();
    await client.initialize();
    const failure = failureOf(await client.call("initialize", {}));
    assert.equal(failure.code, -32600);
    assert.ok(await client.result("edgequake/completion", ECHO));
  });

  it("may be followed by requests before `initialized`", async () => {
    const { client } = start();
    await client.result("initialize", {});
    assert.ok(await client.result("edgequake/completion", ECHO));
  });

  it("answers pipelined requests that did not wait for the reply", async () => {
    const { client } = start();
    const hello = client.start("initialize", {});
    const completion = client.start("edgequake/completion", ECHO);
    assert.equal((await hello.response).error, undefined);
    assert.equal((await completion.response).error, undefined);
  });
});

describe("methods nobody knows", function () {
  this.timeout(30_000);
  const start = backends();

  it("are answered -32601 with the method's name, never silence", async () => {
    const { client } = start();
    await client.initialize();
    for (const method of [
      "edgequake/nothing",
      "textDocument/hover",
      "$/unknownRequest",
      "constructor",
      "__proto__",
    ]) {
      const failure = failureOf(await client.call(method, {}));
      assert.equal(failure.code, -32601, method);
      assert.ok(failure.message.includes(method), failure.message);
    }
  });

  it("are ignored as notifications, `$/…` and others", async () => {
    const { client } = start();
    await client.initialize();
    const before = client.received.length;
    client.notify("$/setTrace", { value: "verbose" });
    client.notify("$/setTrace", { value: "off" });
    client.notify("$/progress", { token: 1, value: null });
    client.notify("$/neverHeardOf");
    client.notify("textDocument/didOpen", { textDocument: {} });
    client.notify("$/setTrace", { value: 7 });
    assert.ok(await client.result("edgequake/completion", ECHO));
    const requests = client.received.slice(before).filter((one: { message: RpcMessage }) => {
      return one.message.method !== undefined && one.message.id !== undefined;
    });
    assert.deepEqual(requests, []);
  });

  it("are no answers either: a response to nothing is ignored", async () => {
    const { client } = start();
    await client.initialize();
    client.send({ jsonrpc: "2.0", id: 4711, result: null });
    client.send({ jsonrpc: "2.0", id: null, error: { code: 1, message: "?" } });
    assert.ok(await client.result("edgequake/completion", ECHO));
  });
});
