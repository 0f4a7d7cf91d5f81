// No backend outlives the one it works for, whatever hangs; and nothing but frames is ever on its stdout.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { poll } from "../host/poll.ts";
import { textEvent } from "../server/openai-bytes.ts";
import type { Script } from "../server/scripted-provider.ts";
import { backends, cleanEnvironment, isAlive, makeHome, NODE, SERVER } from "./backend-process.ts";
import { RawClient } from "./raw-client.ts";
import { openai, scriptedProvider } from "./scripted.ts";

/** The promise is 2 s; machines that run tests are slow. */
const GONE_MS = 6000;

const openStream: Script = async (exchange) => {
  await exchange.begin();
  await exchange.part(textEvent("first"));
};

describe("the backend's end", function () {
  this.timeout(40_000);
  const start = backends();
  const provider = scriptedProvider(openStream);

  async function withOpenStream(): Promise<ReturnType<typeof start>> {
    const backend = start();
    await backend.client.initialize();
    const params = openai(provider(), { stream_id: "open" });
    backend.client.start("edgequake/completionStream", params).response.catch(() => {});
    await backend.client.untilMethod("edgequake/chunk");
    return backend;
  }

  it("comes when stdin ends, before initialize", async () => {
    const backend = start();
    backend.client.end();
    const { signal } = await backend.exitWithin(GONE_MS);
    assert.equal(signal, null);
  });

  it("comes when stdin ends, also with an open stream", async () => {
    const backend = await withOpenStream();
    const asked = performance.now();
    backend.client.end();
    const { signal } = await backend.exitWithin(GONE_MS);
    console.log(`        gone ${(performance.now() - asked).toFixed(0)} ms after stdin ended`);
    assert.equal(signal, null);
    await provider().exchanges[0]?.gone;
  });

  it("comes when stdout is closed by the reader (EPIPE), stdin still open", async () => {
    const backend = start();
    await backend.client.initialize();
    provider().always(async (exchange) => {
      await exchange.begin();
      while (exchange.open) {
        await exchange.part(textEvent("more "));
        await exchange.wait(20);
      }
    });
    const params = openai(provider(), { stream_id: "flow" });
    backend.client.start("edgequake/completionStream", params).response.catch(() => {});
    await backend.client.untilMethod("edgequake/chunk");
    backend.child.stdout.destroy();
    const { signal } = await backend.exitWithin(GONE_MS);
    assert.equal(signal, null);
  });

  it("comes on SIGTERM, without a crash report", async () => {
    const backend = await withOpenStream();
    backend.child.kill("SIGTERM");
    await backend.exitWithin(GONE_MS);
    assert.doesNotMatch(backend.stderr, /\n\s+at /);
  });
});

describe("the backend of a killed host", function () {
  this.timeout(40_000);
  const provider = scriptedProvider(openStream);

  // A host that starts the backend and prints its pid. `inherit` hands our own pipe through, so that the
  // backend's stdin stays open when the host dies and only the host's pid can tell.
  const HOST = `
    const { spawn } = require("node:child_process");
    const [server, stdio] = process.argv.slice(1);
    const child = spawn(process.execPath, [server, "--stdio"], { stdio: [stdio, stdio, "inherit"] });
    process.stderr.write("pid " + child.pid + "\\n");
    if (stdio === "pipe") { process.stdin.pipe(child.stdin); child.stdout.pipe(process.stdout); }
    else setInterval(() => {}, 1000);
  `;

  for (const [what, stdio, streaming] of [
    ["its stdin ends with the host, idle", "pipe", false],
    ["its stdin ends with the host, with an open stream", "pipe", true],
    ["its stdin stays open, idle: the host's pid is gone", "inherit", false],
    ["its stdin stays open, with an open stream: the host's pid is gone", "inherit", true],
  ] as const) {
    it(`is gone: ${what}`, async () => {
      const home = makeHome();
      const host: ChildProcess = spawn(NODE, ["-e", HOST, SERVER, stdio], {
        env: cleanEnvironment(home),
        stdio: ["pipe", "pipe", "pipe"],
      });
      let stderr = "";
      host.stderr?.on("data", (bytes: Buffer) => {
        stderr += bytes.toString();
      });
      let pid = 0;
      try {
        pid = await poll(
          "the backend's pid",
          10_000,
          () => Number(/pid (\d+)/.exec(stderr)?.[1] ?? 0) || undefined,
        );
        assert.ok(host.stdout && host.stdin);
        const client = new RawClient(host.stdout, host.stdin);
        await client.result("initialize", { processId: host.pid, capabilities: {} });
        client.notify("initialized", {});
        if (streaming) {
          const params = openai(provider(), { stream_id: "open" });
          client.start("edgequake/completionStream", params).response.catch(() => {});
          await client.untilMethod("edgequake/chunk");
        }
        const killed = performance.now();
        host.kill("SIGKILL");
        await poll("the backend to be gone", GONE_MS, () => !isAlive(pid), 5);
        console.log(`        gone ${(performance.now() - killed).toFixed(0)} ms after the host's SIGKILL`);
      } finally {
        host.kill("SIGKILL");
        if (pid > 0 && isAlive(pid)) process.kill(pid, "SIGKILL");
        host.stdin?.destroy();
        host.stdout?.destroy();
        rmSync(home, { recursive: true, force: true });
      }
    });
  }
});

describe("stdout", function () {
  this.timeout(30_000);
  const start = backends();
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "edgequake-preload-"));
    writeFileSync(
      join(folder, "noisy.cjs"),
      `setInterval(() => {
         for (const how of ["log", "info", "debug", "dir", "table", "warn", "error"]) console[how]("a dependency says " + how);
         console.group("a dependency"); console.groupEnd(); console.count("a dependency"); console.assert(false, "a dependency");
       }, 20);\n`,
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("carries nothing but frames, even when a dependency uses console.*", async () => {
    const backend = start({ env: { NODE_OPTIONS: `--require=${join(folder, "noisy.cjs")}` } });
    await backend.client.initialize();
    await poll(
      "the noise on stderr",
      10_000,
      () => /says log/.test(backend.stderr) && /says table/.test(backend.stderr),
    );
    for (let turn = 0; turn < 5; turn += 1) {
      const messages = [{ role: "user", content: "still clean" }];
      assert.ok(await backend.client.result("edgequake/completion", { model: "mock/echo", messages }));
    }
    assert.deepEqual(backend.client.stray, []);
  });
});
