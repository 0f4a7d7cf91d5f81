// What every error over the pipe looks like: code, LiteLLM's name in data and message, and nothing else.

import assert from "node:assert/strict";
import { ERROR_NAMES } from "../../server/protocol/errors.ts";
import { type Failure, failureOf, type RpcMessage } from "./raw-client.ts";

const ALLOWED = new Set([
  "name",
  "status_code",
  "llm_provider",
  "model",
  "retry_after_ms",
  "request_id",
  "call_id",
  "retryable",
  "chunks_sent",
  "partial",
  "attempts",
  "code",
  "param",
  "issues",
  "current_cost",
  "max_budget",
]);

export interface Expected {
  /** LiteLLM's class, or any of these. */
  name: string | readonly string[];
  status?: number;
  retryable?: boolean;
  message?: RegExp;
}

/** A failed call: -32803 with data that names the class. */
export function assertFailure(failure: Failure, expected: Expected): void {
  const told = `${failure.code} ${failure.message} ${JSON.stringify(failure.data)}`;
  assert.equal(failure.code, -32803, told);
  const names = typeof expected.name === "string" ? [expected.name] : expected.name;
  assert.ok(names.includes(failure.data.name), `expected ${names.join(" or ")}: ${told}`);
  assertEnvelope(failure);
  if (expected.status !== undefined) assert.equal(failure.data.status_code, expected.status, told);
  if (expected.retryable !== undefined) assert.equal(failure.data.retryable, expected.retryable, told);
  if (expected.message) assert.match(failure.message, expected.message);
}

/** What holds for every error with a class, whatever its code. */
export function assertEnvelope(failure: Failure): void {
  const { data, message } = failure;
  assert.ok(ERROR_NAMES.includes(data.name), `unknown class ${data.name}`);
  assert.ok(
    message.startsWith(`litellm.${data.name}: `),
    `message does not start with its class: ${message}`,
  );
  const extra = Object.keys(data).filter((key) => !ALLOWED.has(key));
  assert.deepEqual(extra, [], "data has fields nobody promised");
}

/** A provider's failure also says who, what, and whether trying again may help. */
export function assertProviderFailure(failure: Failure, expected: Expected & { provider: string }): void {
  assertFailure(failure, expected);
  const { data } = failure;
  assert.equal(data.llm_provider, expected.provider);
  assert.equal(typeof data.status_code, "number");
  assert.equal(typeof data.retryable, "boolean");
  assert.equal(typeof data.model, "string");
  assert.equal(typeof data.call_id, "string");
}

/** A schema violation: -32602 with the paths. */
export function assertIssues(answer: RpcMessage, path: string | RegExp): void {
  const failure = failureOf(answer);
  const told = JSON.stringify(failure);
  assert.equal(failure.code, -32602, told);
  assert.equal(failure.data.name, "BadRequestError", told);
  assert.ok(Array.isArray(failure.data.issues) && failure.data.issues.length > 0, told);
  const paths = failure.data.issues.map((issue) => issue.path);
  const found = paths.some((one) => (typeof path === "string" ? one === path : path.test(one)));
  assert.ok(found, `no issue names ${path}: ${told}`);
}
