// What is kept of a compiled file serves the next start of the same file, and nothing else ever runs in its place.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const KEPT_CODE = new URL("../../server/kept-code.ts", import.meta.url).href;
const STEP = 1;
/** Large enough that V8 leaves its functions alone until they are called. */
const sourceOf = (word: string): string =>
  `${Array.from({ length: 40 }, (_, n) => `exports.say${n} = (text) => text + "${word}" + ${n};`).join("\n")}\n`;

describe("code that was compiled by an earlier process", function () {
  this.timeout(20_000);
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edgequake-kept-"));
    file = join(folder, "said.cjs");
    writeFileSync(file, sourceOf("one"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** In a process of its own, as V8 shares within one; what the file says, and whether kept code served. */
  function run(calls: number, where: string | null = folder): { said: string; held: boolean } {
    const program = `
      const { KeptCode } = await import(${JSON.stringify(KEPT_CODE)});
      const kept = new KeptCode(${JSON.stringify(file)}, ${JSON.stringify(where)} ?? undefined);
      const held = kept.holds(${STEP});
      let said = kept.exports.say1("");
      for (let n = 0; n < ${calls}; n += 1) said = kept.exports["say" + n](said);
      kept.took(${STEP});
      console.log(JSON.stringify({ said: kept.exports.say1(""), held }));`;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    return JSON.parse(out);
  }
  function keptFile(): string {
    const name = readdirSync(folder).find((one) => one.endsWith(".kept"));
    assert.ok(name, `nothing was kept: ${readdirSync(folder)}`);
    return join(folder, name);
  }
  const first = { said: "one1", held: false };
  const later = { said: "one1", held: true };

  it("serves the next start", () => {
    assert.deepEqual(run(0), first);
    assert.deepEqual(run(0), later);
    assert.deepEqual(
      readdirSync(folder).filter((name) => /\.kept\./.test(name)),
      [],
    );
  });

  it("holds the functions that ran, not only those of the start", () => {
    run(0);
    const few = statSync(keptFile()).size;
    rmSync(keptFile());
    run(40);
    assert.ok(statSync(keptFile()).size > few + 1000, `${statSync(keptFile()).size} bytes after ${few}`);
  });

  it("is not that of another text of the same length", () => {
    run(0);
    writeFileSync(file, sourceOf("two"));
    assert.deepEqual(run(0), { said: "two1", held: false });
    assert.deepEqual(run(0), { said: "two1", held: true });
  });

  it("is not used once it is damaged, cut or empty", () => {
    run(0);
    const whole = readFileSync(keptFile());
    const damaged = Buffer.from(whole);
    damaged[whole.length >> 1] = (damaged[whole.length >> 1] ?? 0) ^ 0x40;
    for (const bytes of [damaged, whole.subarray(0, whole.length - 100), Buffer.alloc(0)]) {
      writeFileSync(keptFile(), bytes);
      assert.deepEqual(run(0), first);
      assert.deepEqual(run(0), later, "it was not kept again");
    }
  });

  it("is not used where another user could have written it", function () {
    if (process.platform === "win32") this.skip();
    run(0);
    assert.equal(statSync(keptFile()).mode & 0o777, 0o600);
    chmodSync(keptFile(), 0o666);
    assert.deepEqual(run(0), first);
  });

  it("of versions of long ago is removed, and nothing else", () => {
    const names = [
      "said.cjs-0a.kept",
      "said.cjs-0b.kept.123",
      "said.cjs-0c.kept",
      "other.kept",
      "said.cjs-0d",
    ];
    const old = new Date(Date.now() - 61 * 24 * 60 * 60_000);
    for (const name of names) {
      writeFileSync(join(folder, name), "");
      if (!name.includes("0c")) utimesSync(join(folder, name), old, old);
    }
    assert.deepEqual(run(0), first);
    const left = readdirSync(folder).filter((name) => names.includes(name));
    assert.deepEqual(left.sort(), ["other.kept", "said.cjs-0c.kept", "said.cjs-0d"]);
    assert.deepEqual(run(0), later);
  });

  it("is not there where nothing is kept or can be, and nothing fails for it", () => {
    assert.deepEqual(run(0, null), first);
    assert.deepEqual(run(0, join(folder, "nowhere")), first);
    assert.deepEqual(readdirSync(folder), ["said.cjs"]);
  });
});
