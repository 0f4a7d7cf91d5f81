// Formulas stay as they were written, in the editor's font: markdown would take their backslashes, stars and underscores
// for its own. Pure.

import type { TokenizerAndRendererExtension } from "marked";
import { escapeHtml } from "./escape.ts";

/** `\(…\)`, `\[…\]`, `$$…$$`. */
const FORMULA = /^(?:\\\([\s\S]+?\\\)|\\\[[\s\S]+?\\\]|\$\$[^$]+\$\$)/;
/** A single dollar is money, or a shell's, unless a formula's signs stand close between two. */
const IN_LINE = /^\$([^\s$][^$\n]{0,300})\$(?!\w)/;

function formulaAt(text: string): string | undefined {
  const [raw] = FORMULA.exec(text) ?? [];
  if (raw !== undefined) return raw;
  const [single, within = ""] = IN_LINE.exec(text) ?? [];
  return /[\\^_]/.test(within) && /\S$/.test(within) ? single : undefined;
}

export const math: TokenizerAndRendererExtension = {
  name: "math",
  level: "inline",
  start(text) {
    const at = text.search(/\\[([]|\$/);
    return at < 0 ? undefined : at;
  },
  tokenizer(text) {
    const raw = formulaAt(text);
    return raw === undefined ? undefined : { type: "math", raw };
  },
  renderer({ raw }) {
    return `<code class="math">${escapeHtml(raw)}</code>`;
  },
};
