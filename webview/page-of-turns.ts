// Which of the turns are on the page: the newest, and as many pages of earlier ones as a person scrolled back to.
// A conversation of thousands costs what one page of it costs.

import { computed, signal } from "@preact/signals";
import type { Turn } from "../server/protocol/webview.ts";
import { post } from "./host.ts";
import {
  earlierAtHost,
  prependTurns,
  removeTurns,
  replaceTurns,
  type ShownTurn,
  turns,
} from "./transcript.ts";

/** More than a screen, where answers are of some length: drawn before anything is seen. Where they are not, the next
 * page follows by itself. */
const FIRST = 10;
/** A few screens. */
const PAGE = 30;

/** Index of the first turn that is on the page. */
const from = signal(0);
/** The host was asked for what is before this turn. */
let asked: string | undefined;

export type Row = { key: string; turn: ShownTurn } | { key: string; side: ShownTurn[] };

/** Turns in the order of the page; answers to one question by several models are one row. */
export const rows = computed<Row[]>(() => {
  const list: Row[] = [];
  for (const turn of turns.value.slice(from.value)) {
    const last = list.at(-1);
    if (turn.group === null) list.push({ key: turn.id, turn });
    else if (last && "side" in last && last.side[0]?.group === turn.group) last.side.push(turn);
    else list.push({ key: turn.group, side: [turn] });
  }
  return list;
});
export const anyEarlier = computed(() => from.value > 0 || earlierAtHost.value);

export function showNewest(all: readonly Turn[], earlier: boolean): void {
  const first = turns.peek()[from.peek()]?.id;
  replaceTurns(all, earlier);
  asked = undefined;
  // Who was reading further up goes on there, if it is still part of what came.
  const before = first === undefined ? -1 : turns.peek().findIndex(({ id }) => id === first);
  from.value = wholeGroup(before >= 0 ? before : turns.peek().length - FIRST);
}

export function showBefore(before: readonly Turn[], earlier: boolean): void {
  asked = undefined;
  prependTurns(before, earlier);
  from.value = wholeGroup(from.peek() + before.length - PAGE);
}

/** What is left stays on the page, and is not out of sight where little of it is. */
export function showWithout(first: string): void {
  removeTurns(first);
  from.value = Math.min(from.peek(), wholeGroup(turns.peek().length - FIRST));
}

/** One page more towards the beginning: of what is here, else of what the host has. */
export function showEarlier(): void {
  if (from.peek() > 0) {
    from.value = wholeGroup(from.peek() - PAGE);
    return;
  }
  const oldest = turns.peek()[0]?.id;
  if (!earlierAtHost.peek() || oldest === undefined || asked === oldest) return;
  asked = oldest;
  post({ type: "earlier", before: oldest });
}

/** What was scrolled back to is let go again. */
export function forgetEarlier(): void {
  from.value = Math.max(from.peek(), wholeGroup(turns.peek().length - PAGE));
}

/** Not between answers that stand side by side. */
function wholeGroup(index: number): number {
  let at = Math.max(0, index);
  const all = turns.peek();
  while (at > 0 && all[at]?.group && all[at]?.group === all[at - 1]?.group) at -= 1;
  return at;
}
