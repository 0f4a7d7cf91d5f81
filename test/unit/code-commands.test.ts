// What the commands on code stand on, without VS Code: which symbol is meant, which files are asked about, how an
// arriving edit looks, and how a large diff is made to fit.

import assert from "node:assert/strict";
import fc from "fast-check";
import { boundDiff } from "../../src/code/bound-diff.ts";
import { enclosingSymbol, type SymbolLike } from "../../src/code/enclosing-symbol.ts";
import { isConfigTarget } from "../../src/edits/config-target.ts";
import { partialReplacement } from "../../src/edits/partial.ts";

const MODULE = 1;
const CLASS = 4;
const FUNCTION = 11;
const VARIABLE = 12;
const symbol = (
  name: string,
  kind: number,
  startLine: number,
  endLine: number,
  ...children: SymbolLike[]
): SymbolLike => ({ name, kind, startLine, endLine, children });

describe("the symbol around a line", () => {
  const method = symbol("method", FUNCTION, 3, 6, symbol("local", VARIABLE, 4, 4));
  const list = [
    symbol("file", MODULE, 0, 20, symbol("Class", CLASS, 2, 9, method)),
    symbol("x", VARIABLE, 11, 11),
  ];
  const nameAt = (line: number): string | undefined => enclosingSymbol(list, line)?.name;

  it("is the innermost piece of code, no single variable, no whole file", () => {
    assert.deepEqual([1, 2, 4, 8, 11, 30].map(nameAt), [
      undefined,
      "Class",
      "method",
      "Class",
      undefined,
      undefined,
    ]);
  });
  it("is found in a flat list too", () => {
    assert.equal(enclosingSymbol([symbol("Class", CLASS, 2, 9), method], 4)?.name, "method");
  });
});

describe("configuration files", () => {
  const asked = [
    "/w/.vscode/tasks.json",
    "/w/.VSCode/settings.json",
    "/w/.vscode./settings.json",
    "C:\\w\\.git\\hooks\\pre-commit",
    "/w/sub/.git/config",
    "/w/project.code-workspace",
    "/w/Project.CODE-WORKSPACE",
    "/home/a/.config/Code/User/settings.json",
    "/home/a/.config/Code/User/profiles/1a/keybindings.json",
    "/w/.devcontainer/devcontainer.json",
    "/w/.envrc",
  ];
  for (const path of asked) {
    it(`${path} is asked about`, () => assert.equal(isConfigTarget("file", path), true));
  }
  it("and whatever VS Code keeps for its user", () => {
    assert.equal(isConfigTarget("vscode-userdata", "/User/anything"), true);
  });
  it("other files are not", () => {
    for (const path of ["/w/src/git.ts", "/w/vscode/settings.ts", "/w/.github/README.md", "/w/settings.json"])
      assert.equal(isConfigTarget("file", path), false, path);
  });
});

describe("an edit that arrives", () => {
  const OLD = "one\ntwo\nthree\n";
  it("is followed by the old code it has not reached, its fence unseen", () => {
    assert.equal(partialReplacement(OLD, "", "python"), OLD);
    assert.equal(partialReplacement(OLD, "```py", "python"), OLD);
    assert.equal(partialReplacement(OLD, "```py\nONE\nTW", "python"), "ONE\nTW\nthree\n");
    assert.equal(partialReplacement(OLD, "```py\nONE\nTWO\nTHREE\n```", "python"), "ONE\nTWO\nTHREE\n");
    assert.equal(partialReplacement(OLD, "1\n2\n3\n4\n5", "python"), "1\n2\n3\n4\n5");
  });
});

describe("a diff made to fit", () => {
  const file = (name: string, lines: number): string =>
    `diff --git a/${name} b/${name}\n${"+ a line of it\n".repeat(lines)}`;
  it("is left alone where it fits", () => {
    assert.equal(boundDiff(file("a", 3), 1_000), file("a", 3));
  });
  it("names what looks like it holds keys, and leaves it out", () => {
    const bounded = boundDiff(`${file(".env", 3)}${file("src/a.ts", 1)}`, 1_000);
    assert.match(bounded, /^diff --git a\/\.env b\/\.env\n\[left out/);
    assert.equal(bounded.match(/a line of it/g)?.length, 1);
  });
  it("knows them whatever git's settings make of the headings", () => {
    for (const heading of [
      "diff --git i/.env w/.env",
      "diff --git c/deep/.env i/deep/.env",
      "diff --git .env .env",
      'diff --git "a/s\\303\\244/.env" "b/s\\303\\244/.env"',
      "diff --git a/my own.env.txt b/my own.env.txt\nsimilarity index 90%\nrename from old/.env\nrename to my own.env.txt",
      "diff --cc .env",
      "diff --git a/.ssh/config b/.ssh/config\ndeleted file mode 100644\n--- a/.ssh/config\n+++ /dev/null",
    ]) {
      const bounded = boundDiff(
        `${file("a.ts", 1)}${heading}\n@@ -0,0 +1 @@\n+KEY=sk-fake-left-out\n`,
        1_000,
      );
      assert.doesNotMatch(bounded, /sk-fake/, heading);
      assert.match(bounded, /a line of it/);
    }
    const talks = `${file("a.ts", 0)}@@ -1 +1 @@\n+--- .env\n+see .env\n`;
    assert.equal(boundDiff(talks, 1_000), talks, "only headings name files");
  });
  it("keeps small files whole, cuts large ones and says so", () => {
    const bounded = boundDiff(file("lock", 5_000) + file("small", 3), 4_000);
    assert.ok(bounded.includes(file("small", 3)));
    assert.match(bounded, /^diff --git a\/lock b\/lock\n/);
    assert.match(bounded, /\[\d+ more characters of this file are left out\]/);
    assert.ok(bounded.length < 4_200, String(bounded.length));
  });
  it("names every file and never grows far beyond its limit", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { minLength: 1, maxLength: 12 }), fc.nat(6_000), (sizes, limit) => {
        const diff = sizes.map((lines, index) => file(`f${index}`, lines)).join("");
        const bounded = boundDiff(diff, limit + 600);
        assert.ok(bounded.length <= limit + 600 + sizes.length * 100);
        for (const index of sizes.keys()) assert.ok(bounded.includes(`a/f${index} `));
      }),
    );
  });
});
