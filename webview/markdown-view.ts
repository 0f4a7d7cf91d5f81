// Shows one growing markdown text in an element: finished blocks are added once, the tail is replaced. All HTML
// passes DOMPurify; links and buttons act through the host.

import { MarkdownBlocks, type OpenCode } from "./blocks.ts";
import { clean } from "./clean.ts";
import { codeFrame, dressCode } from "./code-block.ts";
import { Pace } from "./pace.ts";

export class MarkdownView {
  readonly #root: HTMLElement;
  readonly #tail = document.createElement("div");
  readonly #pace = new Pace();
  #blocks = new MarkdownBlocks();
  #shown = "";
  #open: { language: string; text: Text } | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#tail.className = "tail";
    root.replaceChildren(this.#tail);
  }

  /** `text` is the whole text so far: it only ever grows. */
  update(text: string, ended: boolean): void {
    if (ended) this.#pace.now(() => this.#show(text, true));
    else this.#pace.soon(() => this.#show(text, false));
  }

  dispose(): void {
    this.#pace.dispose();
  }

  #show(text: string, ended: boolean): void {
    if (!text.startsWith(this.#shown)) this.#restart();
    this.#shown = text;
    const { finished, tail, code } = this.#blocks.update(text, ended);
    for (const { html } of finished) {
      const fragment = clean(html);
      for (const pre of fragment.querySelectorAll("pre")) dressCode(pre, true);
      this.#root.insertBefore(fragment, this.#tail);
    }
    // What is open is another block once one was finished.
    if (finished.length > 0) this.#open = undefined;
    if (code) {
      this.#growCode(code);
      return;
    }
    this.#open = undefined;
    const growing = clean(tail);
    for (const pre of growing.querySelectorAll("pre")) dressCode(pre, false);
    this.#tail.replaceChildren(growing);
  }

  /** Only what is new is added to the page: a long file costs no more at its end than at its beginning. */
  #growCode({ language, text }: OpenCode): void {
    const open = this.#open;
    if (open?.language === language && text.startsWith(open.text.data)) {
      open.text.appendData(text.slice(open.text.data.length));
      return;
    }
    const pre = document.createElement("pre");
    const code = document.createElement("code");
    if (language !== "") code.className = `language-${language}`;
    const node = document.createTextNode(text);
    code.append(node);
    pre.append(code);
    this.#tail.replaceChildren(codeFrame(pre, code));
    this.#open = { language, text: node };
  }

  #restart(): void {
    this.#blocks = new MarkdownBlocks();
    this.#open = undefined;
    this.#root.replaceChildren(this.#tail);
  }
}
