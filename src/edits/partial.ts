// A replacement that is still arriving, as it can be shown: without the fence that models put around code, and
// followed by what of the old code it has not reached. Pure.

const OPENED = /^\s*(?:`{3,}|~{3,})[^\n]*(?:\n|$)/;
const CLOSED = /\n(?:`{3,}|~{3,})\s*$/;

export function partialReplacement(original: string, arrived: string): string {
  const text = arrived.replace(/\r\n?/g, "\n").replace(OPENED, "").replace(CLOSED, "\n");
  if (text.trim() === "") return original;
  const lines = text.split("\n");
  const rest = original.split("\n").slice(lines.at(-1) === "" ? lines.length - 1 : lines.length);
  const shown = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  return [...shown, ...rest].join("\n");
}
