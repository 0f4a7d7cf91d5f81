// How a routed call goes on after a failure, on a virtual clock: how often, where, and after which wait.

import assert from "node:assert/strict";
import { errorOf } from "./scene.ts";
import { type Script, VirtualRouter } from "./virtual-router.ts";

const failing =
  (name: string, fields: object = {}): Script =>
  () => ({ error: errorOf(name, fields) });
const down = failing("InternalServerError", { status_code: 500, retryable: true });
const NO_COOLING = { disable_cooldowns: true };

describe("router: retries", () => {
  let one: VirtualRouter;
  const of = (...args: ConstructorParameters<typeof VirtualRouter>): VirtualRouter => {
    one?.dispose();
    one = new VirtualRouter(...args);
    return one;
  };
  afterEach(() => one.dispose());

  it("makes num_retries of them, the call's own number first, over all deployments", async () => {
    for (const [options, params, wanted] of [
      [{}, {}, 3],
      [{ num_retries: 0 }, {}, 1],
      [{ num_retries: 3 }, {}, 4],
      [{ num_retries: 3 }, { num_retries: 1 }, 2],
    ] as const) {
      of([{}, {}], { ...NO_COOLING, ...options }, down);
      const error = await one.failure(params);
      assert.equal(one.requests.length, wanted);
      assert.equal(error.attempts?.length, wanted);
    }
    of([{ num_retries: 4 }], NO_COOLING, down);
    await one.failure();
    assert.equal(one.requests.length, 5, "a deployment's own number");
  });

  it("skips what failed in this call while another is left, and does not wait for that", async () => {
    of([{ order: 1 }, { order: 2 }, { order: 3 }], { ...NO_COOLING, num_retries: 2 }, down);
    const began = one.clock.ms;
    await one.failure();
    assert.equal(one.asked(), "abc");
    assert.equal(one.clock.ms - began, 30, "three requests of 10 ms and no wait");
  });

  it("waits a random part of a doubling time where nobody else is left, and tells so", async () => {
    of([{}], { ...NO_COOLING, num_retries: 5 }, down);
    await one.failure();
    const waits = one.statuses.map(({ wait_ms }) => wait_ms);
    assert.equal(waits.length, 5);
    for (const [index, wait] of waits.entries())
      assert.ok(wait > 0 && wait <= Math.min(8000, 500 * 2 ** index), `${wait} ms before retry ${index + 1}`);
    for (const [index, wait] of waits.entries()) {
      const [before, after] = one.requests.slice(index, index + 2);
      assert.ok(after && before && after.at - before.at - 10 >= Math.floor(wait), "never earlier than told");
    }
  });

  it("waits as long as the provider says, at once for 0, and not at all beyond a minute", async () => {
    const limited = (retry_after_ms: number) =>
      failing("RateLimitError", { status_code: 429, retry_after_ms, retryable: true });
    for (const [ms, least, most] of [
      [20_000, 20_000, 20_200],
      [0, 0, 0],
    ] as const) {
      of([{}], { num_retries: 1 }, limited(ms));
      await one.failure();
      assert.equal(one.requests.length, 2);
      const [status] = one.statuses;
      assert.ok(status && status.wait_ms >= least && status.wait_ms <= most, `${status?.wait_ms} ms`);
    }
    of([{}], { num_retries: 3 }, limited(90_000));
    const error = await one.failure();
    assert.equal(one.requests.length, 1);
    assert.equal(error.retry_after_ms, 90_000);
    const [cooled] = one.router.status().deployments;
    assert.ok(cooled && cooled.cooled_ms > 89_000, "it became a cooldown, though nobody else is there");
    await one.failure();
    assert.equal(one.requests.length, 1, "and the next call asks nobody");
  });

  it("waits for a deployment that is back by then, and begins no wait after which nobody is", async () => {
    const limited = failing("RateLimitError", { status_code: 429, retry_after_ms: 20_000, retryable: true });
    of([{}, {}], { num_retries: 2 }, limited);
    await one.failure();
    assert.equal(one.requests.length, 3, "both told the same time, and it is over then");
    const gone = failing("APIConnectionError", { code: "ECONNREFUSED", retryable: true });
    of([{}, {}], { num_retries: 9 }, gone);
    const began = one.clock.ms;
    const error = await one.failure();
    assert.ok(one.clock.ms - began <= 30, `${one.clock.ms - began} ms`);
    assert.deepEqual([one.requests.length, error.name], [2, "APIConnectionError"]);
    assert.equal(error.attempts?.at(-1)?.stopped_because, "nobody is left to ask");
    assert.deepEqual(
      one.statuses.map(({ wait_ms }) => wait_ms),
      [0],
      "nothing is told of a retry that is none",
    );
  });

  it("goes on to the group that follows at once where nobody of its own is left", async () => {
    const model_list = ["g", "h"].map((model_name) => ({
      model_name,
      litellm_params: { model: "openai/m" },
      model_info: { id: model_name },
    }));
    const script: Script = ({ deployment }) =>
      deployment === "g"
        ? { error: errorOf("APIConnectionError", { code: "ECONNREFUSED", retryable: true }) }
        : {};
    of([], { model_list, fallbacks: [{ g: ["h"] }] }, script);
    // More calls than an origin has retries: none is spent.
    for (let call = 0; call < 60; call++) {
      const began = one.clock.ms;
      const { edgequake } = await one.ask();
      assert.ok(one.clock.ms - began <= 20, `${one.clock.ms - began} ms`);
      assert.equal(edgequake?.trace?.deployment, "h");
      if (edgequake?.trace?.attempts.length === 2)
        assert.equal(edgequake.trace.attempts[0]?.stopped_because, "nobody is left to ask");
      await one.pass(5_100);
    }
    assert.equal(one.asked(), "gh".repeat(60));
    assert.ok(one.statuses.every(({ kind }) => kind === "fallback"));
  }).timeout(10_000);

  it("waits for the limit of another that is whole, though its own is gone", async () => {
    const script: Script = ({ deployment }) =>
      deployment === "a"
        ? { error: errorOf("APIConnectionError", { code: "ECONNREFUSED", retryable: true }) }
        : {};
    of(
      [
        { order: 1, cooldown_time: 300 },
        { order: 2, rpm: 1 },
      ],
      { queue_timeout: 120 },
      script,
    );
    await one.until(Promise.all([one.start(), one.start()]));
    assert.equal(one.asked(), "aabb");
    const [first, second] = one.requests.slice(2);
    assert.ok(first && second && second.at - first.at > 30_000, "the other minute");
  });

  it("by class: of the policy, of the group's own policy, and none for what cannot get better", async () => {
    const policy = { InternalServerErrorRetries: 1, TimeoutErrorRetries: 0 };
    of([{}], { ...NO_COOLING, num_retries: 5, retry_policy: policy }, down);
    await one.failure();
    assert.equal(one.requests.length, 2);
    const own = { retry_policy: policy, model_group_retry_policy: { g: { InternalServerErrorRetries: 3 } } };
    of([{}], { ...NO_COOLING, num_retries: 5, ...own }, down);
    await one.failure();
    assert.equal(one.requests.length, 4);
    of(
      [{}],
      { ...NO_COOLING, num_retries: 5, retry_policy: policy },
      failing("Timeout", { status_code: 408, retryable: true }),
    );
    await one.failure();
    assert.equal(one.requests.length, 1);
    of([{}, {}], { num_retries: 5 }, failing("BadRequestError", { status_code: 400 }));
    await one.failure();
    assert.equal(one.requests.length, 1);
  });

  it("goes elsewhere with a key that is refused, and not with a request that is", async () => {
    const script: Script = ({ deployment }) =>
      deployment === "a" ? { error: errorOf("AuthenticationError", { status_code: 401 }) } : {};
    of([{ order: 1 }, { order: 2 }], {}, script);
    await one.ask();
    assert.equal(one.asked(), "ab");
  });

  it("looks at every failure anew: a 400 after a 500 ends it", async () => {
    const script: Script = (_, nth) =>
      nth === 1
        ? { error: errorOf("InternalServerError", { status_code: 500, retryable: true }) }
        : { error: errorOf("BadRequestError", { status_code: 400 }) };
    of([{}], { ...NO_COOLING, num_retries: 5 }, script);
    assert.equal((await one.failure()).name, "BadRequestError");
    assert.equal(one.requests.length, 2);
  });

  it("has a budget of an origin, which another origin's calls do not spend", async () => {
    const entries = [
      { order: 1, api_base: "http://a.invalid/v1" },
      { order: 2, api_base: "http://b.invalid/v1" },
    ];
    of([{ order: 1, api_base: "http://a.invalid/v1" }], { ...NO_COOLING, num_retries: 10 }, down);
    let stopped: string | undefined;
    for (let call = 0; call < 12; call++)
      stopped = (await one.failure()).attempts?.at(-1)?.stopped_because ?? stopped;
    assert.equal(one.requests.length - 12, 50, "retries");
    assert.match(stopped ?? "", /retry budget/);
    await one.router.update({
      model_list: entries.map((litellm_params) => ({
        model_name: "g",
        litellm_params: { model: "openai/m", ...litellm_params },
      })),
      ...NO_COOLING,
      num_retries: 1,
    });
    const before = one.requests.length;
    await one.failure();
    assert.equal(one.requests.length - before, 2, "the other origin has its own");
  });

  it("ends with everything else at the one deadline", async () => {
    of([{}, {}], { ...NO_COOLING, num_retries: 9, timeout: 2 }, () => ({
      ms: 900,
      error: errorOf("InternalServerError", { status_code: 500, retryable: true }),
    }));
    const began = one.clock.ms;
    const error = await one.failure();
    assert.equal(error.name, "Timeout");
    assert.equal(error.code, "timeout_total");
    assert.ok(one.clock.ms - began >= 2000 && one.clock.ms - began <= 2010);
  });

  it("begins no wait that would pass the deadline, and goes elsewhere while there is time", async () => {
    const limited = errorOf("RateLimitError", { status_code: 429, retry_after_ms: 2_000, retryable: true });
    of([{}], { ...NO_COOLING, num_retries: 9, timeout: 1.5 }, () => ({ ms: 100, error: limited }));
    const began = one.clock.ms;
    const error = await one.failure();
    assert.equal(error.name, "RateLimitError");
    assert.equal(error.retry_after_ms, 2_000);
    assert.ok(one.clock.ms - began <= 110, `${one.clock.ms - began} ms`);
    assert.deepEqual([one.requests.length, one.statuses.length], [1, 0]);
    of([{ order: 1 }, { order: 2 }], { ...NO_COOLING, num_retries: 9, timeout: 1.5 }, ({ deployment }) =>
      deployment === "a" ? { ms: 1_490, error: limited } : { ms: 1 },
    );
    await one.ask();
    assert.equal(one.asked(), "ab", "it takes no wait to go elsewhere");
  });

  it("asks nobody once the deadline is over, though its timer is late", async () => {
    const slow: Script = ({ at }) => {
      one.clock.ms = at + 2_000;
      return { ms: 0, error: errorOf("InternalServerError", { status_code: 500, retryable: true }) };
    };
    const model_list = ["g", "g", "h"].map((model_name, index) => ({
      model_name,
      litellm_params: { model: `openai/m${index}` },
    }));
    of([], { model_list, ...NO_COOLING, timeout: 1.5, fallbacks: [{ g: ["h"] }] }, slow);
    await one.failure();
    assert.equal(one.requests.length, 1);
  });

  it("after the deployments come the groups that follow, each once, at most max_fallbacks", async () => {
    const model_list = ["g", "h", "i", "j"].map((model_name) => ({
      model_name,
      litellm_params: { model: "openai/m" },
      model_info: { id: model_name },
    }));
    const fallbacks = [{ g: ["h", "i"] }, { h: ["g", "j"] }];
    of([], { model_list, ...NO_COOLING, num_retries: 0, fallbacks }, down);
    await one.failure();
    assert.equal(one.asked(), "ghji");
    of([], { model_list, ...NO_COOLING, num_retries: 0, fallbacks, max_fallbacks: 1 }, down);
    await one.failure();
    assert.equal(one.asked(), "gh");
    of([], { model_list, ...NO_COOLING, num_retries: 0, default_fallbacks: ["j"] }, down);
    await one.failure();
    assert.equal(one.asked(), "gj");
    assert.deepEqual(
      one.statuses.map(({ kind, model }) => [kind, model]),
      [["fallback", "j"]],
    );
  });

  it("a special list without an entry leaves the way to the general one open", async () => {
    const model_list = ["g", "h"].map((model_name) => ({
      model_name,
      litellm_params: { model: "openai/m" },
      model_info: { id: model_name },
    }));
    const script: Script = ({ deployment }) =>
      deployment === "g" ? { error: errorOf("ContextWindowExceededError", { status_code: 400 }) } : {};
    of([], { model_list, fallbacks: [{ g: ["h"] }], context_window_fallbacks: [{ other: ["x"] }] }, script);
    await one.ask();
    assert.equal(one.asked(), "gh");
  });
});
