// Limits, slots and cooldowns that hold for all windows: real processes against one file, and the same rules in memory
// on a clock of the test's own.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fc from "fast-check";
import { LeasedLimits } from "../../server/store/leased-limits.ts";
import { MemoryLimits } from "../../server/store/memory-limits.ts";
import type { SharedLimits } from "../../server/store/shared-limits.ts";
import { StoreFolder } from "./folder.ts";

const TAKER = new URL("./taker.ts", import.meta.url).pathname;

/** Asks again until it has it; the milliseconds it took. */
async function obtain(limits: SharedLimits, key: string, amount: number, most_ms = 5_000): Promise<number> {
  const began = performance.now();
  for (;;) {
    const wait = limits.take(key, amount);
    const took = performance.now() - began;
    if (wait === 0) return took;
    assert.ok(took < most_ms, `not had within ${most_ms} ms`);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, wait);
      const stop = limits.onChange(done);
      function done(): void {
        clearTimeout(timer);
        stop();
        resolve();
      }
    });
  }
}

describe("limits of all windows", function () {
  this.timeout(60_000);
  let folder: StoreFolder;
  const children: ChildProcess[] = [];
  const open: LeasedLimits[] = [];
  beforeEach(() => {
    folder = new StoreFolder();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await Promise.all(open.splice(0).map((limits) => limits.dispose()));
    await folder.remove();
  });

  function window(): LeasedLimits {
    const limits = new LeasedLimits(folder.open());
    open.push(limits);
    return limits;
  }

  /** A process that does one thing; its lines as they come. */
  function taker(...args: string[]): { child: ChildProcess; lines: string[] } {
    const child = spawn(process.execPath, ["--no-warnings", TAKER, folder.file, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const lines: string[] = [];
    child.stdout?.setEncoding("utf8").on("data", (text: string) => lines.push(...text.trim().split("\n")));
    return { child, lines };
  }
  const lineOf = async ({ child, lines }: ReturnType<typeof taker>): Promise<string> => {
    while (lines.length === 0) await once(child.stdout as NodeJS.ReadableStream, "data");
    return lines[0] as string;
  };

  it("4 processes that want 100 calls each of a limit of 100 get exactly 100", async () => {
    const takers = ["a", "b", "c", "d"].map(() => taker("rate", "100", "100", "4000"));
    const counts = await Promise.all(takers.map(async (one) => Number(await lineOf(one))));
    const sum = counts.reduce((total, one) => total + one, 0);
    console.log(`      ${counts.join(" + ")} = ${sum}`);
    assert.equal(sum, 100);
  });

  it("what one window leased and did not use is another's a second later", async () => {
    const [a, b] = [window(), window()];
    for (const limits of [a, b]) limits.limit("k", { kind: "rate", capacity: 10, window_ms: 60_000 });
    await obtain(a, "k", 1);
    for (let index = 0; index < 9; index += 1) await obtain(b, "k", 1, 10_000);
    assert.notEqual(a.take("k", 1), 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.notEqual(a.take("k", 1), 0);
  });

  it("what is free is told before anything was taken, and what others took within half a second", async () => {
    const [a, b] = [window(), window()];
    for (const limits of [a, b]) limits.limit("k", { kind: "rate", capacity: 100, window_ms: 60_000 });
    assert.equal(b.free("k"), 100);
    await obtain(a, "k", 70);
    assert.ok(a.free("k") <= 30 && a.free("k") >= 20, `${a.free("k")}`);
    const began = performance.now();
    while (b.free("k") > 30) {
      assert.ok(performance.now() - began < 3 * 1_000, "not heard within a second");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const limits of [a, b]) limits.limit("s", { kind: "slots", capacity: 3 });
    await obtain(a, "s", 2);
    while (b.free("s") > 1) await new Promise((resolve) => setTimeout(resolve, 10));
    a.give("s", 2);
    while (b.free("s") < 3) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it("in steady use nobody waits for a slice", async () => {
    const limits = window();
    limits.limit("k", { kind: "rate", capacity: 10_000, window_ms: 60_000 });
    await obtain(limits, "k", 1);
    let waited = 0;
    for (let index = 0; index < 200; index += 1) {
      if (limits.take("k", 20) !== 0) waited += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.ok(waited < 10, `${waited} of 200 waited`);
  });

  it("what is given back of a rate can be taken again; more than there can be is refused at once", async () => {
    const limits = window();
    limits.limit("k", { kind: "rate", capacity: 100, window_ms: 60_000 });
    assert.equal(limits.take("k", 101), Number.POSITIVE_INFINITY);
    await obtain(limits, "k", 100);
    assert.notEqual(limits.take("k", 60), 0);
    limits.give("k", 60);
    assert.equal(limits.take("k", 60), 0);
    assert.equal(limits.take("unlimited", 1e9), 0);
  });

  it("a decision takes microseconds, never the disk's time", async () => {
    const limits = window();
    limits.limit("k", { kind: "rate", capacity: 1e9, window_ms: 60_000 });
    await obtain(limits, "k", 1);
    const began = performance.now();
    for (let index = 0; index < 10_000; index += 1) assert.equal(limits.take("k", 1), 0);
    const each = ((performance.now() - began) / 10_000) * 1_000;
    console.log(`      ${each.toFixed(2)} µs each`);
    assert.ok(each < 50, `${each} µs`);
  });

  it("slots are held by whoever uses them, and come back when given", async () => {
    const [a, b] = [window(), window()];
    for (const limits of [a, b]) limits.limit("k", { kind: "slots", capacity: 2 });
    await obtain(a, "k", 1);
    await obtain(b, "k", 1);
    assert.notEqual(a.take("k", 1), 0);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.notEqual(a.take("k", 1), 0);
    b.give("k", 1);
    assert.ok((await obtain(a, "k", 1)) < 3_000);
    assert.notEqual(b.take("k", 1), 0);
  });

  it("slots of a killed process are free again within seconds", async () => {
    const other = taker("slots", "1");
    assert.equal(await lineOf(other), "taken");
    const limits = window();
    limits.limit("k", { kind: "slots", capacity: 1 });
    assert.notEqual(limits.take("k", 1), 0);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.notEqual(limits.take("k", 1), 0);
    other.child.kill("SIGKILL");
    const took = await obtain(limits, "k", 1, 30_000);
    console.log(`      free after ${Math.round(took)} ms`);
    assert.ok(took < 10_000);
  });

  it("a cooldown is known everywhere within a second, and so is its end", async () => {
    const [a, b] = [window(), window()];
    assert.equal(b.cooldown("openai/m"), 0);
    a.coolDown("openai/m", 60_000, "RateLimitError");
    assert.ok(a.cooldown("openai/m") > 59_000);
    const began = performance.now();
    while (b.cooldown("openai/m") === 0) {
      assert.ok(performance.now() - began < 3 * 1_000, "not known within a second");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.deepEqual(
      b.cooldowns().map(({ key, why }) => [key, why]),
      [["openai/m", "RateLimitError"]],
    );
    a.coolDown("openai/m", 10, "a shorter one");
    assert.ok(a.cooldown("openai/m") > 50_000);
    b.coolDown("openai/m", 0, "");
    assert.equal(b.cooldown("openai/m"), 0);
    const ended = performance.now();
    while (a.cooldown("openai/m") > 0) {
      assert.ok(performance.now() - ended < 3 * 1_000, "its end not known within a second");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });

  it("where the store is gone this process keeps them by itself", async () => {
    const store = folder.open();
    const limits = new LeasedLimits(store);
    limits.limit("k", { kind: "slots", capacity: 1 });
    await obtain(limits, "k", 1);
    await store.close();
    limits.coolDown("x", 1_000, "why");
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.notEqual(limits.take("k", 1), 0);
    limits.give("k", 1);
    assert.equal(limits.take("k", 1), 0);
    assert.ok(limits.cooldown("x") > 0);
    await limits.dispose();
  });
});

describe("limits of one process", () => {
  it("are never passed within any window, and what was refused fits when it said so", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 40_000 })), {
          maxLength: 200,
        }),
        (capacity, steps) => {
          let now = 0;
          const limits = new MemoryLimits(() => now);
          limits.limit("k", { kind: "rate", capacity, window_ms: 60_000 });
          const taken: { at: number; amount: number }[] = [];
          for (const [amount, later] of steps) {
            now += later;
            let wait = limits.take("k", amount);
            if (amount > capacity) {
              assert.equal(wait, Number.POSITIVE_INFINITY);
              continue;
            }
            if (wait > 0) {
              now += wait;
              wait = limits.take("k", amount);
              assert.equal(wait, 0);
            }
            taken.push({ at: now, amount });
            const sum = taken.reduce((total, one) => total + (one.at > now - 60_000 ? one.amount : 0), 0);
            assert.ok(sum <= capacity, `${sum} of ${capacity}`);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("come back exactly when everything is given back", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 50 }), (amounts) => {
        let now = 0;
        const limits = new MemoryLimits(() => now);
        limits.limit("rate", { kind: "rate", capacity: 100, window_ms: 60_000 });
        limits.limit("slots", { kind: "slots", capacity: 100 });
        for (const key of ["rate", "slots"]) {
          const had = amounts.filter((amount) => {
            now += 10;
            return limits.take(key, amount) === 0;
          });
          for (const amount of had) limits.give(key, amount);
          assert.equal(limits.free(key), 100);
        }
      }),
    );
  });

  it("a busy key costs no more memory than a quiet one, and still becomes free", () => {
    let now = 0;
    const limits = new MemoryLimits(() => now);
    limits.limit("k", { kind: "rate", capacity: 1e6, window_ms: 60_000 });
    for (let index = 0; index < 200_000; index += 1) {
      now += 1;
      assert.equal(limits.take("k", 1), 0);
    }
    assert.ok(limits.free("k") >= 1e6 - 60_200, `${limits.free("k")}`);
    now += 60_000;
    assert.equal(limits.free("k"), 1e6);
  });
});
