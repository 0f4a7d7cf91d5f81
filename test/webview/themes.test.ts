// The chat wears VS Code's colours only, and those that the tests dress it in are the ones it asks for.

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../host/build.ts";
import { readThemes, THEME_NAMES, usedVariables } from "./themes.ts";

describe("the chat's themes", () => {
  it("every variable in use was recorded from VS Code; if not: node test/webview/record-themes.ts", () => {
    const { themes } = readThemes();
    for (const name of THEME_NAMES) {
      const recorded = Object.keys(themes[name].variables);
      assert.deepEqual(
        usedVariables().filter((variable) => !recorded.includes(variable)),
        [],
        name,
      );
    }
  });

  it("every variable in use is one that some theme of VS Code sets", () => {
    const { themes } = readThemes();
    const ours = usedVariables().filter((variable) => variable.startsWith("--vscode-"));
    const set = (variable: string): boolean =>
      THEME_NAMES.some((name) => (themes[name].variables[variable] ?? null) !== null);
    assert.deepEqual(
      ours.filter((variable) => !set(variable)),
      [],
    );
  });

  it("no style sheet has a colour of its own", () => {
    const found = globSync("webview/{style,style/*}.css", { cwd: PROJECT }).flatMap((file) =>
      (readFileSync(join(PROJECT, file), "utf8").match(/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(/gi) ?? []).map(
        (color) => `${file}: ${color}`,
      ),
    );
    assert.deepEqual(found, []);
  });
});
