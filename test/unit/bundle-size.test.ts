// How large the bundles may be: what is loaded into the editor, into the chat view and at the backend's start.

import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { gzipSync } from "node:zlib";

const KB = 1024;
const size = (file: string): number => statSync(file).size;

/**
 * Files of their own for what is asked for now and then: models and keys, the first steps, usage, prompts; attachments,
 * history, exports; completions while typing, which are off by default; the participant in VS Code's own chat.
 */
const SELDOM = [
  "src/setup.ts",
  "src/chat/on-demand.ts",
  "src/inline/on-demand.ts",
  "src/participant/participant.ts",
];

type Outputs = Record<string, { entryPoint?: string; imports: { path: string }[] }>;

/** The extension's files, but those only what is seldom asked for needs. */
function extensionFiles(): string[] {
  const { outputs } = JSON.parse(readFileSync("dist/meta/extension.json", "utf8")) as { outputs: Outputs };
  const found = new Set<string>();
  const add = (file: string): void => {
    const output = outputs[file];
    if (!output || found.has(file) || SELDOM.includes(output.entryPoint ?? "")) return;
    found.add(file);
    for (const { path } of output.imports) add(path);
  };
  add("dist/extension.js");
  // What extension.js always needs was folded into it.
  return [...found].filter((file) => existsSync(file));
}

describe("bundle sizes", () => {
  it("the extension is at most 150 KB, and what activation loads at most 64 KB of them", () => {
    const files = extensionFiles();
    assert.ok(files.length >= 5, files.join(", "));
    const bytes = files.reduce((sum, file) => sum + size(file), 0);
    assert.ok(bytes <= 150 * KB, `${bytes} bytes`);
    assert.ok(size("dist/extension.js") <= 64 * KB, `${size("dist/extension.js")} bytes`);
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
