// Google's access tokens against a token endpoint on loopback: signed rightly, kept until they expire, asked for once.

import assert from "node:assert/strict";
import { createVerify, generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GoogleTokens } from "../../server/engine/google-token.ts";
import { Http } from "../../server/engine/http.ts";

describe("Google's access tokens", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const asked: URLSearchParams[] = [];
  let answer: { status: number; body: string };
  let server: Server;
  let http: Http;
  let now = 1_700_000_000_000;
  let token_uri = "";

  before(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (bytes: Buffer) => {
        body += bytes.toString();
      });
      request.on("end", () => {
        asked.push(new URLSearchParams(body));
        response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    token_uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
    http = new Http();
  });
  after(async () => {
    await http.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    asked.length = 0;
    answer = { status: 200, body: JSON.stringify({ access_token: "fake-token-1", expires_in: 3600 }) };
  });

  const account = (): string =>
    JSON.stringify({ type: "service_account", client_email: "a@b.example", private_key: pem, token_uri });
  const tokens = (): GoogleTokens => new GoogleTokens({}, () => now);

  it("are asked for with a signed assertion, once for all who wait, and again when they expire", async () => {
    const google = tokens();
    const both = await Promise.all([google.token(account(), http), google.token(account(), http)]);
    assert.deepEqual(both, ["fake-token-1", "fake-token-1"]);
    assert.equal(asked.length, 1);
    const [head = "", claims = "", signature = ""] = (asked[0]?.get("assertion") ?? "").split(".");
    const told = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
    assert.equal(told["iss"], "a@b.example");
    assert.equal(told["aud"], token_uri);
    assert.equal(told["exp"], (told["iat"] as number) + 3600);
    const verify = createVerify("RSA-SHA256").update(`${head}.${claims}`);
    assert.ok(verify.verify(publicKey, signature, "base64url"));
    now += 3_530_000;
    await google.token(account(), http);
    assert.equal(asked.length, 1);
    now += 20_000;
    await google.token(account(), http);
    assert.equal(asked.length, 2);
  });

  it("are refreshed for a person's own login", async () => {
    const own = JSON.stringify({
      type: "authorized_user",
      client_id: "c",
      client_secret: "fake-secret",
      refresh_token: "fake-refresh",
      token_uri,
    });
    assert.equal(await tokens().token(own, http), "fake-token-1");
    assert.equal(asked[0]?.get("refresh_token"), "fake-refresh");
  });

  it("that are refused say so and how to mend it, without the key, and are asked for again", async () => {
    answer = {
      status: 400,
      body: JSON.stringify({ error: "invalid_grant", error_description: "clock skew" }),
    };
    const google = tokens();
    await assert.rejects(google.token(account(), http), (error: Error) => {
      assert.equal(error.name, "AuthenticationError");
      assert.match(error.message, /invalid_grant: clock skew.*GOOGLE_APPLICATION_CREDENTIALS/);
      assert.ok(!error.message.includes("PRIVATE KEY"));
      return true;
    });
    answer = { status: 200, body: JSON.stringify({ access_token: "fake-token-2" }) };
    assert.equal(await google.token(account(), http), "fake-token-2");
  });

  it("are never asked for at an address that is not Google's", async () => {
    const elsewhere = JSON.stringify({ ...JSON.parse(account()), token_uri: "https://evil.example/token" });
    await assert.rejects(tokens().token(elsewhere, http), /not Google's/);
    await assert.rejects(tokens().token("/nowhere/at/all.json", http), /no Google credentials at/);
    assert.equal(asked.length, 0);
  });
});
