// The ledger over real files and processes: kills lose nothing that was committed, several processes write at once, and
// where there is no disk to write to nothing fails.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ledger } from "../../server/store/ledger.ts";
import { totalsOf } from "../../server/store/ledger-totals.ts";
import { Store } from "../../server/store/store.ts";
import { ledgerRow } from "./ledger-row.ts";

const WRITER = new URL("./writer.ts", import.meta.url).pathname;
const KILLS = 40;

describe("the ledger", function () {
  this.timeout(120_000);
  let folder: string;
  const path = (): string => join(folder, "data", "edgequake.db");
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edgequake-store-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function open(
    at = path(),
    warn: (message: string) => void = assert.fail,
  ): { store: Store; ledger: Ledger } {
    const store = new Store(at, warn);
    return { store, ledger: new Ledger(store, warn) };
  }

  async function idsIn(): Promise<Set<string>> {
    const { store, ledger } = open();
    const ids = new Set((await ledger.rows(0)).map(({ id }) => id));
    await store.close();
    return ids;
  }

  function writer(name: string, count: number): { child: ChildProcess; told: string[] } {
    const child = spawn(process.execPath, ["--no-warnings", WRITER, path(), name, String(count)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const told: string[] = [];
    let rest = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      told.push(...lines);
    });
    return { child, told };
  }

  it(`${KILLS} kills during writes lose no committed row`, async () => {
    const committed: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { child, told } = writer(`k${kill}`, 0);
      // Killed in the middle of its work, each a little later than the one before.
      while (told.length < 5 + kill) await once(child.stdout as NodeJS.ReadableStream, "data");
      child.kill("SIGKILL");
      await once(child, "close");
      committed.push(...told);
    }
    const kept = await idsIn();
    assert.deepEqual(
      committed.filter((id) => !kept.has(id)),
      [],
    );
    assert.ok(committed.length >= KILLS * 5);
    console.log(`      ${committed.length} committed rows, none lost`);
  });

  it("4 processes that write 500 rows each keep all 2,000", async () => {
    const writers = ["a", "b", "c", "d"].map((name) => writer(name, 500));
    const codes = await Promise.all(
      writers.map(async ({ child }) => (await once(child, "close"))[0] as number),
    );
    assert.deepEqual(codes, [0, 0, 0, 0]);
    assert.equal((await idsIn()).size, 2_000);
  });

  it("is written within 100 ms by itself, for nobody but its owner", async () => {
    const { store, ledger } = open();
    ledger.record(ledgerRow());
    const { store: otherStore, ledger: other } = open();
    const deadline = performance.now() + 3 * 100 + 2_000;
    while ((await other.rows(0)).length === 0) assert.ok(performance.now() < deadline, "it was not written");
    if (process.platform !== "win32") {
      assert.equal(statSync(path()).mode & 0o077, 0);
      assert.equal(statSync(join(folder, "data")).mode & 0o077, 0);
    }
    await Promise.all([store.close(), otherStore.close()]);
  });

  it("sums the same in the database and in memory", async () => {
    const rows = Array.from({ length: 60 }, (_, index) =>
      ledgerRow({
        id: `r${index}`,
        call_id: `c${index >> 1}`,
        at: Date.UTC(2026, 0, 1 + (index % 3), 23, 59, 59, 999),
        model: `openai/m${index % 2}`,
        outcome: index % 4 === 0 ? "Timeout" : "ok",
        cost_nano_usd: index % 5 === 0 ? null : index,
        prompt_tokens: index % 7 === 0 ? null : index,
      }),
    );
    const { store, ledger } = open();
    for (const row of rows) ledger.record(row);
    assert.deepEqual(plain(await ledger.totals(0)), totalsOf(rows));
    const since = Date.UTC(2026, 0, 2);
    assert.deepEqual(plain(await ledger.totals(since)), totalsOf(rows.filter(({ at }) => at >= since)));
    await ledger.retain(1, Date.UTC(2026, 0, 3, 12));
    assert.deepEqual(
      plain(await ledger.totals(0)),
      totalsOf(rows.filter(({ at }) => at >= Date.UTC(2026, 0, 2, 12))),
    );
    await store.close();
  });

  it("that cannot be written warns once and stays in memory", async () => {
    mkdirSync(join(folder, "file"));
    writeFileSync(join(folder, "blocked"), "");
    const warned: string[] = [];
    const { store, ledger } = open(join(folder, "blocked", "x", "edgequake.db"), (message) =>
      warned.push(message),
    );
    for (const id of ["a", "b"]) {
      ledger.record(ledgerRow({ id, call_id: id }));
      await ledger.flush();
    }
    assert.equal((await ledger.totals(0))[0]?.calls, 2);
    assert.equal(warned.length, 1);
    assert.match(warned[0] ?? "", /kept in memory/);
    await store.close();
  });

  it("whose file is broken begins a new one and keeps the old", async () => {
    mkdirSync(join(folder, "data"));
    writeFileSync(path(), "this is no database, and was never one, however long it may be made to be");
    const notices: string[] = [];
    const { store, ledger } = open(path(), (message) => notices.push(message));
    ledger.record(ledgerRow());
    assert.equal((await ledger.rows(0)).length, 1);
    await store.close();
    assert.match(notices.join(), /moved to .*broken/);
    assert.ok(readdirSync(join(folder, "data")).some((name) => name.includes(".broken-")));
    chmodSync(join(folder, "data"), 0o700);
  });
});

/** Rows of the database have no prototype. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
