// Whether and when a call is tried again: the order of the reasons against it, the waits, the budget of an
// origin, and that many callers who fail together do not come back together.

import assert from "node:assert/strict";
import {
  decideRetry,
  RetryBudget,
  type RetryDecision,
  type RetryQuestion,
} from "../../server/engine/retry.ts";

function decide(question: Partial<RetryQuestion> = {}): RetryDecision {
  return decideRetry({
    attempt: 1,
    max_retries: 2,
    retryable: true,
    delivered: false,
    retry_after_ms: undefined,
    once: false,
    budget: new RetryBudget(),
    random: 0.5,
    ...question,
  });
}

/** The same numbers on every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("a retry", () => {
  const refusals: readonly [what: string, question: Partial<RetryQuestion>, because: RegExp][] = [
    ["of what cannot get better", { retryable: false }, /not retryable/],
    ["after chunks were delivered", { delivered: true }, /already delivered/],
    ["beyond num_retries", { attempt: 3 }, /num_retries/],
    ["with num_retries 0", { max_retries: 0 }, /num_retries/],
    ["of no answer, twice", { once: true, attempt: 2 }, /twice/],
    ["after more than a minute", { retry_after_ms: 60_001 }, /asks to wait 61 s/],
    ["after a wait that passes the timeout", { retry_after_ms: 900, left_ms: 900 }, /pass the timeout/],
    ["after a backoff that passes it", { attempt: 2, random: 0.9, left_ms: 899 }, /pass the timeout/],
    ["when the timeout is over", { retry_after_ms: 0, left_ms: 0 }, /pass the timeout/],
  ];
  for (const [what, question, because] of refusals) {
    it(`is not made ${what}, and costs no budget`, () => {
      const budget = new RetryBudget();
      const decision = decide({ ...question, budget });
      assert.ok(!decision.retry);
      assert.match(decision.because, because);
      assert.equal(tokens(budget), 50);
    });
  }

  it("is made after a wait that fits", () => {
    assert.deepEqual(decide({ retry_after_ms: 0, left_ms: 1 }), { retry: true, wait_ms: 0 });
    assert.deepEqual(decide({ attempt: 2, random: 0.9, left_ms: 901 }), { retry: true, wait_ms: 900 });
  });

  it("of no answer is made once", () => {
    assert.ok(decide({ once: true, attempt: 1 }).retry);
  });

  it("is made num_retries times", () => {
    const made = [1, 2, 3, 4, 5].filter((attempt) => decide({ attempt, max_retries: 3 }).retry);
    assert.deepEqual(made, [1, 2, 3]);
  });

  it("waits a random part of a time that doubles up to 8 s", () => {
    const longest = [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000];
    for (const [index, most] of longest.entries()) {
      for (const random of [0, 0.25, 0.999]) {
        const decision = decide({ attempt: index + 1, max_retries: 10, random });
        assert.deepEqual(decision, { retry: true, wait_ms: random * most });
      }
    }
  });

  it("is made at once where the provider says 0", () => {
    assert.deepEqual(decide({ retry_after_ms: 0, random: 0.9 }), { retry: true, wait_ms: 0 });
  });

  it("is never made before the provider's time, and soon after it", () => {
    for (const random of [0, 0.5, 0.999]) {
      for (const retry_after_ms of [1, 20_000, 60_000]) {
        const decision = decide({ retry_after_ms, random });
        assert.ok(decision.retry);
        assert.ok(decision.wait_ms >= retry_after_ms);
        assert.ok(decision.wait_ms <= retry_after_ms + 200);
      }
    }
  });

  // The first wait alone is at most half a second, five tenths: what bounds its rush is the origin's budget.
  for (const { retries, budgets, callers } of [
    { retries: 1, budgets: "one origin's budget", callers: 50 },
    { retries: 4, budgets: "a budget each", callers: 1_000 },
  ]) {
    it(`number ${retries} of 1,000 callers at once, ${budgets}: no tenth of a second takes over 5 %`, () => {
      const random = seeded(7);
      const shared = new RetryBudget();
      const buckets = new Map<number, number>();
      for (let caller = 0; caller < 1_000; caller += 1) {
        const at = retries === 1 ? timeOf(retries, random, shared) : timeOf(retries, random);
        if (at === undefined) continue;
        const bucket = Math.floor(at / 100);
        buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
      }
      const counts = [...buckets.values()];
      assert.ok(Math.max(...counts) <= 50, `${Math.max(...counts)} callers in one tenth of a second`);
      assert.ok(counts.length >= 5, "they do not spread");
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        callers,
      );
    });
  }
});

/** When the retry of that number is made, in milliseconds after the first failure. */
function timeOf(retries: number, random: () => number, budget = new RetryBudget()): number | undefined {
  let at = 0;
  for (let attempt = 1; attempt <= retries; attempt += 1) {
    const decision = decide({ attempt, max_retries: retries, random: random(), budget });
    if (!decision.retry) return undefined;
    at += decision.wait_ms;
  }
  return at;
}

/** How many retries it would allow; uses it up. */
function tokens(budget: RetryBudget): number {
  let count = 0;
  while (count < 1_000 && budget.take()) count += 1;
  return count;
}

describe("the retry budget of an origin", () => {
  it("is 50 retries", () => {
    assert.equal(tokens(new RetryBudget()), 50);
  });

  it("names itself when it refuses", () => {
    const budget = new RetryBudget();
    tokens(budget);
    const decision = decide({ budget });
    assert.deepEqual(decision, { retry: false, because: "retry budget of this origin used up" });
  });

  it("grows by a retry with ten successes", () => {
    const budget = new RetryBudget();
    tokens(budget);
    for (let success = 0; success < 9; success += 1) budget.success();
    assert.equal(budget.take(), false);
    // Tenths do not add up to one exactly; one more success is no matter.
    for (let success = 0; success < 2; success += 1) budget.success();
    assert.equal(tokens(budget), 1);
  });

  it("never holds more than at its start", () => {
    const budget = new RetryBudget();
    for (let success = 0; success < 1_000; success += 1) budget.success();
    assert.equal(tokens(budget), 50);
  });

  it("bounds what 1,000 callers of a dead origin send", () => {
    const budget = new RetryBudget();
    let sent = 0;
    for (let caller = 0; caller < 1_000; caller += 1) {
      for (let attempt = 1; ; attempt += 1) {
        sent += 1;
        if (!decide({ attempt, budget }).retry) break;
      }
    }
    assert.equal(sent, 1_050);
  });
});
