// Which variables of the editor's environment a router's configuration brings to the backend.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backendEnvironment } from "../../src/environment.ts";
import { routerVariables } from "../../src/router-variables.ts";

const entry = (api_key: string) => ({ model_name: "a", litellm_params: { model: "openai/a", api_key } });

describe("variables that routers name", () => {
  it("are those of the setting and of the file, once each", () => {
    const folder = mkdtempSync(join(tmpdir(), "edgequake-variables-"));
    try {
      const router_config = join(folder, "config.yaml");
      writeFileSync(
        router_config,
        "api_key: os.environ/IN_FILE\napi_base: os.environ/IN_BOTH # os.environ/\n",
      );
      const router = { model_list: [entry("os.environ/IN_SETTING"), entry("os.environ/IN_BOTH")] };
      assert.deepEqual(routerVariables({ router, router_config }), ["IN_SETTING", "IN_BOTH", "IN_FILE"]);
      assert.deepEqual(routerVariables({ router_config: join(folder, "none") }), []);
      assert.deepEqual(routerVariables({}), []);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("reach the backend, and nothing that decides what it runs", () => {
    const router = { model_list: [entry("os.environ/EU_KEY"), entry("os.environ/NODE_OPTIONS")] };
    const all = { EU_KEY: "sk-fake-eu", OTHER_KEY: "sk-fake-other", NODE_OPTIONS: "--require x" };
    const env = backendEnvironment(all, "/nowhere", routerVariables({ router }));
    assert.equal(env["EU_KEY"], "sk-fake-eu");
    assert.equal("OTHER_KEY" in env || "NODE_OPTIONS" in env, false);
  });
});
