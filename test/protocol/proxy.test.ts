// Calls through a proxy: TLS goes through it untouched, what it refuses is said with its name, and no key and no
// password of its own is told to anybody else.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../host/sample-workspace.ts";
import { ConnectProxy, type Verdict } from "../server/connect-proxy.ts";
import { chat } from "../server/openai-bytes.ts";
import { CERTIFICATE, startTlsFront, type TlsFront } from "../server/tls-front.ts";
import { type Backend, backends } from "./backend-process.ts";
import { assertSilent, CANARY } from "./canary.ts";
import { type Failure, failureOf } from "./raw-client.ts";
import { HELLO, scriptedProvider } from "./scripted.ts";

/** Nobody's, and resolved by nobody: only the proxy knows the way. */
const BASE = "https://provider.test/v1";
const CALL = { model: "openai/scripted-1", messages: HELLO, api_base: BASE, api_key: CANARY, num_retries: 0 };

describe("a proxy", function () {
  this.timeout(40_000);
  const start = backends();
  const provider = scriptedProvider(chat("Hello"));
  let front: TlsFront;
  let proxy: ConnectProxy;
  let trusted: string;

  before(() => {
    trusted = join(temporaryFolder("ca"), "ca.pem");
    writeFileSync(trusted, CERTIFICATE);
  });
  beforeEach(async () => {
    front = await startTlsFront(provider().port);
    proxy = await ConnectProxy.start({ tunnelTo: front.port });
  });
  afterEach(async () => {
    await proxy.stop();
    await front.stop();
  });

  const backendWith = async (
    http: Record<string, unknown>,
    env: Record<string, string> = {},
  ): Promise<Backend> => {
    const backend = start({ env: { NODE_EXTRA_CA_CERTS: trusted, ...env } });
    await backend.client.initialize({ config: { http } });
    return backend;
  };
  const failed = async (backend: Backend, call: Record<string, unknown> = CALL): Promise<Failure> => {
    const failure = failureOf(await backend.client.call("edgequake/completion", call));
    assertSilent(backend);
    return failure;
  };

  it("carries a call it cannot read", async () => {
    const backend = await backendWith({ proxy: proxy.url, system_certificates: true });
    await backend.client.result("edgequake/completion", CALL);
    assert.equal(provider().requests[0]?.headers["authorization"], `Bearer ${CANARY}`);
    assert.match(proxy.heads[0] ?? "", /^CONNECT provider\.test:443 HTTP\/1\.1\r\n/);
    assert.doesNotMatch(proxy.seen, new RegExp(`${CANARY}|Say hello`));
  });

  it("of the environment is used where the settings name none, and not where they turn it off", async () => {
    const env = { HTTPS_PROXY: proxy.url };
    await (await backendWith({}, env)).client.result("edgequake/completion", CALL);
    assert.equal(proxy.heads.length, 1);
    await failed(await backendWith({ proxy: "" }, env));
    assert.equal(proxy.heads.length, 1, "turned off");
  });

  it("is not asked for hosts of http.noProxy", async () => {
    for (const no_proxy of [["provider.test"], [".test"], ["*"]]) {
      const { message } = await failed(await backendWith({ proxy: proxy.url, no_proxy }));
      assert.match(message, /provider\.test/);
      assert.doesNotMatch(message, /proxy/);
    }
    assert.deepEqual(proxy.heads, []);
  });

  it("is never asked for what runs on this machine", async () => {
    const backend = await backendWith({ proxy: proxy.url });
    await backend.client.result("edgequake/completion", { ...CALL, api_base: provider().v1 });
    assert.deepEqual(proxy.heads, []);
  });

  it("that wants a password (407) is named, with where to give it", async () => {
    proxy.answers({ status: 407 });
    const { data, message } = await failed(await backendWith({ proxy: proxy.url }));
    assert.equal(data.name, "APIConnectionError");
    assert.ok(message.includes(proxy.url), message);
    assert.match(message, /407[\s\S]*HTTPS_PROXY/);
    assert.equal(data.retryable, false);
    assert.equal(provider().requests.length, 0);
  });

  it("gets the password written in its address, and that is told to nobody", async () => {
    const url = proxy.url.replace("//", "//somebody:sk-fake-proxy-password@");
    const backend = await backendWith({ proxy: url });
    await backend.client.result("edgequake/completion", CALL);
    const sent = Buffer.from("somebody:sk-fake-proxy-password").toString("base64");
    assert.ok((proxy.heads[0] ?? "").includes(`Basic ${sent}`));
    assert.equal(provider().requests[0]?.headers["proxy-authorization"], undefined);
    proxy.answers({ status: 403 });
    const refused = await backendWith({ proxy: url });
    const { message } = await failed(refused);
    assert.ok(message.includes(proxy.url), message);
    assert.doesNotMatch(message + refused.stderr, /sk-fake-proxy-password|c29tZWJvZHk/);
  });

  const REFUSALS: [Verdict & { status: number }, boolean][] = [
    [{ status: 502 }, true],
    [{ status: 503 }, true],
    [{ status: 403 }, false],
  ];
  for (const [verdict, again] of REFUSALS) {
    it(`that answers ${verdict.status} to CONNECT is named, and ${again ? "" : "not "}tried again`, async () => {
      proxy.answers(verdict);
      const { data, message } = await failed(await backendWith({ proxy: proxy.url }));
      assert.ok(message.includes(`${proxy.url} answered ${verdict.status}`), message);
      assert.ok(message.includes("provider.test"), message);
      assert.equal(data.retryable, again);
    });
  }

  it("that is down is named, and not the provider", async () => {
    const port = await freePort();
    const { message } = await failed(await backendWith({ proxy: `http://127.0.0.1:${port}` }));
    assert.match(message, new RegExp(`the proxy http://127\\.0\\.0\\.1:${port} refuses the connection`));
  });

  it("whose address is none is named", async () => {
    const { message } = await failed(await backendWith({ proxy: "proxy.invalid:3128" }));
    assert.match(message, /proxy\.invalid:3128 is no proxy's address/);
  });

  it("does not make an unknown certificate a good one, unless http.proxyStrictSSL is off", async () => {
    const env = { NODE_EXTRA_CA_CERTS: "" };
    const { message } = await failed(await backendWith({ proxy: proxy.url }, env));
    assert.match(message, /TLS to https:\/\/provider\.test failed/);
    assert.equal(provider().requests.length, 0);
    const lax = await backendWith({ proxy: proxy.url, proxy_strict_ssl: false }, env);
    await lax.client.result("edgequake/completion", CALL);
    assert.equal(provider().requests.length, 1);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
