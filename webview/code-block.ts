// A code block: its language above it, its colours once it is finished and seen, and what can be done with it.

import type { CodeAction } from "../server/protocol/webview.ts";
import { announce } from "./announcements.ts";
import { highlightWhenSeen, languageOf } from "./highlight.ts";
import { post } from "./host.ts";
import type { IconName } from "./icon.tsx";
import { t } from "./strings.ts";

const COPIED_MS = 1_500;
/** What a terminal can run as it stands. */
const SHELLS = new Set("bash sh shell zsh fish ksh shellscript powershell pwsh ps1 bat cmd batch".split(" "));

/** Colours and buttons only where they last; the frame from the start, so that nothing jumps at the end. */
export function dressCode(pre: HTMLPreElement, finished: boolean): void {
  const code = pre.querySelector("code");
  if (!code) return;
  const place = document.createComment("");
  pre.replaceWith(place);
  const frame = codeFrame(pre, code);
  if (finished) {
    frame.querySelector("figcaption")?.append(toolbar(code.textContent ?? "", languageOf(code)));
    highlightWhenSeen(code);
  }
  place.replaceWith(frame);
}

export function codeFrame(pre: HTMLPreElement, code: HTMLElement): HTMLElement {
  const frame = document.createElement("figure");
  frame.className = "code";
  const bar = document.createElement("figcaption");
  const name = document.createElement("span");
  name.className = "language";
  name.textContent = languageOf(code);
  bar.append(name);
  // What is wider than the page is scrolled to by keyboard.
  pre.tabIndex = 0;
  pre.role = "group";
  pre.ariaLabel = t("Code");
  frame.append(bar, pre);
  return frame;
}

function toolbar(text: string, language: string): HTMLElement {
  const bar = document.createElement("div");
  bar.className = "tools";
  bar.role = "toolbar";
  bar.ariaLabel = t("Code");
  const act = (action: CodeAction) => () => post({ type: "code", action, text, language });
  bar.append(
    copyButton(text),
    button("insert", t("Insert at Cursor"), act("insert")),
    button("go-to-changes", t("Apply in Editor"), act("apply")),
    button("new-file", t("New File"), act("newFile")),
  );
  if (SHELLS.has(language.toLowerCase())) bar.append(button("terminal", t("Run in Terminal"), act("run")));
  return bar;
}

function copyButton(text: string): HTMLButtonElement {
  let timer: number | undefined;
  const copy = button("copy", t("Copy"), () => {
    post({ type: "copy", text });
    announce(t("Copied"));
    name(copy, "check", t("Copied"));
    clearTimeout(timer);
    timer = window.setTimeout(() => name(copy, "copy", t("Copy")), COPIED_MS);
  });
  copy.tabIndex = 0;
  return copy;
}

function button(icon: IconName, label: string, onClick: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet icon-button";
  made.tabIndex = -1;
  name(made, icon, label);
  made.addEventListener("click", onClick);
  return made;
}

function name(of: HTMLButtonElement, icon: IconName, label: string): void {
  const picture = document.createElement("span");
  picture.className = `icon icon-${icon}`;
  picture.ariaHidden = "true";
  of.replaceChildren(picture);
  of.title = label;
  of.ariaLabel = label;
}
