// The package people install: small, and nothing in it but what it needs.

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { PROJECT, packVsix } from "../host/build.ts";
import { run } from "../host/processes.ts";
import { temporaryFolder } from "../host/sample-workspace.ts";

const LIMIT = 2 * 1024 * 1024;
const ALLOWED =
  /^(package(\.nls(\.[\w-]+)?)?\.json|README\.md|LICENSE|CHANGELOG\.md|l10n\/[\w.-]+\.json|media\/[\w-]+\.(png|svg)|media\/prompts\/[a-z]+\.md|dist\/(package\.json|lib\/[\w-]+\.js|(extension|server|backend|tokenizer|webview)\.js|webview\.css|[\w-]+\.ttf))$/;

describe("the extension's package", function () {
  this.timeout(60_000);

  it("is at most 2 MB", async () => {
    const bytes = statSync(await packVsix(temporaryFolder("package"))).size;
    console.log(`      ${(bytes / 1024).toFixed(0)} KB`);
    assert.ok(bytes <= LIMIT, `${bytes} bytes`);
  });

  it("holds the bundles and nothing of their sources", async () => {
    const vsce = join(PROJECT, "node_modules", "@vscode", "vsce", "vsce");
    const listed = await run(process.execPath, [vsce, "ls", "--no-dependencies"], { cwd: PROJECT });
    assert.equal(listed.code, 0, listed.output);
    const files = listed.output
      .trim()
      .split("\n")
      .filter((line) => !/warn/i.test(line));
    assert.deepEqual(
      files.filter((file) => !ALLOWED.test(file)),
      [],
    );
    for (const needed of [
      "dist/extension.js",
      "dist/server.js",
      "dist/webview.js",
      "media/prompts/fix.md",
      "package.json",
    ]) {
      assert.ok(files.includes(needed), needed);
    }
  });
});
