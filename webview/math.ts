// Formulas stay as they were written, in the editor's font: markdown would take their backslashes, stars and underscores
// for its own. Pure.

import type { TokenizerAndRendererExtension } from "marked";
import { escapeHtml } from "./escape.ts";

/** `\(…\)`, `\[…\]`, `$$…$$`; a single dollar is money. */
const FORMULA = /^(?:\\\([\s\S]+?\\\)|\\\[[\s\S]+?\\\]|\$\$[^$]+\$\$)/;

export const math: TokenizerAndRendererExtension = {
  name: "math",
  level: "inline",
  start(text) {
    const at = text.search(/\\[([]|\$\$/);
    return at < 0 ? undefined : at;
  },
  tokenizer(text) {
    const [raw] = FORMULA.exec(text) ?? [];
    return raw === undefined ? undefined : { type: "math", raw };
  },
  renderer({ raw }) {
    return `<code class="math">${escapeHtml(raw)}</code>`;
  },
};
