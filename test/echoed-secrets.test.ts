// Providers and gateways repeat in their errors what they were sent. Whatever of it is a secret stands in no error, not
// only the API key.

import assert from "node:assert/strict";
import { secretsOf } from "../server/engine/secrets-of.ts";
import type { Target } from "../server/engine/target.ts";
import { completion, dispose, type errors } from "../server/index.ts";
import { errorBody } from "./server/openai-bytes.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

const CANARY = "fake-canary-0123456789";

describe("what a provider repeats of a call's secrets", () => {
  let provider: ScriptedProvider;
  before(async () => {
    provider = await ScriptedProvider.start();
  });
  beforeEach(() => provider.clear());
  after(async () => {
    await dispose();
    await provider.stop();
  });

  async function failure(params: object): Promise<errors.OpenAIError> {
    const messages = [{ role: "user" as const, content: "x" }];
    return completion({ model: "openai/m", api_base: provider.v1, num_retries: 0, messages, ...params }).then(
      () => assert.fail("it succeeded"),
      (error: errors.OpenAIError) => error,
    );
  }
  const all = (error: errors.OpenAIError): string => JSON.stringify([error, error.message, error.stack]);

  it("is not told: AWS's session token", async () => {
    provider.always((exchange) => {
      const token = exchange.request.headers["x-amz-security-token"];
      assert.equal(token, CANARY);
      const message = `The Canonical String should have been\nx-amz-security-token:${token}\n`;
      return exchange.reply(403, JSON.stringify({ message }), {
        "x-amzn-errortype": "InvalidSignatureException",
      });
    });
    const error = await failure({
      model: "bedrock/anthropic.claude-3-haiku-20240307-v1:0",
      api_base: provider.origin,
      aws_region_name: "us-east-1",
      aws_access_key_id: "AKIAFAKEFAKEFAKE",
      aws_secret_access_key: "fake-secret-access-key",
      aws_session_token: CANARY,
    });
    assert.match(error.message, /x-amz-security-token:\[redacted\]/);
    assert.doesNotMatch(all(error), /canary/);
    assert.deepEqual(provider.errors, []);
  });

  for (const [name, value] of [
    ["authorization", `Bearer ${CANARY}`],
    ["X-Gateway-Key", CANARY],
    ["cf-access-client-secret", CANARY],
  ] as const) {
    it(`is not told: the header ${name} of the call, whole or in part, in the message, the code and the id`, async () => {
      provider.always((exchange) => {
        const sent = exchange.request.headers[name.toLowerCase()] ?? "";
        assert.equal(sent, value);
        return exchange.reply(401, errorBody(`bad header ${sent} (${CANARY})`, `code-${CANARY}`), {
          "x-request-id": `id-${CANARY}`,
        });
      });
      const error = await failure({ extra_headers: { [name]: value } });
      assert.match(error.message, /bad header \[redacted\] \(\[redacted\]\)/);
      assert.equal(error.request_id, "id-[redacted]");
      assert.doesNotMatch(all(error), /canary/);
      assert.deepEqual(provider.errors, []);
    });
  }

  it("is still told where it is no secret: an ordinary header", async () => {
    provider.always((exchange) => exchange.reply(400, errorBody(`no such project ${CANARY}`)));
    const error = await failure({ extra_headers: { "x-project": CANARY } });
    assert.match(error.message, /no such project fake-canary/);
  });

  it("is known of a call that has none", () => {
    const target = { api_key: undefined, provider: {}, settings: {}, headers: {} } as unknown as Target;
    assert.deepEqual(secretsOf(target), [undefined]);
  });
});
