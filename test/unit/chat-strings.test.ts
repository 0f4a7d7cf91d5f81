// Every text the chat's page shows is one the host translates, and the host translates none that nobody shows.

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";

/** First arguments of calls of `t`. */
function asked(source: string): string[] {
  return [...source.matchAll(/\bt\(\s*("(?:[^"\\]|\\.)*")/g)].map(([, text]) => JSON.parse(text ?? '""'));
}

describe("the chat's texts", () => {
  const shown = new Set(globSync("webview/*.{ts,tsx}").flatMap((file) => asked(readFileSync(file, "utf8"))));
  const source = readFileSync("src/chat/strings.ts", "utf8");
  const translated = asked(source);

  it("are all handed over by the host", () => {
    assert.ok(shown.size > 40, `${shown.size} texts were found`);
    assert.deepEqual(
      [...shown].filter((text) => !translated.includes(text)),
      [],
    );
  });

  it("are all shown", () => {
    assert.deepEqual(
      translated.filter((text) => !shown.has(text)),
      [],
    );
  });

  it("stand under their own name", () => {
    const pairs = [...source.matchAll(/^ {4}("(?:[^"\\]|\\.)*"|\w+):\s*t\(\s*("(?:[^"\\]|\\.)*")/gm)];
    assert.equal(pairs.length, translated.length);
    for (const [, name = "", text = ""] of pairs) {
      assert.equal(name.startsWith('"') ? JSON.parse(name) : name, JSON.parse(text));
    }
  });

  it("are never asked for by anything but their English words", () => {
    for (const file of globSync("webview/*.{ts,tsx}")) {
      const calls = readFileSync(file, "utf8").match(/(?<!function )\bt\((?!\s*")/g) ?? [];
      assert.deepEqual(calls, [], file);
    }
  });
});
