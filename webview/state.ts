// What the webview shows, as the host tells it. Messages are numbered: after a gap nothing is guessed, the host is
// asked for everything.

import { batch, type Signal, signal } from "@preact/signals";
import type { ModelInUse, ToWebview, Turn } from "../server/protocol/webview.ts";
import { post, savedDraft } from "./host.ts";
import { strings, t } from "./strings.ts";

export interface ShownTurn {
  id: string;
  data: Signal<Turn>;
}

export const turns = signal<ShownTurn[]>([]);
export const model = signal<ModelInUse | null>(null);
export const draft = signal(savedDraft());
/** Said to screen readers: beginnings and ends, not every word. */
export const announcement = signal("");
/** Grows by one with each wish to have the cursor in the message box. */
export const focusWishes = signal(0);

let expected = -1;

export function receive(message: ToWebview): void {
  if (message.type === "reset") expected = message.seq;
  else if (message.seq !== expected) {
    post({ type: "ready" });
    return;
  }
  expected = message.seq + 1;
  batch(() => apply(message));
}

function apply(message: ToWebview): void {
  switch (message.type) {
    case "reset":
      strings.value = message.l10n;
      turns.value = message.turns.map(shown);
      model.value = message.model;
      // What stands in the box is newer than what the host last heard of it.
      if (draft.value === "") draft.value = message.draft;
      return;
    case "turn":
      turns.value = [...turns.value, shown(message.turn)];
      if (message.turn.role === "assistant") announcement.value = t("The answer begins");
      return;
    case "delta": {
      const turn = find(message.id);
      if (!turn) return;
      const { text, reasoning } = turn.data.value;
      turn.data.value = {
        ...turn.data.value,
        text: text + message.text,
        reasoning: reasoning + message.reasoning,
      };
      return;
    }
    case "settled": {
      const turn = find(message.turn.id);
      if (!turn) return;
      turn.data.value = { ...turn.data.value, ...message.turn };
      announcement.value = ending(message.turn.state);
      return;
    }
    case "removed": {
      const from = turns.value.findIndex((turn) => turn.id === message.from);
      if (from >= 0) turns.value = turns.value.slice(0, from);
      return;
    }
    case "model":
      model.value = message.model;
      return;
    case "focus":
      if (message.draft !== undefined) draft.value = message.draft;
      focusWishes.value += 1;
  }
}

function shown(turn: Turn): ShownTurn {
  return { id: turn.id, data: signal(turn) };
}

function find(id: string): ShownTurn | undefined {
  // The one that changes is nearly always the last.
  return turns.value.findLast((turn) => turn.id === id);
}

function ending(state: Turn["state"]): string {
  if (state === "error") return t("The answer failed");
  return state === "stopped" ? t("The answer was stopped") : t("The answer is complete");
}
