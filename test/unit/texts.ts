// Every text a person may read, taken out of the sources: the extension's, the webview's and the manifest's. A text
// that cannot be taken out cannot be translated, and is told with its place.

import { globSync, readFileSync } from "node:fs";

/** A string literal of any quotes, templates without places included. */
const LITERAL = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\.)*`/y;

function read(pattern: string): { file: string; text: string }[] {
  return globSync(pattern)
    .filter((file) => !file.endsWith(".d.ts"))
    .sort()
    .map((file) => ({ file, text: readFileSync(file, "utf8") }));
}

/** What a literal stands for. */
function meaningOf(literal: string): string {
  const inner = literal.slice(1, -1);
  return inner.replace(/\\(u\{([\da-f]+)\}|u([\da-f]{4})|n|t|.)/gi, (_, what: string, long, short) => {
    if (long !== undefined || short !== undefined)
      return String.fromCodePoint(Number.parseInt(long ?? short, 16));
    return what === "n" ? "\n" : what === "t" ? "\t" : what;
  });
}

export interface Called {
  texts: Set<string>;
  /** Calls whose text is no literal: place and what stands there. */
  unreadable: string[];
}

/** First arguments of all calls that `call` finds; a match ends behind the opening bracket. */
function calls(pattern: string, call: RegExp, wanted: (text: string) => boolean): Called {
  const found: Called = { texts: new Set(), unreadable: [] };
  for (const { file, text } of read(pattern)) {
    if (!wanted(text)) continue;
    for (const match of text.matchAll(call)) {
      const from = match.index + match[0].length;
      const start = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
      LITERAL.lastIndex = start;
      const literal = LITERAL.exec(text)?.[0];
      const after = literal === undefined ? "" : text.slice(start + literal.length).trimStart();
      if (literal !== undefined && /^[,)]/.test(after)) found.texts.add(meaningOf(literal));
      else {
        const line = text.slice(0, start).split("\n").length;
        found.unreadable.push(`${file}:${line}: ${text.slice(start, start + 40).split("\n")[0]}`);
      }
    }
  }
  return found;
}

/** What the extension says through vscode.l10n. */
export function extensionTexts(): Called {
  return calls("src/**/*.ts", /(?<![\w.])(?:(?:vscode\.)?l10n\.)?t\(/g, (text) => /\bl10n\b/.test(text));
}

/** What the webview asks the host's translations for. */
export function webviewTexts(): Called {
  return calls("webview/**/*.{ts,tsx}", /(?<![\w.]|function )t\(/g, () => true);
}

/** Every literal of the webview, whatever it is for; what is asked for also where a template before it has places. */
export function webviewLiterals(): Set<string> {
  const literals = new Set(webviewTexts().texts);
  for (const { text } of read("webview/**/*.{ts,tsx}")) {
    for (const [literal] of text.matchAll(new RegExp(LITERAL.source, "g"))) literals.add(meaningOf(literal));
  }
  return literals;
}

/** Text that a person would read as it stands, by how it is written down. */
export function untranslated(): string[] {
  const shown = [
    {
      files: "webview/**/*.tsx",
      text: /\b(?:aria-label|title|placeholder|alt|label)="[^"]*[A-Za-z]{2}[^"]*"/g,
    },
    { files: "webview/**/*.tsx", text: />\s*[A-Z][a-z]+(?: [a-z]+)+[.…]?\s*</g },
    {
      files: "src/**/*.ts",
      text: /\bshow(?:Information|Warning|Error)Message\(\s*(?:"|'|`(?!EdgeQuake: \$)[^$`]*[A-Za-z]{2}[^$`]* )/g,
    },
    {
      files: "src/**/*.ts",
      text: /\b(?:title|placeHolder|placeholder|prompt|tooltip|detail|description|label)(?::| =)\s*(?:"(?!(?:Markdown|JSON|CSV|EdgeQuake|Git)")(?:[A-Z][a-z]|[^"\n]*[A-Za-z]{2} )[^"\n]*"|`(?=[^`]*[A-Za-z]{2} )[^`$]*`)/g,
    },
  ];
  return shown.flatMap(({ files, text }) =>
    read(files).flatMap((source) =>
      [...source.text.matchAll(text)].map((match) => {
        const line = source.text.slice(0, match.index).split("\n").length;
        return `${source.file}:${line}: ${match[0].replace(/\s+/g, " ")}`;
      }),
    ),
  );
}
