// What the webview shows, as the host tells it. Messages are numbered: after a gap nothing is guessed, the host is
// asked for everything.

import { batch, computed, type Signal, signal } from "@preact/signals";
import type { ModelInUse, ToWebview, Turn } from "../server/protocol/webview.ts";
import { draft, editing, replaceDraft, wishFocus } from "./draft.ts";
import { post } from "./host.ts";
import { strings, t } from "./strings.ts";

export interface ShownTurn {
  id: string;
  data: Signal<Turn>;
  /** Came while this page was there: only what is new is announced. */
  fresh: boolean;
}

export const turns = signal<ShownTurn[]>([]);
export const model = signal<ModelInUse | null>(null);
export const busy = computed(() => turns.value.some(({ data }) => data.value.state === "streaming"));
/** The end of the conversation is in sight, and followed as it grows. */
export const atEnd = signal(true);
/** Said to screen readers: beginnings and ends, not every word. */
export const announcement = signal("");

/** An answer to `ready` may get lost with a view that is hidden at that moment. */
const ASK_AGAIN_MS = 1_000;
let expected = -1;
let askedAt = Number.NEGATIVE_INFINITY;

/** Asks for everything, once, however many messages show the same gap. */
export function askForEverything(): void {
  const now = performance.now();
  if (now - askedAt < ASK_AGAIN_MS) return;
  askedAt = now;
  post({ type: "ready" });
}

export function receive(message: ToWebview): void {
  if (message.type === "reset") askedAt = Number.NEGATIVE_INFINITY;
  else if (message.seq !== expected) {
    // Until everything came, later messages show no new gap.
    expected = -1;
    askForEverything();
    return;
  }
  expected = message.seq + 1;
  batch(() => apply(message));
}

function apply(message: ToWebview): void {
  switch (message.type) {
    case "reset":
      strings.value = message.l10n;
      turns.value = message.turns.map((turn) => shown(turn, false));
      model.value = message.model;
      editing.value = message.editing;
      // What stands in the box is newer than what the host last heard of it.
      if (draft.value === "") replaceDraft(message.draft);
      return;
    case "turn":
      turns.value = [...turns.value, shown(message.turn, true)];
      if (message.turn.role === "assistant") announcement.value = t("The answer begins");
      else atEnd.value = true;
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
    case "compose":
      replaceDraft(message.draft);
      editing.value = message.editing;
      wishFocus();
      return;
    case "focus":
      wishFocus();
  }
}

function shown(turn: Turn, fresh: boolean): ShownTurn {
  return { id: turn.id, data: signal(turn), fresh };
}

function find(id: string): ShownTurn | undefined {
  // The one that changes is nearly always the last.
  return turns.value.findLast((turn) => turn.id === id);
}

function ending(state: Turn["state"]): string {
  if (state === "error") return t("The answer failed");
  return state === "stopped" ? t("The answer was stopped") : t("The answer is complete");
}
