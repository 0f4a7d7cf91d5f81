// The supervision of the backend with the real process, outside VS Code: a killed backend costs the calls in
// flight and nothing else, one that cannot start is given up, and closing leaves no process.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "../../server/connection/client.ts";
import { Backend } from "../../src/backend.ts";
import { deferredStream } from "../../src/deferred-stream.ts";
import { backendEnvironment } from "../../src/environment.ts";
import { backendsOf } from "../host/backends-of.ts";
import { poll } from "../host/poll.ts";

/** Behavioural deadlines are asserted at three times their figure. */
const REJECTED_MS = 250;
const ANSWERED_MS = 1_500;
const CRASHES = 5;

const messages = [{ role: "user" as const, content: "still there" }];

describe("backend of the extension", function () {
  if (process.platform === "win32") {
    it.skip("left out on Windows, which has no SIGKILL", () => {});
    return;
  }
  this.timeout(30_000);
  let folder: string;
  let backend: Backend;
  let givenUp = 0;
  const log: string[] = [];

  function create(serverPath: string): Backend {
    return new Backend({
      serverPath,
      version: "0.0.0",
      env: () => ({ ...backendEnvironment(process.env, join(folder, "cache")), XDG_CONFIG_HOME: folder }),
      config: () => ({}),
      log: (_type, message) => log.push(message),
      secret: async () => null,
      onGivenUp: () => {
        givenUp += 1;
      },
    });
  }
  function onlyBackend(): number {
    const [pid, ...others] = backendsOf(process.pid);
    assert.ok(pid !== undefined && others.length === 0, "one backend runs");
    return pid;
  }
  async function answer(client: Client): Promise<string | null | undefined> {
    const { choices } = await client.completion({ model: "mock/echo", messages });
    return choices[0]?.message.content;
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edgequake-backend-"));
    givenUp = 0;
    log.length = 0;
    backend = create("dist/server.js");
  });
  afterEach(async () => {
    await backend.dispose();
    assert.deepEqual(backendsOf(process.pid), [], "closing leaves no process");
    rmSync(folder, { recursive: true, force: true });
  });

  it("starts nothing before it is asked, and one process for all who ask", async () => {
    assert.deepEqual(backendsOf(process.pid), []);
    const [one, two] = await Promise.all([backend.client(), backend.client()]);
    assert.equal(one, two);
    assert.equal(await answer(one), "still there");
    onlyBackend();
  });

  it("killed mid-stream: what came is kept, the call fails at once, the next one is answered", async () => {
    const stream = deferredStream(backend.client(), (ready) =>
      ready.stream({ model: "mock/slow", messages }),
    );
    let text = "";
    let killed = 0;
    const failed = (async () => {
      for await (const { choices } of stream) {
        text += choices[0]?.delta.content ?? "";
        if (killed === 0 && text.trim().split(" ").length >= 3) {
          process.kill(onlyBackend(), "SIGKILL");
          killed = performance.now();
        }
      }
    })();
    await assert.rejects(failed, (error: Error & { partial?: unknown }) => {
      assert.equal(error.name, "APIConnectionError");
      assert.ok(error.partial !== undefined);
      return true;
    });
    const rejected = performance.now() - killed;
    assert.ok(text.trim().split(" ").length >= 3);
    assert.ok(rejected <= 3 * REJECTED_MS, `rejected after ${rejected} ms`);
    assert.equal(await answer(await backend.client()), "still there");
    const answered = performance.now() - killed;
    assert.ok(answered <= 3 * ANSWERED_MS, `answered after ${answered} ms`);
  });

  it("cancelled before it is up: the call never starts", async () => {
    const stream = deferredStream(backend.client(), () => assert.fail("the call was started"));
    stream.cancel();
    await assert.rejects(stream.end, { name: "Cancelled" });
  });

  it("is given up at the fifth crash, says how to go on, and goes on when a person asks", async () => {
    for (let crash = 1; crash <= CRASHES; crash += 1) {
      const client = await backend.client();
      process.kill(onlyBackend(), "SIGKILL");
      await client.closed;
      await poll(`crash ${crash} to be noticed`, 5_000, () =>
        log.filter((line) => line.startsWith("the backend stopped")).length >= crash ? true : undefined,
      );
    }
    await assert.rejects(backend.client(), /crashed five times.*Restart Backend/);
    assert.equal(givenUp, 1);
    assert.deepEqual(backendsOf(process.pid), []);
    await backend.restart();
    assert.equal(await answer(await backend.client()), "still there");
  });

  it("that ends at once is given up too: what it said is in the log", async () => {
    await backend.dispose();
    const broken = join(folder, "server.js");
    writeFileSync(broken, 'console.error("no such engine"); process.exit(3);');
    backend = create(broken);
    await assert.rejects(backend.client(), { name: "APIConnectionError" });
    await poll("the end of the attempts", 15_000, () => (givenUp > 0 ? true : undefined));
    assert.ok(log.some((line) => line.includes("no such engine")));
    await assert.rejects(backend.client(), /Restart Backend/);
  });

  it("asked to close twice, or with a call in flight, closes once and rejects the call", async () => {
    const client = await backend.client();
    const call = client.completion({ model: "mock/slow", messages });
    const rejected = assert.rejects(call, (error: Error) => {
      assert.ok(["APIConnectionError", "Cancelled"].includes(error.name), error.name);
      return true;
    });
    await Promise.all([backend.dispose(), backend.dispose()]);
    await rejected;
    await assert.rejects(backend.client(), { name: "APIConnectionError" });
  });
});
