// Which part of a document a code block of an answer replaces: the selection, else the lines that begin and end as it
// does, else nothing: it is put in at the cursor. Pure, on offsets; a person sees the diff before anything changes.

export interface ApplyTarget {
  offset: number;
  original: string;
  replacement: string;
}

export function applyTarget(
  document: string,
  code: string,
  selection: { start: number; end: number },
): ApplyTarget {
  const eol = document.includes("\r\n") ? "\r\n" : "\n";
  const text = code.replaceAll(/\r?\n/g, eol);
  if (selection.end > selection.start) {
    const original = document.slice(selection.start, selection.end);
    return { offset: selection.start, original, replacement: sameEnd(text, original, eol) };
  }
  if (document.trim() === "") return { offset: 0, original: document, replacement: text };
  const lines = linesOf(document);
  const region = regionOf(lines, linesOf(text));
  if (region) {
    const offset = lines[region.first]?.start ?? 0;
    const last = lines[region.last];
    const original = document.slice(offset, (last?.start ?? 0) + (last?.text.length ?? 0));
    return { offset, original, replacement: text.replace(/\s+$/, "") };
  }
  // After the cursor's line: that line stays, so that the place can be found again.
  const at = lines.findLast(({ start }) => start <= selection.start) ?? { start: 0, text: "" };
  return { offset: at.start, original: at.text, replacement: `${at.text}${eol}${text.replace(/\s+$/, "")}` };
}

interface Line {
  start: number;
  text: string;
}

function linesOf(text: string): Line[] {
  let start = 0;
  return text.split("\n").map((line) => {
    const one = { start, text: line.endsWith("\r") ? line.slice(0, -1) : line };
    start += line.length + 1;
    return one;
  });
}

/** From the one line that is the code's first to the line that ends what it begins. */
function regionOf(
  lines: readonly Line[],
  code: readonly Line[],
): { first: number; last: number } | undefined {
  const said = code.filter(({ text }) => text.trim() !== "");
  const begin = signature(said[0]?.text ?? "");
  const places = lines.flatMap(({ text }, index) =>
    signature(text) === begin && begin !== "" ? [index] : [],
  );
  const [first, ...others] = places;
  if (first === undefined || others.length > 0) return undefined;
  const indent = indentOf(lines[first]?.text ?? "");
  let last = first;
  for (let index = first + 1; index < lines.length; index += 1) {
    const text = lines[index]?.text ?? "";
    if (text.trim() === "") continue;
    const deeper = indentOf(text) > indent;
    const closes = indentOf(text) === indent && /^\s*(?:[)\]}>]|end\b|<\/)/.test(text);
    if (!deeper && !closes) break;
    last = index;
    if (closes && !/[{([]\s*$/.test(text)) break;
  }
  // One line that happens to be there is no region.
  return last > first || said.length === 1 ? { first, last } : undefined;
}

/** What a declaration keeps when its body or its parameters change. */
function signature(line: string): string {
  const declared =
    /^(.*?\b(?:function|def|class|interface|struct|enum|fn|func|type|trait|impl)\s+[\w$]+)/.exec(line);
  return (declared?.[1] ?? line).trim();
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function sameEnd(text: string, original: string, eol: string): string {
  const ends = /\r?\n$/.test(original);
  const bare = text.replace(/(?:\r?\n)+$/, "");
  return ends ? `${bare}${eol}` : bare;
}
