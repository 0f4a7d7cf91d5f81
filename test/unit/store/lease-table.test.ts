// Slices of a shared rate on a clock of the test's own: what a call did not use is given back to the slice it was taken
// of, and never more.

import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { openInMemory } from "../../../server/store/database.ts";
import type { Leased } from "../../../server/store/lease-table.ts";
import { type Operations, operationsOn } from "../../../server/store/operations.ts";

describe("slices of a shared rate", () => {
  let now = 0;
  let sqlite: DatabaseSync;
  let operations: Operations;
  beforeEach(() => {
    now = 1_000_000;
    sqlite = openInMemory();
    operations = operationsOn(sqlite, () => now);
  });
  afterEach(() => sqlite.close());
  const lease = (need: number): Leased => operations["leases.rate"]("k", 100, 60_000, need);
  const unused = (at: number, amount: number): void => operations["leases.giveUnused"]("k", [{ at, amount }]);

  it("are free again for what was not used of them, at once", () => {
    assert.equal(lease(100).amount, 100);
    now += 30_000;
    assert.equal(lease(1).amount, 0);
    unused(now - 30_000, 90);
    assert.deepEqual([lease(90).amount, lease(1).amount], [90, 0]);
  });

  it("keep what others took later, and what is given back is never more than was taken then", () => {
    assert.equal(lease(40).amount, 40);
    now += 30_000;
    assert.equal(lease(60).amount, 60);
    // Of the first one; more than it was.
    unused(now - 30_000, 1_000);
    assert.deepEqual([lease(40).amount, lease(1).amount], [40, 0]);
    now += 31_001;
    // The first is past. The other two count on.
    assert.equal(lease(1).amount, 0);
  });

  it("give nothing back once they are past", () => {
    assert.equal(lease(100).amount, 100);
    now += 61_001;
    assert.equal(lease(100).amount, 100);
    unused(now - 61_001, 100);
    assert.equal(lease(1).amount, 0);
  });
});
