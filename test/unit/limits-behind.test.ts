// What a routed answer's limits leave: of its own candidates and what they share, and of nobody else; asked for only
// where a router had to do with it.

import assert from "node:assert/strict";
import type { Client } from "../../server/connection/client.ts";
import type { DeploymentStatus, RouterStatus, RouteTrace } from "../../server/protocol/route-trace.ts";
import { limitsBehind } from "../../src/chat/limits-behind.ts";
import { emptyTurn } from "../../src/chat/turns.ts";

const deployment = (id: string, differs: Partial<DeploymentStatus> = {}): DeploymentStatus => ({
  id,
  model_name: "fast",
  model: "openai/gpt-4o-mini",
  healthy: true,
  cooled_ms: 0,
  cooled_because: null,
  in_flight: 0,
  requests: 0,
  tokens: 0,
  successes: 0,
  failures: 0,
  ms_first_chunk: null,
  ms_per_token: null,
  limits: [],
  last_error: null,
  ...differs,
});

const router = (router_id: string, deployments: DeploymentStatus[]): RouterStatus => ({
  router_id,
  strategy: "simple-shuffle",
  model_names: ["fast"],
  deployments,
  limits: [
    { provider: "openai", kind: "rpm", capacity: 60, free: 3 },
    { provider: "openai", kind: "tpm", capacity: 9_000, free: 12 },
    { provider: null, kind: "max_parallel_requests", capacity: 8, free: 8 },
  ],
  waiting: { fast: 2, slow: 1 },
  warnings: [],
});

const trace: RouteTrace = {
  router_id: "second",
  model: "fast",
  group: "fast",
  deployment: "b",
  attempts: [{ attempt: 1, group: "fast", deployment: "b", outcome: "ok", ms: 5 }],
  decisions: [
    {
      strategy: "simple-shuffle",
      measure: null,
      chosen: "b",
      candidates: [{ id: "a", filtered: "cooled down" }, { id: "b" }],
    },
  ],
  fallbacks: [],
};

describe("the limits behind an answer", () => {
  let asked = 0;
  const told = (routers: RouterStatus[]) => async () =>
    ({
      request: async () => {
        asked += 1;
        return { routers };
      },
    }) as unknown as Client;
  const both = told([
    router("first", [deployment("a"), deployment("z")]),
    router("second", [
      deployment("a", { cooled_ms: 4_000, cooled_because: "RateLimitError" }),
      deployment("b", { limits: [{ kind: "rpm", capacity: 10, free: 9 }] }),
      deployment("c"),
    ]),
  ]);
  beforeEach(() => {
    asked = 0;
  });

  it("are those of its router's candidates, and of what they share", async () => {
    const limits = await limitsBehind({ ...emptyTurn("assistant"), trace }, both);
    assert.deepEqual(
      limits?.rows.map(({ of, id, cooled_ms, limits: left }) => [
        of,
        id,
        cooled_ms,
        left.map(({ free }) => free),
      ]),
      [
        ["deployment", "a", 4_000, []],
        ["deployment", "b", 0, [9]],
        ["provider", "openai", 0, [3, 12]],
        ["all", "", 0, [8]],
      ],
    );
    assert.equal(limits?.rows[0]?.cooled_because, "RateLimitError");
    assert.equal(limits?.waiting, 3);
  });

  it("of an answer that failed: the router that has who was asked", async () => {
    const attempt_records = [{ attempt: 1, deployment: "z", outcome: "Timeout", ms: 9 }];
    const limits = await limitsBehind({ ...emptyTurn("assistant"), attempt_records }, both);
    assert.deepEqual(
      limits?.rows.map(({ id }) => id),
      ["z", "openai", ""],
    );
  });

  it("there are none without a router, nor of one that is gone", async () => {
    const attempt_records = [{ attempt: 1, outcome: "Timeout", ms: 9 }];
    assert.equal(await limitsBehind({ ...emptyTurn("assistant"), attempt_records }, both), null);
    assert.equal(asked, 0);
    const gone = told([router("third", [deployment("y")])]);
    assert.equal(await limitsBehind({ ...emptyTurn("assistant"), trace }, gone), null);
  });
});
