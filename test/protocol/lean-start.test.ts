// What a start and a first call over plain HTTP leave alone of Node: modules that take milliseconds and megabytes. What
// needs them all the same gets them.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chat } from "../server/openai-bytes.ts";
import { backends } from "./backend-process.ts";
import { openai, scriptedProvider } from "./scripted.ts";

/** In order of what they cost. */
const SLOW = ["http2", "crypto", "http", "https", "tls", "assert", "child_process", "sqlite"];
const TELL = `process.on("exit", () => require("fs").writeFileSync(process.env.XDG_DATA_HOME + "-modules",
  JSON.stringify(process.moduleLoadList)));`;

describe("a first call over plain HTTP", function () {
  this.timeout(30_000);
  const start = backends();
  const provider = scriptedProvider(chat("Hello"));

  /** Node's own modules that were loaded when the process ended. */
  async function loadedBy(call: (backend: ReturnType<typeof start>) => Promise<unknown>): Promise<string[]> {
    const preload = join(start().home, "tell.cjs");
    writeFileSync(preload, TELL);
    const backend = start({ env: { NODE_OPTIONS: `--require ${preload}` } });
    await backend.client.initialize();
    await call(backend);
    await backend.client.result("shutdown");
    backend.client.notify("exit");
    await backend.exitWithin(5_000);
    const loaded = JSON.parse(readFileSync(join(backend.home, "data-modules"), "utf8")) as string[];
    return SLOW.filter((name) => loaded.includes(`NativeModule ${name}`));
  }

  for (const method of ["edgequake/completion", "edgequake/completionStream"]) {
    it(`loads none of Node's slow modules: ${method}`, async () => {
      const loaded = await loadedBy(({ client }) =>
        client.result(method, openai(provider(), { stream_id: "s" })),
      );
      assert.deepEqual(loaded, []);
    });
  }

  it("leaves them to what asks for them", async () => {
    const loaded = await loadedBy(({ client }) =>
      // Nothing listens there: that it was tried is enough.
      assert.rejects(
        client.result("edgequake/completion", openai(provider(), { api_base: "https://127.0.0.1:1/v1" })),
        /127\.0\.0\.1:1/,
      ),
    );
    assert.ok(loaded.includes("tls"), `loaded: ${loaded}`);
  });
});
