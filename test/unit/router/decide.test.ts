// One decision: what filters a deployment, and how each strategy chooses among those left.

import assert from "node:assert/strict";
import { decide } from "../../../server/router/decide.ts";
import type { Slot } from "../../../server/router/state.ts";
import { contextOf, type Entry, slotsOf, virtualClock } from "./scene.ts";

type Context = Parameters<typeof contextOf>[1];

function chosen(slots: readonly Slot[], more: Context = {}, clock = virtualClock()): string | undefined {
  return decide(slots, contextOf(clock, more)).slot?.deployment.id;
}

/** How often each is chosen in `times` decisions. */
function shares(entries: Entry[], more: Context = {}, times = 4000): Record<string, number> {
  const clock = virtualClock();
  const slots = slotsOf(...entries);
  const counts: Record<string, number> = {};
  for (let index = 0; index < times; index++) {
    const id = chosen(slots, more, clock) ?? "none";
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).map(([id, count]) => [id, count / times]));
}

function near(found: number | undefined, wanted: number): void {
  assert.ok(Math.abs((found ?? 0) - wanted) < 0.03, `${found} is not about ${wanted}`);
}

describe("router: filters", () => {
  it("leaves out what is cooled, says so, and lets one probe through after", () => {
    const clock = virtualClock();
    const slots = slotsOf({}, {});
    const first = slots[0] as Slot;
    first.state.cooled_until = clock.ms + 1000;
    first.state.cooled_because = "RateLimitError 429";
    const { candidates } = decide(slots, contextOf(clock)).trace();
    assert.deepEqual(candidates, [
      { id: "a", filtered: "cooled: RateLimitError 429" },
      { id: "b", score: 1 },
    ]);
    clock.ms += 1000;
    assert.equal(chosen([first], {}, clock), "a");
    first.state.probing = true;
    assert.equal(chosen([first], {}, clock), undefined);
  });

  it("does not take one that failed in this request while another is left", () => {
    const slots = slotsOf({}, {});
    const tried = new Set(["a"]);
    for (let index = 0; index < 20; index++) assert.equal(chosen(slots, { tried }), "b");
    assert.ok(chosen(slots, { tried: new Set(["a", "b"]) }));
  });

  it("honours order always, and goes on to the next tier when the first is out", () => {
    const entries = [{ order: 2 }, { order: 1 }, {}];
    assert.deepEqual(shares(entries, {}, 50), { b: 1 });
    assert.deepEqual(shares(entries, { tried: new Set(["b"]) }, 50), { a: 1 });
    assert.deepEqual(shares(entries, { tried: new Set(["a", "b"]) }, 50), { c: 1 });
    const { candidates } = decide(slotsOf(...entries), contextOf(virtualClock())).trace();
    assert.match(candidates[2]?.filtered ?? "", /order none, and 1 comes before/);
  });

  it("matches any tag or all, and sends what has none to the default", () => {
    const slots = slotsOf({ tags: ["x"] }, { tags: ["x", "y"] }, { tags: ["default"] });
    assert.equal(chosen(slots, { tags: ["y"] }), "b");
    assert.equal(chosen(slots, { tags: ["x", "y"], match_any: false }), "b");
    assert.equal(chosen(slots, { tags: [] }), "c");
    assert.equal(chosen(slots, { tags: ["z"] }), undefined);
  });

  it("looks at the region, at what a model can, and at limits, each only when asked to", () => {
    const slots = slotsOf({ region_name: "eu" }, {});
    assert.equal(chosen(slots, { region: "eu" }), "a");
    assert.equal(chosen(slots, { unfit: ({ id }) => (id === "a" ? "cannot do vision" : undefined) }), "b");
    assert.equal(
      chosen(slots, { limited: ({ deployment }) => (deployment.id === "b" ? "rpm 1 reached" : undefined) }),
      "a",
    );
  });

  it("says that nobody is left, and why", () => {
    const { slot, trace } = decide(slotsOf({}), contextOf(virtualClock(), { unfit: () => "cannot" }));
    assert.equal(slot, undefined);
    assert.deepEqual(trace(), {
      strategy: "simple-shuffle",
      measure: null,
      chosen: null,
      candidates: [{ id: "a", filtered: "cannot" }],
    });
  });
});

describe("router: strategies", () => {
  it("shuffles by weight, a missing one being 1, wherever it stands", () => {
    const found = shares([{}, { weight: 3 }]);
    near(found["a"], 0.25);
    near(found["b"], 0.75);
  });

  it("never takes a weight of 0 beside another, and all alike when all are 0", () => {
    assert.deepEqual(shares([{ weight: 0 }, { weight: 1 }], {}, 200), { b: 1 });
    near(shares([{ weight: 0 }, { weight: 0 }])["a"], 0.5);
  });

  it("shuffles by rpm, then by tpm, then evenly", () => {
    near(
      shares([
        { rpm: 100, tpm: 1 },
        { rpm: 300, tpm: 9 },
      ])["b"],
      0.75,
    );
    near(shares([{ tpm: 100 }, { tpm: 400 }])["b"], 0.8);
    near(shares([{}, {}, {}])["c"], 1 / 3);
  });

  it("least-busy takes the one with the fewest in flight", () => {
    const slots = slotsOf({}, {}, {});
    for (const [index, busy] of [2, 1, 3].entries()) (slots[index] as Slot).state.in_flight = busy;
    assert.equal(chosen(slots, { strategy: "least-busy" }), "b");
  });

  for (const strategy of ["usage-based-routing", "usage-based-routing-v2"]) {
    it(`${strategy} takes the one with the fewest tokens of the minute`, () => {
      const clock = virtualClock();
      const slots = slotsOf({}, {});
      (slots[0] as Slot).state.tokens.add(100, clock.ms);
      (slots[1] as Slot).state.tokens.add(90, clock.ms);
      assert.equal(chosen(slots, { strategy }, clock), "b");
      clock.ms += 30_000;
      (slots[1] as Slot).state.tokens.add(50, clock.ms);
      assert.equal(chosen(slots, { strategy }, clock), "a");
      clock.ms += 40_000;
      assert.equal(chosen(slots, { strategy }, clock), "a", "what is older than a minute is forgotten");
    });
  }

  it("latency-based goes by time per token, a stream by its first chunk, and tries the unknown first", () => {
    const slots = slotsOf({}, {}, {});
    const [a, b, c] = slots as [Slot, Slot, Slot];
    const strategy = "latency-based-routing";
    a.state.ms_per_token.add(30);
    b.state.ms_per_token.add(20);
    assert.equal(chosen(slots, { strategy }), "c");
    c.state.ms_per_token.add(90);
    assert.equal(chosen(slots, { strategy }), "b");
    for (const [slot, ms] of [
      [a, 5],
      [b, 50],
      [c, 60],
    ] as const)
      slot.state.ttft.add(ms);
    assert.equal(chosen(slots, { strategy, stream: true }), "a");
  });

  it("takes what is within the buffer of the lowest latency as equal", () => {
    const slots = slotsOf({}, {});
    (slots[0] as Slot).state.ms_per_token.add(100);
    (slots[1] as Slot).state.ms_per_token.add(119);
    const clock = virtualClock();
    const context = { strategy: "latency-based-routing", lowest_latency_buffer: 0.2 };
    const seen = new Set(Array.from({ length: 50 }, () => chosen(slots, context, clock)));
    assert.equal(seen.size, 2);
  });

  it("cost-based takes the cheapest, an unknown price last", () => {
    const slots = slotsOf({}, { input_cost_per_token: 2e-6 }, { input_cost_per_token: 1e-6 });
    assert.equal(chosen(slots, { strategy: "cost-based-routing" }), "c");
    assert.equal(chosen(slots.slice(0, 2), { strategy: "cost-based-routing" }), "b");
  });
});
