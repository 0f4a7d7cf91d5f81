// Settings -> pushed configuration: the names are mapped, and nothing a person can write in settings.json throws.

import assert from "node:assert/strict";
import fc from "fast-check";
import { readConfig } from "../../server/config/read-config.ts";
import { configOfSettings } from "../../src/config-of-settings.ts";

const from = (settings: Record<string, unknown>) => configOfSettings((name) => settings[name]);

describe("settings of the extension", () => {
  it("become the backend's configuration", async () => {
    const config = from({
      "edgequake.numRetries": 1,
      "edgequake.dropParams": true,
      "edgequake.timeout": 30,
      "edgequake.providers": {
        openai: { apiBase: "http://127.0.0.1:1/v1", organization: "o", extraHeaders: { "x-a": "b" } },
      },
      "http.proxy": "http://proxy.invalid:3128",
      "http.noProxy": ["localhost"],
      "http.proxyStrictSSL": false,
      "http.systemCertificates": true,
    });
    assert.deepEqual(config, {
      num_retries: 1,
      drop_params: true,
      timeout: 30,
      providers: {
        openai: {
          api_base: "http://127.0.0.1:1/v1",
          organization: "o",
          extra_headers: { "x-a": "b" },
        },
      },
      http: {
        proxy: "http://proxy.invalid:3128",
        no_proxy: ["localhost"],
        proxy_strict_ssl: false,
        system_certificates: true,
      },
    });
    assert.deepEqual(await readConfig(config), { config, warnings: [] });
  });

  it("left alone say nothing that was not said, and a proxy that is off is none", () => {
    assert.deepEqual(from({ "edgequake.timeout": 0, "http.proxy": "" }), { providers: {}, http: {} });
    assert.equal(from({ "http.proxy": "http://p.invalid", "http.proxySupport": "off" }).http?.proxy, "");
  });

  it("give a router as it is, but for keys that stand in it", async () => {
    const entry = (api_key: string) => ({
      model_name: "fast",
      litellm_params: { model: "openai/m", api_base: "http://127.0.0.1:1/v1", api_key },
    });
    const named = { model_list: [entry("os.environ/FAKE")], routing_strategy: "least-busy" };
    const config = from({ "edgequake.router": named, "edgequake.routerConfig": "/a/config.yaml" });
    assert.deepEqual(config.router, named);
    assert.equal(config.router_config, "/a/config.yaml");
    assert.deepEqual((await readConfig(config)).warnings, []);
    const written = from({ "edgequake.router": { model_list: [entry("sk-fake-in-settings")] } });
    assert.doesNotMatch(JSON.stringify(written), /sk-fake/);
    assert.equal(from({ "edgequake.router": {}, "edgequake.routerConfig": "" }).router, undefined);
  });

  it("that are wrong cost themselves only, and are named by the backend", async () => {
    const config = from({
      "edgequake.numRetries": "many",
      "edgequake.providers": { openai: null, ollama: 5 },
    });
    const { config: read, warnings } = await readConfig(config);
    assert.equal(read.num_retries, undefined);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /num_retries/);
  });

  it("never throw, whatever they are", () => {
    const names = ["numRetries", "dropParams", "timeout", "providers", "router", "routerConfig"].map(
      (name) => `edgequake.${name}`,
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...names, "http.proxy", "http.noProxy"), fc.anything()),
        (all) => {
          assert.equal(typeof from(all), "object");
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
