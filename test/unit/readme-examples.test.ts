// The README's examples, run as printed there against the built backend and library.

import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

function example(name: string): string {
  const text = readFileSync("README.md", "utf8");
  const found = new RegExp(`<!-- example:${name} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1];
  assert.ok(found !== undefined, `README.md has no example "${name}"`);
  return found;
}

describe("README examples", () => {
  let folder = "";
  before(() => {
    // Inside the package, so that its own name resolves.
    mkdirSync(".cache", { recursive: true });
    folder = mkdtempSync(resolve(".cache", "readme-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("Node: answer, stream and error", async () => {
    const file = join(folder, "example.mjs");
    writeFileSync(file, example("node"));
    const { stdout } = await run(process.execPath, [file]);
    assert.deepEqual(stdout.trim().split("\n"), [
      "Hello from Node",
      "Hello from Node",
      "RateLimitError 429 mock",
    ]);
  });

  const python = spawnSync("python3", ["--version"]).status === 0;
  (python ? it : it.skip)(
    `Python: a stream over stdio${python ? "" : " (left out: there is no python3)"}`,
    async () => {
      const program = join(folder, "edgequake-server");
      writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${resolve("dist/server.js")}" "$@"\n`);
      chmodSync(program, 0o755);
      const file = join(folder, "example.py");
      writeFileSync(file, example("python"));
      const PATH = `${folder}${delimiter}${process.env["PATH"]}`;
      const { stdout } = await run("python3", [file], { env: { ...process.env, PATH } });
      assert.equal(stdout.trim(), "Hello from Python\ndone");
    },
  );
});
