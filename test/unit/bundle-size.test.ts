// How large the bundles may be: what is loaded into the editor, into the chat view and at the backend's start.

import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { gzipSync } from "node:zlib";

const KB = 1024;
const size = (file: string): number => statSync(file).size;

describe("bundle sizes", () => {
  it("the extension is at most 150 KB", () => {
    assert.ok(size("dist/extension.js") <= 150 * KB, `${size("dist/extension.js")} bytes`);
  });

  it("the webview is at most 100 KB gzipped", () => {
    const gzipped = gzipSync(readFileSync("dist/webview.js")).length;
    assert.ok(gzipped <= 100 * KB, `${gzipped} bytes`);
  });

  it("the backend is at most 700 KB, what it loads after its first reply included and what few calls need apart", () => {
    const bytes = size("dist/server.js") + size("dist/backend.js");
    assert.ok(bytes <= 700 * KB, `${bytes} bytes`);
  });

  it("the backend is plain ASCII: one other character would double what its text takes of memory", () => {
    const found = /.{0,40}[\u0080-\uffff]/.exec(readFileSync("dist/backend.js", "utf8"));
    assert.equal(found?.[0], undefined);
  });
});
