// The list that opens at "@" and "/": what is asked for, what the host suggests, and which line is the active one.
// An answer to an older question is never shown.

import { computed, signal } from "@preact/signals";
import type { Suggestion } from "../server/protocol/webview.ts";
import { post } from "./host.ts";
import type { QueryAt } from "./query-at.ts";

export const wanted = signal<QueryAt | undefined>(undefined);
const came = signal<{ query: string; items: readonly Suggestion[] }>({ query: "", items: [] });
export const active = signal(0);
/** Closed by Escape, until something else is typed. */
const closed = signal<string | undefined>(undefined);

export const suggestions = computed<readonly Suggestion[]>(() => {
  const query = wanted.value?.query;
  if (query === undefined || query === closed.value) return [];
  if (query[0] !== came.value.query[0]) return [];
  if (query === came.value.query) return came.value.items;
  // While the next letter's list is on its way, what still fits of the one before stays: it does not flicker.
  const typed = query.slice(1).toLowerCase();
  return came.value.items.filter(({ label, detail }) => `${label} ${detail}`.toLowerCase().includes(typed));
});

export function want(query: QueryAt | undefined): void {
  const before = wanted.peek();
  wanted.value = query;
  if (query?.query !== before?.query) active.value = 0;
  if (query === undefined) {
    came.value = { query: "", items: [] };
    closed.value = undefined;
  } else if (query.query !== before?.query) {
    post({ type: "suggest", query: query.query });
  }
}

export function showSuggestions(query: string, items: readonly Suggestion[]): void {
  if (query !== wanted.peek()?.query) return;
  came.value = { query, items };
  active.value = 0;
}

export function closeSuggestions(): void {
  closed.value = wanted.peek()?.query;
}

export function moveActive(by: number): void {
  const length = suggestions.peek().length;
  if (length > 0) active.value = (active.peek() + by + length) % length;
}
