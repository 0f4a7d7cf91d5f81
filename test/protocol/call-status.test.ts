// What a client is told while a call has no answer yet: a retry with its wait, the deployment that is asked instead,
// the model that follows. Before the wait, only of that call, and only where the client declared it.

import assert from "node:assert/strict";
import type { CallStatus, StatusMessage } from "../../server/protocol/call-status.ts";
import { startBackend } from "../host/backend-process.ts";
import { chat, errorBody, status } from "../server/openai-bytes.ts";
import { backends, sharedBackend } from "./backend-process.ts";
import { HELLO, openai, scriptedProvider } from "./scripted.ts";

const SOON = { "retry-after": "0.3" };

describe("edgequake/status", function () {
  this.timeout(30_000);
  const backend = sharedBackend({}, { capabilities: { status: true } });
  const provider = scriptedProvider(chat("Hello"));
  const told = (id: number | string): StatusMessage[] =>
    backend()
      .client.received.filter(({ message }) => message.method === "edgequake/status")
      .map(({ message }) => message.params as StatusMessage)
      .filter((one) => one.id === id);

  it("tells of every retry before its wait, with the wait that then happens", async () => {
    provider().next(
      status(429, errorBody("slow down"), SOON),
      status(503, errorBody("busy"), { "retry-after": "0" }),
    );
    const { id, response } = backend().client.start(
      "edgequake/completion",
      openai(provider(), { num_retries: 2 }),
    );
    const first = await backend().client.untilMethod("edgequake/status");
    assert.equal(provider().requests.length, 1, "told before the second request");
    assert.equal((await response).error, undefined);
    const [one, two, ...more] = told(id);
    assert.deepEqual(more, []);
    const { wait_ms = 0, ...rest } = one ?? assert.fail("nothing was told");
    assert.deepEqual(rest, {
      id,
      kind: "retry",
      failed: "RateLimitError",
      status_code: 429,
      attempt: 1,
      deployment: null,
      model: null,
    });
    assert.ok(wait_ms >= 300 && wait_ms <= 500, `${wait_ms} ms`);
    assert.deepEqual(
      [two?.failed, two?.status_code, two?.wait_ms, two?.attempt],
      ["ServiceUnavailableError", 503, 0, 2],
    );
    const waited = (provider().requests[1]?.at ?? 0) - first.at;
    assert.ok(Math.abs(waited - wait_ms) < 250, `said ${wait_ms} ms, came after ${waited} ms`);
  });

  it("names the stream, and comes before its chunks", async () => {
    provider().next(status(500, errorBody("again"), { "retry-after": "0" }));
    const params = openai(provider(), { stream_id: "told", num_retries: 1 });
    const { id, response } = backend().client.start("edgequake/completionStream", params);
    assert.equal((await response).error, undefined);
    assert.equal(told(id)[0]?.stream_id, "told");
    const order = backend()
      .client.received.map(({ message }) => message.method)
      .filter((method) => method === "edgequake/status" || method === "edgequake/chunk");
    assert.equal(order.lastIndexOf("edgequake/status") < order.indexOf("edgequake/chunk"), true);
  });

  it("says nothing of a call that succeeds at once, nor of the last failure", async () => {
    const fine = backend().client.start("edgequake/completion", openai(provider()));
    await fine.response;
    assert.deepEqual(told(fine.id), []);
    provider().always(status(500));
    const failing = backend().client.start("edgequake/completion", openai(provider(), { num_retries: 0 }));
    await failing.response;
    assert.deepEqual(told(failing.id), []);
  });

  it("names the deployment that a routed call moves to", async () => {
    const at = (id: string, order: number) => ({
      model_name: "g",
      litellm_params: { model: "openai/m", api_base: provider().v1, api_key: "sk-fake-status", order },
      model_info: { id },
    });
    const options = { model_list: [at("one", 1), at("two", 2)] };
    const { router_id } = await backend().client.result<{ router_id: string }>("edgequake/createRouter", {
      options,
    });
    provider().next(status(429, errorBody("slow down"), { "retry-after": "20" }));
    const call = backend().client.start("edgequake/completion", { model: "g", messages: HELLO, router_id });
    assert.equal((await call.response).error, undefined);
    const expected: CallStatus = {
      kind: "retry",
      failed: "RateLimitError",
      status_code: 429,
      wait_ms: 0,
      attempt: 1,
      deployment: "two",
      model: null,
    };
    assert.deepEqual(told(call.id), [{ id: call.id, ...expected }]);
    // Nobody else is left: the same one again, after the backoff.
    provider().always(status(500));
    const alone = { model_list: [at("only", 1)], num_retries: 1, disable_cooldowns: true };
    await backend().client.result("edgequake/createRouter", { options: alone, router_id });
    const again = backend().client.start("edgequake/completion", { model: "g", messages: HELLO, router_id });
    await again.response;
    const [retry, ...more] = told(again.id);
    assert.deepEqual(more, []);
    assert.deepEqual([retry?.deployment, retry?.attempt], ["only", 1]);
    assert.ok(retry && retry.wait_ms > 0 && retry.wait_ms <= 500, `${retry?.wait_ms} ms`);
  });

  it("names the model that follows a failed one", async () => {
    provider().always(status(401, errorBody("wrong key")));
    const params = openai(provider(), { fallbacks: ["mock/echo"] });
    const { id, response } = backend().client.start("edgequake/completion", params);
    assert.equal((await response).error, undefined);
    const [one, ...more] = told(id);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [one?.kind, one?.model, one?.failed, one?.status_code],
      ["fallback", "mock/echo", "AuthenticationError", 401],
    );
  });

  describe("to other clients", () => {
    const start = backends();

    it("is not sent where it was not declared", async () => {
      const { client } = start();
      await client.initialize({});
      provider().next(status(500, errorBody("again"), { "retry-after": "0" }));
      await client.result("edgequake/completion", openai(provider(), { num_retries: 1 }));
      assert.equal(provider().requests.length, 2);
      assert.deepEqual(
        client.received.filter(({ message }) => message.method === "edgequake/status"),
        [],
      );
    });
  });

  it("reaches the typed client's onStatus, for its own call alone", async () => {
    const { client, stop } = await startBackend();
    try {
      const params = { model: "openai/m", api_base: provider().v1, messages: HELLO, num_retries: 1 };
      const messages = [{ role: "user" as const, content: "Hello" }];
      const heard: [string, CallStatus][] = [];
      provider().next(status(429, errorBody("slow down"), SOON));
      const stream = client.stream(
        { ...params, messages },
        { onStatus: (one) => heard.push(["stream", one]) },
      );
      const other = client.completion(
        { model: "mock/echo", messages },
        { onStatus: (one) => heard.push(["other", one]) },
      );
      await Promise.all([stream.response(), other]);
      assert.deepEqual(
        heard.map(([whose, { kind, status_code }]) => [whose, kind, status_code]),
        [["stream", "retry", 429]],
      );
      assert.equal(heard[0]?.[1] && "id" in heard[0][1], false);
    } finally {
      await stop();
    }
  });
});
