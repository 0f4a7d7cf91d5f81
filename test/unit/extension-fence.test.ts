// Which part of a model's answer is the code that is proposed, and that it is what was shown while it arrived.

import assert from "node:assert/strict";
import { commitText } from "../../src/code/commit-text.ts";
import { partialReplacement } from "../../src/edits/partial.ts";
import { stripFence } from "../../src/edits/strip-fence.ts";

const lines = (...all: string[]): string => all.join("\n");

const DOCUMENTED = lines(
  "def mean(values):",
  '    """The mean.',
  "",
  "    ```",
  "    mean([1, 2])",
  "    ```",
  '    """',
  "    return sum(values) / len(values)",
);
const UNDOCUMENTED = lines("def mean(values):", "    return sum(values) / len(values)");
const INSTALL = lines("Install it:", "```sh", "npm i x", "```", "Then run it.");

describe("code of an answer that says more", () => {
  it("is the only fenced block, without the words around it", () => {
    const answer = "Here is the code:\n\n```js\nlet a = 1;\n```\n\nI renamed it.";
    assert.equal(stripFence(answer, "let b = 1;\n", "javascript"), "let a = 1;\n");
    const documented = lines("Here it is:", "```python", DOCUMENTED, "```", "Hope it helps");
    assert.equal(stripFence(documented, UNDOCUMENTED, "python"), DOCUMENTED);
    assert.equal(stripFence("```js\na\n```\nDone.", "x", "javascript"), "a");
  });
  it("is the whole answer where blocks are several, or one is not closed: a person sees it in the diff", () => {
    const two = "```js\na\n```\nand\n```js\nb\n```";
    for (const language of ["javascript", "markdown"]) assert.equal(stripFence(two, "x", language), two);
    const open = "```js\nlet a = 1;";
    assert.equal(stripFence(open, "x", "javascript"), open);
  });
  it("keeps the fences of code that has some, and takes off one around everything", () => {
    const readme = "# Title\n\n```sh\nnpm ci\n```\n";
    assert.equal(stripFence(readme, readme, "markdown"), readme);
    assert.equal(stripFence(`\`\`\`\`md\n${readme}\`\`\`\``, readme, "markdown"), readme);
  });
  it("keeps indentation, loses empty lines before the code, reads CR LF", () => {
    assert.equal(stripFence("\n\n    f();\n", "    g();", "c"), "    f();");
    assert.equal(stripFence("```js\r\nlet a = 1;\r\n```\r\n", "x\r\n", "javascript"), "let a = 1;\r\n");
    assert.equal(stripFence("```js\n    f();\n    ```", "    g();", "javascript"), "    f();");
  });
});

describe("an answer with a block in it", () => {
  it("stays whole in prose, in which the block and the words are the text", () => {
    assert.equal(stripFence(INSTALL, "Install it with npm.\n", "markdown"), `${INSTALL}\n`);
    assert.equal(stripFence(INSTALL, "Install it.", "plaintext"), INSTALL);
  });
  it("stays whole in code: an example in a docstring, a block in a template", () => {
    assert.equal(stripFence(DOCUMENTED, UNDOCUMENTED, "python"), DOCUMENTED);
    const template = lines("export const help = `", "```sh", "npm i x", "```", "`;", "run(help);");
    assert.equal(stripFence(template, "run(help);", "typescript"), template);
  });
  it("loses the one fence around everything, whatever is opened and closed inside", () => {
    const fenced = (info: string, inside: string, fence = "```"): string =>
      lines(fence + info, inside, fence);
    const bare = INSTALL.replace("```sh", "```");
    assert.equal(stripFence(fenced("python", DOCUMENTED), UNDOCUMENTED, "python"), DOCUMENTED);
    for (const wrapped of [
      fenced("markdown", INSTALL),
      fenced("", INSTALL),
      fenced("md", INSTALL, "````"),
      fenced("", INSTALL, "~~~"),
    ])
      assert.equal(stripFence(wrapped, "Install it.", "markdown"), INSTALL, wrapped);
    for (const info of ["markdown", ""])
      assert.equal(stripFence(fenced(info, bare), "Install it.", "markdown"), bare, info);
    const shown = fenced("md", INSTALL, "````");
    assert.equal(stripFence(fenced("markdown", shown), "Install it.", "markdown"), shown, "longer inside");
  });
  it("keeps the fence that the text had itself", () => {
    const block = "```sh\nnpm i x\n```";
    const old = "```sh\nnpm install x\n```\n";
    assert.equal(stripFence(block, old, "markdown"), `${block}\n`);
    assert.equal(stripFence(`\`\`\`md\n${block}\n\`\`\``, old, "markdown"), `${block}\n`);
    assert.equal(stripFence(block, "npm install x\n", "markdown"), "npm i x\n", "what was sent had none");
  });
});

describe("an arriving answer", () => {
  const cases: [string, string, string, string][] = [
    ["prose with a block", INSTALL, "Install it.", "markdown"],
    ["a block, then prose", "```sh\nnpm i x\n```\nThen run it.", "Install it.", "markdown"],
    ["prose in a fence", lines("```markdown", INSTALL, "```"), "Install it.", "markdown"],
    ["a docstring", DOCUMENTED, UNDOCUMENTED, "python"],
    ["a docstring in a fence", lines("```python", DOCUMENTED, "```"), UNDOCUMENTED, "python"],
    ["talk", lines("Here it is:", "```python", DOCUMENTED, "```", "Bye"), UNDOCUMENTED, "python"],
    ["a block that was one", "```sh\nnpm i x\n```", "```sh\nnpm i\n```", "markdown"],
  ];
  for (const [name, answer, original, language] of cases) {
    it(`is shown at its end as it is proposed: ${name}`, () => {
      assert.equal(partialReplacement(original, answer, language), stripFence(answer, original, language));
    });
  }
  it("is shown from the start without the fence that its end takes off", () => {
    const parts = (answer: string, language: string): string[] =>
      answer
        .split("\n")
        .map((_, at, all) => partialReplacement("x", all.slice(0, at + 1).join("\n"), language));
    const [, ...prose] = parts(lines("```markdown", INSTALL, "```"), "markdown");
    assert.deepEqual(prose, [...parts(INSTALL, "markdown"), INSTALL]);
    const [, , ...talked] = parts(lines("Here it is:", "```python", DOCUMENTED, "```", "Bye"), "python");
    for (const shown of talked) assert.ok(DOCUMENTED.startsWith(shown), shown);
    assert.deepEqual(talked.slice(-2), [DOCUMENTED, DOCUMENTED]);
  });
});

describe("a commit message", () => {
  const message = lines("Read the list once", "", "As in:", "```sh", "tool --list", "```");
  it("keeps a block that it shows, also while it arrives", () => {
    for (const arriving of [false, true]) assert.equal(commitText(message, arriving), message);
    const part = message.slice(0, message.indexOf("--list"));
    assert.equal(commitText(part, true), part.trim());
  });
  it("loses the fence around it and the words before that, from the fence's first line on", () => {
    const said = lines("Here is the message:", "", "```", "Read the list once", "```", "Shall I go on?");
    assert.equal(commitText(said), "Read the list once");
    assert.equal(commitText(lines("```text", message, "```")), message);
    for (const start of ["```\nRead", "Here it is:\n```\nRead"])
      assert.equal(commitText(start, true), "Read");
  });
});
