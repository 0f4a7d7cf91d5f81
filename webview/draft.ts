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
/** Since this page was loaded a person wrote nothing: what is kept of before may never have reached a host. */
let untouched = true;
/** What stood in the box when a message was sent, or an earlier one taken up: what is more was typed since. */
let stood: string | undefined;
/** What the host heard of since then, the newest last: it may say something before it has heard that. */
let heard: string[] = [];
const HEARD = 8;

/** A person typed. */
export function typed(text: string): void {
  replaceDraft(text);
  untouched = false;
  timer = window.setTimeout(tell, TOLD_AFTER_MS);
}

function tell(): void {
  timer = undefined;
  const text = draft.peek();
  heard = [...heard.slice(1 - HEARD), text];
  post({ type: "draft", text, at: typedAt });
}

function keepQuiet(): void {
  clearTimeout(timer);
  timer = undefined;
}

/** The host knows it already. */
export function replaceDraft(text: string, at = Date.now()): void {
  keepQuiet();
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
  const begun = heard.findLast((one) => text === one || text.endsWith(`\n\n${one}`)) ?? "";
  const before = text.slice(0, text.length - begun.length);
  typed(before === "" || /\s$/.test(before) ? before + since : `${before}\n\n${since}`);
}

/** The host's, of everything it says anew: one that does not know yet what was typed or sent here has an older one. */
export function newerDraft(text: string, at: number): void {
  if (at > typedAt || (untouched && draft.peek() === "")) replaceDraft(text, at);
}

export function sendDraft(): void {
  const text = draft.value;
  // Kept at the host until it stands in the chat.
  if (timer !== undefined) tell();
  replaceDraft("");
  untouched = false;
  standing("");
  post({ type: "send", text, at: typedAt });
}

export function edit(id: string): void {
  keepQuiet();
  standing(draft.value);
  post({ type: "edit", id, draft: draft.value });
}

function standing(text: string): void {
  stood = text;
  heard = [];
}

function typedSince(): string {
  const now = draft.peek();
  if (stood === undefined) return "";
  return now.startsWith(stood) ? now.slice(stood.length) : now;
}

export function wishFocus(): void {
  focusWishes.value += 1;
}
