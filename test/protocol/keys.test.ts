// Keys: which one goes where, and that none is ever seen anywhere else.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ollamaChat } from "../server/ollama-bytes.ts";
import { chat, errorBody, status } from "../server/openai-bytes.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { backends } from "./backend-process.ts";
import { assertSilent, CANARY } from "./canary.ts";
import { assertFailure } from "./failure-shape.ts";
import { HELLO, ollama, openai, scriptedProvider } from "./scripted.ts";

const CALL = { model: "openai/scripted-1", messages: HELLO, num_retries: 0 };

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

describe("keys", function () {
  this.timeout(40_000);
  const start = backends();
  const provider = scriptedProvider(chat("Hello"));
  const authorization = (from: ScriptedProvider = provider()): string | undefined =>
    from.requests.at(-1)?.headers["authorization"];

  it("a key of the call is sent, trimmed", async () => {
    const { client } = start();
    await client.initialize();
    await client.result("edgequake/completion", openai(provider(), { api_key: `  ${CANARY}\n` }));
    assert.equal(authorization(), `Bearer ${CANARY}`);
  });

  it("with api_base a key of the environment is not sent", async () => {
    const { client } = start({ env: { OPENAI_API_KEY: CANARY, OLLAMA_API_KEY: CANARY } });
    await client.initialize();
    await client.result("edgequake/completion", openai(provider()));
    assert.equal(authorization(), undefined);
    provider().always(ollamaChat("Hello"));
    await client.result("edgequake/completion", ollama(provider()));
    assert.ok(provider().requests.every((request) => !request.head.includes(CANARY)));
  });

  it("with api_base a key of the configuration is not sent, only with its own base", async () => {
    const { client } = start();
    const own = { api_key: CANARY, api_base: "http://127.0.0.1:9/v1" };
    await client.initialize({ config: { providers: { openai: own } } });
    await client.result("edgequake/completion", openai(provider()));
    assert.equal(authorization(), undefined);
    const bound = { providers: { openai: { api_key: CANARY, api_base: provider().v1 } } };
    client.notify("workspace/didChangeConfiguration", { settings: { edgequake: bound } });
    await client.result("edgequake/completion", CALL);
    assert.equal(authorization(), `Bearer ${CANARY}`);
  });

  it("a configured base does not get the environment's key", async () => {
    const { client } = start({ env: { OPENAI_API_KEY: CANARY } });
    await client.initialize({ config: { providers: { openai: { api_base: provider().v1 } } } });
    await client.call("edgequake/completion", CALL);
    assert.ok(provider().requests.every((request) => !request.head.includes(CANARY)));
  });

  it("base and key both from the environment belong together", async () => {
    const { client } = start({ env: { OPENAI_API_KEY: CANARY, OPENAI_API_BASE: provider().v1 } });
    await client.initialize();
    await client.result("edgequake/completion", CALL);
    assert.equal(authorization(), `Bearer ${CANARY}`);
  });

  it("a missing key is an AuthenticationError before anything is sent: names the variable and the ways to set it", async () => {
    const { client } = start();
    await client.initialize();
    for (const method of ["edgequake/completion", "edgequake/completionStream"]) {
      const failure = await client.failure(method, { ...CALL, stream_id: "s" });
      assertFailure(failure, {
        name: "AuthenticationError",
        status: 401,
        retryable: false,
        message: /OPENAI_API_KEY/,
      });
      assert.match(failure.message, /api_key/);
      assert.match(failure.message, /config\.toml/);
    }
    const embedding = await client.failure("edgequake/embedding", {
      model: "openai/text-embedding-3-small",
      input: "a",
    });
    assertFailure(embedding, { name: "AuthenticationError", message: /OPENAI_API_KEY/ });
  });

  it("an empty or blank key is a missing one", async () => {
    const { client } = start({ env: { OPENAI_API_KEY: "   " } });
    await client.initialize();
    assertFailure(await client.failure("edgequake/completion", CALL), { name: "AuthenticationError" });
    assertFailure(await client.failure("edgequake/completion", { ...CALL, api_key: "" }), {
      name: "AuthenticationError",
    });
  });

  for (const bad of [
    `${CANARY}\nX-Injected: 1`,
    `${CANARY}\r\nHost: x`,
    `${CANARY}\u0000`,
    `${CANARY}\u007f`,
    `${CANARY}\u200bzero-width`,
  ]) {
    it(`a key with ${JSON.stringify(bad.slice(CANARY.length))} in it is refused, unsent and without echo`, async () => {
      const backend = start();
      await backend.client.initialize();
      const failure = await backend.client.failure(
        "edgequake/completion",
        openai(provider(), { api_key: bad }),
      );
      assertFailure(failure, {
        name: ["AuthenticationError", "BadRequestError"],
        retryable: false,
        message: /key/i,
      });
      assert.equal(provider().requests.length, 0);
      assertSilent(backend);
    });
  }

  it("a header with a line break is refused, unsent", async () => {
    const { client } = start();
    await client.initialize();
    for (const extra_headers of [{ "X-A": "a\r\nX-B: b" }, { "X-A\r\nX-B": "b" }, { "": "x" }]) {
      const answer = await client.call("edgequake/completion", openai(provider(), { extra_headers }));
      assert.ok(answer.error, JSON.stringify(extra_headers));
    }
    assert.equal(provider().requests.length, 0);
  });

  it("plain http with a key goes to loopback only", async () => {
    const backend = start();
    const { client } = backend;
    await client.initialize();
    for (const api_base of [
      "http://no-such-host.invalid/v1",
      "http://127.0.0.1.no-such-host.invalid/v1",
      "http://localhost.no-such-host.invalid/v1",
    ]) {
      const failure = await client.failure("edgequake/completion", { ...CALL, api_base, api_key: CANARY });
      assertFailure(failure, {
        name: ["AuthenticationError", "BadRequestError", "PermissionDeniedError"],
        retryable: false,
        message: /https/,
      });
    }
    for (const host of ["localhost", "127.0.0.1"]) {
      const api_base = `http://${host}:${provider().port}/v1`;
      await client.result("edgequake/completion", { ...CALL, api_base, api_key: CANARY });
    }
    assertSilent(backend);
  });

  it("a password in api_base is neither sent as it is nor echoed", async () => {
    const backend = start();
    await backend.client.initialize();
    const api_base = `http://user:${CANARY}@127.0.0.1:9/v1`;
    await backend.client.call("edgequake/completion", { ...CALL, api_base });
    assertSilent(backend);
  });

  it("a key is in no frame, no log, no file, whatever fails", async () => {
    const backend = start({ env: { OPENAI_API_KEY: `${CANARY}-env`, EDGEQUAKE_LOG: "trace" } });
    const { client } = backend;
    await client.initialize({ config: { providers: { ollama: { api_key: `${CANARY}-config` } } } });
    client.notify("$/setTrace", { value: "verbose" });
    const key = { api_key: `${CANARY}-call` };
    const echo = errorBody(`Incorrect API key provided: ${CANARY}-call.`, "invalid_api_key");
    provider().next(
      status(401, echo),
      status(500, `<html>${CANARY}-call</html>`),
      status(200, echo),
      (exchange) => exchange.reply(302, "", { location: `https://x.invalid/?key=${CANARY}-call` }),
      (exchange) => exchange.reset(),
      (exchange) => exchange.reply(200, "{}", { "x-request-id": `${CANARY}-call` }),
      async (exchange) => {
        await exchange.begin();
        await exchange.part(`data: {"error":{"message":"key ${CANARY}-call is bad"}}\n\n`);
        await exchange.finish();
      },
    );
    for (let turn = 0; turn < 6; turn += 1)
      await client.call("edgequake/completion", openai(provider(), key));
    await client.call("edgequake/completionStream", openai(provider(), { ...key, stream_id: "s" }));
    await client.call(
      "edgequake/completion",
      openai(provider(), { ...key, api_base: "http://127.0.0.1:9/v1" }),
    );
    await client.call("edgequake/completion", openai(provider(), { ...key, messages: "wrong" }));
    await client.call("edgequake/completion", openai(provider(), { api_key: [`${CANARY}-call`] }));
    for (const method of ["edgequake/providers", "edgequake/usage", "edgequake/models", "rpc.discover"]) {
      await client.call(method, {});
    }
    client.notify("workspace/didChangeConfiguration", {
      settings: { edgequake: { api_kee: `${CANARY}-typo` } },
    });
    client.write(`Content-Length: ${CANARY.length}\r\n\r\n${CANARY}`);
    await client.call("edgequake/providers");
    await client.result("shutdown");
    client.notify("exit");
    await backend.exitWithin(5000);
    assertSilent(backend);
    const holders = filesBelow(backend.home).filter((path) => readFileSync(path).includes(CANARY));
    assert.deepEqual(holders, []);
  });

  it("an echoed key is blotted out, the rest of the sentence stays", async () => {
    const backend = start();
    await backend.client.initialize();
    provider().always(
      status(401, errorBody(`Incorrect API key provided: ${CANARY}. Find yours in settings.`)),
    );
    const failure = await backend.client.failure(
      "edgequake/completion",
      openai(provider(), { api_key: CANARY }),
    );
    assertFailure(failure, {
      name: "AuthenticationError",
      message: /Incorrect API key provided.*Find yours in settings/,
    });
    assertSilent(backend);
  });

  it("the backend's command line and environment hold no key of the protocol", async () => {
    const backend = start();
    await backend.client.initialize({ config: { providers: { openai: { api_key: CANARY } } } });
    await backend.client.call("edgequake/providers");
    for (const file of ["cmdline", "environ"]) {
      assert.ok(!readFileSync(`/proc/${backend.pid}/${file}`).includes(CANARY), file);
    }
  });
});
