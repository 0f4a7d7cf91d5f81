// Shows one growing markdown text in an element: finished blocks are added once, the tail is replaced. All HTML
// passes DOMPurify; links and buttons act through the host.

import { type Block, MarkdownBlocks, type OpenCode } from "./blocks.ts";
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
  /** The last finished block: a list, or a table's frame, may go on. */
  #list: Element | null = null;
  /** Items in it that may still change. */
  #growing: Element[] = [];

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#tail.className = "tail";
    root.replaceChildren(this.#tail);
  }

  /** `text` is the whole text so far: it only ever grows. */
  update(text: string, ended: boolean): void {
    const show = (): void => {
      this.#show(text, ended);
      this.#root.ariaBusy = null;
    };
    if (ended) this.#pace.now(show);
    else if (!this.#pace.soon(show)) this.#root.ariaBusy = "true";
  }

  dispose(): void {
    this.#pace.dispose();
  }

  #show(text: string, ended: boolean): void {
    if (!text.startsWith(this.#shown)) this.#restart();
    this.#shown = text;
    const { reopened, finished, tail, code } = this.#blocks.update(text, ended);
    for (const item of this.#growing) item.remove();
    this.#growing = [];
    if (reopened) this.#list?.remove();
    for (const block of finished) this.#add(block);
    // What is open is another block once one was finished.
    if (finished.length > 0) this.#open = undefined;
    if (code) {
      this.#growCode(code);
      return;
    }
    this.#open = undefined;
    this.#tail.replaceChildren(...tail.flatMap((block) => this.#drawTail(block)));
  }

  #add({ html, continues }: Block): void {
    const block = draw(html, true);
    if (continues) listIn(this.#list).append(...itemsOf(block));
    else {
      this.#list = block.lastElementChild;
      this.#root.insertBefore(block, this.#tail);
    }
  }

  /** What goes on with a finished list stands in that list; gives what stands by itself. */
  #drawTail({ html, continues }: Block): Node[] {
    const block = draw(html, false);
    if (!continues) return [...block.childNodes];
    this.#growing = itemsOf(block);
    listIn(this.#list).append(...this.#growing);
    return [];
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
    this.#list = null;
    this.#growing = [];
    this.#root.replaceChildren(this.#tail);
  }
}

function draw(html: string, finished: boolean): DocumentFragment {
  const fragment = clean(html);
  for (const pre of fragment.querySelectorAll("pre")) dressCode(pre, finished);
  return fragment;
}

/** Items of a list, rows of a table. */
function itemsOf(block: DocumentFragment): Element[] {
  return [...listIn(block.firstElementChild).children];
}

function listIn(block: Element | null): Element {
  const list = block?.matches("ul, ol") ? block : block?.querySelector("tbody");
  if (!list) throw new Error("what goes on is a list or a table");
  return list;
}
