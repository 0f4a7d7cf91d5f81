// The code of an answer: the answer as it came, less one fence around everything. In code, not in prose, what a model
// says before and after its one fence goes too. Keeps the selection's own first and last line ends. Pure.

import { fenceOf, insideFence } from "./outer-fence.ts";

/** Where words around a fence are what was asked for. */
const PROSE =
  /markdown|^(?:asciidoc|chatagent|chatmode|instructions|latex|markdoc|mdc|mdx|org|plaintext|prompt|quarto|restructuredtext|rmd|skill|typst)$/;
const MARKDOWN_INFO = /^(?:markdown|md|mdx|qmd|quarto|rmd)\b/i;

export function stripFence(answer: string, original: string, languageId: string): string {
  const text = answer.replace(/\r\n?/g, "\n");
  const code = unfenced(text, original, languageId) ?? text;
  const lead = /^\s*\n/.test(original) ? code : code.replace(/^(?:[ \t]*\n)+/, "");
  return lead.replace(/\s+$/, "") + (/\s*$/.exec(original)?.[0] ?? "");
}

/** What stands in the fence of an answer; undefined = the answer is no fenced one. Lines end with \n. */
export function unfenced(
  text: string,
  original: string,
  languageId: string,
  arriving = false,
): string | undefined {
  if (!/^[ \t]*(?:```|~~~)/m.test(text)) return undefined;
  const lines = linesOf(text);
  const before = linesOf(original);
  const first = fenceOf(lines[0]);
  const isProse = PROSE.test(languageId);
  const hadFence = before.some(atMargin);
  if (first) {
    const beginsWithBlock = fenceOf(before[0]) !== undefined;
    const isMarkdown = MARKDOWN_INFO.test(first.info);
    const bareOpens = isMarkdown || (isProse ? first.info === "" && !beginsWithBlock : hadFence);
    // Text that began with a block still does: that block's own fence is none around the answer.
    const open = arriving && (isMarkdown || !beginsWithBlock);
    const inside = insideFence(lines, { bareOpens, arriving: open });
    if (inside) return insideFence(before) && !insideFence(linesOf(inside)) ? undefined : inside.join("\n");
  }
  return isProse || hadFence ? undefined : onlyBlock(lines, before, arriving);
}

/** The one block of an answer that says more. A line of the old code outside it: then it is a block within the code. */
function onlyBlock(
  lines: readonly string[],
  before: readonly string[],
  arriving: boolean,
): string | undefined {
  const from = lines.findIndex(atMargin);
  if (from < 0) return undefined;
  const to = lines.findLastIndex(atMargin) + 1;
  const old = new Set(before.map((line) => line.trim()).filter((line) => /\w/.test(line)));
  const isOld = (line: string): boolean => old.has(line.trim());
  const closed = insideFence(lines.slice(from, to));
  const inside = closed ?? (arriving ? insideFence(lines.slice(from), { arriving }) : undefined);
  const around = [...lines.slice(0, from), ...(closed ? lines.slice(to) : [])];
  return around.some(isOld) ? undefined : inside?.join("\n");
}

function atMargin(line: string): boolean {
  return fenceOf(line)?.indent === "";
}

/** Without the empty ones around. */
function linesOf(text: string | readonly string[]): string[] {
  const lines = typeof text === "string" ? text.split(/\r?\n/) : text;
  const isFull = (line: string): boolean => line.trim() !== "";
  return lines.slice(Math.max(0, lines.findIndex(isFull)), lines.findLastIndex(isFull) + 1);
}
