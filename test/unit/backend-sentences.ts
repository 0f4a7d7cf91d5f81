// Every English sentence that stands in the backend's sources, as a template: `{0}`, `{1}`, … are what it fills in. A
// sentence is a literal with two words in a row, or with a word beside a place; comments and regular expressions are none.

import { globSync, readFileSync } from "node:fs";

export interface Sentence {
  file: string;
  line: number;
  template: string;
}

/** What a `/` begins a regular expression behind. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};>+\n]|\breturn|\btypeof)\s*$/;
const WORDS =
  /[A-Za-z’']{2,} (?:[a-z’']{2,}|a |I |"[A-Z])|(?:^|[^\w.$])[a-z]{3,}(?: \{\d|: )|\{\d\}[^a-zA-Z]{0,2} [a-z]{2,}/;

export function sentencesOf(file: string, wanted = WORDS): Sentence[] {
  const source = readFileSync(file, "utf8");
  const found: Sentence[] = [];
  const take = (template: string, at: number): void => {
    if (wanted.test(template)) found.push({ file, line: source.slice(0, at).split("\n").length, template });
  };
  /** Reads code from `at` to the bracket that closes it, or to the end; gives the place behind. */
  const code = (at: number): number => {
    let place = at;
    let depth = 0;
    while (place < source.length) {
      const rest = source.slice(place);
      const comment = /^(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(rest)?.[0];
      const character = rest[0] ?? "";
      if (comment !== undefined) place += comment.length;
      else if (character === "`") place = template(place);
      else if (character === '"' || character === "'") {
        const literal = /^(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/.exec(rest)?.[0] ?? character;
        take(unescaped(literal.slice(1, -1)), place);
        place += literal.length;
      } else if (character === "/" && BEFORE_REGEX.test(source.slice(Math.max(0, place - 40), place))) {
        place += /^\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/.exec(rest)?.[0].length ?? 1;
      } else {
        if (character === "{") depth++;
        if (character === "}" && depth-- === 0) return place + 1;
        place++;
      }
    }
    return place;
  };
  const template = (at: number): number => {
    let place = at + 1;
    let text = "";
    let places = 0;
    while (place < source.length && source[place] !== "`") {
      if (source.startsWith("${", place)) {
        place = code(place + 2);
        text += `{${places++}}`;
      } else {
        const [one = ""] = /^(?:\\[\s\S]|[^\\])/.exec(source.slice(place)) ?? [];
        text += unescaped(one);
        place += one.length;
      }
    }
    take(text, at);
    return place + 1;
  };
  code(0);
  return found;
}

function unescaped(text: string): string {
  return text.replace(/\\(u\{[\da-f]+\}|u[\da-f]{4}|n|t|.)/gi, (_, what: string) =>
    /^u\{?[\da-f]{2,}/i.test(what)
      ? String.fromCodePoint(Number.parseInt(what.replace(/[u{}]/gi, ""), 16))
      : what === "n"
        ? "\n"
        : what === "t"
          ? "\t"
          : what,
  );
}

export function sentencesIn(pattern: string, leftOut: (file: string) => boolean, wanted = WORDS): Sentence[] {
  return globSync(pattern)
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !leftOut(file))
    .sort()
    .flatMap((file) => sentencesOf(file, wanted));
}
