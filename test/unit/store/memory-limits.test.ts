// What is given back of a limit is free again, also where the process paused between two looks at the clock.

import assert from "node:assert/strict";
import { MemoryLimits } from "../../../server/store/memory-limits.ts";

describe("limits of one process", () => {
  let now = 0;
  let pause = 0;
  /** Every look takes `pause`. */
  const clock = (): number => {
    now += pause;
    return now;
  };
  const limitsOf = (capacity: number): MemoryLimits => {
    now = 1_000_000;
    const limits = new MemoryLimits(clock);
    limits.limit("rpm", { kind: "rate", capacity, window_ms: 60_000 });
    return limits;
  };

  for (const ms of [0, 2, 20]) {
    it(`take back what was not used, with pauses of ${ms} ms`, () => {
      pause = ms;
      const limits = limitsOf(2);
      for (let call = 0; call < 20; call++) {
        assert.equal(limits.take("rpm", 1), 0, `call ${call}`);
        const at = clock();
        now += 7;
        limits.give("rpm", 1, clock() - at);
      }
      assert.equal(limits.free("rpm"), 2);
    });
  }

  it("take nothing back for what the minute is past", () => {
    pause = 2;
    const limits = limitsOf(2);
    assert.equal(limits.take("rpm", 1), 0);
    const at = clock();
    now += 60_000;
    assert.equal(limits.take("rpm", 1), 0);
    limits.give("rpm", 1, clock() - at);
    assert.equal(limits.free("rpm"), 1);
  });
});
