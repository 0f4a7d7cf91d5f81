// The clock of all deadlines: none is early, a lifted one never passes, and it keeps nothing of a call that is over.

import assert from "node:assert/strict";
import { Deadline } from "../../server/engine/deadline-clock.ts";
import { age, oldSpaceBytes } from "../host/old-space.ts";
import { poll } from "../host/poll.ts";

describe("the clock of the deadlines", function () {
  this.timeout(20_000);

  it("passes each in its time, whichever are lifted around it", async () => {
    const began = performance.now();
    const passed = new Map<number, number>();
    const deadlines = Array.from(
      { length: 60 },
      (_, index) => new Deadline(20 + (index % 6) * 20, () => passed.set(index, performance.now() - began)),
    );
    for (const [index, deadline] of deadlines.entries()) if (index % 3 === 0) deadline.lift();
    await poll("the others", 5_000, () => passed.size === 40);
    for (const [index, ms] of passed) {
      assert.notEqual(index % 3, 0, `${index} was lifted`);
      assert.ok(ms >= 20 + (index % 6) * 20 - 1, `${index} passed after ${ms} ms`);
    }
  });

  it("lets one that passes lift another that is due as well", async () => {
    const passed: string[] = [];
    const second = new Deadline(10, () => passed.push("second"));
    second.lift();
    const first = new Deadline(10, () => {
      passed.push("first");
      second.lift();
    });
    second.move(10);
    await poll("the first", 5_000, () => passed.length > 0);
    assert.deepEqual(passed, ["first"]);
    first.lift();
  });

  it("keeps nothing of what is over, also among many that are not", () => {
    const calls = 8_000;
    const kilobytes = 8;
    const first = new Deadline(60_000, () => {});
    age();
    first.lift();
    const before = oldSpaceBytes();
    let most = before;
    const open: Deadline[] = [];
    for (let call = 0; call < calls; call += 1) {
      const answer = Array.from({ length: kilobytes * 128 }, () => call);
      open.push(new Deadline(60_000, () => answer.length));
      if (open.length > 100) open.shift()?.lift();
      most = Math.max(most, oldSpaceBytes());
    }
    for (const deadline of open) deadline.lift();
    const grown = (most - before) / 1024 / 1024;
    assert.ok(grown < 8, `${grown.toFixed(1)} MB of ${(calls * kilobytes) / 1024} outlived their calls`);
  });
});
