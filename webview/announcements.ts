// What a screen reader is told of an answer: that it waits, and how it ended; never its words one by one.

import type { Turn, TurnProgress } from "../server/protocol/webview.ts";
import { noteText } from "./note-text.ts";
import { t } from "./strings.ts";
import { announcement } from "./surroundings.ts";

export function announceEnd(turn: Pick<Turn, "state" | "note" | "model" | "compare">): void {
  const { model, compare } = turn;
  const how = ending(turn);
  announcement.value = compare && model ? `${model}: ${how}` : how;
}

export function announceWait({ failed, wait_ms }: TurnProgress): void {
  announcement.value = t("{0}, trying again in {1} s", failed, Math.ceil(wait_ms / 1_000));
}

export function announce(text: string): void {
  // The same words twice are two messages.
  announcement.value = announcement.peek() === text ? `${text}\u00a0` : text;
}

function ending({ state, note }: Pick<Turn, "state" | "note">): string {
  if (state === "error") return t("The answer failed");
  if (state === "stopped") return t("The answer was stopped");
  return note ? noteText(note) : t("The answer is complete");
}
