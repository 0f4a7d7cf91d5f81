// A second start finds compiled what the first one ran: what was kept stands beside Node's own compile cache, is written
// after an answer or when the process ends, and both starts answer alike.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { poll } from "../host/poll.ts";
import { backends } from "./backend-process.ts";
import { HELLO } from "./scripted.ts";

describe("a second start", function () {
  this.timeout(30_000);
  const start = backends();
  const ask = { model: "mock/echo", messages: HELLO };

  function keptIn(folder: string): string | undefined {
    if (!existsSync(folder)) return undefined;
    const all = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const name = all.find((one) => one.endsWith(".kept"));
    return name && join(folder, name);
  }
  /** What the file says of the steps it holds. */
  const stepsOf = (file: string): number => readFileSync(file).readUInt32LE(8);

  async function ended(backend: ReturnType<typeof start>): Promise<void> {
    await backend.client.result("shutdown");
    backend.client.notify("exit");
    assert.deepEqual(await backend.exitWithin(10_000), { code: 0, signal: null });
  }

  it("is served by what the first kept, call for call", async () => {
    const probe = start();
    const folder = join(probe.home, "cache");
    const env = { NODE_COMPILE_CACHE: folder };
    const one = start({ env });
    await one.client.initialize();
    await ended(one);
    const file = keptIn(folder);
    assert.ok(file, "nothing was kept at the end");
    assert.equal(stepsOf(file), 1);
    const small = statSync(file).size;

    const two = start({ env });
    await two.client.initialize();
    const first = (await two.client.result("edgequake/completion", ask)) as { choices: unknown };
    await ended(two);
    assert.equal(stepsOf(file), 3);
    assert.ok(statSync(file).size > small + 20_000, `${statSync(file).size} bytes after ${small}`);

    const three = start({ env });
    await three.client.initialize();
    const again = (await three.client.result("edgequake/completion", ask)) as { choices: unknown };
    assert.deepEqual(again.choices, first.choices);
    await three.client.result("edgequake/completionStream", { ...ask, stream_id: "s" });
    // The process lives on, and keeps it all the same.
    await poll("the stream's code to be kept", 10_000, () => stepsOf(file) === 7 || undefined, 50);
    const { mtimeMs } = statSync(file);
    await ended(three);
    assert.equal(statSync(file).mtimeMs, mtimeMs, "it was written twice");
  });

  it("is as the first where nothing can be kept", async () => {
    const probe = start();
    const folder = join(probe.home, "cache");
    const file = join(probe.home, "file");
    writeFileSync(file, "");
    const nowhere = { NODE_COMPILE_CACHE: join(file, "cache") };
    for (const env of [nowhere, { NODE_COMPILE_CACHE: folder, NODE_DISABLE_COMPILE_CACHE: "1" }]) {
      const backend = start({ env });
      await backend.client.initialize();
      assert.ok(await backend.client.result("edgequake/completion", ask));
      await ended(backend);
    }
    assert.equal(keptIn(probe.home), undefined);
  });
});
