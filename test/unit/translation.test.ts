// The German translation is whole: no text of the product is missing or left over in it, and what a text holds besides
// words (places, code, names of commands) is there in German too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { extensionTexts } from "./texts.ts";

type Texts = Record<string, string>;
const read = (file: string): Texts => JSON.parse(readFileSync(file, "utf8")) as Texts;

const ENGLISH_MANIFEST = read("package.nls.json");
const GERMAN_MANIFEST = read("package.nls.de.json");
const GERMAN = read("l10n/bundle.l10n.de.json");

/** What must be the same in both languages, as often as it is there. */
function untouched(text: string): string[] {
  const kept = /\{\d+\}|`[^`]+`|\]\([^)]+\)|<[^>]+>|\$\([\w~-]+\)|mock\/\w+|provider\/model|config\.toml/g;
  return [...(text.match(kept) ?? [])].sort();
}

/** Where English names one of our commands German must name it as it is called there. */
function commandsNamed(text: string): { english: string; german: string }[] {
  return Object.entries(ENGLISH_MANIFEST)
    .filter(([key, title]) => key.startsWith("command.") && text.includes(`EdgeQuake: ${title}`))
    .map(([key, title]) => ({ english: title, german: `EdgeQuake: ${GERMAN_MANIFEST[key]}` }));
}

function assertPairs(pairs: [english: string, german: string | undefined][]): void {
  for (const [english, german] of pairs) {
    assert.ok(german !== undefined && german.trim() !== "", `no German for "${english}"`);
    assert.deepEqual(untouched(german), untouched(english), `"${english}": "${german}"`);
    // "Set API Key" may stand in the title of another: the longest name counts.
    const named = commandsNamed(english).sort((a, b) => b.english.length - a.english.length)[0];
    if (named) assert.ok(german.includes(named.german), `"${german}" does not name "${named.german}"`);
    assert.equal(/[.…:?]$/.exec(german)?.[0], /[.…:?]$/.exec(english)?.[0], `"${english}" ends otherwise`);
  }
}

describe("the German translation", () => {
  it("has every text of the extension and the webview, and no other", () => {
    const { texts } = extensionTexts();
    assert.deepEqual(
      [...texts].filter((text) => GERMAN[text] === undefined),
      [],
      "missing in l10n/bundle.l10n.de.json",
    );
    assert.deepEqual(
      Object.keys(GERMAN).filter((text) => !texts.has(text)),
      [],
      "no longer in the sources",
    );
    assertPairs([...texts].map((text) => [text, GERMAN[text]]));
  });

  it("has every text of the manifest, and no other", () => {
    assert.deepEqual(Object.keys(GERMAN_MANIFEST).sort(), Object.keys(ENGLISH_MANIFEST).sort());
    assertPairs(Object.entries(ENGLISH_MANIFEST).map(([key, text]) => [text, GERMAN_MANIFEST[key]]));
  });
});
