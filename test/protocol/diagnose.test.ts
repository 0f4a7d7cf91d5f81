// edgequake/diagnose: what a call needs, tried step by step. It says what is wrong and where, and never the key.

import assert from "node:assert/strict";
import type { Diagnosis, DiagnosisStep } from "../../server/protocol/results.ts";
import { poll } from "../host/poll.ts";
import { ConnectProxy } from "../server/connect-proxy.ts";
import { jsonOf } from "../server/http-request.ts";
import { chat, errorBody, status } from "../server/openai-bytes.ts";
import { type Backend, backends } from "./backend-process.ts";
import { assertSilent, CANARY } from "./canary.ts";
import { scriptedProvider } from "./scripted.ts";

const LIST = JSON.stringify({ object: "list", data: [{ id: "scripted-1", object: "model" }] });
const MODEL = "openai/scripted-1";

describe("edgequake/diagnose", function () {
  this.timeout(40_000);
  const start = backends();
  const provider = scriptedProvider(chat("OK"));
  beforeEach(() => provider().models((exchange) => exchange.reply(200, LIST)));

  const diagnose = async (
    backend: Backend,
    params: Record<string, unknown> = {},
  ): Promise<{ steps: DiagnosisStep[]; step(name: string): DiagnosisStep }> => {
    const { steps } = await backend.client.result<Diagnosis>("edgequake/diagnose", {
      model: MODEL,
      ...params,
    });
    assertSilent(backend);
    const step = (name: string): DiagnosisStep =>
      steps.findLast((one) => one.name === name) ?? assert.fail(`no ${name} in ${JSON.stringify(steps)}`);
    return { steps, step };
  };
  const at = (api_base: string, more: Record<string, unknown> = {}): unknown => ({
    config: { providers: { openai: { api_base, api_key: CANARY } }, ...more },
  });

  it("goes the whole way where all is well: one small call, told as the editor's own", async () => {
    const backend = start();
    await backend.client.initialize(at(provider().v1));
    const { steps, step } = await diagnose(backend);
    assert.deepEqual(
      steps.filter(({ outcome }) => outcome !== "ok"),
      [],
    );
    assert.match(step("backend").message, /Node \d+\./);
    assert.ok(step("address").message.startsWith(`${provider().v1}, from the settings`));
    assert.equal(step("key").message, "there is one, from the settings");
    assert.match(step("http").message, /HTTP 200: it lists 1 models/);
    assert.match(step("call").message, /18 tokens, price unknown/);
    assert.equal(provider().requests.length, 1);
    const { max_tokens, max_completion_tokens } = jsonOf(provider().requests[0] ?? assert.fail());
    assert.ok(Number(max_tokens ?? max_completion_tokens) <= 16);
  });

  it("does only the parts that are asked for", async () => {
    const backend = start();
    await backend.client.initialize(at(provider().v1));
    const { steps } = await diagnose(backend, { parts: ["configuration"] });
    assert.deepEqual(
      steps.map(({ name }) => name),
      ["backend", "configuration", "address", "key"],
    );
    assert.equal(provider().connections, 0);
  });

  it("says what is wrong in the configuration, and that no key is there", async () => {
    const backend = start({ configToml: { text: "num_retries = = 2" } });
    await backend.client.initialize({ config: { nonsense: 1 } });
    const { step } = await diagnose(backend, { parts: ["configuration"] });
    assert.equal(step("configuration").outcome, "warning");
    assert.match(step("configuration").message, /nonsense is not known[\s\S]*config\.toml, line 1/);
    assert.equal(step("key").outcome, "failed");
    assert.match(step("key").advice ?? "", /OPENAI_API_KEY/);
  });

  it("stops at the first step that fails: a port nobody listens on", async () => {
    const backend = start();
    await backend.client.initialize(at("http://127.0.0.1:9/v1"));
    const { steps, step } = await diagnose(backend, { parts: ["connection"] });
    assert.equal(step("dns").outcome, "ok");
    assert.equal(step("connect").outcome, "failed");
    assert.match(step("connect").advice ?? "", /Nothing listens there/);
    assert.ok(!steps.some(({ name }) => name === "http"));
  });

  it("a name that is none", async () => {
    const backend = start();
    await backend.client.initialize(at("https://no-such-host.invalid/v1"));
    const { step } = await diagnose(backend, { parts: ["connection"] });
    assert.equal(step("dns").outcome, "failed");
    assert.match(step("dns").advice ?? "", /spelling/);
  });

  it("a server that does not speak TLS", async () => {
    const backend = start();
    await backend.client.initialize(at(provider().v1.replace("http:", "https:")));
    const { step } = await diagnose(backend, { parts: ["connection"] });
    assert.equal(step("tls").outcome, "failed");
  });

  it("names the proxy that does not let it through", async () => {
    const proxy = await ConnectProxy.start({ status: 407 });
    try {
      const backend = start();
      const url = proxy.url.replace("//", "//somebody:sk-fake-proxy-password@");
      await backend.client.initialize(at("https://provider.test/v1", { http: { proxy: url } }));
      const { steps, step } = await diagnose(backend, { parts: ["connection"] });
      assert.equal(step("proxy").outcome, "failed");
      assert.ok(step("proxy").message.includes(`${proxy.url} answered 407`), step("proxy").message);
      assert.doesNotMatch(JSON.stringify(steps), /sk-fake-proxy-password/);
    } finally {
      await proxy.stop();
    }
  });

  it("tells what the server answered to a wrong key", async () => {
    provider().models((exchange) => exchange.reply(401, errorBody("Incorrect API key", "invalid_api_key")));
    provider().always(status(401, errorBody("Incorrect API key", "invalid_api_key")));
    const backend = start();
    await backend.client.initialize(at(provider().v1));
    const { step } = await diagnose(backend);
    assert.match(step("http").message, /AuthenticationError[\s\S]*Incorrect API key/);
    assert.match(step("call").message, /HTTP 401: AuthenticationError/);
  });

  it("a model whose provider nobody knows", async () => {
    const backend = start();
    await backend.client.initialize();
    const { step } = await diagnose(backend, { model: "nosuch/model" });
    assert.equal(step("provider").outcome, "failed");
    assert.match(step("provider").message, /nosuch/);
  });

  it("ends when it is cancelled", async () => {
    const backend = start();
    provider().always(() => {});
    await backend.client.initialize(at(provider().v1));
    const request = backend.client.start("edgequake/diagnose", { model: MODEL, parts: ["call"] });
    await poll("the call to arrive", 5000, () => provider().requests.length > 0);
    backend.client.notify("$/cancelRequest", { id: request.id });
    assert.equal((await request.response).error?.code, -32800);
  });
});
