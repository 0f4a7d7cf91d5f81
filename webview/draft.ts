// What stands in the message box: kept in the webview's own state at every key, and told to the host soon after.
// Nothing typed is lost by a hidden view, a reload or a failed answer.

import { signal } from "@preact/signals";
import { post, saveDraft, savedDraft } from "./host.ts";

const TOLD_AFTER_MS = 300;

const saved = savedDraft();
export const draft = signal(saved.draft);
/** VS Code may have kept what stood here long ago: the host can know a newer one. */
let typedAt = saved.at;
/** The question that sending will replace. */
export const editing = signal<string | null>(null);
/** Grows by one with each wish to have the cursor in the message box. */
export const focusWishes = signal(0);

let timer: number | undefined;
/** What stood in the box when a message was sent, or an earlier one taken up: what is more was typed since. */
let stood: string | undefined;
/** What the host heard of since then. */
let heard = "";

/** A person typed. */
export function typed(text: string): void {
  replaceDraft(text);
  const at = typedAt;
  timer = window.setTimeout(() => {
    heard = text;
    post({ type: "draft", text, at });
  }, TOLD_AFTER_MS);
}

/** The host knows it already. */
export function replaceDraft(text: string, at = Date.now()): void {
  clearTimeout(timer);
  draft.value = text;
  typedAt = at;
  saveDraft(text, at);
}

/** The host puts this into the box: before what was typed since, of which it may have heard the beginning. */
export function compose(text: string): void {
  const since = typedSince();
  stood = undefined;
  if (since === "") {
    replaceDraft(text);
    return;
  }
  const before = heard !== "" && text.endsWith(heard) ? text.slice(0, -heard.length) : text;
  typed(before === "" || /\s$/.test(before) ? before + since : `${before}\n\n${since}`);
}

/** The host's, of everything it says anew. */
export function newerDraft(text: string, at: number): void {
  if (at > typedAt) replaceDraft(text, at);
}

export function sendDraft(): void {
  const text = draft.value;
  replaceDraft("");
  standing("");
  post({ type: "send", text });
}

export function edit(id: string): void {
  clearTimeout(timer);
  standing(draft.value);
  post({ type: "edit", id, draft: draft.value });
}

function standing(text: string): void {
  stood = text;
  heard = "";
}

function typedSince(): string {
  const now = draft.peek();
  if (stood === undefined) return "";
  return now.startsWith(stood) ? now.slice(stood.length) : now;
}

export function wishFocus(): void {
  focusWishes.value += 1;
}
