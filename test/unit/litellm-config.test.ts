// A LiteLLM configuration read as it is: what of it becomes the arguments of a Router, what is named as left out, and
// how a file is treated that is broken, changes, or shows its keys to others.

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { routerOptionsOf } from "../../server/config/litellm-config.ts";
import { RouterFile, readRouterFile } from "../../server/config/router-file.ts";
import { holdsKeys, withoutKeys } from "../../server/protocol/router-keys.ts";

const KEY = "sk-fake-written-out";
const YAML = `
model_list:
  - model_name: fast            # a group of two
    litellm_params:
      model: openai/gpt-4o-mini
      api_key: os.environ/FAKE_KEY
      rpm: 60
  - model_name: fast
    litellm_params: &shared
      model: groq/llama-3.1-8b-instant
      litellm_credential_name: groq
    model_info: {id: second}
router_settings:
  routing_strategy: least-busy
  num_retries: 5
  redis_host: localhost
litellm_settings:
  num_retries: 1
  request_timeout: 30
  drop_params: true
  fallbacks: [{fast: [slow]}]
  success_callback: [langfuse]
general_settings:
  master_key: sk-fake-master
environment_variables:
  FAKE_KEY: sk-fake-of-the-file
credential_list:
  - credential_name: groq
    credential_values: {api_key: os.environ/FAKE_GROQ}
`;

describe("a LiteLLM configuration", () => {
  it("is the arguments of a Router: its settings before the general ones", () => {
    const { options } = routerOptionsOf({
      model_list: [{ model_name: "a", litellm_params: { model: "openai/a" } }],
      router_settings: { num_retries: 5, default_litellm_params: { temperature: 0 } },
      litellm_settings: { num_retries: 1, request_timeout: 30, drop_params: true, default_fallbacks: ["b"] },
      allowed_fails: 2,
    });
    assert.deepEqual(options, {
      ignore_invalid_deployments: true,
      num_retries: 5,
      timeout: 30,
      default_fallbacks: ["b"],
      allowed_fails: 2,
      default_litellm_params: { drop_params: true, temperature: 0 },
      model_list: [{ model_name: "a", litellm_params: { model: "openai/a" } }],
    });
  });

  it("names what it does not use, and never its value", () => {
    const { warnings } = routerOptionsOf({
      model_list: [],
      general_settings: { master_key: "sk-fake-master", database_url: "x" },
      litellm_settings: { callbacks: ["a"], drop_params: true },
    });
    assert.equal(warnings.length, 2);
    assert.match(warnings.join("\n"), /general_settings.*master_key, database_url/);
    assert.match(warnings.join("\n"), /litellm_settings\.callbacks/);
    assert.doesNotMatch(warnings.join("\n"), /sk-fake/);
  });

  it("tells keys that are written out from those that are named", () => {
    const of = (litellm_params: object) => ({ model_list: [{ model_name: "a", litellm_params }] });
    for (const name of [
      "api_key",
      "aws_secret_access_key",
      "aws_session_token",
      "azure_ad_token",
      "client_secret",
    ]) {
      assert.equal(holdsKeys(of({ [name]: KEY })), true, name);
      assert.deepEqual(withoutKeys(of({ model: "m", [name]: KEY })), of({ model: "m" }));
      assert.equal(holdsKeys(of({ [name]: "os.environ/NAME" })), false, name);
    }
    const harmless = { max_tokens: 5, vertex_credentials: "/home/me/key.json", api_base: "http://a", tpm: 1 };
    assert.equal(holdsKeys(of(harmless)), false);
    assert.equal(holdsKeys(of({ vertex_credentials: '{"private_key": "x"}' })), true);
  });

  describe("in a file", () => {
    let folder: string;
    let path: string;
    let now = 0;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "edgequake-router-file-"));
      path = join(folder, "config.yaml");
      now = 0;
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it("is read as it is, with its own variables and credentials", async () => {
      writeFileSync(path, YAML, { mode: 0o600 });
      const { options, warnings } = await readRouterFile(path);
      assert.deepEqual(options.model_list, [
        {
          model_name: "fast",
          litellm_params: { model: "openai/gpt-4o-mini", api_key: "sk-fake-of-the-file", rpm: 60 },
        },
        {
          model_name: "fast",
          litellm_params: { model: "groq/llama-3.1-8b-instant", api_key: "os.environ/FAKE_GROQ" },
          model_info: { id: "second" },
        },
      ]);
      assert.deepEqual(
        [options["routing_strategy"], options["num_retries"], options["timeout"], options["fallbacks"]],
        ["least-busy", 5, 30, [{ fast: ["slow"] }]],
      );
      assert.match(warnings.join("\n"), /general_settings.*master_key/);
      assert.match(warnings.join("\n"), /success_callback/);
      assert.doesNotMatch(warnings.join("\n"), /sk-fake/);
    });

    it("that others can read gives no key that stands in it", async function () {
      if (process.platform === "win32") this.skip();
      const entry = `- {model_name: a, litellm_params: {model: openai/a, api_key: ${KEY}}}`;
      writeFileSync(path, `model_list:\n  ${entry}\n`);
      chmodSync(path, 0o644);
      const exposed = await readRouterFile(path);
      assert.deepEqual(exposed.options.model_list, [
        { model_name: "a", litellm_params: { model: "openai/a" } },
      ]);
      assert.match(exposed.warnings.join("\n"), /chmod 600/);
      chmodSync(path, 0o600);
      const kept = await readRouterFile(path);
      assert.equal(holdsKeys(kept.options), true);
      assert.deepEqual(kept.warnings, []);
    });

    it("says where it is broken, and not what stands there", async () => {
      writeFileSync(path, `model_list:\n  - model_name: "a\n    api_key: ${KEY}\n`, { mode: 0o600 });
      await assert.rejects(readRouterFile(path), (error: Error) => {
        assert.equal(error.name, "BadRequestError");
        assert.match(error.message, /config\.yaml, line \d+, column \d+: .*Mend the file/);
        assert.doesNotMatch(error.message, /sk-fake/);
        return true;
      });
      writeFileSync(path, "model_list: 5\n");
      await assert.rejects(readRouterFile(path), /has no model_list/);
      await assert.rejects(readRouterFile(join(folder, "none.yaml")), /cannot be read \(ENOENT\)/);
      await assert.rejects(readRouterFile("config.yaml"), /not an absolute path/);
    });

    it("is read again when it changed, and stays at its last good state while it is broken", async () => {
      const warnings: string[] = [];
      const file = new RouterFile(
        path,
        () => now,
        (warning) => warnings.push(warning),
      );
      assert.equal(await file.options(), undefined);
      assert.match(warnings.pop() ?? "", /cannot be read/);
      const write = (text: string): void => {
        writeFileSync(path, text, { mode: 0o600 });
        now += 2_000;
      };
      write("model_list: [{model_name: one, litellm_params: {model: openai/a}}]");
      const first = await file.options();
      assert.deepEqual(first?.model_list, [{ model_name: "one", litellm_params: { model: "openai/a" } }]);
      now += 2_000;
      assert.equal(await file.options(), first, "the same object while the file is the same");
      write("model_list: [{model_name: ");
      assert.equal(await file.options(), first);
      assert.match(warnings.pop() ?? "", /Mend the file/);
      await file.options();
      assert.deepEqual(warnings, [], "told once");
      write("model_list: [{model_name: second, litellm_params: {model: openai/a}}]");
      assert.notDeepEqual(await file.options(), first);
    });
  });
});
