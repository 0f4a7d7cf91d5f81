// What a confirmation shows of a caller's text: the text itself, by the Markdown reader VS Code has, and nothing it
// could be made into.

import assert from "node:assert/strict";
import { marked, type Token } from "marked";
import { quoted } from "../../src/lm/quoted-text.ts";

/** The one block of code that it is, and nothing else. */
function codeIn(markdown: string): string {
  const tokens: Token[] = marked.lexer(`before\n\n${markdown}\n\nafter`);
  const [before, block, after, ...more] = tokens.filter(({ type }) => type !== "space");
  assert.deepEqual([before?.raw, block?.type, after?.raw, more], ["before", "code", "after", []]);
  const { text } = block as Token & { text: string };
  assert.ok(text.endsWith("\n"), "what follows begins a line");
  return text.trimEnd();
}
const words = (text: string): string => text.replace(/\s+/g, " ").trim();

const HOSTILE = [
  "[click](command:workbench.action.quit) ![x](https://evil.example/p.png)",
  "```\n[click](command:workbench.action.quit)\n```",
  "a ````` b\n`````\n[click](command:workbench.action.quit)\n``````\n~~~\n~~~~~~~~\n# heading",
  "<img src=x onerror=alert(1)> &lt;b&gt; &amp; $(warning)",
  "\n\n    four spaces\n\n> quote\n---\n1. one\n\nhttps://evil.example",
  "several words ".repeat(20).trim(),
];

describe("a text in a confirmation", () => {
  for (const text of HOSTILE)
    it(`is nothing but text: ${JSON.stringify(text).slice(0, 60)}`, () => {
      const { block, left_out } = quoted(text);
      assert.equal(words(codeIn(block)), words(text));
      assert.equal(left_out, 0);
    });

  it("stands wholly below one another, also what is one word", () => {
    const word = "x".repeat(150);
    const lines = codeIn(quoted(`${"some words ".repeat(20)}\n${word}`).block).split("\n");
    assert.ok(Math.max(...lines.map(({ length }) => length)) <= 60, lines.join("\n"));
    assert.deepEqual(
      lines.filter((line) => /^\s/.test(line)),
      [],
    );
    assert.ok(lines.join("").endsWith(word));
  });

  it("holds nothing invisible", () => {
    assert.equal(codeIn(quoted("a\u202eb\u200b\u001b[31mc").block), "abc");
  });

  it("is shortened, and says by how much", () => {
    const long = quoted("x".repeat(1000));
    assert.deepEqual([codeIn(long.block).replaceAll("\n", "").length, long.left_out], [600, 400]);
    const high = quoted("y\n".repeat(40));
    assert.equal(codeIn(high.block), "y\n".repeat(12).trim());
    assert.equal(high.left_out, "y\n".repeat(40).trim().length - "y\n".repeat(12).trim().length);
    const half = quoted(`${"x".repeat(599)}\u{1f600}`);
    assert.deepEqual([codeIn(half.block).at(-1), half.left_out], ["x", 2]);
  });
});
