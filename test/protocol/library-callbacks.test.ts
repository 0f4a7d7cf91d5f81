// Callbacks of the built library: "otel" needs a package that is the program's own, and says so where it is missing.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const PROGRAM = `
  const { completion, edgequake, dispose } = await import(process.argv[1]);
  const told = [];
  edgequake.callbacks = ["otel", { log_success_event: ({ model }) => told.push(model) }];
  const answer = await completion({ model: "mock/echo", messages: [{ role: "user", content: "hi" }] });
  await dispose();
  console.log(JSON.stringify([answer.choices[0].message.content, told]));`;

describe("the built library's callbacks", function () {
  this.timeout(30_000);
  const run = (dist: string) =>
    promisify(execFile)(process.execPath, ["--input-type=module", "-e", PROGRAM, join(dist, "index.mjs")], {
      env: { HOME: "/nonexistent" },
      timeout: 20_000,
    });

  it("work with @opentelemetry/api where the program has it, which is no part of the library", async () => {
    const { stdout, stderr } = await run(resolve("dist"));
    assert.deepEqual(JSON.parse(stdout), ["hi", ["echo"]]);
    assert.equal(stderr, "");
    assert.doesNotMatch(readFileSync("dist/index.mjs", "utf8"), /opentelemetry\.js\.api/);
  });

  it("say what to install where it has not, and the call goes on", async () => {
    const folder = mkdtempSync(join(tmpdir(), "edgequake-callbacks-"));
    try {
      cpSync("dist", folder, { recursive: true });
      const { stdout, stderr } = await run(folder);
      assert.deepEqual(JSON.parse(stdout), ["hi", ["echo"]]);
      assert.match(stderr, /"otel" needs the package @opentelemetry\/api: npm install @opentelemetry\/api/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
