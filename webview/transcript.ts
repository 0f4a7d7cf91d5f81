// The turns that the host told of, oldest first. A change of one turn touches its own signal alone, so that the
// price of a piece of text does not grow with the conversation.

import { type Signal, signal } from "@preact/signals";
import type { Turn, TurnProgress } from "../server/protocol/webview.ts";

export interface ShownTurn {
  readonly id: string;
  readonly data: Signal<Turn>;
  /** Came while this page was there: only what is new is announced. */
  readonly fresh: boolean;
  /** Answers of one group stand side by side. */
  readonly group: string | null;
}

export const turns = signal<readonly ShownTurn[]>([]);
/** The host has turns before the first of these. */
export const earlierAtHost = signal(false);
/** An answer is coming. */
export const busy = signal(false);

/** Everything anew. A turn that is known already stays the same on the page. */
export function replaceTurns(all: readonly Turn[], earlier: boolean): void {
  const known = new Map(turns.peek().map((turn) => [turn.id, turn]));
  turns.value = all.map((data) => {
    const same = known.get(data.id);
    if (!same || same.group !== (data.compare?.group ?? null)) return shown(data, false);
    same.data.value = data;
    return same;
  });
  earlierAtHost.value = earlier;
  countStreaming();
}

export function prependTurns(before: readonly Turn[], earlier: boolean): void {
  turns.value = [...before.map((turn) => shown(turn, false)), ...turns.peek()];
  earlierAtHost.value = earlier;
}

export function addTurn(turn: Turn): void {
  turns.value = [...turns.peek(), shown(turn, true)];
  countStreaming();
}

export function growTurn(id: string, text: string, reasoning: string): void {
  change(id, (turn) => ({ ...turn, text: turn.text + text, reasoning: turn.reasoning + reasoning }));
}

export function showProgress(id: string, progress: TurnProgress | null): void {
  change(id, (turn) => ({ ...turn, progress }));
}

export function settleTurn(settled: Omit<Turn, "text" | "reasoning">): void {
  change(settled.id, (turn) => ({ ...turn, ...settled }));
  countStreaming();
}

export function removeTurns(from: string): void {
  const index = turns.peek().findIndex((turn) => turn.id === from);
  if (index >= 0) turns.value = turns.peek().slice(0, index);
  countStreaming();
}

export function pickTurn(group: string, id: string): void {
  for (const turn of turns.peek()) {
    if (turn.group !== group) continue;
    turn.data.value = { ...turn.data.peek(), compare: { group, picked: turn.id === id } };
  }
}

export function turnOf(id: string): Turn | undefined {
  // The one that changes is nearly always among the last.
  return turns
    .peek()
    .findLast((turn) => turn.id === id)
    ?.data.peek();
}

function change(id: string, how: (turn: Turn) => Turn): void {
  const turn = turns.peek().findLast((one) => one.id === id);
  if (turn) turn.data.value = how(turn.data.peek());
}

function shown(turn: Turn, fresh: boolean): ShownTurn {
  return { id: turn.id, data: signal(turn), fresh, group: turn.compare?.group ?? null };
}

function countStreaming(): void {
  busy.value = turns.peek().some(({ data }) => data.peek().state === "streaming");
}
