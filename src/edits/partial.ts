// A replacement that is still arriving, as it can be shown: without the fence that its end will be without, and
// followed by what of the old code it has not reached. Pure.

import { unfenced } from "./strip-fence.ts";

export function partialReplacement(original: string, arrived: string, languageId: string): string {
  const answer = arrived.replace(/\r\n?/g, "\n");
  const code = unfenced(answer, original, languageId, true) ?? answer;
  if (code.trim() === "") return original;
  const text = /^\s*\n/.test(original) ? code : code.replace(/^(?:[ \t]*\n)+/, "");
  const lines = text.split("\n");
  const rest = original.split("\n").slice(lines.at(-1) === "" ? lines.length - 1 : lines.length);
  const shown = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  return [...shown, ...rest].join("\n");
}
