// How an answer ended that did end, but not as one should: seen below it, and told to who only hears it.

import type { TurnNote } from "../server/protocol/webview.ts";
import { t } from "./strings.ts";

export function noteText(note: TurnNote): string {
  if (note === "length") return t("The model's length limit cut the answer off here.");
  if (note === "content_filter") return t("The provider's content filter ended the answer here.");
  return t("The model answered with no text.");
}
