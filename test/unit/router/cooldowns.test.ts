// When a deployment is cooled, for how long, and how it comes back, on a virtual clock.

import assert from "node:assert/strict";
import type { DeploymentStatus } from "../../../server/protocol/route-trace.ts";
import { type Entry, errorOf } from "./scene.ts";
import { type Script, VirtualRouter } from "./virtual-router.ts";

type Fields = Parameters<typeof errorOf>[1];
const RETRYABLE = { retryable: true };

/** `a` fails so as long as `broken()` says. */
const aFails =
  (name: string, fields: Fields = {}, broken = () => true): Script =>
  ({ deployment }) =>
    deployment === "a" && broken() ? { error: errorOf(name, fields) } : {};

describe("router: cooldowns", () => {
  let one: VirtualRouter;
  const of = (entries: Entry[], options: Record<string, unknown>, script: Script): VirtualRouter => {
    one?.dispose();
    one = new VirtualRouter(entries, options, script);
    return one;
  };
  const status = (id = "a"): DeploymentStatus => {
    const found = one.router.status().deployments.find((each) => each.id === id);
    return found ?? assert.fail(`no deployment ${id}`);
  };
  afterEach(() => one.dispose());
  const PAIR = [{ order: 1 }, { order: 2 }];

  for (const [what, name, fields, least, most] of [
    ["a refused connection", "APIConnectionError", { ...RETRYABLE, code: "ECONNREFUSED" }, 4_900, 5_000],
    ["a name nobody knows", "APIConnectionError", { ...RETRYABLE, code: "ENOTFOUND" }, 4_900, 5_000],
    ["429", "RateLimitError", { ...RETRYABLE, status_code: 429 }, 4_900, 5_000],
    [
      "429 with a time",
      "RateLimitError",
      { ...RETRYABLE, status_code: 429, retry_after_ms: 30_000 },
      29_900,
      30_000,
    ],
    ["401", "AuthenticationError", { status_code: 401 }, 4_900, 5_000],
    ["404", "NotFoundError", { status_code: 404 }, 4_900, 5_000],
    [
      "a quota that is used up",
      "RateLimitError",
      { status_code: 429, code: "insufficient_quota" },
      599_000,
      600_000,
    ],
    ["402", "APIError", { status_code: 402 }, 599_000, 600_000],
    [
      "a server that asks for two minutes",
      "ServiceUnavailableError",
      { ...RETRYABLE, status_code: 503, retry_after_ms: 120_000 },
      119_900,
      120_000,
    ],
    [
      "a limit of the day, for no longer than a quota",
      "RateLimitError",
      { ...RETRYABLE, status_code: 429, retry_after_ms: 73_189_000 },
      599_000,
      600_000,
    ],
    [
      "a date as a number of seconds, for no longer than a quota",
      "RateLimitError",
      { ...RETRYABLE, status_code: 429, retry_after_ms: 1_764_413_000_000 },
      599_000,
      600_000,
    ],
  ] as const) {
    it(`cools at once for ${what}, and the next goes elsewhere`, async () => {
      of(PAIR, {}, aFails(name, fields));
      await one.ask();
      assert.equal(one.asked(), "ab");
      const { cooled_ms, cooled_because, last_error } = status();
      assert.ok(cooled_ms > least && cooled_ms <= most, `${cooled_ms} ms`);
      assert.ok(cooled_because);
      assert.equal(last_error?.name, name);
      await one.ask();
      assert.equal(one.asked(), "abb");
    });
  }

  it("cools as long as the configuration says, however long that is", async () => {
    for (const [entry, options] of [
      [{ cooldown_time: 3600 }, {}],
      [{}, { cooldown_time: 3600 }],
    ] as const) {
      of([{ order: 1, ...entry }, { order: 2 }], options, aFails("RateLimitError", { status_code: 429 }));
      await one.ask();
      assert.ok(status().cooled_ms > 3_599_000, `${status().cooled_ms} ms`);
    }
  });

  it("looks again after ten minutes, though it was told to wait for a day", async () => {
    let broken = true;
    of(
      [{}],
      { num_retries: 0 },
      aFails("RateLimitError", { status_code: 429, retry_after_ms: 86_400_000 }, () => broken),
    );
    await one.failure();
    await one.failure();
    assert.equal(one.requests.length, 1);
    broken = false;
    one.clock.ms += 600_000;
    await one.ask();
    assert.equal(status().healthy, true);
  });

  for (const [what, name, fields] of [
    ["a bad request", "BadRequestError", { status_code: 400 }],
    ["a context that is too long", "ContextWindowExceededError", { status_code: 400 }],
    ["one 500 of few", "InternalServerError", { ...RETRYABLE, status_code: 500 }],
    ["one timeout of few", "Timeout", { ...RETRYABLE, status_code: 408 }],
  ] as const) {
    it(`does not cool for ${what}`, async () => {
      of([{}], { num_retries: 0 }, aFails(name, fields));
      await one.failure();
      assert.equal(status().healthy, true);
    });
  }

  it("cools by the share of failures: more than half of at least five of the last minute", async () => {
    let nth = 0;
    const script: Script = ({ deployment }) =>
      deployment === "a" && nth++ % 3 !== 0
        ? { error: errorOf("InternalServerError", { ...RETRYABLE, status_code: 500 }) }
        : {};
    of(PAIR, { num_retries: 1 }, script);
    for (let call = 0; call < 4; call++) await one.ask();
    assert.equal(status().healthy, true, "two failures of four");
    await one.ask();
    assert.equal(status().healthy, false, "three of five");
    assert.match(status().cooled_because ?? "", /3 of 5 requests/);
  });

  it("forgets what is older than a minute", async () => {
    let broken = true;
    of(
      PAIR,
      { num_retries: 1 },
      aFails("InternalServerError", { ...RETRYABLE, status_code: 500 }, () => broken),
    );
    for (let call = 0; call < 4; call++) await one.ask();
    await one.pass(61_000);
    await one.ask();
    assert.equal(status().healthy, true, "four failures of an old minute and one of this");
    broken = false;
  }).timeout(10_000);

  it("counts allowed_fails until none came for the cooldown time", async () => {
    of(
      [{}],
      { num_retries: 0, allowed_fails: 2, cooldown_time: 10 },
      aFails("InternalServerError", RETRYABLE),
    );
    await one.failure();
    await one.failure();
    await one.pass(10_100);
    await one.failure();
    await one.failure();
    assert.equal(status().healthy, true);
    await one.failure();
    assert.match(status().cooled_because ?? "", /3 failures, 2 allowed/);
  });

  it("asks nobody while all are cooled, and says how long that is", async () => {
    of([{}, {}], { num_retries: 1 }, () => ({
      error: errorOf("RateLimitError", { ...RETRYABLE, status_code: 429, retry_after_ms: 7_000 }),
    }));
    await one.failure();
    assert.equal(one.requests.length, 2);
    const error = await one.failure();
    assert.equal(one.requests.length, 2);
    assert.equal(error.name, "RateLimitError");
    assert.ok((error.retry_after_ms ?? 0) > 6_000 && (error.retry_after_ms ?? 0) <= 7_000);
  });

  it("lets one probe through after it, and its outcome decides", async () => {
    let broken = true;
    const limited = { ...RETRYABLE, status_code: 429 };
    of(
      PAIR,
      { cooldown_time: 5 },
      aFails("RateLimitError", limited, () => broken),
    );
    await one.ask();
    await one.pass(5_100);
    const three = [one.start(), one.start(), one.start()];
    await one.until(Promise.all(three));
    assert.equal(one.requests.filter(({ deployment }) => deployment === "a").length, 2, "one probe");
    assert.match(status().cooled_because ?? "", /not recovered/);
    broken = false;
    await one.pass(5_100);
    await one.ask();
    assert.equal(status().healthy, true);
    await one.ask();
    assert.equal(one.asked().slice(-2), "aa");
  });

  it("is extended by a longer cooling and never shortened by a shorter one", async () => {
    const script: Script = ({ deployment }, nth) => {
      if (deployment !== "a") return {};
      const retry_after_ms = nth === 1 ? 20_000 : 2_000;
      const error = errorOf("RateLimitError", { ...RETRYABLE, status_code: 429, retry_after_ms });
      // The shorter one is told last.
      return { ms: nth === 1 ? 10 : 50, error };
    };
    of([{ order: 1 }, { order: 2 }], { num_retries: 1 }, script);
    await one.until(Promise.all([one.start(), one.start()]));
    assert.equal(one.asked().slice(0, 2), "aa");
    assert.ok(status().cooled_ms > 19_000, `${status().cooled_ms} ms`);
  });

  it("is waited for where that is asked for: until the earliest recovery", async () => {
    let broken = true;
    const limited = { ...RETRYABLE, status_code: 429, retry_after_ms: 8_000 };
    of([{}, { cooldown_time: 20 }], { wait_for_recovery: true, num_retries: 1 }, () =>
      broken ? { error: errorOf("RateLimitError", limited) } : {},
    );
    await one.failure();
    broken = false;
    const before = one.clock.ms;
    one.statuses.length = 0;
    await one.ask();
    const waited = one.clock.ms - before;
    const [status] = one.statuses;
    assert.equal(status?.kind, "wait");
    assert.ok(Math.abs((status?.wait_ms ?? 0) - waited) < 50, `told ${status?.wait_ms} ms, waited ${waited}`);
    assert.ok(waited > 7_000 && waited < 8_300, `${waited} ms`);
    assert.equal(one.asked().at(-1), "a", "the one that recovers first");
  });

  it("is over for good when the probe's own request was wrong, though an older one had failed meanwhile", async () => {
    const down = errorOf("InternalServerError", { status_code: 500 });
    const wrong = errorOf("BadRequestError", { status_code: 400 });
    const replies = [
      { ms: 20_000, error: down },
      { ms: 10, error: down },
      { ms: 14_100, error: wrong },
    ];
    of([{ max_parallel_requests: 5 }], { num_retries: 0, allowed_fails: 0 }, () => replies.shift() ?? {});
    const old = one.start();
    const failed = one.start();
    await one.pass(6_000);
    await assert.rejects(failed);
    const probe = one.start();
    await one.pass(14_090);
    await assert.rejects(old);
    assert.equal(status().healthy, false);
    await one.pass(100);
    await assert.rejects(probe);
    assert.equal(status().healthy, true, "it answered");
    // Every end of a request has the cooldowns that are shared looked at.
    await one.ask();
    await one.ask();
    assert.equal(status().healthy, true);
  });

  it("of another window counts here", async () => {
    let told = (): void => {};
    const key = "cooled:a";
    one = new VirtualRouter(PAIR, {}, () => ({}), {
      limits: {
        limit: () => {},
        take: () => 0,
        give: () => {},
        coolDown: () => {},
        cooldown: () => 0,
        cooldowns: () => [{ key, ms: 9_000, why: "429 in another window" }],
        free: () => Number.POSITIVE_INFINITY,
        onChange: (listener) => {
          told = listener;
          return () => {};
        },
        dispose: async () => {},
      },
    });
    told();
    await one.ask();
    assert.equal(one.asked(), "b");
    assert.equal(status().cooled_because, "429 in another window");
  });
});
