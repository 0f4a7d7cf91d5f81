// The markdown of an answer as it grows: however it is cut into pieces it ends as if it had come at once, and a
// model's HTML stays words, its images links.

import assert from "node:assert/strict";
import fc from "fast-check";
import { type Block, MarkdownBlocks } from "../../webview/blocks.ts";

/** As the page does it: more items go into the list before them, what is reopened is taken away. */
function joined(html: readonly string[], blocks: readonly Block[], reopened = false): string[] {
  const all = reopened ? html.slice(0, -1) : [...html];
  for (const { html: block, continues } of blocks) {
    const items = /^<table>[\s\S]*<tbody>([\s\S]*<\/tbody><\/table>\n)$|^<[uo]l[^>]*>\n([\s\S]*)$/.exec(
      block,
    );
    if (!continues) all.push(block);
    else all.push(`${all.pop()?.replace(/<\/(?:[uo]l|tbody><\/table)>\n$/, "")}${items?.[1] ?? items?.[2]}`);
  }
  return all;
}

/** What is shown in the end when the text comes in these pieces; `each` sees what is shown meanwhile. */
function shown(pieces: readonly string[], each?: (text: string, html: string) => void): string {
  const blocks = new MarkdownBlocks();
  let text = "";
  let html: string[] = [];
  for (const piece of pieces) {
    text += piece;
    const { reopened, finished, tail, code } = blocks.update(text, false);
    html = joined(html, finished, reopened);
    if (!code) each?.(text, joined(html, tail).join(""));
  }
  const { reopened, finished } = blocks.update(text, true);
  return joined(html, finished, reopened).join("");
}

function cut(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (let index = 0; at < text.length; index += 1) {
    const length = (lengths[index % lengths.length] ?? 0) + 1;
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

const LINES = [
  "- item\n",
  "- item **with** `code`\n\n",
  "* another list\n",
  "1. numbered\n",
  "  more of it\n",
  "  - nested\n",
  "- [ ] to do\n",
  "- [x] done\n\n",
  "lazy\n",
  "\n",
  "- ```js\n  code\n  ```\n",
  "---\n",
  "- > quoted\n",
  "| 1 | 2 |\n",
  "| 3 |\n\n",
];

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
          assert.equal(shown(cut(text, lengths)), shown([plain]));
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
      assert.deepEqual(update.tail, [{ html: `<p>Paragraph ${index}.</p>\n` }]);
    }
    assert.equal(finished, 199);
  });

  it("a long list or table shows at every step what it would show had it come at once", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("", "1. a\n2. b\n", "- a\n- b\n- c\n", "| a | b |\n|---|---|\n"),
        fc.array(fc.constantFrom(...LINES), { maxLength: 14 }),
        fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 40 }),
        (begin, lines, lengths) => {
          const text = begin + lines.join("");
          shown(cut(text, lengths), (soFar, html) => {
            const whole = new MarkdownBlocks();
            const { finished, tail, code } = whole.update(soFar, false);
            if (!code) assert.equal(html, joined(joined([], finished), tail).join(""), soFar);
          });
          assert.equal(shown(cut(text, lengths)), shown([text]));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("reads a finished item of a list, or row of a table, once", () => {
    for (const [head, line, most] of [
      ["", "- item **{}**\n", 2],
      ["", "7. item {}\n\n", 2],
      ["| n |\n|---|\n", "| row {} |\n", 1],
    ] as const) {
      const blocks = new MarkdownBlocks();
      let text: string = head;
      for (let index = 0; index < 50; index += 1) {
        text += line.replace("{}", String(index));
        const { tail } = blocks.update(text, false);
        assert.ok(tail.length <= 1 && (tail[0]?.html.match(/<li>|<td>/g) ?? []).length <= most, text);
      }
    }
  });

  it("formulas stay as they were written", () => {
    const html = shown([
      "A \\(a_1 * b * c\\) and \\[\n\\frac{x}{y} \\\\ _z_\n\\] and $$a*b*c$$ for $5 or $6 \\[no\n\n",
    ]);
    assert.deepEqual(
      [...html.matchAll(/<code class="math">([^<]*)<\/code>/g)].map((match) => match[1]),
      ["\\(a_1 * b * c\\)", "\\[\n\\frac{x}{y} \\\\ _z_\n\\]", "$$a*b*c$$"],
    );
    assert.ok(!/<em>|<strong>/.test(html), html);
    assert.match(html, /for \$5 or \$6 \[no/);
  });

  it("a formula between single dollars stays too; money and a shell's variables are none", () => {
    const html = shown([
      "So $\\mathbf{x}_i^*$ and $y_i^*$, for $5_000 or $6, with $A_B, $C_D/$E_F or $ a_b $.\n\n",
    ]);
    assert.deepEqual(
      [...html.matchAll(/<code class="math">([^<]*)<\/code>/g)].map((match) => match[1]),
      ["$\\mathbf{x}_i^*$", "$y_i^*$"],
    );
    assert.match(html, /for \$5_000 or \$6, with \$A_B, \$C_D\/\$E_F or \$ a_b \$\./);
    const began = performance.now();
    shown([`${"$a_ ".repeat(20_000)}\n\n`]);
    assert.ok(performance.now() - began < 3_000, `${performance.now() - began} ms`);
  });

  it("shows a model's HTML as words, images as links, and links only to the web and to mail", () => {
    const html = shown([
      "a<br>b H<sub>2</sub>O <KBD>F1</kbd> <br/> <sub onclick=a()>c</sub>\n\n",
      '<img src=x onerror="a()"> <b>b</b>\n\n<script>c()</script>\n\n![i](https://example.invalid/i.png)\n\n',
      "[j](javascript:d) [k](command:e) [f](file:///etc/passwd) [w](https://example.invalid/?q=1) [m](mailto:a@example.invalid)",
    ]);
    assert.ok(!/<(img|script|b)\b/.test(html), html);
    assert.deepEqual(
      [...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1]),
      ["https://example.invalid/i.png", "https://example.invalid/?q=1", "mailto:a@example.invalid"],
    );
    assert.match(
      shown(["[![i](https://a.invalid/i.png)](https://b.invalid/)"]),
      /^<p><a [^>]*>\[i: https:\/\/a\.invalid\/i\.png\]<\/a><\/p>$/m,
    );
  });
});
