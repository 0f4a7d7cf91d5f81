// A caller's text inside the Markdown that VS Code shows, in its chat drawn, in its dialogs read as it stands: the text
// itself, shortened, as a block of code. Nothing of it becomes a link, an image, a command or markup. Pure.

import { plainText } from "../plain-text.ts";
import { fenced } from "../prompts/prompts.ts";

/** More would push the buttons out of sight. */
const MOST_CHARACTERS = 600;
const MOST_LINES = 12;
/** Lines of code are not broken where they are drawn, and what is beside the block is not read. */
const PIECES = /.{1,60}(?=\s|$)|.{1,60}/gu;
/** Of a character of two units, where the cut went through it. */
const HALF = /[\ud800-\udbff]$/;

/** The text as a block, and how many of its characters are left out. */
export function quoted(text: string): { block: string; left_out: number } {
  const whole = plainText(text).trim();
  const shown = whole.split("\n", MOST_LINES).join("\n").slice(0, MOST_CHARACTERS).replace(HALF, "");
  const lines = shown.split("\n").flatMap(broken);
  // Where it is only read what follows stands on a line of its own because of the empty one.
  const block = fenced(`${lines.join("\n")}\n\n`, "plaintext");
  return { block, left_out: whole.length - shown.length };
}

/** A space where a line is broken is the break. */
function broken(line: string): string[] {
  const pieces = line.match(PIECES) ?? [""];
  return pieces.map((piece, index) => (index === 0 ? piece : piece.replace(/^\s/, "")));
}
