// Where a code block of an answer belongs in a document: the selection, the declaration it rewrites, else the cursor.

import assert from "node:assert/strict";
import { applyTarget } from "../../src/chat/apply-target.ts";
import { findAnchor } from "../../src/edits/anchor.ts";

const TS = `import a from "a";

function one(x: number) {
  if (x) {
    return 1;
  }
  return 2;
}

function two() {}
`;
const PY = "import os\n\ndef mean(values):\n    total = 0\n    return total\n\n\ndef other():\n    pass\n";

function applied(document: string, code: string, start = 0, end = start): string {
  const { offset, original, replacement } = applyTarget(document, code, { start, end });
  assert.equal(document.slice(offset, offset + original.length), original);
  assert.ok(original === "" || findAnchor(document, original, offset).found !== undefined);
  return document.slice(0, offset) + replacement + document.slice(offset + original.length);
}

describe("a code block that is applied", () => {
  it("replaces the selection, with its line end", () => {
    const start = TS.indexOf("function two");
    assert.equal(
      applied(TS, "function two() { return 2; }", start, TS.length),
      TS.replace("function two() {}", "function two() { return 2; }"),
    );
  });
  it("replaces the declaration it rewrites, whole and no more", () => {
    const code = "function one(x: string) {\n  return x;\n}\n";
    assert.equal(
      applied(TS, code),
      `import a from "a";\n\nfunction one(x: string) {\n  return x;\n}\n\nfunction two() {}\n`,
    );
    assert.equal(
      applied(PY, "def mean(values):\n    return sum(values) / len(values)\n"),
      "import os\n\ndef mean(values):\n    return sum(values) / len(values)\n\n\ndef other():\n    pass\n",
    );
  });
  it("goes below the cursor's line where nothing is like it, or too much is", () => {
    assert.equal(applied("a\nb\nc\n", "new", 2), "a\nb\nnew\nc\n");
    const twice = "def f():\n    pass\n\nclass A:\n    def f():\n        pass\n";
    assert.equal(
      applied(twice, "def f():\n    return 1", 0),
      `def f():\ndef f():\n    return 1${twice.slice(8)}`,
    );
  });
  it("fills an empty document, and keeps CR LF", () => {
    assert.equal(applied("", "whole\nfile\n"), "whole\nfile\n");
    assert.equal(
      applied("def f():\r\n    pass\r\n", "def f():\n    return 1\n"),
      "def f():\r\n    return 1\r\n",
    );
  });
});
