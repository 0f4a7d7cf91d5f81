// What a screen reader is told of an answer: that it waits, and how it ended; never its words one by one.

import type { Turn, TurnProgress } from "../server/protocol/webview.ts";
import { t } from "./strings.ts";
import { announcement } from "./surroundings.ts";

export function announceEnd({ state, model, compare }: Pick<Turn, "state" | "model" | "compare">): void {
  const how = ending(state);
  announcement.value = compare && model ? `${model}: ${how}` : how;
}

export function announceWait({ failed, wait_ms }: TurnProgress): void {
  announcement.value = t("{0}, trying again in {1} s", failed, Math.ceil(wait_ms / 1_000));
}

export function announce(text: string): void {
  // The same words twice are two messages.
  announcement.value = announcement.peek() === text ? `${text}\u00a0` : text;
}

function ending(state: Turn["state"]): string {
  if (state === "error") return t("The answer failed");
  return state === "stopped" ? t("The answer was stopped") : t("The answer is complete");
}
