// LiteLLM's exception tree: names, parents, statuses, one prefix a message, and nothing lost over a process hop.

import assert from "node:assert/strict";
import * as errors from "../../server/protocol/errors.ts";
import { APIError, createError, ERROR_NAMES, OpenAIError } from "../../server/protocol/errors.ts";

/** Name, parent, default status, as LiteLLM's users know them. */
const TREE: readonly [name: string, parent: string, status: number | undefined][] = [
  ["APIError", "OpenAIError", 500],
  ["APIConnectionError", "APIError", 500],
  ["APIResponseValidationError", "APIError", 500],
  ["JSONSchemaValidationError", "APIResponseValidationError", 500],
  ["BadRequestError", "OpenAIError", 400],
  ["ContextWindowExceededError", "BadRequestError", 400],
  ["ContentPolicyViolationError", "BadRequestError", 400],
  ["UnsupportedParamsError", "BadRequestError", 400],
  ["RejectedRequestError", "BadRequestError", 400],
  ["ImageFetchError", "BadRequestError", 400],
  ["LiteLLMUnknownProvider", "BadRequestError", 400],
  ["AuthenticationError", "OpenAIError", 401],
  ["PermissionDeniedError", "OpenAIError", 403],
  ["NotFoundError", "OpenAIError", 404],
  ["Timeout", "OpenAIError", 408],
  ["UnprocessableEntityError", "OpenAIError", 422],
  ["RateLimitError", "OpenAIError", 429],
  ["InternalServerError", "OpenAIError", 500],
  ["BadGatewayError", "OpenAIError", 502],
  ["ServiceUnavailableError", "OpenAIError", 503],
  ["MidStreamFallbackError", "ServiceUnavailableError", 503],
  ["BudgetExceededError", "OpenAIError", undefined],
  ["Cancelled", "OpenAIError", 499],
];

const ALL: Required<Omit<errors.ErrorFields, "message" | "cause" | "partial">> = {
  status_code: 418,
  llm_provider: "openai",
  model: "openai/m",
  retry_after_ms: 1_500,
  request_id: "req-1",
  call_id: "call-1",
  retryable: true,
  chunks_sent: 3,
  attempts: [
    { attempt: 1, outcome: "RateLimitError", status_code: 429, ms: 1.5, waited_ms: 10 },
    { attempt: 2, outcome: "APIError", ms: 2, stopped_because: "num_retries used up" },
  ],
  code: "some_code",
  param: "messages",
  issues: [{ path: "messages.0", message: "is wrong" }],
  current_cost: 0.5,
  max_budget: 1,
};

describe("the error tree", () => {
  it("has exactly these names", () => {
    assert.deepEqual([...ERROR_NAMES].sort(), ["OpenAIError", ...TREE.map(([name]) => name)].sort());
  });

  for (const [name, parent, status] of TREE) {
    it(`${name} is a ${parent}`, () => {
      const error = createError(name, { message: "m" });
      const exported = errors as unknown as Record<string, new (message: string) => OpenAIError>;
      const own = exported[name];
      const above = exported[parent];
      assert.ok(own && above);
      assert.equal(error.constructor, own);
      assert.equal(Object.getPrototypeOf(own), above);
      assert.ok(error instanceof above && error instanceof OpenAIError && error instanceof Error);
      assert.equal(error.name, name);
      assert.equal(error.status_code, status);
      assert.equal(error.retryable, false);
      assert.equal(new own("m").message, error.message);
    });
  }

  it("has an unknown name, of a newer peer, become APIError", () => {
    const error = createError("QuantumError", { message: "m" });
    assert.equal(error.constructor, APIError);
    assert.equal(error.name, "APIError");
  });
});

describe("an error's message", () => {
  for (const name of ERROR_NAMES) {
    it(`${name}: its prefix stands there once`, () => {
      const once = createError(name, { message: "it broke" });
      assert.equal(once.message, `litellm.${name}: it broke`);
      assert.equal(createError(name, { message: once.message }).message, once.message);
      assert.equal(String(once), `${name}: litellm.${name}: it broke`);
    });
  }

  it("keeps the prefix of another class, which is part of what happened", () => {
    const inner = createError("Timeout", { message: "slow" });
    const outer = createError("APIError", { message: inner.message, cause: inner });
    assert.equal(outer.message, "litellm.APIError: litellm.Timeout: slow");
    assert.equal(outer.cause, inner);
  });
});

describe("an error over a process hop", () => {
  for (const name of ERROR_NAMES) {
    it(`${name} comes out as it went in`, () => {
      for (const fields of [ALL, {}]) {
        const before = createError(name, { ...fields, message: "it broke" });
        const wire = JSON.parse(JSON.stringify(errors.toErrorData(before))) as errors.ErrorData;
        const after = errors.fromErrorData(before.message, wire);
        assert.equal(after.constructor, before.constructor);
        assert.equal(after.message, before.message);
        assert.equal(after.name, name);
        for (const field of Object.keys(ALL) as (keyof typeof ALL)[])
          assert.deepEqual(after[field], before[field], field);
        assert.deepEqual(errors.toErrorData(after), errors.toErrorData(before));
      }
    });
  }

  it("carries only that a part was delivered, and no cause or stack", () => {
    const partial = { id: "c", object: "chat.completion" as const, created: 1, model: "m", choices: [] };
    const data = errors.toErrorData(
      createError("APIConnectionError", { message: "cut", partial, cause: new Error("secret") }),
    );
    assert.deepEqual(data, {
      name: "APIConnectionError",
      status_code: 500,
      retryable: false,
      partial: true,
    });
  });
});

describe("asOpenAIError", () => {
  it("leaves ours as they are", () => {
    const error = createError("Timeout", { message: "slow" });
    assert.equal(errors.asOpenAIError(error), error);
  });

  for (const thrown of [new TypeError("oops"), "oops"]) {
    it(`makes ${typeof thrown === "string" ? "a string" : "a TypeError"} an APIConnectionError`, () => {
      const error = errors.asOpenAIError(thrown);
      assert.equal(error.name, "APIConnectionError");
      assert.equal(error.message, "litellm.APIConnectionError: oops");
      assert.equal(error.cause, thrown);
    });
  }
});
