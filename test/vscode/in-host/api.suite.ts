// The exported API, called by a second extension in the same host: answers, streams, vectors and errors arrive
// as they left the backend.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { poll } from "../../host/poll.ts";
import type { ScriptedProvider } from "../../server/scripted-provider.ts";
import { FAKE_KEY, startScriptedAnswers, VECTORS, WORDS } from "../scripted-answers.ts";
import { activateConsumer, type Consumer } from "./consumer.ts";
import { say } from "./say.ts";

/** Behavioural deadlines are asserted at three times their figure. */
const CANCEL_MS = 100;

interface Exported {
  getAPI(version: unknown, caller: unknown): unknown;
}

interface CallError extends Error {
  status_code: number;
  llm_provider: string;
  model: string;
  retry_after_ms?: number;
}

async function errorOf(call: Promise<unknown>): Promise<CallError> {
  try {
    await call;
  } catch (error) {
    return error as CallError;
  }
  throw new assert.AssertionError({ message: "the call succeeded" });
}

suite("exported API, from another extension", () => {
  let consumer: Consumer;
  let provider: ScriptedProvider;
  const messages = [{ role: "user" as const, content: "Say hello." }];
  const at = (model: string) => ({
    model: `openai/${model}`,
    messages,
    api_base: provider.v1,
    api_key: FAKE_KEY,
    num_retries: 0,
  });

  suiteSetup(async () => {
    consumer = await activateConsumer();
    provider = await startScriptedAnswers();
  });
  suiteTeardown(async () => {
    await provider.stop();
    assert.deepEqual(provider.errors, []);
  });

  test("completion gives a whole answer", async () => {
    const answer = await consumer.ask(at("plain"));
    assert.equal(answer.choices[0]?.message.content, WORDS.join(""));
    assert.equal(answer.choices[0]?.finish_reason, "stop");
    assert.equal(answer.usage?.total_tokens, 18);
    assert.equal(provider.requests.at(-1)?.headers["authorization"], `Bearer ${FAKE_KEY}`);
  });

  test("completion without a key and a network: the mock", async () => {
    const answer = await consumer.ask({ model: "mock/echo", messages });
    assert.equal(answer.choices[0]?.message.content, "Say hello.");
  });

  test("streaming gives the words in order", async () => {
    assert.deepEqual(await consumer.listen(at("plain")), WORDS);
  });

  test("leaving the loop cancels the call at the provider", async () => {
    const pieces = await consumer.listen(at("endless"), (seen) => seen.length >= 3);
    const left = performance.now();
    assert.deepEqual(pieces.slice(0, 3), ["word1 ", "word2 ", "word3 "]);
    const exchange = provider.exchanges.at(-1);
    assert.ok(exchange !== undefined);
    const took = (await exchange.gone) - left;
    say(`    upstream socket closed ${took.toFixed(0)} ms after the break (goal ${CANCEL_MS})`);
    assert.ok(took <= 3 * CANCEL_MS, `${took} ms`);
    await poll(
      "the provider's socket to be gone",
      1000,
      () => provider.exchanges.every(({ open }) => !open) || undefined,
    );
  });

  test("embedding gives the vectors as numbers", async () => {
    const { messages: _none, ...where } = at("scripted-embed");
    const answer = await consumer.embed({ ...where, input: ["one", "two"] });
    assert.deepEqual(
      answer.data.map(({ embedding }) => Array.from(embedding as ArrayLike<number>)),
      VECTORS,
    );
  });

  test("a refused key is an AuthenticationError with its status", async () => {
    const error = await errorOf(consumer.ask(at("refused")));
    assert.equal(error.name, "AuthenticationError");
    assert.equal(error.status_code, 401);
    assert.equal(error.llm_provider, "openai");
    assert.match(error.model, /refused/);
    assert.ok(error instanceof Error);
    assert.ok(!`${error.message}${error.stack}`.includes(FAKE_KEY), "no key in the error");
  });

  test("errors are instances of the classes the API hands out", async () => {
    const { errors } = (await consumer.edgequake()) as { errors: Record<string, new () => Error> };
    const error = await errorOf(consumer.ask(at("refused")));
    const Class = errors["AuthenticationError"];
    assert.ok(Class !== undefined && error instanceof Class);
    const Other = errors["RateLimitError"];
    assert.ok(Other !== undefined && !(error instanceof Other));
  });

  test("a rate limit keeps what the provider said about when", async () => {
    const error = await errorOf(consumer.listen(at("limited")));
    assert.equal(error.name, "RateLimitError");
    assert.equal(error.status_code, 429);
    assert.equal(error.retry_after_ms, 7000);
  });

  test("an answer that is a web page is an error, never an answer", async () => {
    const error = await errorOf(consumer.ask(at("html")));
    assert.notEqual(error.name, "Error");
    assert.match(error.message, /log in to the network/);
  });

  test("an unknown provider, a malformed model and a missing key each say what to do", async () => {
    const unknown = await errorOf(consumer.ask({ model: "nosuch/model", messages }));
    assert.equal(unknown.name, "BadRequestError");
    assert.match(unknown.message, /nosuch/);
    const malformed = await errorOf(consumer.ask({ model: "/", messages }));
    assert.equal(malformed.name, "BadRequestError");
    const keyless = await errorOf(consumer.ask({ model: "openai/gpt-4o", messages }));
    assert.equal(keyless.name, "AuthenticationError");
    assert.match(keyless.message, /OPENAI_API_KEY|Set API Key/);
  });

  test("the API is frozen and asks for a version and a caller it understands", async () => {
    const api = await consumer.edgequake();
    assert.ok(Object.isFrozen(api));
    const extension = vscode.extensions.getExtension<Exported>("edgequake.edgequake");
    assert.ok(extension !== undefined);
    const { getAPI } = extension.exports;
    assert.throws(() => getAPI(2, "edgequake-tests.consumer"), /1/);
    assert.throws(() => getAPI(1, undefined));
  });
});
