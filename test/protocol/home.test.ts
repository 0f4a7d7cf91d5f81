// Where nothing can be written nothing is, and no call fails for it.

import assert from "node:assert/strict";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { backends } from "./backend-process.ts";
import { HELLO } from "./scripted.ts";

describe("a home that does not exist", function () {
  this.timeout(30_000);
  const start = backends();

  it("is not created, and no call fails for it", async () => {
    const probe = start();
    const nowhere = join(probe.home, "nowhere");
    const backend = start({ env: { HOME: nowhere, XDG_CONFIG_HOME: "", XDG_DATA_HOME: "" } });
    await backend.client.initialize();
    assert.ok(await backend.client.result("edgequake/completion", { model: "mock/echo", messages: HELLO }));
    assert.ok(await backend.client.result("edgequake/usage"));
    await backend.client.result("shutdown");
    backend.client.notify("exit");
    await backend.exitWithin(5000);
    assert.throws(() => statSync(nowhere), /ENOENT/);
  });

  it("that is read-only fails no call either", async () => {
    const probe = start();
    const readOnly = join(probe.home, "read-only");
    mkdirSync(readOnly, { mode: 0o500 });
    const backend = start({
      env: { HOME: readOnly, XDG_CONFIG_HOME: join(readOnly, "c"), XDG_DATA_HOME: join(readOnly, "d") },
    });
    await backend.client.initialize();
    assert.ok(await backend.client.result("edgequake/completion", { model: "mock/echo", messages: HELLO }));
  });
});
