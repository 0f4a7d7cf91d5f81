// The text around the cursor that a model is asked to fill: bounded, cut at line ends, and whether one line is
// wanted or several. Pure.

export interface Gap {
  prefix: string;
  suffix: string;
  /** Something stands after the cursor on its line: more lines would tear it apart. */
  singleLine: boolean;
}

export const LONGEST_PREFIX = 6_000;
export const LONGEST_SUFFIX = 2_500;

/** Brackets, quotes and ends of statements that editors put there by themselves. */
const CLOSERS = /^[\s)\]}>"'`;:,]*$/;

export function gapAt(text: string, offset: number): Gap {
  const after = text.slice(offset);
  const line = /^[^\r\n]*/.exec(after)?.[0] ?? "";
  // Models write "\n"; what a document has for it VS Code puts in.
  const plain = (part: string): string => part.replace(/\r\n?/g, "\n");
  return {
    prefix: plain(
      lastLines(text.slice(Math.max(0, offset - LONGEST_PREFIX), offset), offset > LONGEST_PREFIX),
    ),
    suffix: plain(firstLines(after.slice(0, LONGEST_SUFFIX), after.length > LONGEST_SUFFIX)),
    singleLine: !CLOSERS.test(line),
  };
}

/** A cursor inside a word waits for the word. */
export function insideWord(text: string, offset: number): boolean {
  return /^[\p{L}\p{N}_$]/u.test(text.slice(offset, offset + 2));
}

/** From a whole line on, unless there is but one. */
function lastLines(text: string, cut: boolean): string {
  const end = text.indexOf("\n");
  return cut && end >= 0 ? text.slice(end + 1) : text;
}

function firstLines(text: string, cut: boolean): string {
  const end = text.lastIndexOf("\n");
  return cut && end >= 0 ? text.slice(0, end + 1) : text;
}
