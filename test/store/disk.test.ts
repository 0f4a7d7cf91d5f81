// Disks that fail: full, read-only, broken, written by a newer version, or not there. Calls go on, one notice says so,
// and what was there before is there afterwards.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { dataPath } from "../../server/store/data-path.ts";
import { Ledger } from "../../server/store/ledger.ts";
import { openStore } from "../../server/store/open-store.ts";
import { Sessions } from "../../server/store/sessions.ts";
import type { Store } from "../../server/store/store.ts";
import { StoreFolder } from "./folder.ts";
import { ledgerRow } from "./ledger-row.ts";

const PROBE = new URL("./probe.ts", import.meta.url).pathname;

interface Probed {
  warnings: string[];
  rows: number;
  titles: string[];
}

describe("a disk", function () {
  this.timeout(60_000);
  let folder: StoreFolder;
  beforeEach(() => {
    folder = new StoreFolder();
  });
  afterEach(() => folder.remove());

  const add = async (store: Store, id: string): Promise<void> => {
    const ledger = new Ledger(store, assert.fail);
    ledger.record(ledgerRow({ id, call_id: id }));
    await ledger.flush();
    await new Sessions(store, Date.now).append({
      session_id: id,
      entries: [{ type: "message", message: { id: "q", role: "user", text: `chat ${id}` } }],
    });
  };
  const rowsOf = async (store: Store): Promise<string[]> =>
    (await new Ledger(store, assert.fail).rows(0)).map(({ id }) => id);
  const titlesOf = async (store: Store): Promise<string[]> =>
    (await new Sessions(store, Date.now).list()).sessions.map(({ title }) => title).sort();

  /** A process of its own that writes 500 rows and a chat, and says what it sees then. */
  function probe(shell: string): Probed {
    const command = `${shell} exec "${process.execPath}" --no-warnings "${PROBE}" "${folder.file}"`;
    const { status, stdout, stderr } = spawnSync("sh", ["-c", command], {
      encoding: "utf8",
      timeout: 30_000,
    });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as Probed;
  }

  it("that is full keeps what it has; the rest stays in memory", async function () {
    if (process.platform === "win32") this.skip();
    await add(folder.open(), "old");
    await folder.open().close();
    // A file that may not grow is what a full disk looks like to SQLite.
    const { warnings, rows, titles } = probe("trap '' XFSZ; ulimit -f 300;");
    assert.equal(warnings.length, 1, warnings.join("\n"));
    assert.match(warnings[0] ?? "", /kept in memory/);
    assert.equal(rows, 501);
    assert.deepEqual(titles, ["chat new", "chat old"]);
    const after = folder.open();
    assert.ok((await rowsOf(after)).includes("old"));
    assert.ok((await titlesOf(after)).includes("chat old"));
  });

  it("that is read-only is read, and what comes stays in memory", async function () {
    const first = folder.open();
    await add(first, "old");
    await first.close();
    const data = join(folder.path, "data");
    const mount = `mount --bind "${data}" "${data}" && mount -o remount,ro,bind "${data}"`;
    const shell = spawnSync("unshare", ["-rm", "sh", "-c", `${mount} && ! touch "${data}/x" 2>/dev/null`]);
    if (shell.status !== 0) this.skip();
    const inside = `exec unshare -rm sh -c '${mount} && exec "$0" --no-warnings "$1" "$2"' "${process.execPath}" "${PROBE}" "${folder.file}"; :`;
    const { status, stdout, stderr } = spawnSync("sh", ["-c", inside], { encoding: "utf8", timeout: 30_000 });
    assert.equal(status, 0, stderr);
    const { warnings, rows, titles } = JSON.parse(stdout) as Probed;
    assert.equal(warnings.length, 1, warnings.join("\n"));
    assert.equal(rows, 501);
    assert.deepEqual(titles, ["chat new", "chat old"]);
    assert.deepEqual(await titlesOf(folder.open()), ["chat old"]);
  });

  it("that works again gets what waited in memory", async () => {
    mkdirSync(folder.path, { recursive: true });
    const blocked = join(folder.path, "data");
    writeFileSync(blocked, "a file where the folder should be");
    const warnings: string[] = [];
    const store = folder.open((message) => warnings.push(message));
    await add(store, "waiting");
    assert.equal(warnings.length, 1);
    const { unlinkSync } = await import("node:fs");
    unlinkSync(blocked);
    await store.close();
    const after = folder.open();
    assert.deepEqual(await rowsOf(after), ["waiting"]);
    assert.deepEqual(await titlesOf(after), ["chat waiting"]);
  });

  it("whose file is no database loses nothing: it is moved aside, and a new one begun", async () => {
    mkdirSync(join(folder.path, "data"));
    writeFileSync(folder.file, "this is no database, and was never one, however long it may be made to be");
    const warnings: string[] = [];
    const store = folder.open((message) => warnings.push(message));
    await add(store, "new");
    assert.deepEqual(await rowsOf(store), ["new"]);
    const aside = readdirSync(join(folder.path, "data")).find((name) => name.includes(".broken-")) ?? "";
    assert.match(readFileSync(join(folder.path, "data", aside), "utf8"), /^this is no database/);
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]?.includes(aside), warnings[0]);
  });

  it("whose file was damaged in the middle of its use is moved aside, and work goes on", async () => {
    const first = folder.open();
    for (let index = 0; index < 40; index += 1) await add(first, `old ${index}`);
    await first.close();
    truncateSync(folder.file, 3 * 4096);
    const warnings: string[] = [];
    const store = folder.open((message) => warnings.push(message));
    await add(store, "new");
    assert.ok((await rowsOf(store)).includes("new"));
    assert.equal(warnings.length, 1, warnings.join("\n"));
    assert.match(warnings[0] ?? "", /moved to/);
  });

  it("whose file a newer version wrote leaves it as it is", async () => {
    const first = folder.open();
    await add(first, "old");
    await first.close();
    const raw = new DatabaseSync(folder.file);
    raw.exec("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)");
    raw.close();
    const before = readFileSync(folder.file);
    const warnings: string[] = [];
    const store = folder.open((message) => warnings.push(message));
    await add(store, "new");
    assert.deepEqual(await rowsOf(store), ["new"]);
    await store.close();
    assert.deepEqual(readFileSync(folder.file), before);
    assert.match(warnings.join(), /newer EdgeQuake/);
  });

  it("whose file the first version wrote is brought up to this one with its sums", async () => {
    mkdirSync(join(folder.path, "data"));
    const raw = new DatabaseSync(folder.file);
    raw.exec(`CREATE TABLE attempts (
        id TEXT PRIMARY KEY, call_id TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, provider TEXT NOT NULL,
        model TEXT NOT NULL, deployment TEXT, caller TEXT, outcome TEXT NOT NULL, status_code INTEGER,
        prompt_tokens INTEGER, completion_tokens INTEGER, cached_tokens INTEGER, reasoning_tokens INTEGER,
        cost_nano_usd INTEGER, ms_first_chunk REAL, ms_total REAL NOT NULL) WITHOUT ROWID;
      INSERT INTO attempts VALUES ('a', 'a', 1767312000000, 'completion', 'openai', 'm', NULL, 'ext', 'ok', NULL,
        1, 2, NULL, NULL, 700, NULL, 5);
      PRAGMA user_version = 1;`);
    raw.close();
    const store = folder.open();
    assert.deepEqual(await rowsOf(store), ["a"]);
    const since = "2026-01-01";
    const spent = await store.do("budgets.spent", [
      { scope: "day", name: "", since, max_nano_usd: 0 },
      { scope: "provider", name: "openai", since, max_nano_usd: 0 },
      { scope: "caller", name: "ext", since, max_nano_usd: 0 },
      { scope: "caller", name: "other", since, max_nano_usd: 0 },
    ]);
    assert.deepEqual(spent, [700, 700, 700, 0]);
  });

  it("is left alone until something is asked, and is its owner's alone then", async () => {
    const { store, release } = openStore({ EDGEQUAKE_DATA_DIR: join(folder.path, "data") }, assert.fail);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(existsSync(join(folder.path, "data")), false);
    await add(store, "a");
    if (process.platform !== "win32") {
      assert.equal(statSync(join(folder.path, "data")).mode & 0o777, 0o700);
      for (const name of readdirSync(join(folder.path, "data")))
        assert.equal(statSync(join(folder.path, "data", name)).mode & 0o777, 0o600, name);
    }
    const again = openStore({ EDGEQUAKE_DATA_DIR: join(folder.path, "data") }, assert.fail);
    assert.equal(again.store, store);
    await again.release();
    assert.deepEqual(await rowsOf(store), ["a"]);
    await release();
    await assert.rejects(store.do("ledger.rows", 0), /closed/);
  });

  it("is where the user's data belongs, and nowhere without a home", async () => {
    assert.equal(dataPath({ XDG_DATA_HOME: "/x", HOME: "/tmp" }), join("/x", "edgequake", "edgequake.db"));
    assert.equal(dataPath({ HOME: folder.path }), join(folder.path, ".local/share/edgequake/edgequake.db"));
    assert.equal(dataPath({ HOME: join(folder.path, "nowhere") }), null);
    assert.equal(dataPath({}), null);
    const warnings: string[] = [];
    const { store, release } = openStore({ HOME: join(folder.path, "nowhere") }, (one) => warnings.push(one));
    await add(store, "a");
    assert.deepEqual(await rowsOf(store), ["a"]);
    assert.equal(warnings.length, 1);
    assert.deepEqual(readdirSync(folder.path), []);
    await release();
  });

  it("is said to be out of reach where this Node has no SQLite; calls are counted all the same", async () => {
    const probe = new URL("./without-sqlite.ts", import.meta.url).pathname;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--no-warnings", "--no-experimental-sqlite", probe, join(folder.path, "data")],
      { encoding: "utf8", timeout: 30_000 },
    );
    assert.equal(status, 0, stderr);
    const { warnings, calls, chats } = JSON.parse(stdout) as {
      warnings: string[];
      calls: number;
      chats: string;
    };
    assert.equal(calls, 3);
    assert.equal(warnings.length, 1, warnings.join("\n"));
    assert.match(warnings[0] ?? "", /has no node:sqlite, which came with Node 22\.5/);
    assert.match(chats, /^litellm\.InternalServerError: chats cannot be kept or read: this Node/);
  });

  it("never keeps the event loop waiting, however long another window writes", async () => {
    const store = folder.open();
    await add(store, "a");
    const raw = new DatabaseSync(folder.file);
    raw.exec("BEGIN IMMEDIATE");
    const ledger = new Ledger(store, assert.fail);
    let longest = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    ledger.record(ledgerRow({ id: "b", call_id: "b" }));
    const written = ledger.flush();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    raw.exec("ROLLBACK");
    raw.close();
    await written;
    clearInterval(watch);
    assert.deepEqual(await rowsOf(store), ["a", "b"]);
    assert.ok(longest < 300, `${longest} ms`);
  });
});
