// HTML of an answer made harmless: only the elements that markdown knows, links that act through the host, task lists
// that cannot be operated.

import createDOMPurify from "dompurify";
import { post } from "./host.ts";
import { t } from "./strings.ts";

/** Characters of a table's cell that are to stand on a few lines, not one below the other. */
const WORDY = 16;
const purify = createDOMPurify(window);
const POLICY = {
  ALLOWED_TAGS: [
    ..."p br hr h1 h2 h3 h4 h5 h6 strong em del code pre blockquote ul ol li a".split(" "),
    ..."table thead tbody tr th td input sub sup kbd".split(" "),
  ],
  ALLOWED_ATTR: ["href", "title", "class", "start", "align", "type", "checked", "disabled"],
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true as const,
};

export function clean(html: string): DocumentFragment {
  const fragment = purify.sanitize(html, POLICY);
  for (const link of fragment.querySelectorAll("a")) {
    const open = (event: MouseEvent): void => {
      event.preventDefault();
      // VS Code's frame opens whatever link a click on it reaches, unasked.
      event.stopPropagation();
      if (event.type === "click") post({ type: "openLink", url: link.href });
    };
    link.addEventListener("click", open);
    link.addEventListener("auxclick", open);
  }
  for (const input of fragment.querySelectorAll("input")) {
    if (input.type === "checkbox") showTask(input);
    else input.remove();
  }
  // Markers and columns stand on the side where their words begin.
  for (const block of fragment.querySelectorAll<HTMLElement>("ul, ol, blockquote, table")) block.dir = "auto";
  for (const table of fragment.querySelectorAll("table")) {
    const scroller = document.createElement("div");
    scroller.className = "scroller";
    scroller.tabIndex = 0;
    scroller.role = "group";
    scroller.ariaLabel = t("Table");
    table.replaceWith(scroller);
    scroller.append(table);
    for (const cell of table.querySelectorAll("th, td"))
      if ((cell.textContent ?? "").length > WORDY) cell.classList.add("wordy");
  }
  return fragment;
}

/** Shown, not operated. */
function showTask(box: HTMLInputElement): void {
  box.disabled = true;
  box.ariaLabel = box.checked ? t("Done") : t("To do");
}
