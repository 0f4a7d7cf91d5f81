// What the extension costs its host when it is first used, without what the editor does meanwhile: its bundle read and
// run, and everything it registers. The best of several, for a machine that has other things to do.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../host/build.ts";

/** Behavioural deadlines are asserted at three times their figure. */
const GOAL_MS = 20;
const RUNS = 5;

describe("activation", function () {
  this.timeout(60_000);

  it("takes its goal", () => {
    const took = Array.from({ length: RUNS }, () =>
      Number(
        execFileSync(process.execPath, ["test/unit/activate-alone.cjs", PROJECT], {
          cwd: PROJECT,
          encoding: "utf8",
        }),
      ),
    );
    const best = Math.min(...took);
    console.log(`      ${best.toFixed(1)} ms (goal ${GOAL_MS})`);
    assert.ok(best <= 3 * GOAL_MS, took.map((ms) => ms.toFixed(1)).join(", "));
  });

  it("takes VS Code's API as it is, once for each bundle, and makes no copy of its names", () => {
    const lib = join(PROJECT, "dist", "lib");
    const others = readdirSync(lib).map((name) => join(lib, name));
    const bundles = [join(PROJECT, "dist", "extension.js"), ...others.filter((name) => /\.js$/.test(name))];
    const asked = bundles.map((file) => [
      ...readFileSync(file, "utf8").matchAll(/(.{20})require\("vscode"\)/g),
    ]);
    assert.equal(asked[0]?.length, 1);
    for (const found of asked) {
      assert.ok(found.length <= 1);
      for (const [, before] of found) assert.match(before ?? "", /\.exports=$/);
    }
  });
});
