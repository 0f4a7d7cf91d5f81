// Limits of a deployment, of its provider and of all, on a virtual clock: never passed, fair to who waits, and what is
// not used is given back.

import assert from "node:assert/strict";
import { Stop } from "../../../server/engine/stop.ts";
import { Cancelled } from "../../../server/protocol/errors.ts";
import { type Entry, errorOf } from "./scene.ts";
import { type Script, VirtualRouter } from "./virtual-router.ts";

describe("router: limits", () => {
  let one: VirtualRouter;
  const of = (entries: Entry[], options: Record<string, unknown> = {}, script: Script = () => ({})) => {
    one?.dispose();
    one = new VirtualRouter(entries, options, script);
    return one;
  };
  afterEach(() => one.dispose());
  /** Most requests that began within any minute. */
  const busiest = (): number =>
    Math.max(
      ...one.requests.map(
        ({ at }) => one.requests.filter((other) => other.at >= at && other.at < at + 60_000).length,
      ),
    );

  it("rpm: the rest waits for its minute, and no minute has more", async () => {
    of([{ rpm: 3 }], { queue_timeout: 300 });
    const calls = Array.from({ length: 8 }, () => one.start());
    await one.pass(100);
    assert.equal(one.requests.length, 3);
    assert.deepEqual(one.router.status().waiting, { g: 5 });
    assert.equal(one.statuses.length, 5, "each that waits is told, once");
    assert.deepEqual(
      one.statuses.map(({ kind, attempt, wait_ms }) => [kind, attempt, wait_ms]),
      Array.from({ length: 5 }, () => ["wait", 0, 60_000]),
    );
    await one.until(Promise.all(calls));
    assert.equal(one.requests.length, 8);
    assert.equal(busiest(), 3);
  }).timeout(20_000);

  it("goes to a deployment that has room before it waits", async () => {
    of([
      { rpm: 1, order: 1 },
      { rpm: 5, order: 2 },
    ]);
    await one.until(Promise.all([one.start(), one.start(), one.start()]));
    assert.equal(one.asked(), "abb");
  });

  it("tpm: what was reserved and not used is given back", async () => {
    of([{ tpm: 1_000 }], {}, () => ({ tokens: 100 }));
    const began = one.clock.ms;
    for (let call = 0; call < 5; call++) await one.ask({ max_tokens: 600 });
    assert.ok(one.clock.ms - began < 1_000, "five of 100 fit, though five of 600 do not");
    assert.equal(one.router.status().deployments[0]?.limits[0]?.free, 500);
  });

  it("tpm: what a failed request reserved is given back, what was used beyond the estimate counts", async () => {
    const script: Script = (_, nth) =>
      nth === 1 ? { error: errorOf("InternalServerError", { status_code: 500 }) } : { tokens: 700 };
    of([{ tpm: 1_000 }], { num_retries: 0 }, script);
    await one.failure({ max_tokens: 900 });
    assert.equal(one.router.status().deployments[0]?.limits[0]?.free, 1_000);
    await one.ask({ max_tokens: 100 });
    assert.equal(one.router.status().deployments[0]?.limits[0]?.free, 300);
  });

  it("max_parallel_requests: a slot is held to the end, and given back by every end", async () => {
    let running = 0;
    let most = 0;
    const script: Script = (_, nth) => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => (running -= 1), 50);
      return nth % 3 === 0
        ? { ms: 50, error: errorOf("InternalServerError", { status_code: 500 }) }
        : { ms: 50 };
    };
    of([{ max_parallel_requests: 2 }], { num_retries: 0, disable_cooldowns: true }, script);
    const stop = new Stop();
    const calls = Array.from({ length: 9 }, (_, index) => one.start({}, index === 0 ? stop : undefined));
    await one.pass(20);
    stop.stop(new Cancelled("stopped"));
    await one.until(Promise.allSettled(calls));
    assert.equal(one.requests.length, 9);
    assert.ok(most <= 3, `${most} at once`);
    assert.equal(one.router.status().deployments[0]?.limits[0]?.free, 2);
    assert.equal(one.router.status().deployments[0]?.in_flight, 0);
  });

  it("of a provider hold over its deployments, of all over everything", async () => {
    const two = [{ model: "openai/a" }, { model: "openai/b" }, { model: "groq/c" }];
    of(two, { provider_limits: { openai: { rpm: 2 } }, queue_timeout: 0 });
    const settled = await one.until(Promise.allSettled(Array.from({ length: 9 }, () => one.start())));
    const asked = one.requests.map(({ deployment }) => deployment);
    assert.equal(asked.filter((id) => id !== "c").length, 2);
    assert.ok(
      settled.every(({ status }) => status === "fulfilled"),
      "the other provider has none",
    );
    assert.deepEqual(one.router.status().limits, [{ provider: "openai", kind: "rpm", capacity: 2, free: 0 }]);
    of(two, { global_limits: { rpm: 4, max_parallel_requests: 3 }, queue_timeout: 0 });
    const all = await one.until(Promise.allSettled(Array.from({ length: 9 }, () => one.start())));
    assert.equal(one.requests.length, 3, "three at a time");
    assert.equal(all.filter(({ status }) => status === "fulfilled").length, 3);
    await one.ask();
    const refused = await one.failure();
    assert.match(refused.message, /rpm 4 of all reached/);
    assert.equal(one.requests.length, 4);
  });

  it("refuses at once what no limit would ever let through, of whichever it is", async () => {
    for (const [entry, options] of [
      [{ tpm: 100 }, {}],
      [{}, { provider_limits: { openai: { tpm: 100 } } }],
      [{}, { global_limits: { tpm: 100 } }],
    ] as const) {
      of([entry], options);
      const began = one.clock.ms;
      const error = await one.failure({ max_tokens: 101 });
      assert.equal(error.code, "limit_too_small");
      assert.ok(one.clock.ms - began <= 5);
      assert.equal(one.requests.length, 0);
      await one.ask({ max_tokens: 100 });
    }
  });

  it("lets the most urgent through first, and those alike in the order they came", async () => {
    of([{ max_parallel_requests: 1 }], {}, () => ({ ms: 20 }));
    const order = ["first", "low 1", "low 2", "high", "low 3"];
    const calls = order.map((user) => one.start({ user, priority: user.startsWith("low") ? 5 : 0 }));
    await one.until(Promise.all(calls));
    assert.deepEqual(
      one.requests.map(({ params }) => params["user"]),
      ["first", "high", "low 1", "low 2", "low 3"],
    );
  });

  it("a large request at the head is not starved by small ones behind it", async () => {
    of([{ tpm: 1_000 }], { queue_timeout: 600 }, ({ params }) => ({ tokens: Number(params["max_tokens"]) }));
    await one.ask({ max_tokens: 900 });
    const large = one.start({ max_tokens: 800 });
    const small = Array.from({ length: 5 }, () => one.start({ max_tokens: 50 }));
    await one.until(Promise.all([large, ...small]));
    assert.equal(one.requests[1]?.params["max_tokens"], 800);
  }).timeout(20_000);

  it("waits no longer than queue_timeout, and a cancelled one leaves its place", async () => {
    of([{ max_parallel_requests: 1 }], { queue_timeout: 2 }, () => ({ ms: 10_000 }));
    const running = one.start();
    const began = one.clock.ms;
    const error = await one.failure();
    assert.match(error.message, /max_parallel_requests 1 reached/);
    assert.ok(one.clock.ms - began >= 2_000 && one.clock.ms - began < 2_100);
    const stop = new Stop();
    const waiting = one.start({}, stop);
    await one.pass(10);
    stop.stop(new Cancelled("stopped"));
    await assert.rejects(one.until(waiting), { name: "Cancelled" });
    assert.deepEqual(one.router.status().waiting, {});
    await one.until(running);
  });

  it("a new capacity counts for those that wait", async () => {
    of([{ rpm: 1 }], { queue_timeout: 300 });
    const calls = [one.start(), one.start(), one.start()];
    await one.pass(100);
    assert.equal(one.requests.length, 1);
    const litellm_params = { model: "openai/m0", rpm: 3 };
    one.router.update({ model_list: [{ model_name: "g", litellm_params, model_info: { id: "a" } }] });
    await one.until(Promise.all(calls), 5_000);
    assert.equal(one.requests.length, 3);
  });
});

describe("router: budgets", () => {
  let one: VirtualRouter;
  afterEach(() => one.dispose());
  const paid: Script = ({ params }) => ({ cost_usd: Number(params["user"] ?? 0.4) });

  it("of a provider: once spent its deployments are left out until the period is over", async () => {
    const entries = [
      { model: "openai/a", order: 1 },
      { model: "groq/b", order: 2 },
    ];
    one = new VirtualRouter(
      entries,
      { provider_budget_config: { openai: { budget_limit: 1, time_period: "1h" } } },
      paid,
    );
    for (let call = 0; call < 5; call++) await one.ask();
    assert.equal(one.asked(), "aaabb", "0.4, 0.8, 1.2: then it is over");
    const { filtered } = (await one.ask()).edgequake?.trace?.decisions[0]?.candidates[0] ?? {};
    assert.match(filtered ?? "", /budget of openai: 1\.2 of 1 USD/);
    one.clock.ms += 3_600_000;
    await one.ask();
    assert.equal(one.asked().at(-1), "a");
  });

  it("of a deployment, and what is free or of unknown price spends nothing", async () => {
    const entries = [{ max_budget: 1, budget_duration: "1d", order: 1 }, { order: 2 }];
    one = new VirtualRouter(entries, {}, (asked, nth) => (nth < 3 ? { cost_usd: null } : paid(asked, nth)));
    for (let call = 0; call < 7; call++) await one.ask();
    assert.equal(one.asked(), "aaaaabb");
  });

  it("counts in whole billionths: ten times 0.1 is 1", async () => {
    const entries = [{ max_budget: 1, budget_duration: "1d", order: 1 }, { order: 2 }];
    one = new VirtualRouter(entries, {}, () => ({ cost_usd: 0.1 }));
    for (let call = 0; call < 11; call++) await one.ask();
    assert.equal(one.asked(), `${"a".repeat(10)}b`);
  });
});
