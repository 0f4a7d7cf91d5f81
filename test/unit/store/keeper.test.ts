// A disk that fails and comes back while the store is in use, on a clock of the test's own.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Keeper } from "../../../server/store/keeper.ts";
import type { LedgerRow } from "../../../server/store/ledger-row.ts";
import { ledgerRow } from "../../store/ledger-row.ts";

describe("the keeper of a database", () => {
  let folder: string;
  let now = 0;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edgequake-keeper-"));
    now = 1_000_000;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const add = (keeper: Keeper, id: string): unknown =>
    keeper.run("ledger.insert", [[ledgerRow({ id, call_id: id })], []]);
  const ids = (keeper: Keeper): string[] =>
    (keeper.run("ledger.rows", [0]) as LedgerRow[]).map(({ id }) => id);

  it("tries a disk that failed again after half a minute, and writes what waited, once and in order", () => {
    const blocked = join(folder, "data");
    writeFileSync(blocked, "");
    const path = join(blocked, "edgequake.db");
    const keeper = new Keeper(path, () => now);
    add(keeper, "a");
    keeper.run("sessions.append", [
      { session_id: "s", entries: [{ type: "message", message: { id: "q", role: "user", text: "?" } }] },
      5,
    ]);
    assert.match(keeper.notices().join(), /kept in memory/);
    unlinkSync(blocked);
    now += 29_999;
    add(keeper, "b");
    const other = new Keeper(path, () => now);
    assert.deepEqual(ids(other), []);
    now += 1;
    add(keeper, "c");
    assert.deepEqual(ids(keeper), ["a", "b", "c"]);
    assert.deepEqual(ids(other), ["a", "b", "c"]);
    keeper.run("sessions.append", [
      { session_id: "s", entries: [{ type: "delta", id: "q", n: 0, text: "!" }] },
      6,
    ]);
    const page = other.run("sessions.read", ["s", 10, null]) as { messages: { text: string }[] };
    assert.equal(page.messages[0]?.text, "?!");
    assert.deepEqual(keeper.notices(), []);
    keeper.close();
    other.close();
  });

  it("counts a row that comes twice once, in the sums too", () => {
    const keeper = new Keeper(null, () => now);
    const at = Date.UTC(2026, 0, 2);
    for (let twice = 0; twice < 2; twice += 1)
      keeper.run("ledger.insert", [[ledgerRow({ id: "a", at, cost_nano_usd: 500 })], []]);
    const budget = { scope: "day", name: "", since: "2026-01-01", max_nano_usd: 0 };
    assert.deepEqual(keeper.run("budgets.spent", [[budget]]), [500]);
    assert.equal(ids(keeper).length, 1);
    keeper.close();
  });

  it("says what is wrong with an order, and goes on", () => {
    const keeper = new Keeper(null, () => now);
    assert.throws(() => keeper.run("ledger.insert", [[{ ...ledgerRow(), provider: null }], []]), /NOT NULL/);
    add(keeper, "a");
    assert.deepEqual(ids(keeper), ["a"]);
    keeper.close();
  });
});
