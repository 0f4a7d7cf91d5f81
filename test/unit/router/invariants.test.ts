// A router under any course of events, on a virtual clock: calls begin, answers, failures and cancels come in any order
// and time passes. Whatever happens no limit is passed, nothing goes to a cooled deployment but one probe, no call makes
// more requests than configured, and everything that was taken is given back.

import assert from "node:assert/strict";
import fc from "fast-check";
import { Stop } from "../../../server/engine/stop.ts";
import { Cancelled, createError, type OpenAIError } from "../../../server/protocol/errors.ts";
import type { CompletionParams, ModelResponse } from "../../../server/protocol/messages.ts";
import type { RouterHost } from "../../../server/router/host.ts";
import { Router } from "../../../server/router/router.ts";
import { MemoryLimits } from "../../../server/store/memory-limits.ts";
import { virtualClock } from "./scene.ts";

const MINUTE = 60_000;
const COOLDOWN_MS = 5_000;
const FAULTS = ["InternalServerError", "RateLimitError", "Timeout", "APIConnectionError"] as const;

/** What a deployment may be set to. */
interface Shape {
  rpm: number | undefined;
  tpm: number | undefined;
  max_parallel_requests: number | undefined;
}
type Step =
  | { kind: "call"; tokens: number; group: string }
  | { kind: "answer"; which: number; share: number }
  | { kind: "fault"; which: number; name: (typeof FAULTS)[number] }
  | { kind: "refuse"; which: number }
  | { kind: "cancel"; which: number }
  | { kind: "later"; ms: number };

interface Pending {
  deployment: string;
  at: number;
  tokens: number;
  probe: boolean;
  stop: Stop;
  resolve(answer: ModelResponse): void;
  reject(error: OpenAIError): void;
}

const limit = (most: number) => fc.option(fc.integer({ min: 1, max: most }), { nil: undefined });
const shape: fc.Arbitrary<Shape> = fc.record({
  rpm: limit(6),
  tpm: limit(300),
  max_parallel_requests: limit(3),
});
const index = fc.nat({ max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("call" as const),
      tokens: fc.integer({ min: 1, max: 120 }),
      group: fc.constantFrom("g", "h"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      which: index,
      share: fc.integer({ min: 0, max: 100 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fault" as const),
      which: index,
      name: fc.constantFrom(...FAULTS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("refuse" as const), which: index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel" as const), which: index }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("later" as const),
      ms: fc.constantFrom(1, 150, 2_000, 5_001, 20_000, 61_000),
    }),
  },
);

/** The rules, kept a second time and in the plainest way. */
class Referee {
  readonly pending: Pending[] = [];
  readonly requests = new Map<string, number>();
  total = 0;
  readonly #shapes: ReadonlyMap<string, Shape>;
  /** Requests with what they hold of tpm: their estimate until they end, then what they used. */
  readonly #sent: { deployment: string; at: number; tokens: number }[] = [];
  readonly #cooled = new Map<string, number>();

  constructor(shapes: ReadonlyMap<string, Shape>) {
    this.#shapes = shapes;
  }

  begin(one: Omit<Pending, "probe">, call: string): Pending {
    const { deployment, at, tokens } = one;
    const until = this.#cooled.get(deployment) ?? 0;
    assert.ok(at >= until, `${deployment} was asked ${until - at} ms before its cooldown was over`);
    const probe = until > 0;
    const mine = this.pending.filter((other) => other.deployment === deployment);
    assert.ok(!probe || !mine.some((other) => other.probe), `${deployment} was probed twice at a time`);
    const { rpm, tpm, max_parallel_requests } = this.#shapes.get(deployment) as Shape;
    assert.ok(mine.length < (max_parallel_requests ?? 1e9), `${deployment} had ${mine.length + 1} at a time`);
    const counted = { deployment, at, tokens };
    this.#sent.push(counted);
    const minute = this.#sent.filter((other) => other.deployment === deployment && other.at > at - MINUTE);
    assert.ok(minute.length <= (rpm ?? 1e9), `${deployment} had ${minute.length} requests in a minute`);
    const sum = minute.reduce((total, other) => total + other.tokens, 0);
    assert.ok(sum <= (tpm ?? 1e9), `${deployment} had ${sum} tokens of ${tpm} in a minute`);
    this.total += 1;
    this.requests.set(call, (this.requests.get(call) ?? 0) + 1);
    const begun = Object.assign(one, { probe, counted });
    this.pending.push(begun);
    return begun;
  }

  end(one: Pending, used: number | undefined): void {
    this.pending.splice(this.pending.indexOf(one), 1);
    if (used !== undefined) (one as Pending & { counted: { tokens: number } }).counted.tokens = used;
  }
  recovered({ deployment, probe }: Pending): void {
    if (probe) this.#cooled.delete(deployment);
  }
  cools({ deployment }: Pending, now: number): void {
    this.#cooled.set(deployment, Math.max(this.#cooled.get(deployment) ?? 0, now + COOLDOWN_MS));
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function play(shapes: readonly Shape[], steps: readonly Step[], retries: number, strategy: string) {
  const clock = virtualClock(7);
  const limits = new MemoryLimits(clock.monotonic);
  const names = shapes.map((_, place) => String.fromCharCode(97 + place));
  const referee = new Referee(new Map(shapes.map((one, place) => [names[place] as string, one])));
  const host: RouterHost = {
    clock: { ...clock, now: clock.now, monotonic: clock.monotonic, random: () => 0 },
    limits,
    env: () => undefined,
    error: (name, fields) => createError(name, fields),
    estimate: (params) => params["tokens"] as number,
    run: {
      completion: (params: CompletionParams, stop: Stop, deployment: string) =>
        new Promise<ModelResponse>((resolve, reject) => {
          const tokens = params["tokens"] as number;
          const one = { deployment, at: clock.ms, tokens, stop, resolve, reject };
          try {
            const begun = referee.begin(one, String(params["call"]));
            stop.onStop((reason) => {
              if (!referee.pending.includes(begun)) return;
              referee.end(begun, undefined);
              reject(reason);
            });
          } catch (broken) {
            violations.push(broken);
            reject(broken);
          }
        }),
      stream: () => Promise.reject(new Error("not asked for")),
      embedding: () => Promise.reject(new Error("not asked for")),
    },
  };
  const violations: unknown[] = [];
  const router = new Router(
    "r",
    {
      model_list: shapes.map((one, place) => ({
        model_name: place % 2 === 0 ? "g" : "h",
        litellm_params: { model: `openai/m${place}`, ...one },
        model_info: { id: names[place] },
      })),
      routing_strategy: strategy,
      num_retries: retries,
      allowed_fails: 0,
      cooldown_time: COOLDOWN_MS / 1000,
      queue_timeout: 0,
      fallbacks: [{ g: ["h"] }],
    },
    host,
  );
  const calls: Promise<unknown>[] = [];
  const stops: Stop[] = [];
  for (const one of steps) {
    const pending =
      "which" in one ? referee.pending[one.which % Math.max(1, referee.pending.length)] : undefined;
    if (one.kind === "later") clock.ms += one.ms;
    else if (one.kind === "call") {
      const stop = new Stop();
      stops.push(stop);
      const params = { model: one.group, messages: [], tokens: one.tokens, call: String(calls.length) };
      calls.push(router.completion(params, stop).catch(() => undefined));
    } else if (one.kind === "cancel") {
      stops[one.which % Math.max(1, stops.length)]?.stop(new Cancelled("enough"));
    } else if (pending) {
      const { deployment } = pending;
      if (one.kind === "answer") {
        const used = Math.floor((pending.tokens * one.share) / 100);
        referee.end(pending, used);
        referee.recovered(pending);
        const usage = { prompt_tokens: used, completion_tokens: 0, total_tokens: used };
        const answer = {
          id: "x",
          object: "chat.completion",
          created: 0,
          model: deployment,
          choices: [],
          usage,
        };
        pending.resolve(answer as ModelResponse);
      } else if (one.kind === "refuse") {
        referee.end(pending, 0);
        referee.recovered(pending);
        pending.reject(createError("BadRequestError", { message: "its own fault", status_code: 400 }));
      } else {
        // After a timeout nobody knows what was used.
        referee.end(pending, one.name === "Timeout" ? undefined : 0);
        referee.cools(pending, clock.ms);
        pending.reject(createError(one.name, { message: "the deployment's fault" }));
      }
    }
    await settled();
    if (violations.length > 0) throw violations[0];
  }
  for (const stop of stops) stop.stop(new Cancelled("the end"));
  await Promise.all(calls);
  for (const [call, count] of referee.requests) {
    // Two groups at most, each with its retries.
    assert.ok(count <= 2 * (1 + retries), `call ${call} made ${count} requests`);
  }
  clock.ms += 2 * MINUTE;
  for (const deployment of router.status().deployments) {
    assert.equal(deployment.in_flight, 0, `${deployment.id} is still busy`);
    for (const { kind, capacity, free } of deployment.limits)
      assert.equal(free, capacity, `${kind} of ${deployment.id}`);
  }
  router.dispose();
  return referee;
}

describe("a router, whatever happens", function () {
  this.timeout(60_000);
  const shapes = fc.array(shape, { minLength: 2, maxLength: 4 });
  const steps = fc.array(step, { minLength: 40, maxLength: 120, size: "max" });

  for (const strategy of ["simple-shuffle", "least-busy", "usage-based-routing-v2"]) {
    it(`passes no limit, asks nobody cooled and gives all back (${strategy})`, async () => {
      let requests = 0;
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(shapes, steps, fc.nat({ max: 3 }), async (some, course, retries) => {
          const referee = await play(some, course, retries, strategy);
          requests += referee.total;
          runs += 1;
        }),
        { numRuns: 400 },
      );
      console.log(`      ${runs} courses of events, ${requests} requests`);
      assert.ok(requests > runs * 3, "most of them asked somebody");
    });
  }

  it("is judged by a referee that sees each breach", () => {
    const shapes = new Map([["a", { rpm: 2, tpm: 100, max_parallel_requests: 1 }]]);
    const at = (ms: number, tokens = 10) => ({
      ...{ deployment: "a", at: ms, tokens, stop: new Stop() },
      ...{ resolve: () => {}, reject: () => {} },
    });
    const parallel = new Referee(shapes);
    parallel.begin(at(1), "x");
    assert.throws(() => parallel.begin(at(2), "x"), /2 at a time/);
    const minute = new Referee(shapes);
    for (const ms of [1, 2]) minute.end(minute.begin(at(ms), "x"), 10);
    assert.throws(() => minute.begin(at(3), "x"), /3 requests in a minute/);
    const tokens = new Referee(shapes);
    tokens.end(tokens.begin(at(1, 95), "x"), 95);
    assert.throws(() => tokens.begin(at(2), "x"), /105 tokens of 100/);
    const cooled = new Referee(shapes);
    const first = cooled.begin(at(1), "x");
    cooled.end(first, 0);
    cooled.cools(first, 1);
    assert.throws(() => cooled.begin(at(5_000), "x"), /before its cooldown was over/);
    cooled.begin(at(5_001), "x");
    assert.throws(() => cooled.begin(at(5_002), "x"), /probed twice|at a time/);
  });
});
