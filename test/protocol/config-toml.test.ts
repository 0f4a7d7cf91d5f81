// config.toml: the lowest layer. Broken, it is named with what to do and nothing else breaks; with keys in it, it
// must be private.

import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { poll } from "../host/poll.ts";
import { chat } from "../server/openai-bytes.ts";
import { backends } from "./backend-process.ts";
import { assertFailure } from "./failure-shape.ts";
import type { RawClient } from "./raw-client.ts";
import { HELLO, scriptedProvider } from "./scripted.ts";

const CALL = { model: "openai/scripted-1", messages: HELLO, num_retries: 0 };
const CANARY = "sk-fake-canary-toml";

interface Providers {
  providers: { id: string; key_source: string; api_base: string | null; api_base_source: string }[];
  config_toml: { path: string | null; problem: string | null };
}

async function providersOf(client: RawClient): Promise<Providers> {
  return client.result<Providers>("edgequake/providers");
}

describe("config.toml", function () {
  this.timeout(30_000);
  const start = backends();
  const provider = scriptedProvider(chat("Hello"));
  const withKey = (): string => `[providers.openai]\napi_base = "${provider().v1}"\napi_key = "${CANARY}"\n`;

  it("gives base and key, below the environment and the pushed layer", async () => {
    const { client } = start({ configToml: { text: withKey() } });
    await client.initialize();
    await client.result("edgequake/completion", CALL);
    assert.equal(provider().requests[0]?.headers["authorization"], `Bearer ${CANARY}`);
    const { providers, config_toml } = await providersOf(client);
    const row = providers.find((one) => one.id === "openai");
    assert.equal(row?.key_source, "config.toml");
    assert.equal(row?.api_base_source, "config.toml");
    assert.match(config_toml.path ?? "", /edgequake\/config\.toml$/);
    assert.equal(config_toml.problem, null);
  });

  for (const [what, text] of [
    ["cut in its middle", `[providers.openai]\napi_key = "${CANARY}`],
    ["no TOML", "{ this is json: 1 }"],
    ["binary", "\u0000\u0001\u0002"],
  ] as const) {
    it(`that is ${what}: named with its path, and the rest works`, async () => {
      const backend = start({ configToml: { text } });
      const { client } = backend;
      await client.initialize();
      assert.ok(await client.result("edgequake/completion", { model: "mock/echo", messages: HELLO }));
      const failure = await client.failure("edgequake/completion", CALL);
      assertFailure(failure, { name: "AuthenticationError", message: /config\.toml/ });
      const { config_toml } = await providersOf(client);
      assert.ok(config_toml.problem, "edgequake/providers tells the problem");
      const logged = client.logs().filter((log) => log.type <= 2 && log.message.includes("config.toml"));
      assert.ok(logged.length >= 1, "a log message names it");
      assert.doesNotMatch(JSON.stringify(client.received), /canary/);
    });
  }

  it("that is broken tells the line", async () => {
    const { client } = start({ configToml: { text: 'default_model = "mock/echo"\n\nnum_retries = = 2\n' } });
    await client.initialize();
    const { config_toml } = await providersOf(client);
    assert.match(config_toml.problem ?? "", /3/);
  });

  it("with a key nobody knows: named with its path, the rest holds", async () => {
    const { client } = start({ configToml: { text: `num_retrys = 1\n${withKey()}` } });
    await client.initialize();
    await client.result("edgequake/completion", CALL);
    const logged = client
      .logs()
      .map((log) => log.message)
      .join("\n");
    const { config_toml } = await providersOf(client);
    assert.match(`${logged}\n${config_toml.problem}`, /num_retrys/);
  });

  for (const mode of [0o640, 0o604, 0o644, 0o660]) {
    it(`with keys and mode ${mode.toString(8)} is refused with the fix`, async () => {
      const backend = start({ configToml: { text: withKey(), mode } });
      await backend.client.initialize();
      const answer = await backend.client.call("edgequake/completion", CALL);
      assert.ok(
        provider().requests.every((request) => !request.head.includes(CANARY)),
        "the key was sent",
      );
      const logged = backend.client
        .logs()
        .map((log) => log.message)
        .join("\n");
      const { config_toml } = await providersOf(backend.client);
      assert.match(config_toml.problem ?? "", /chmod 600/);
      assert.match(logged, /chmod 600/);
      if (answer.error) assert.match(answer.error.message, /chmod 600/);
      assert.doesNotMatch(JSON.stringify(backend.client.received), /canary/);
    });
  }

  it("that others can read is fine without keys", async () => {
    const text = `[providers.openai]\napi_base = "${provider().v1}"\n`;
    const { client } = start({ configToml: { text, mode: 0o644 } });
    await client.initialize();
    assert.ok(await client.result("edgequake/completion", CALL));
    assert.equal((await providersOf(client)).config_toml.problem, null);
  });

  it("that appears or is mended counts from a later call on, without a restart", async () => {
    const backend = start({ configToml: { text: "broken = = 1" } });
    const { client } = backend;
    await client.initialize();
    await client.failure("edgequake/completion", CALL);
    const path = join(backend.home, "config", "edgequake", "config.toml");
    rmSync(path);
    writeFileSync(path, withKey(), { mode: 0o600 });
    await poll("the mended file to count", 10_000, async () => {
      const answer = await client.call("edgequake/completion", CALL);
      return answer.error === undefined;
    });
  });

  it("that is absent is no problem", async () => {
    const { client } = start();
    await client.initialize();
    assert.equal((await providersOf(client)).config_toml.problem, null);
    assert.deepEqual(
      client.logs().filter((log) => log.type <= 2),
      [],
    );
  });
});
