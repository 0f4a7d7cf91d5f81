// Syntax colours for the languages people ask about most; any other code is shown plain.

import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import cpp from "highlight.js/lib/languages/cpp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import go from "highlight.js/lib/languages/go";
import java from "highlight.js/lib/languages/java";
import json from "highlight.js/lib/languages/json";
import markdown from "highlight.js/lib/languages/markdown";
import python from "highlight.js/lib/languages/python";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

const LANGUAGES = {
  bash,
  cpp,
  css,
  diff,
  go,
  java,
  json,
  markdown,
  python,
  rust,
  sql,
  typescript,
  xml,
  yaml,
};
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);
hljs.registerAliases(["js", "jsx", "javascript", "mjs", "cjs"], { languageName: "typescript" });

/** Longer code is not coloured: it would cost more than it shows. */
const LONGEST = 50_000;

/** Colours a `<code class="language-x">` element in place. */
export function highlight(code: HTMLElement): void {
  const language = languageOf(code);
  const text = code.textContent ?? "";
  if (language === "" || text.length > LONGEST || !hljs.getLanguage(language)) return;
  // highlight.js escapes the text; its output is spans with classes.
  code.innerHTML = hljs.highlight(text, { language, ignoreIllegals: true }).value;
}

export function languageOf(code: HTMLElement): string {
  for (const name of code.classList) if (name.startsWith("language-")) return name.slice("language-".length);
  return "";
}
