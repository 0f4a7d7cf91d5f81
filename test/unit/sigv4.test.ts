// Signature Version 4: AWS's own test suite gives the first signatures; then what really arrives at a server is signed
// a second time here, from AWS's description and with node:crypto alone, and both must agree.

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { completion, dispose, errors } from "../../server/index.ts";
import { bedrock } from "../../server/providers/bedrock.ts";
import { signV4 } from "../../server/providers/sigv4.ts";
import type { RecordedRequest } from "../server/http-request.ts";
import { ScriptedProvider } from "../server/scripted-provider.ts";

/** Those of AWS's published test suite: nobody's. */
const ID = "AKIDEXAMPLE";
const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const KEYS = { aws_access_key_id: ID, aws_secret_access_key: SECRET, aws_region_name: "us-east-1" };
const NOW = new Date("2015-08-30T12:36:00Z");

describe("a signature", () => {
  const request = (method: "GET" | "POST", headers = {}, body: string | undefined = undefined) =>
    signV4(
      "service",
      { method, origin: "https://example.amazonaws.com", path: "/", headers, body },
      KEYS,
      NOW,
    );

  it("is the one AWS's test suite has: get-vanilla, post-vanilla, post-x-www-form-urlencoded", () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const cases: [Record<string, string>, string, string][] = [
      [request("GET"), "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
      [
        request("POST"),
        "host;x-amz-date",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
      ],
      [
        request("POST", form, "Param1=value1"),
        "content-type;host;x-amz-date",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
      ],
    ];
    for (const [headers, signed, signature] of cases) {
      assert.deepEqual(headers, {
        "x-amz-date": "20150830T123600Z",
        authorization: `AWS4-HMAC-SHA256 Credential=${ID}/20150830/us-east-1/service/aws4_request, SignedHeaders=${signed}, Signature=${signature}`,
      });
    }
  });

  it("does not cover what a proxy may change", () => {
    const changeable = { "user-agent": "a", accept: "*/*", "accept-encoding": "identity", "x-trace": "1" };
    assert.deepEqual(request("POST", changeable), request("POST"));
  });

  it("changes with every part of the body and of the path", () => {
    const sign = (path: string, body: string): string =>
      String(
        bedrock.sign?.({ method: "POST", origin: "https://h", path, headers: {}, body }, KEYS, NOW)[
          "authorization"
        ],
      );
    const all = [
      sign("/a", "{}"),
      sign("/b", "{}"),
      sign("/a", "{ }"),
      sign("/a%3A", "{}"),
      sign("/a:", "{}"),
    ];
    assert.equal(new Set(all).size, all.length);
  });
});

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}

/** What AWS does with a request that it received. */
function signatureOf({ method, path, headers, body }: RecordedRequest, secret: string): string {
  const told = /Credential=[^/]+\/([^/]+)\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+),/.exec(
    headers["authorization"] ?? "",
  );
  assert.ok(told, "no authorization");
  const [, day = "", region = "", service = "", signed = ""] = told;
  const canonical = [
    method,
    // Each segment is encoded once more.
    path.split("/").map(encodeURIComponent).join("/"),
    "",
    ...signed.split(";").map((name) => `${name}:${headers[name]}`),
    "",
    signed,
    sha256(body),
  ].join("\n");
  const time = headers["x-amz-date"] ?? "";
  assert.equal(time.slice(0, 8), day);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = [day, region, service, "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString("hex");
}

describe("a call of Bedrock", () => {
  const ANSWER = JSON.stringify({
    output: { message: { role: "assistant", content: [{ text: "Hello." }] } },
    stopReason: "end_turn",
  });
  let server: ScriptedProvider;
  before(async () => {
    server = await ScriptedProvider.start((exchange) => exchange.reply(200, ANSWER));
  });
  beforeEach(() => server.clear());
  after(async () => {
    await dispose();
    await server.stop();
  });

  const ask = (more: Record<string, unknown>) =>
    completion({
      model: "bedrock/us.anthropic.claude-3-5-haiku-20241022-v1:0",
      messages: [{ role: "user", content: "Grüße 👋" }],
      api_base: server.origin,
      num_retries: 0,
      ...more,
    });

  it("is signed over exactly what arrives", async () => {
    const answer = await ask({ ...KEYS, aws_session_token: "fake-token", extra_headers: { "x-own": "1" } });
    assert.equal(answer.choices[0]?.message.content, "Hello.");
    const [request] = server.requests;
    assert.ok(request);
    const { authorization = "" } = request.headers;
    assert.equal(request.path, "/model/us.anthropic.claude-3-5-haiku-20241022-v1%3A0/converse");
    assert.match(
      authorization,
      /\/us-east-1\/bedrock\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,/,
    );
    assert.equal(/Signature=([0-9a-f]{64})$/.exec(authorization)?.[1], signatureOf(request, SECRET));
    assert.equal(request.headers["x-amz-security-token"], "fake-token");
    // A signature is good for five minutes.
    const time = String(request.headers["x-amz-date"]).replace(
      /^(.{4})(..)(..)T(..)(..)(..)Z$/,
      "$1-$2-$3T$4:$5:$6Z",
    );
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000, time);
  });

  it("with an API key of Bedrock carries that, and no signature", async () => {
    await ask({ ...KEYS, api_key: "sk-fake-bedrock-key" });
    const [request] = server.requests;
    assert.equal(request?.headers["authorization"], "Bearer sk-fake-bedrock-key");
    assert.equal(request?.headers["x-amz-date"], undefined);
  });

  it("without credentials is refused before sending, and says what to set", async () => {
    const only = { aws_access_key_id: ID, aws_region_name: "us-east-1" };
    const thrown = await ask(only).then(
      () => assert.fail("it was sent"),
      (error: unknown) => error,
    );
    assert.ok(thrown instanceof errors.AuthenticationError);
    assert.match(thrown.message, /set AWS_SECRET_ACCESS_KEY .*AWS_BEARER_TOKEN_BEDROCK/);
    assert.equal(thrown.retryable, false);
    assert.equal(server.requests.length, 0);
  });

  it("goes to the region's own address", () => {
    const at = (region: string): string | undefined => bedrock.baseUrl?.({ aws_region_name: region });
    assert.equal(at("eu-west-1"), "https://bedrock-runtime.eu-west-1.amazonaws.com");
    assert.equal(at("cn-north-1"), "https://bedrock-runtime.cn-north-1.amazonaws.com.cn");
  });
});
