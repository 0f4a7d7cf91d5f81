// Syntax colours for the languages people ask about most; any other code is shown plain.

import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import json from "highlight.js/lib/languages/json";
import kotlin from "highlight.js/lib/languages/kotlin";
import lua from "highlight.js/lib/languages/lua";
import makefile from "highlight.js/lib/languages/makefile";
import markdown from "highlight.js/lib/languages/markdown";
import php from "highlight.js/lib/languages/php";
import powershell from "highlight.js/lib/languages/powershell";
import python from "highlight.js/lib/languages/python";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import swift from "highlight.js/lib/languages/swift";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

const LANGUAGES = {
  bash,
  cpp,
  csharp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  json,
  kotlin,
  lua,
  makefile,
  markdown,
  php,
  powershell,
  python,
  ruby,
  rust,
  sql,
  swift,
  typescript,
  xml,
  yaml,
};
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);
hljs.registerAliases(["js", "jsx", "javascript", "mjs", "cjs"], { languageName: "typescript" });

/** Longer code is not coloured: it would cost more than it shows. */
const LONGEST = 50_000;

/** Code that comes near the window, once. */
const seen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      highlight(target as HTMLElement);
    }
  },
  { rootMargin: "400px" },
);

/** Colours a `<code class="language-x">` element in place, once somebody may see it: most code of a long chat is not. */
export function highlightWhenSeen(code: HTMLElement): void {
  if (hljs.getLanguage(languageOf(code))) seen.observe(code);
}

function highlight(code: HTMLElement): void {
  const text = code.textContent ?? "";
  if (text.length > LONGEST) return;
  // highlight.js escapes the text; its output is spans with classes.
  code.innerHTML = hljs.highlight(text, { language: languageOf(code), ignoreIllegals: true }).value;
}

export function languageOf(code: HTMLElement): string {
  for (const name of code.classList) if (name.startsWith("language-")) return name.slice("language-".length);
  return "";
}
