// The supervision of the backend, on a clock of its own: four restarts in three minutes, then a stop.

import assert from "node:assert/strict";
import { RestartPolicy } from "../../src/restart-policy.ts";

describe("restart policy", () => {
  it("restarts at once, then later and later, and stops at the fifth crash in three minutes", () => {
    const policy = new RestartPolicy(() => 0);
    const decisions = Array.from({ length: 5 }, () => policy.crashed());
    assert.deepEqual(decisions, [
      { restart: true, delay_ms: 0 },
      { restart: true, delay_ms: 250 },
      { restart: true, delay_ms: 1_000 },
      { restart: true, delay_ms: 2_000 },
      { restart: false },
    ]);
  });

  it("forgets crashes older than three minutes", () => {
    let now = 0;
    const policy = new RestartPolicy(() => now);
    for (let crash = 0; crash < 20; crash += 1) {
      assert.equal(policy.crashed().restart, true, `crash ${crash}`);
      now += 46_000;
    }
  });

  it("a person's restart forgives", () => {
    const policy = new RestartPolicy(() => 0);
    for (let crash = 0; crash < 5; crash += 1) policy.crashed();
    policy.reset();
    assert.deepEqual(policy.crashed(), { restart: true, delay_ms: 0 });
  });
});
