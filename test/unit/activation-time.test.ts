// What the extension costs its host when it is first used, without what the editor does meanwhile: its bundle read and
// run, and everything it registers. The best of several, for a machine that has other things to do.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
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

  it("takes VS Code's API as it is and once, and makes no copy of its names", () => {
    const files = globSync("dist/extension*.js", { cwd: PROJECT }).map((file) => join(PROJECT, file));
    assert.ok(files.length >= 5, files.join(", "));
    const asked = files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(/(.{9})\w+\("vscode"\)/g)]);
    assert.equal(asked.length, 1, "asked for once");
    assert.equal(asked[0]?.[1], ".exports=");
  });
});
