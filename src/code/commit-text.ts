// The commit message of an answer, also of one still arriving: without the fence around it and what is said around
// that. A block further down belongs to the message. Pure.

import { unfenced } from "../edits/strip-fence.ts";
import { plainText } from "../plain-text.ts";

/** A fence at the start, or after "Here it is:". */
const WRAPPED = /^\s*(?:[^\n]*:[ \t]*\n\s*)?(?:```|~~~)/;

export function commitText(answer: string, arriving = false): string {
  const text = answer.replace(/\r\n?/g, "\n");
  const kind = WRAPPED.test(text) ? "" : "markdown";
  return plainText(unfenced(text, "", kind, arriving) ?? text).trim();
}
