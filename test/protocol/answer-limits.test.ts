// What the chat's Why shows of a routed answer's limits is what the backend's router has left after it.

import assert from "node:assert/strict";
import type { Client } from "../../server/connection/client.ts";
import type { ModelResponse } from "../../server/protocol/messages.ts";
import { limitsBehind } from "../../src/chat/limits-behind.ts";
import { emptyTurn } from "../../src/chat/turns.ts";
import { backends } from "./backend-process.ts";

describe("the limits behind an answer of the backend", () => {
  const start = backends();

  it("are what its router has left", async () => {
    const { client } = start();
    const at = (id: string, more: object) => ({
      model_name: "fast",
      litellm_params: { model: "mock/echo", ...more },
      model_info: { id },
    });
    const router = {
      model_list: [at("limited", { rpm: 60, order: 1 }), at("free", { order: 2 })],
      global_limits: { max_parallel_requests: 4 },
    };
    await client.initialize({ config: { router } });
    const messages = [{ role: "user", content: "hello" }];
    const answer = await client.result<ModelResponse>("edgequake/completion", {
      model: "router/fast",
      messages,
    });
    const trace = answer.edgequake?.trace ?? null;
    assert.equal(trace?.deployment, "limited");
    const asClient = { request: (method: string, params: object) => client.result(method, params) };
    const limits = await limitsBehind(
      { ...emptyTurn("assistant"), trace },
      async () => asClient as unknown as Client,
    );
    const left = limits?.rows.map(({ of, id, limits: some }) => [
      of,
      id,
      some.map(({ kind, capacity, free }) => `${kind} ${free}/${capacity}`),
    ]);
    assert.deepEqual(left, [
      ["deployment", "limited", ["rpm 59/60"]],
      ["deployment", "free", []],
      ["all", "", ["max_parallel_requests 4/4"]],
    ]);
    assert.equal(limits?.waiting, 0);
  });
});
