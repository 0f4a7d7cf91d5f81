// What the backend loads when a call needs it is in the package people install: a file that was forgotten shows only
// there.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";

/** Too large for its use: without it counts of some models are estimates. */
const LEFT_OUT = ["cl100k.js"];

describe("files loaded on demand", () => {
  it("are all in the extension's package, but those left out on purpose", () => {
    const packed = readFileSync(".vscodeignore", "utf8").split("\n");
    const built = readdirSync("dist/lib").filter((name) => name.endsWith(".js"));
    assert.ok(built.length > 10, "build first");
    assert.deepEqual(
      built.filter((name) => !packed.includes(`!dist/lib/${name}`)),
      LEFT_OUT,
    );
  });
});
