// A model's filling, as it is shown: without special tokens, without what stands after the cursor anyway, and no
// longer than the place wants. "" = nothing worth showing. Pure.

import type { Gap } from "./gap.ts";

/** Models let slip where they end. */
const END = /<\|?(?:endoftext|end_of_text|EOT|fim_[a-z]+|file_sep|im_end|\/s)\|?>|<\/s>|<EOT>/i;
const MOST_LINES = 20;

export function shapeCompletion(answer: string, { prefix, suffix, singleLine }: Gap): string {
  const clean = answer.replace(/\r\n?/g, "\n").split(END, 1)[0] ?? "";
  const lines = unfenced(clean).split("\n");
  const kept = singleLine ? lines.slice(0, 1) : lines.slice(0, MOST_LINES);
  const text = withoutSuffix(kept.join("\n"), suffix).replace(/\s+$/, "");
  return text.trim() === "" || repeats(text, prefix, suffix) ? "" : text;
}

/** Some chat models cannot help it. */
function unfenced(text: string): string {
  const fence = /^\s*```[^\n]*\n([\s\S]*?)(?:\n```[\s\S]*)?$/.exec(text);
  return fence?.[1] ?? text;
}

/** The filling ends where what it repeats begins. */
function withoutSuffix(text: string, suffix: string): string {
  const after = suffix.replace(/\r\n?/g, "\n");
  // A closing bracket that stands there already, or the lines that follow.
  for (let length = Math.min(text.length, after.length); length > 0; length -= 1) {
    if (text.endsWith(after.slice(0, length))) return text.slice(0, -length);
  }
  const next = after
    .split("\n")
    .slice(1)
    .find((line) => line.trim().length > 2);
  if (next === undefined) return text;
  const lines = text.split("\n");
  const at = lines.findIndex((line, index) => index > 0 && line === next);
  return at < 0 ? text : lines.slice(0, at).join("\n");
}

/** The line above or below once more is no idea. */
function repeats(text: string, prefix: string, suffix: string): boolean {
  const wanted = text.trim();
  if (wanted.includes("\n")) return false;
  const before = prefix.split(/\r?\n/);
  const whole = `${before.at(-1) ?? ""}${text}`.trim();
  const above = before.slice(0, -1).findLast((line) => line.trim() !== "");
  const below = suffix
    .split(/\r?\n/)
    .slice(1)
    .find((line) => line.trim() !== "");
  return whole.length > 3 && (above?.trim() === whole || below?.trim() === whole);
}
