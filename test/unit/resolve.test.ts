// Where a call goes and with which key: argument, pushed configuration, environment, config.toml, in this order;
// a key leaves only for the origin it belongs to, never over plain http, and is repeated in no message.

import assert from "node:assert/strict";
import { envConfig } from "../../server/config/env.ts";
import type { Layers } from "../../server/config/resolve.ts";
import { resolveBase, resolveKey, resolveTarget, resolveValue } from "../../server/config/resolve.ts";
import type { Target } from "../../server/engine/target.ts";
import { joinUrl, parseBase } from "../../server/engine/url.ts";
import type { OpenAIError } from "../../server/protocol/errors.ts";
import type { Config } from "../../server/protocol/results.ts";
import { ollama } from "../../server/providers/ollama.ts";
import { openai } from "../../server/providers/openai.ts";
import type { Provider } from "../../server/providers/types.ts";

const HOME = "https://api.openai.com";
const OTHER = "https://llm.example.com";
const TOML = "/home/fixture/.config/edgequake/config.toml";

interface Given {
  pushed?: Config;
  env?: NodeJS.ProcessEnv;
  toml?: Config;
  secret?: string | null;
}

function layers({ pushed = {}, env = {}, toml = {}, secret }: Given = {}): Layers {
  return {
    pushed,
    env,
    env_config: envConfig(env),
    toml: { path: TOML, config: toml, problem: null },
    secret: secret === undefined ? undefined : () => Promise.resolve(secret),
  };
}

function own(fields: { api_base?: string; api_key?: string }): Config {
  return { providers: { openai: fields } };
}

async function target(
  given: Given,
  addressing: Parameters<typeof resolveTarget>[2] = {},
  provider: Provider = openai,
): Promise<Target> {
  return resolveTarget(
    provider,
    { model: "m", requested_model: `${provider.id}/m` },
    addressing,
    layers(given),
  );
}

describe("an api_base", () => {
  const pushed = own({ api_base: "https://pushed.example.com/v1" });
  const env = { OPENAI_BASE_URL: "https://env.example.com/v1", OPENAI_API_BASE: "https://old.example.com" };
  const toml = own({ api_base: "https://toml.example.com/v1" });
  const ALL = { pushed, env, toml };
  const rows: readonly [argument: string | null, given: Given, value: string, source: string][] = [
    ["https://arg.example.com", ALL, "https://arg.example.com", "argument"],
    [null, ALL, "https://pushed.example.com/v1", "config"],
    [null, { env, toml }, "https://env.example.com/v1", "environment"],
    [null, { env: { OPENAI_API_BASE: env.OPENAI_API_BASE } }, "https://old.example.com", "environment"],
    [null, { env: { OPENAI_BASE_URL: "  " }, toml }, "https://toml.example.com/v1", "config.toml"],
    [null, { toml }, "https://toml.example.com/v1", "config.toml"],
    [null, {}, "https://api.openai.com/v1", "default"],
  ];
  for (const [argument, given, value, source] of rows) {
    it(`is found first in: ${source} (${value})`, () => {
      assert.deepEqual(resolveBase(openai, argument, layers(given)), { value, source });
    });
  }

  const hosts: readonly [host: string, base: string][] = [
    ["0.0.0.0", "http://127.0.0.1:11434"],
    ["0.0.0.0:9999", "http://127.0.0.1:9999"],
    ["192.168.1.5", "http://192.168.1.5:11434"],
    ["box:1234", "http://box:1234"],
    ["https://ollama.example.com", "https://ollama.example.com"],
    ["[::]:11434", "http://127.0.0.1:11434"],
  ];
  for (const [host, base] of hosts) {
    it(`from OLLAMA_HOST=${host} is ${base}`, () => {
      const found = resolveBase(ollama, undefined, layers({ env: { OLLAMA_HOST: host } }));
      assert.deepEqual(found, { value: base, source: "environment" });
    });
  }
});

describe("a key", () => {
  const pushed = own({ api_key: "sk-fake-pushed" });
  const env = { OPENAI_API_KEY: "sk-fake-env" };
  const toml = own({ api_key: "sk-fake-toml" });
  const secret = "sk-fake-secret";
  const rows: readonly [argument: string | null, given: Given, value: string | undefined, source: string][] =
    [
      ["sk-fake-arg", { pushed, secret, env, toml }, "sk-fake-arg", "argument"],
      [null, { pushed, secret, env, toml }, "sk-fake-pushed", "config"],
      [null, { secret, env, toml }, "sk-fake-secret", "secret"],
      [null, { secret: null, env, toml }, "sk-fake-env", "environment"],
      [null, { env, toml }, "sk-fake-env", "environment"],
      [null, { toml }, "sk-fake-toml", "config.toml"],
      [null, {}, undefined, "none"],
    ];
  for (const [argument, given, value, source] of rows) {
    it(`is found first in: ${source}, of ${["argument", ...Object.keys(given)].join(", ")}`, async () => {
      assert.deepEqual(await resolveKey(openai, argument, HOME, layers(given)), { value, source });
    });
  }

  for (const [layer, given] of Object.entries({ pushed: { pushed }, env: { env }, toml: { toml } })) {
    it(`of ${layer} without an address goes to the provider's own origin only`, async () => {
      for (const origin of [OTHER, "http://api.openai.com", "https://api.openai.com:8443"]) {
        const found = await resolveKey(openai, undefined, origin, layers(given));
        assert.deepEqual(found, { value: undefined, source: "none" }, origin);
      }
    });
  }

  const bound: readonly [layer: string, given: Given][] = [
    ["pushed", { pushed: own({ api_key: "sk-fake-1", api_base: `${OTHER}/v1` }) }],
    ["env", { env: { OPENAI_API_KEY: "sk-fake-1", OPENAI_BASE_URL: `${OTHER}/v1` } }],
    ["toml", { toml: own({ api_key: "sk-fake-1", api_base: `${OTHER}/v1` }) }],
  ];
  for (const [layer, given] of bound) {
    it(`of ${layer} with an address goes there and not home`, async () => {
      assert.equal((await resolveKey(openai, undefined, OTHER, layers(given))).value, "sk-fake-1");
      assert.equal((await resolveKey(openai, undefined, HOME, layers(given))).value, undefined);
    });
  }

  it("of one layer does not follow another layer's address", async () => {
    const mixed = { env, pushed: own({ api_base: `${OTHER}/v1` }) };
    const { origin, api_key } = await target(mixed);
    assert.equal(origin, OTHER);
    assert.equal(api_key, undefined);
  });

  it("bound to an address that is no URL goes nowhere", async () => {
    const given = { pushed: own({ api_key: "sk-fake-1", api_base: "not a url" }) };
    assert.equal((await resolveKey(openai, undefined, HOME, layers(given))).value, undefined);
  });

  it("asked of the client is asked for by provider and origin", async () => {
    const asked: unknown[] = [];
    const given = layers();
    const found = await resolveKey(openai, undefined, OTHER, {
      ...given,
      secret: (request) => {
        asked.push(request);
        return Promise.resolve(" sk-fake-2\n");
      },
    });
    assert.deepEqual(asked, [{ provider: "openai", origin: OTHER }]);
    assert.deepEqual(found, { value: "sk-fake-2", source: "secret" });
  });

  it("that is missing is an AuthenticationError that names every way to give one", async () => {
    await assert.rejects(target({ secret: null }), (error: OpenAIError) => {
      assert.equal(error.name, "AuthenticationError");
      for (const way of ["OPENAI_API_KEY", "Set API Key", TOML, "pass api_key"])
        assert.ok(error.message.includes(way), `${way}: ${error.message}`);
      return true;
    });
  });

  it("that is missing is no matter elsewhere, or where none is needed", async () => {
    assert.equal((await target({}, { api_base: "http://10.0.0.5:8000/v1" })).api_key, undefined);
    assert.equal((await target({}, {}, ollama)).api_key, undefined);
  });
});

describe("a malformed key", () => {
  const MALFORMED = [
    "sk-fake-line\nsk-fake-two",
    "sk-fake-\u0000nul",
    "sk-fake-\u200bzero-width",
    "sk-fake-\u202ebidi",
    "sk-fake-кириллица",
    "sk-fake-\u2028separator",
  ];
  for (const key of MALFORMED) {
    it(`${JSON.stringify(key)} is refused and not repeated, from every layer`, async () => {
      const everywhere: readonly [Given, string | undefined][] = [
        [{}, key],
        [{ pushed: own({ api_key: key }) }, undefined],
        [{ secret: key }, undefined],
        [{ env: { OPENAI_API_KEY: key } }, undefined],
        [{ toml: own({ api_key: key }) }, undefined],
      ];
      for (const [given, api_key] of everywhere) {
        await assert.rejects(target(given, { api_key }), (error: OpenAIError) => {
          assert.equal(error.name, "AuthenticationError");
          assert.equal(error.code, "malformed_api_key");
          for (const part of key.split(/[^\x21-\x7e]+/).filter((one) => one.length > 2)) {
            if (part !== "sk-fake-") assert.ok(!String(error.stack).includes(part), part);
          }
          assert.ok(!JSON.stringify(error).includes("sk-fake"));
          return true;
        });
      }
    });
  }

  for (const key of [" sk-fake-1 ", "\tsk-fake-1\r\n", "\ufeffsk-fake-1", "sk-fake-1\u200b"]) {
    it(`${JSON.stringify(key)} only needs its ends cleaned`, async () => {
      assert.equal((await target({}, { api_key: key })).api_key, "sk-fake-1");
    });
  }

  it("of spaces is none", async () => {
    assert.equal((await resolveKey(openai, "  ", HOME, layers())).value, undefined);
  });
});

describe("plain http with a key", () => {
  for (const base of [
    "http://llm.example.com/v1",
    "http://10.0.0.5:8000",
    "http://localhost.example.com/v1",
    "http://127.0.0.1.example.com/v1",
    "http://[::2]/v1",
    "http://0.0.0.0:8000",
  ]) {
    it(`is refused to ${base}, and the key is not repeated`, async () => {
      await assert.rejects(target({}, { api_base: base, api_key: "sk-fake-1" }), (error: OpenAIError) => {
        assert.equal(error.name, "BadRequestError");
        assert.equal(error.code, "plain_http");
        assert.match(error.message, /https/);
        assert.ok(!error.message.includes("sk-fake"));
        return true;
      });
    });
  }

  for (const base of [
    "http://localhost:8000/v1",
    "http://127.0.0.1:1",
    "http://127.9.9.9/v1",
    "http://[::1]:8000/v1",
    "http://llm.localhost/v1",
    "https://llm.example.com/v1",
  ]) {
    it(`is not in question for ${base}`, async () => {
      assert.equal((await target({}, { api_base: base, api_key: "sk-fake-1" })).api_key, "sk-fake-1");
    });
  }

  it("is no matter without a key", async () => {
    assert.equal((await target({}, { api_base: "http://10.0.0.5:8000/v1" })).origin, "http://10.0.0.5:8000");
  });
});

describe("extra_headers", () => {
  const headers = (extra_headers: Record<string, string>): Config => ({
    providers: { openai: { extra_headers } },
  });

  it("are joined over the layers, the call's own last, in lower case", async () => {
    const given = {
      toml: headers({ "X-A": "toml", "x-t": "t" }),
      pushed: headers({ "x-a": "p", "x-p": "p" }),
    };
    const found = await target(given, { api_key: "sk-fake-1", extra_headers: { "X-P": "own" } });
    assert.deepEqual(found.headers, { "x-a": "p", "x-t": "t", "x-p": "own" });
  });

  for (const bad of [{ "x a": "1" }, { "": "1" }, { "x-a": "1\r\nx-b: 2" }, { "x-a": "ключ" }]) {
    it(`${JSON.stringify(bad)} are refused`, async () => {
      await assert.rejects(
        target({}, { api_key: "sk-fake-1", extra_headers: bad as unknown as Record<string, string> }),
        (error: OpenAIError) => error.name === "BadRequestError" && error.param === "extra_headers",
      );
    });
  }
});

describe("api_base and path", () => {
  const rows: readonly [base: string, path: string, url: string][] = [
    ["https://a.example/v1", "/chat/completions", "https://a.example/v1/chat/completions"],
    ["https://a.example/v1/", "/chat/completions", "https://a.example/v1/chat/completions"],
    ["https://a.example/v1///", "/chat/completions", "https://a.example/v1/chat/completions"],
    ["https://a.example/v1/v1", "/models", "https://a.example/v1/models"],
    ["https://a.example/v1", "/v1/messages", "https://a.example/v1/messages"],
    ["https://a.example/v1beta", "/v1beta/models", "https://a.example/v1beta/models"],
    ["https://a.example", "/v1/messages", "https://a.example/v1/messages"],
    ["https://a.example/v1", "/v1beta/models", "https://a.example/v1/v1beta/models"],
    ["https://a.example/v10", "/v1/messages", "https://a.example/v10/v1/messages"],
    ["https://a.example/v1/v1x", "/models", "https://a.example/v1/v1x/models"],
    ["http://localhost:11434", "/api/chat", "http://localhost:11434/api/chat"],
    ["http://localhost:11434/", "/api/chat", "http://localhost:11434/api/chat"],
    ["https://a.example/proxy/team-1/v1", "/embeddings", "https://a.example/proxy/team-1/v1/embeddings"],
    ["https://a.example/v1/chat/completions", "/chat/completions", "https://a.example/v1/chat/completions"],
    ["https://a.example/v1?key=1", "/models", "https://a.example/v1/models?key=1"],
    ["  https://a.example/v1  ", "/models", "https://a.example/v1/models"],
    ["HTTPS://A.Example/V1", "/models", "https://a.example/V1/models"],
  ];
  for (const [base, path, url] of rows) {
    it(`"${base}" + ${path} is ${url}`, () => {
      const joined = joinUrl(parseBase(base), path);
      assert.equal(joined.origin + joined.path, url);
    });
  }

  const wrong: readonly [base: string, says: RegExp][] = [
    ["", /is not a URL/],
    ["localhost", /is not a URL/],
    ["localhost:8000/v1", /is not http or https/],
    ["ftp://a.example", /is not http or https/],
    ["file:///etc/passwd", /is not http or https/],
    ["https://user:hunter2@a.example/v1", /user name or password/],
    ["https://sk-fake-1@a.example/v1", /user name or password/],
    ["ftp://user:hunter2@a.example/", /is not http or https/],
    ["http://user:hunter2@:bad", /is not a URL/],
  ];
  for (const [base, says] of wrong) {
    it(`"${base}" is refused, and no credential repeated`, () => {
      assert.throws(
        () => parseBase(base),
        (error: OpenAIError) => {
          assert.equal(error.name, "BadRequestError");
          assert.equal(error.param, "api_base");
          assert.match(error.message, says);
          assert.doesNotMatch(error.message, /hunter2|sk-fake/);
          return true;
        },
      );
    });
  }
});

describe("what holds for every call", () => {
  it("comes from the first layer that says it", () => {
    const pushed = { num_retries: 1 };
    const env = { EDGEQUAKE_MAX_RETRIES: "3", LITELLM_EDGE_TIMEOUT: "7", EDGEQUAKE_DROP_PARAMS: "true" };
    const toml = { num_retries: 4, timeout: 9, default_model: "openai/m" };
    const all = layers({ pushed, env, toml });
    assert.deepEqual(resolveValue("num_retries", all), { value: 1, source: "config" });
    assert.deepEqual(resolveValue("num_retries", layers({ env, toml })), { value: 3, source: "environment" });
    assert.deepEqual(resolveValue("timeout", all), { value: 7, source: "environment" });
    assert.deepEqual(resolveValue("drop_params", all), { value: true, source: "environment" });
    assert.deepEqual(resolveValue("default_model", all), { value: "openai/m", source: "config.toml" });
    assert.deepEqual(resolveValue("timeout", layers()), { value: undefined, source: "none" });
  });

  it("is left out of the environment where it is no value", () => {
    assert.deepEqual(envConfig({ EDGEQUAKE_MAX_RETRIES: "many", EDGEQUAKE_TIMEOUT: "-1" }), {});
  });

  it("an address for all is every provider's, and binds the keys of its layer", async () => {
    const pushed = { api_base: `${OTHER}/v1`, providers: { openai: { api_key: "sk-fake-all" } } };
    const { origin, api_key } = await target({ pushed });
    assert.deepEqual([origin, api_key], [OTHER, "sk-fake-all"]);
    // A key of another layer stays at home.
    const elsewhere = await target({ pushed: { api_base: OTHER }, env: { OPENAI_API_KEY: "sk-fake-env" } });
    assert.equal(elsewhere.api_key, undefined);
  });
});
