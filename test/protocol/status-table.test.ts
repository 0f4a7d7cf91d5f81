// HTTP status and error body to LiteLLM's class, whether it is retried, and what the caller is told.

import assert from "node:assert/strict";
import { errorBody, status } from "../server/openai-bytes.ts";
import { sharedBackend } from "./backend-process.ts";
import { assertProviderFailure } from "./failure-shape.ts";
import { ollama, openai, scriptedProvider } from "./scripted.ts";

describe("status codes", function () {
  this.timeout(60_000);
  const backend = sharedBackend();
  const provider = scriptedProvider();
  let streams = 0;

  const table: readonly [status: number, name: string | string[], retried: boolean][] = [
    [400, "BadRequestError", false],
    [401, "AuthenticationError", false],
    [402, "APIError", false],
    [403, "PermissionDeniedError", false],
    [404, "NotFoundError", false],
    [408, "Timeout", true],
    [409, "APIError", true],
    [413, "BadRequestError", false],
    [422, "UnprocessableEntityError", false],
    [425, "APIError", true],
    [429, "RateLimitError", true],
    [500, "InternalServerError", true],
    [502, "BadGatewayError", true],
    [503, "ServiceUnavailableError", true],
    [504, "Timeout", true],
    [529, ["InternalServerError", "ServiceUnavailableError"], true],
    [418, ["APIError", "BadRequestError"], false],
    [599, ["APIError", "InternalServerError"], true],
  ];
  for (const [code, name, retried] of table) {
    for (const kind of ["openai", "ollama"] as const) {
      it(`${code} from ${kind}: ${String(name)}, ${retried ? "retried" : "not retried"}`, async () => {
        const call = (kind === "openai" ? openai : ollama)(provider(), { num_retries: 1 });
        const text = `scripted reason ${code}`;
        const body = kind === "openai" ? errorBody(text) : JSON.stringify({ error: text });
        provider().always(status(code, body, { "retry-after": "0" }));
        const expected = {
          provider: kind,
          name,
          status: code,
          retryable: retried,
          message: new RegExp(text),
        };
        assertProviderFailure(await backend().client.failure("edgequake/completion", call), expected);
        const requests = retried ? 2 : 1;
        assert.equal(provider().requests.length, requests);
        streams += 1;
        const params = { ...call, stream_id: `status-${streams}` };
        assertProviderFailure(await backend().client.failure("edgequake/completionStream", params), expected);
        assert.equal(provider().requests.length, 2 * requests);
      });
    }
  }

  const bodies: readonly [what: string, status: number, body: string, name: string, retryable: boolean][] = [
    [
      "context window by code, new wording",
      400,
      errorBody("brand new words", "context_length_exceeded"),
      "ContextWindowExceededError",
      false,
    ],
    [
      "context window by wording",
      400,
      errorBody("This model's maximum context length is 8192 tokens. Reduce the length of the messages."),
      "ContextWindowExceededError",
      false,
    ],
    [
      "content filter by code",
      400,
      errorBody("nope", "content_filter"),
      "ContentPolicyViolationError",
      false,
    ],
    [
      "content policy by code",
      400,
      errorBody("nope", "content_policy_violation"),
      "ContentPolicyViolationError",
      false,
    ],
    ["a 400 whose text contains 429", 400, errorBody("order 429 is invalid"), "BadRequestError", false],
    [
      "exhausted quota",
      429,
      errorBody("You exceeded your current quota", "insufficient_quota", "insufficient_quota"),
      "RateLimitError",
      false,
    ],
    ["an unknown model by code", 404, errorBody("no such model", "model_not_found"), "NotFoundError", false],
    ["an error that is a sentence", 400, '{"error":"just this"}', "BadRequestError", false],
    ["an error that is plain text", 500, "upstream fell over", "InternalServerError", true],
    [
      "an error page",
      502,
      "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
      "BadGatewayError",
      true,
    ],
    ["an error without a body", 503, "", "ServiceUnavailableError", true],
    [
      "FastAPI's detail",
      422,
      '{"detail":[{"loc":["body","messages"],"msg":"field required"}]}',
      "UnprocessableEntityError",
      false,
    ],
    ["a body that is an array", 400, '[{"error":{"message":"in a list"}}]', "BadRequestError", false],
  ];
  for (const [what, code, body, name, retryable] of bodies) {
    it(`${what}: ${name}`, async () => {
      provider().always(status(code, body, { "retry-after": "0" }));
      const failure = await backend().client.failure("edgequake/completion", openai(provider()));
      assertProviderFailure(failure, { provider: "openai", name, status: code, retryable });
      assert.doesNotMatch(failure.message, /<html|\[object/);
      assert.ok(failure.message.length > `litellm.${name}: `.length + 3, "says something");
    });
  }

  it("an error body of 100 MB is not read to its end", async () => {
    const block = Buffer.alloc(1024 * 1024, "x");
    provider().always(async (exchange) => {
      await exchange.head(400, { "content-type": "text/plain", "content-length": 100 * block.length });
      for (let sent = 0; sent < 100 && exchange.open; sent += 1) await exchange.raw(block);
    });
    const failure = await backend().client.failure("edgequake/completion", openai(provider()));
    assertProviderFailure(failure, { provider: "openai", name: "BadRequestError", status: 400 });
    assert.ok((provider().exchanges[0]?.sent ?? 0) < 50 * block.length, "the backend kept reading");
    assert.ok(failure.message.length < 1000);
  });

  it("the provider's code and parameter are told", async () => {
    const body = JSON.stringify({
      error: { message: "bad", type: "invalid_request_error", code: "bad_thing", param: "seed" },
    });
    provider().always(status(400, body));
    const failure = await backend().client.failure("edgequake/completion", openai(provider()));
    assert.equal(failure.data.code, "bad_thing");
    assert.equal(failure.data.param, "seed");
  });
});
