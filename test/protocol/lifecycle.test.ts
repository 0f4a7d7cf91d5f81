// shutdown and exit: no params, exact exit codes, and no open call keeps the process.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { textEvent } from "../server/openai-bytes.ts";
import { backends, NODE, SERVER } from "./backend-process.ts";
import { failureOf } from "./raw-client.ts";
import { openai, scriptedProvider } from "./scripted.ts";

const ECHO = { model: "mock/echo", messages: [{ role: "user", content: "one two" }] };
const SLOW = { model: "mock/slow", messages: [{ role: "user", content: "go" }], stream_id: "slow" };
const EXIT_MS = 5000;

describe("shutdown and exit", function () {
  this.timeout(30_000);
  const start = backends();
  const provider = scriptedProvider();

  it("exit after shutdown ends with code 0", async () => {
    const backend = start();
    await backend.client.initialize();
    assert.equal(await backend.client.result("shutdown"), null);
    backend.client.notify("exit");
    assert.deepEqual(await backend.exitWithin(EXIT_MS), { code: 0, signal: null });
  });

  it("exit without shutdown ends with code 1", async () => {
    const backend = start();
    await backend.client.initialize();
    backend.client.notify("exit");
    assert.deepEqual(await backend.exitWithin(EXIT_MS), { code: 1, signal: null });
  });

  it("exit before initialize ends with code 1", async () => {
    const backend = start();
    backend.client.notify("exit");
    assert.deepEqual(await backend.exitWithin(EXIT_MS), { code: 1, signal: null });
  });

  it("both take params that are null, as some clients send them", async () => {
    const backend = start();
    await backend.client.initialize();
    assert.equal(await backend.client.result("shutdown", null), null);
    backend.client.notify("exit", null);
    assert.deepEqual(await backend.exitWithin(EXIT_MS), { code: 0, signal: null });
  });

  it("every request after shutdown is -32600", async () => {
    const { client } = start();
    await client.initialize();
    await client.result("shutdown");
    for (const method of ["edgequake/completion", "edgequake/models", "shutdown", "initialize", "no/such"]) {
      assert.equal(failureOf(await client.call(method, ECHO)).code, -32600, method);
    }
  });

  it("shutdown answers what is in flight, each once, and closes its sockets", async () => {
    const backend = start();
    const { client } = backend;
    await client.initialize();
    provider().always(async (exchange) => {
      await exchange.begin();
      await exchange.part(textEvent("first"));
    });
    const stream = client.start("edgequake/completionStream", openai(provider(), { stream_id: "open" }));
    await client.untilMethod("edgequake/chunk");
    const closed = provider().exchanges[0]?.gone;
    assert.equal(await client.result("shutdown"), null);
    assert.ok(failureOf(await stream.response));
    await closed;
    client.notify("exit");
    assert.deepEqual(await backend.exitWithin(EXIT_MS), { code: 0, signal: null });
    assert.equal(client.answersTo(stream.id).length, 1);
  });

  it("exit does not wait for open streams", async () => {
    const backend = start();
    const { client } = backend;
    await client.initialize();
    client.start("edgequake/completionStream", SLOW).response.catch(() => {});
    await client.untilMethod("edgequake/chunk");
    client.notify("exit");
    assert.deepEqual(await backend.exitWithin(EXIT_MS), { code: 1, signal: null });
  });
});

describe("the command line", function () {
  this.timeout(30_000);

  for (const args of [
    [],
    ["--no-such-transport"],

    ["--socket=notaport"],
    ["--pipe="],
  ]) {
    it(`${args.join(" ") || "without arguments"}: usage on stderr, nothing on stdout, exit code 2`, () => {
      const ran = spawnSync(NODE, [SERVER, ...args], { encoding: "utf8", timeout: 10_000, input: "" });
      assert.equal(ran.status, 2, ran.stderr);
      assert.equal(ran.stdout, "");
      assert.match(ran.stderr, /--stdio/);
      assert.match(ran.stderr, /--pipe/);
      assert.match(ran.stderr, /--socket/);
    });
  }
});
