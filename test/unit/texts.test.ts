// Every text a person may read can be translated: the sources' are literals handed to l10n, the webview's are among
// those the host translates for it, the manifest's are keys.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { keyOf, manifestTexts } from "./manifest-texts.ts";
import { extensionTexts, untranslated, webviewLiterals, webviewTexts } from "./texts.ts";

/** The same in every language. */
const PROPER_NAMES = new Set(["EdgeQuake"]);
const MANIFEST = JSON.parse(readFileSync("package.json", "utf8")) as Record<string, unknown> & {
  contributes: { configuration: unknown };
};
const ENGLISH = JSON.parse(readFileSync("package.nls.json", "utf8")) as Record<string, string>;

const TABLES = ["src/chat/strings.ts", "src/usage/strings.ts"];

/** The tables of the pages: by what name the webview asks, and what it gets. */
function handedOver(): { name: string; text: string }[] {
  const source = TABLES.map((file) => readFileSync(file, "utf8")).join("\n");
  const rows = source.matchAll(/^ {4}(?:"((?:[^"\\]|\\.)*)"|(\w+)): t\(\s*"((?:[^"\\]|\\.)*)"/gm);
  return [...rows].map(([, quoted, bare, text]) => ({ name: quoted ?? bare ?? "", text: text ?? "" }));
}

describe("texts", () => {
  it("the extension's are literals that can be taken out", () => {
    const { texts, unreadable } = extensionTexts();
    assert.deepEqual(unreadable, []);
    assert.ok(texts.size >= 60, `${texts.size}`);
    assert.ok(texts.has("There is no code here. Select some, or put the cursor into it."));
  });

  it("nothing is shown that passes by the translations", () => {
    assert.deepEqual(untranslated(), []);
  });

  it("the webview's are all among those the host translates, and those all in use", () => {
    const handed = new Set(handedOver().map(({ name }) => name));
    const { texts } = webviewTexts();
    assert.ok(texts.size >= 25, `${texts.size}`);
    const literals = webviewLiterals();
    assert.deepEqual(
      [...texts].filter((text) => !handed.has(text)),
      [],
      `not handed over by ${TABLES.join(" or ")}`,
    );
    assert.deepEqual(
      [...handed].filter((text) => !literals.has(text)),
      [],
      "handed over and never shown",
    );
  });

  it("the host hands each over under its own name", () => {
    assert.ok(handedOver().length >= 30);
    for (const { name, text } of handedOver()) assert.equal(text, name);
  });

  it("the manifest's are keys, every key has its English text, and no text is left over", () => {
    const shown = manifestTexts({
      description: MANIFEST["description"],
      displayName: MANIFEST["displayName"],
      capabilities: MANIFEST["capabilities"],
      contributes: MANIFEST["contributes"],
    });
    assert.ok(shown.length >= 30, `${shown.length}`);
    const literal = shown.filter(({ text }) => keyOf(text) === undefined && !PROPER_NAMES.has(text));
    assert.deepEqual(
      literal.map(({ place, text }) => `${place}: ${text}`),
      [],
    );
    const used = new Set(JSON.stringify(MANIFEST).match(/(?<=%)[\w.-]+(?=%)/g));
    assert.deepEqual(
      [...used].filter((key) => ENGLISH[key] === undefined),
      [],
      "has no English text",
    );
    assert.deepEqual(
      Object.keys(ENGLISH).filter((key) => !used.has(key)),
      [],
      "is used nowhere",
    );
  });
});
