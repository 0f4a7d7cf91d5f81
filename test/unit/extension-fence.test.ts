// Which part of a model's answer is the code that is proposed.

import assert from "node:assert/strict";
import { stripFence } from "../../src/edits/strip-fence.ts";

describe("code of an answer that says more", () => {
  it("is the only fenced block, without the words around it", () => {
    const answer = "Here is the code:\n\n```js\nlet a = 1;\n```\n\nI renamed it.";
    assert.equal(stripFence(answer, "let b = 1;\n"), "let a = 1;\n");
  });
  it("is the whole answer where blocks are several, or one is not closed: a person sees it in the diff", () => {
    const two = "```js\na\n```\nand\n```js\nb\n```";
    assert.equal(stripFence(two, "x"), two);
    const open = "```js\nlet a = 1;";
    assert.equal(stripFence(open, "x"), open);
  });
  it("keeps the fences of code that has some, and takes off one around everything", () => {
    const readme = "# Title\n\n```sh\nnpm ci\n```\n";
    assert.equal(stripFence(readme, readme), readme);
    assert.equal(stripFence(`\`\`\`\`md\n${readme}\`\`\`\``, readme), readme);
  });
  it("keeps indentation, loses empty lines before the code, reads CR LF", () => {
    assert.equal(stripFence("\n\n    f();\n", "    g();"), "    f();");
    assert.equal(stripFence("```js\r\nlet a = 1;\r\n```\r\n", "x\r\n"), "let a = 1;\r\n");
  });
});
