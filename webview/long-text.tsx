// Words as they were typed. A pasted file of a thousand lines is folded: the answer below it is what is looked for.

import { useState } from "preact/hooks";
import { t } from "./strings.ts";

const MOST_LINES = 40;
const MOST_CHARACTERS = 6_000;
/** So much of a long one is shown, so that folding it is worth it. */
const SHOWN_LINES = 20;
const SHOWN_CHARACTERS = 3_000;

export function LongText({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  const start = startOf(text);
  const long = start.length < text.length;
  return (
    <>
      <div class="plain">{whole ? text : start}</div>
      {long && (
        <button type="button" class="quiet fold" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? t("Show less") : t("Show all")}
        </button>
      )}
    </>
  );
}

/** All of it where it is not long. */
export function startOf(text: string): string {
  const lines = text.split("\n", MOST_LINES + 1);
  if (lines.length <= MOST_LINES && text.length <= MOST_CHARACTERS) return text;
  const start = lines.slice(0, SHOWN_LINES).join("\n").slice(0, SHOWN_CHARACTERS);
  // Not half a character.
  return `${start.replace(/[\uD800-\uDBFF]$/, "").trimEnd()} …`;
}
