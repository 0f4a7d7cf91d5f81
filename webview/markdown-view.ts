// Shows one growing markdown text in an element: finished blocks are added once, the tail is replaced. All HTML
// passes DOMPurify; links and copy buttons act through the host.

import createDOMPurify from "dompurify";
import { MarkdownBlocks } from "./blocks.ts";
import { highlight, languageOf } from "./highlight.ts";
import { post } from "./host.ts";
import { t } from "./strings.ts";

const purify = createDOMPurify(window);
const POLICY = {
  ALLOWED_TAGS: [
    ..."p br hr h1 h2 h3 h4 h5 h6 strong em del code pre blockquote ul ol li a".split(" "),
    ..."table thead tbody tr th td input".split(" "),
  ],
  ALLOWED_ATTR: ["href", "title", "class", "start", "align", "type", "checked", "disabled"],
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true as const,
};

export class MarkdownView {
  readonly #root: HTMLElement;
  readonly #tail = document.createElement("div");
  #blocks = new MarkdownBlocks();
  #shown = "";

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#tail.className = "tail";
    root.replaceChildren(this.#tail);
  }

  /** `text` is the whole text so far: it only ever grows. */
  update(text: string, ended: boolean): void {
    if (!text.startsWith(this.#shown)) this.#restart();
    this.#shown = text;
    const { finished, tail } = this.#blocks.update(text, ended);
    for (const block of finished) {
      const fragment = clean(block.html);
      for (const pre of fragment.querySelectorAll("pre")) dressCode(pre, true);
      this.#root.insertBefore(fragment, this.#tail);
    }
    const growing = clean(tail);
    for (const pre of growing.querySelectorAll("pre")) dressCode(pre, false);
    this.#tail.replaceChildren(growing);
  }

  #restart(): void {
    this.#blocks = new MarkdownBlocks();
    this.#root.replaceChildren(this.#tail);
  }
}

function clean(html: string): DocumentFragment {
  const fragment = purify.sanitize(html, POLICY);
  for (const link of fragment.querySelectorAll("a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      // VS Code's frame opens whatever link a click on it reaches, unasked.
      event.stopPropagation();
      post({ type: "openLink", url: link.href });
    });
  }
  // Task lists are shown, not operated.
  for (const input of fragment.querySelectorAll("input")) {
    if (input.type === "checkbox") input.disabled = true;
    else input.remove();
  }
  for (const table of fragment.querySelectorAll("table")) {
    const scroller = document.createElement("div");
    scroller.className = "scroller";
    scroller.tabIndex = 0;
    table.replaceWith(scroller);
    scroller.append(table);
  }
  return fragment;
}

/** Colours and a button only where they last; the frame from the start, so that nothing jumps at the end. */
function dressCode(pre: HTMLPreElement, finished: boolean): void {
  const code = pre.querySelector("code");
  if (!code) return;
  const frame = document.createElement("figure");
  frame.className = "code";
  const bar = document.createElement("figcaption");
  const name = document.createElement("span");
  name.textContent = languageOf(code);
  bar.append(name);
  if (finished) {
    bar.append(copyButton(code.textContent ?? ""));
    highlight(code);
    pre.tabIndex = 0;
  }
  pre.replaceWith(frame);
  frame.append(bar, pre);
}

function copyButton(text: string): HTMLButtonElement {
  const copy = document.createElement("button");
  copy.type = "button";
  copy.className = "quiet";
  copy.textContent = t("Copy");
  copy.addEventListener("click", () => {
    post({ type: "copy", text });
    copy.textContent = t("Copied");
    setTimeout(() => {
      copy.textContent = t("Copy");
    }, 1_500);
  });
  return copy;
}
