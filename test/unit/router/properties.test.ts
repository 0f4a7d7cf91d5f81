// Whatever a router is made of and whatever its deployments answer: no limit is passed, no cooled deployment is asked but
// by its probe, no call makes more requests than configured, and everything taken is given back.

import assert from "node:assert/strict";
import fc from "fast-check";
import { Stop } from "../../../server/engine/stop.ts";
import { Cancelled } from "../../../server/protocol/errors.ts";
import { errorOf } from "./scene.ts";
import { type Asked, type Reply, VirtualRouter } from "./virtual-router.ts";

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const deployment = fc.record({
  rpm: optional(fc.integer({ min: 1, max: 5 })),
  tpm: optional(fc.integer({ min: 20, max: 200 })),
  max_parallel_requests: optional(fc.integer({ min: 1, max: 3 })),
  order: optional(fc.integer({ min: 1, max: 2 })),
  weight: optional(fc.integer({ min: 0, max: 3 })),
  cooldown_time: optional(fc.integer({ min: 1, max: 20 })),
});
const FAILURES: readonly (() => Reply["error"])[] = [
  () => errorOf("RateLimitError", { status_code: 429, retryable: true }),
  () => errorOf("RateLimitError", { status_code: 429, retryable: true, retry_after_ms: 3_000 }),
  () => errorOf("InternalServerError", { status_code: 500, retryable: true }),
  () => errorOf("APIConnectionError", { code: "ECONNREFUSED", retryable: true }),
  () => errorOf("Timeout", { status_code: 408, retryable: true }),
  () => errorOf("AuthenticationError", { status_code: 401 }),
  () => errorOf("BadRequestError", { status_code: 400 }),
];
const reply = fc.record({
  ms: fc.integer({ min: 1, max: 3_000 }),
  failure: fc.option(fc.nat(FAILURES.length - 1), { nil: undefined, freq: 2 }),
  tokens: fc.integer({ min: 2, max: 120 }),
});
const call = fc.record({
  after_ms: fc.integer({ min: 0, max: 4_000 }),
  max_tokens: fc.integer({ min: 1, max: 60 }),
  priority: fc.nat(2),
  cancel_ms: optional(fc.integer({ min: 1, max: 4_000 })),
});
const run = fc.record({
  deployments: fc.array(deployment, { minLength: 1, maxLength: 4 }),
  num_retries: fc.nat(3),
  queue_timeout: fc.integer({ min: 0, max: 20 }),
  wait_for_recovery: fc.boolean(),
  routing_strategy: fc.constantFrom(
    "simple-shuffle",
    "least-busy",
    "usage-based-routing-v2",
    "latency-based-routing",
  ),
  global_rpm: optional(fc.integer({ min: 2, max: 8 })),
  replies: fc.array(reply, { minLength: 1, maxLength: 12 }),
  calls: fc.array(call, { minLength: 1, maxLength: 12 }),
  seed: fc.integer({ min: 1, max: 1_000 }),
});

describe("router: invariants", () => {
  it("hold for any deployments, answers, cancels and waits", async () => {
    await fc.assert(
      fc.asyncProperty(run, async (given) => {
        const running = new Map<string, number>();
        const most = new Map<string, number>();
        const cooled: string[] = [];
        let one: VirtualRouter;
        const script = ({ deployment: id, at }: Asked, nth: number): Reply => {
          running.set(id, (running.get(id) ?? 0) + 1);
          most.set(id, Math.max(most.get(id) ?? 0, running.get(id) ?? 0));
          const status = one.router.status().deployments.find((each) => each.id === id);
          // A probe is asked after the cooldown, and alone.
          if (status && status.cooled_ms > 0) cooled.push(`${id} at ${at}`);
          const { ms, failure, tokens } = given.replies[
            nth % given.replies.length
          ] as (typeof given.replies)[0];
          const error = failure === undefined ? undefined : FAILURES[failure]?.();
          return error ? { ms, error } : { ms, tokens };
        };
        one = new VirtualRouter(
          given.deployments.map((each) => ({ ...each })),
          {
            num_retries: given.num_retries,
            queue_timeout: given.queue_timeout,
            wait_for_recovery: given.wait_for_recovery,
            routing_strategy: given.routing_strategy,
            seed: given.seed,
            ...(given.global_rpm === undefined ? {} : { global_limits: { rpm: given.global_rpm } }),
          },
          script,
        );
        one.onEnd = (id) => running.set(id, (running.get(id) ?? 0) - 1);
        try {
          const calls: Promise<unknown>[] = [];
          for (const { after_ms, max_tokens, priority, cancel_ms } of given.calls) {
            await one.pass(after_ms);
            const stop = new Stop();
            calls.push(one.start({ max_tokens, priority, user: String(calls.length) }, stop));
            if (cancel_ms !== undefined) setTimeout(() => stop.stop(new Cancelled("stopped")), cancel_ms);
          }
          await one.until(Promise.allSettled(calls), 1_200_000);

          assert.deepEqual(cooled, [], "asked while cooled");
          const by = (key: (asked: Asked) => unknown) =>
            Object.values(Object.groupBy(one.requests, (asked) => String(key(asked)))) as Asked[][];
          for (const of_call of by(({ params }) => params["user"]))
            assert.ok(of_call.length <= given.num_retries + 1, `${of_call.length} requests of one call`);
          const inAnyMinute = (asked: readonly Asked[]): number =>
            Math.max(
              0,
              ...asked.map(
                ({ at }) => asked.filter((other) => other.at >= at && other.at < at + 60_000).length,
              ),
            );
          if (given.global_rpm !== undefined) assert.ok(inAnyMinute(one.requests) <= given.global_rpm);
          for (const [index, { rpm, max_parallel_requests: parallel }] of given.deployments.entries()) {
            const id = String.fromCharCode(97 + index);
            const asked = one.requests.filter((each) => each.deployment === id);
            if (rpm !== undefined) assert.ok(inAnyMinute(asked) <= rpm, `rpm ${rpm}`);
            if (parallel !== undefined) assert.ok((most.get(id) ?? 0) <= parallel, `${parallel} at a time`);
          }
          const { deployments, waiting } = one.router.status();
          assert.deepEqual(waiting, {});
          for (const { in_flight, limits } of deployments) {
            assert.equal(in_flight, 0);
            for (const { kind, capacity, free } of limits)
              if (kind === "max_parallel_requests") assert.equal(free, capacity);
          }
          await one.pass(61_000);
          const later = one.router.status();
          for (const { capacity, free } of [
            ...later.limits,
            ...later.deployments.flatMap((each) => each.limits),
          ])
            assert.equal(free, capacity, "a minute later everything is free");
        } finally {
          one.dispose();
        }
      }),
      { numRuns: 150 },
    );
  }).timeout(120_000);
});
