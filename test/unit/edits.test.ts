// What an edit of selected code may touch, and what of a model's answer is code.

import assert from "node:assert/strict";
import fc from "fast-check";
import { findAnchor } from "../../src/edits/anchor.ts";
import { stripFence } from "../../src/edits/strip-fence.ts";

describe("anchor of an edit", () => {
  it("stays where the code is", () => {
    assert.deepEqual(findAnchor("a b a", "a", 4), { found: 4 });
  });
  it("follows code that moved", () => {
    assert.deepEqual(findAnchor("new line\nold code", "old code", 0), { found: 9 });
  });
  it("refuses code that changed, and code that stands in several places", () => {
    assert.deepEqual(findAnchor("other", "old", 0), { found: undefined, why: "changed" });
    assert.deepEqual(findAnchor("x x", "x", 1), { found: undefined, why: "ambiguous" });
  });
  it("where nobody knows where it stood, it must be the only one", () => {
    assert.deepEqual(findAnchor("x y", "x", undefined), { found: 0 });
    assert.deepEqual(findAnchor("x x", "x", undefined), { found: undefined, why: "ambiguous" });
  });
  it("never points at anything but the original text", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ minLength: 1 }),
        fc.string(),
        fc.nat(),
        (before, code, after, offset) => {
          const text = before + code + after;
          const anchor = findAnchor(text, code, offset);
          if (anchor.found !== undefined) {
            assert.equal(text.slice(anchor.found, anchor.found + code.length), code);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("code of an answer", () => {
  it("loses one fence and keeps the selection's last line end", () => {
    assert.equal(stripFence("```ts\nconst a = 1;\n```", "const a = 0;\n", "typescript"), "const a = 1;\n");
    assert.equal(stripFence("const a = 1;\n\n", "const a = 0;", "typescript"), "const a = 1;");
  });
  it("keeps fences inside the code, and indentation", () => {
    const code = "    /**\n     * ```\n     */\n    f();";
    assert.equal(stripFence(code, "    f();", "typescript"), code);
  });
});
