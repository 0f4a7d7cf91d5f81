// The markdown of an answer as it grows: however it is cut into pieces it ends as if it had come at once, and a
// model's HTML, images and links stay words.

import assert from "node:assert/strict";
import fc from "fast-check";
import { MarkdownBlocks } from "../../webview/blocks.ts";

/** What is shown in the end when the text comes in these pieces. */
function shown(pieces: readonly string[]): string {
  const blocks = new MarkdownBlocks();
  let text = "";
  let html = "";
  for (const piece of pieces) {
    text += piece;
    for (const block of blocks.update(text, false).finished) html += block.html;
  }
  for (const block of blocks.update(text, true).finished) html += block.html;
  return html;
}

const PARTS = [
  "# Title\n\n",
  "one\ntwo\nthree\n\n",
  "- a\n- b\n\n  more of b\n- c\n\n",
  "1. x\n2. y\n\n",
  "```js\nlet a = 1;\n\n- no list\n```\n\n",
  "~~~\n```\n~~~\n\n",
  "| a | b |\n|---|---|\n| 1 | 2 |\n\n",
  "> quoted\n> on\n\n",
  "Some **strong** and `code`.\n\n",
  "---\n\n",
  "    indented\n\n",
  "\n\n",
];

describe("markdown of a growing answer", () => {
  it("ends the same however it came", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...PARTS), { maxLength: 8 }),
        fc.boolean(),
        fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 40 }),
        (parts, crlf, lengths) => {
          // An indented block reads as part of a list before it: only whole texts decide that.
          fc.pre(!parts.some((part, index) => part.startsWith("    ") && index > 0));
          const plain = parts.join("");
          const text = crlf ? plain.replaceAll("\n", "\r\n") : plain;
          const pieces: string[] = [];
          let at = 0;
          for (let index = 0; at < text.length; index += 1) {
            const length = (lengths[index % lengths.length] ?? 0) + 1;
            pieces.push(text.slice(at, at + length));
            at += length;
          }
          assert.equal(shown(pieces), shown([plain]));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("keeps lines that end in CR LF, also when the two come apart", () => {
    const text = "one\ntwo\nthree\n\n```js\na\nb\nc\n```\n\nend\n";
    const crlf = text.replaceAll("\n", "\r\n");
    assert.equal(shown([...crlf]), shown([text]));
    assert.match(shown([...crlf]), /<p>end<\/p>/);
  });

  it("reads a finished block once: the work for a piece does not grow with the answer", () => {
    const blocks = new MarkdownBlocks();
    let text = "";
    let finished = 0;
    for (let index = 0; index < 200; index += 1) {
      text += `Paragraph ${index}.\n\n`;
      const update = blocks.update(text, false);
      finished += update.finished.length;
      assert.equal(update.tail, `<p>Paragraph ${index}.</p>\n`);
    }
    assert.equal(finished, 199);
  });

  it("shows a model's HTML and images as words, and links only to the web and to mail", () => {
    const html = shown([
      '<img src=x onerror="a()"> <b>b</b>\n\n<script>c()</script>\n\n![i](https://example.invalid/i.png)\n\n',
      "[j](javascript:d) [k](command:e) [f](file:///etc/passwd) [w](https://example.invalid/?q=1) [m](mailto:a@example.invalid)",
    ]);
    assert.ok(!/<(img|script|b)\b/.test(html), html);
    assert.deepEqual(
      [...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1]),
      ["https://example.invalid/?q=1", "mailto:a@example.invalid"],
    );
  });
});
