// Prompts: every action has one, each placeholder it names is known, what is put in stays text, and a user's own
// file wins without ever being overwritten.

import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { PromptFiles, userPrompts } from "../../src/prompts/prompt-files.ts";
import { fenced, fillPrompt, PLACEHOLDERS, PROMPT_ACTIONS } from "../../src/prompts/prompts.ts";

describe("a prompt", () => {
  it("is filled, its first comment left out, parts without a value with their words", () => {
    const template =
      "<!-- about {{code}} -->\n\nFix {{language}}:\n{{#diagnostics}}\nProblems: {{diagnostics}}\n{{/diagnostics}}\n{{code}}\n";
    assert.deepEqual(fillPrompt(template, { code: "x", language: "ts", diagnostics: "1: no" }), {
      text: "Fix ts:\nProblems: 1: no\nx",
      unknown: [],
    });
    assert.equal(fillPrompt(template, { code: "x", language: "ts" }).text, "Fix ts:\nx");
  });
  it("keeps and names a placeholder nobody knows", () => {
    assert.deepEqual(fillPrompt("{{cod}} {{#codes}}a{{/codes}} {{code}}", { code: "x" }), {
      text: "{{cod}} {{#codes}}a{{/codes}} x",
      unknown: ["cod", "codes"],
    });
  });
  it("never reads what is put in as a placeholder", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("{{file}}", "$&", "$1", "{{#code}}a{{/code}}"),
        fc.string(),
        (code, tail) => {
          const text = `[${code}${tail}]`;
          assert.equal(fillPrompt("{{#code}}{{code}}{{/code}}", { code: text, file: "secret" }).text, text);
        },
      ),
    );
  });
  it("puts code into a fence that it cannot close", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("`", "\n", "a", "```")), (parts) => {
        const [first = "", ...rest] = fenced(parts.join(""), "ts").split("\n");
        const fence = /^`{3,}/.exec(first)?.[0] ?? assert.fail(first);
        assert.deepEqual(
          rest.filter((line) => line.startsWith(fence)),
          [fence],
        );
      }),
    );
  });
});

describe("the files of prompts", () => {
  let own: string;
  beforeEach(async () => {
    own = join(await mkdtemp(join(tmpdir(), "edgequake-prompts-")), "edgequake", "prompts");
  });
  afterEach(() => rm(join(own, "..", ".."), { recursive: true, force: true }));

  it("come with the extension, one per action, with placeholders that are known", async () => {
    assert.deepEqual(
      (await readdir("media/prompts")).sort(),
      PROMPT_ACTIONS.map((action) => `${action}.md`).sort(),
    );
    const files = new PromptFiles(process.cwd(), own);
    const values = Object.fromEntries(PLACEHOLDERS.map((name) => [name, `<${name}>`]));
    for (const action of PROMPT_ACTIONS) {
      const { text, unknown } = await files.fill(action, values);
      assert.deepEqual(unknown, [], action);
      assert.match(text, /<(code|diff|output)>/, action);
      assert.doesNotMatch(text, /<!--|\{\{/, action);
    }
  });
  it("are the user's where there is one that says something", async () => {
    const files = new PromptFiles(process.cwd(), own);
    assert.equal(await files.isOwn("fix"), false);
    const path = await files.copy("fix");
    assert.equal(path, join(own, "fix.md"));
    assert.equal(await readFile(path, "utf8"), await readFile("media/prompts/fix.md", "utf8"));
    if (process.platform !== "win32") assert.equal((await stat(path)).mode & 0o777, 0o600);
    await writeFile(path, "Mine: {{code}}");
    assert.equal(await files.copy("fix"), path);
    assert.equal((await files.fill("fix", { code: "x" })).text, "Mine: x");
    await writeFile(path, "\n");
    assert.match((await files.fill("fix", { code: "x" })).text, /Change what has to change/);
  });
  it("are looked for beside config.toml", () => {
    assert.equal(userPrompts({ XDG_CONFIG_HOME: "/c" }), join("/c", "edgequake", "prompts"));
    assert.equal(userPrompts({ HOME: "/h" }), join("/h", ".config", "edgequake", "prompts"));
  });
});
