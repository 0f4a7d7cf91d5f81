// The code of an answer. Models wrap code in a fence even when asked not to, and talk around it: one fence is
// taken off, with what stands outside it. Keeps the selection's own first and last line ends. Pure.

const FENCE = /^\s*(`{3,}|~{3,})([^`\n]*)$/;

export function stripFence(answer: string, original: string): string {
  const text = answer.replace(/\r\n?/g, "\n");
  // Code that has fences itself is not unwrapped by guess.
  const code = (hasFence(original) ? wholeFence(text) : onlyFence(text)) ?? text;
  const lead = /^\s*\n/.test(original) ? code : code.replace(/^(?:[ \t]*\n)+/, "");
  return lead.replace(/\s+$/, "") + (/\s*$/.exec(original)?.[0] ?? "");
}

function hasFence(text: string): boolean {
  return text.split("\n").some((line) => FENCE.test(line));
}

/** The inside of the first and last line, when they are one fence around everything. */
function wholeFence(text: string): string | undefined {
  const lines = text.trim().split("\n");
  const open = FENCE.exec(lines[0] ?? "")?.[1];
  if (open === undefined || lines.length < 2 || !closes(lines.at(-1) ?? "", open)) return undefined;
  return lines.slice(1, -1).join("\n");
}

/** The inside of the only fenced block; undefined when there is none, several, or one that is not closed. */
function onlyFence(text: string): string | undefined {
  const lines = text.split("\n");
  const from = lines.findIndex((line) => FENCE.test(line));
  const open = FENCE.exec(lines[from] ?? "")?.[1];
  if (open === undefined) return undefined;
  const length = lines.slice(from + 1).findIndex((line) => closes(line, open));
  if (length < 0) return undefined;
  const after = from + 1 + length + 1;
  return hasFence(lines.slice(after).join("\n")) ? undefined : lines.slice(from + 1, after - 1).join("\n");
}

function closes(line: string, open: string): boolean {
  const trimmed = line.trim();
  return trimmed.length >= open.length && trimmed.startsWith(open) && new Set(trimmed).size === 1;
}
