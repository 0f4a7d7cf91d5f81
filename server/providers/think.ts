// Moves `<think>…</think>` at the start of a content to reasoning. Works on any split of the text; holds back
// only what may still turn out to be part of a tag. Local models of every provider write it.

const OPEN = "<think>";
const CLOSE = "</think>";

export interface Separated {
  content: string;
  reasoning: string;
}

export class ThinkSplitter {
  #state: "start" | "thinking" | "content" = "start";
  #held = "";

  /** True once no further text can be reasoning: callers may then skip this splitter. */
  get passive(): boolean {
    return this.#state === "content";
  }

  push(text: string): Separated {
    if (this.#state === "content") return { content: text, reasoning: "" };
    const all = this.#held + text;
    this.#held = "";
    if (this.#state === "start") {
      const trimmed = all.trimStart();
      if (trimmed.startsWith(OPEN)) {
        this.#state = "thinking";
        return this.#think(trimmed.slice(OPEN.length));
      }
      if (OPEN.startsWith(trimmed)) {
        this.#held = all;
        return { content: "", reasoning: "" };
      }
      this.#state = "content";
      return { content: all, reasoning: "" };
    }
    return this.#think(all);
  }

  /** What was held back, at the end of the text. */
  end(): Separated {
    const held = this.#held;
    this.#held = "";
    return this.#state === "thinking" ? { content: "", reasoning: held } : { content: held, reasoning: "" };
  }

  #think(text: string): Separated {
    const close = text.indexOf(CLOSE);
    if (close >= 0) {
      this.#state = "content";
      return { content: text.slice(close + CLOSE.length), reasoning: text.slice(0, close) };
    }
    const keep = partialSuffix(text, CLOSE);
    this.#held = text.slice(text.length - keep);
    return { content: "", reasoning: text.slice(0, text.length - keep) };
  }
}

/** Length of the longest end of `text` that is a beginning of `tag`. */
function partialSuffix(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length -= 1) {
    if (tag.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}
