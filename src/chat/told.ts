// What the model is told: every question with what it brought along, and every answer that has any text, also a stopped
// one. Of several answers side by side it is told one. Pure.

import type { ContentPart, Message } from "../../server/protocol/messages.ts";
import type { Turn } from "../../server/protocol/webview.ts";
import { fenced } from "../prompts/prompts.ts";
import type { Entry } from "./turns.ts";

export function messagesOf(entries: readonly Entry[]): Message[] {
  const chosen = chosenAnswers(entries.map(({ turn }) => turn));
  return entries.flatMap((entry) => {
    const { turn } = entry;
    if (turn.compare && !chosen.has(turn)) return [];
    const content = turn.role === "user" ? contentOf(entry) : turn.text;
    return content.length === 0 ? [] : [{ role: turn.role, content }];
  });
}

/** Of each group the one that was picked, else the first that ended well, else the first that said anything. */
function chosenAnswers(turns: readonly Turn[]): Set<Turn> {
  const groups = Map.groupBy(
    turns.filter(({ compare }) => compare !== null),
    ({ compare }) => compare?.group,
  );
  const chosen = [...groups.values()].map(
    (members) =>
      members.find(({ compare }) => compare?.picked) ??
      members.find(({ state, text }) => state === "done" && text !== "") ??
      members.find(({ text }) => text !== ""),
  );
  return new Set(chosen.filter((turn) => turn !== undefined));
}

/** Plain text where there is nothing but text. */
function contentOf({ turn, attached, told }: Entry): string | ContentPart[] {
  const held = new Map(attached.map(({ id, text }) => [id, text]));
  const pieces = turn.attachments.flatMap(({ id, kind, label }) => {
    const text = held.get(id);
    return text === undefined || kind === "image" || id === told?.within ? [] : [`${label}\n${fenced(text)}`];
  });
  const text = [...pieces, told?.text ?? turn.text].filter((piece) => piece !== "").join("\n\n");
  // One that is still in the store counts as one; it is fetched before a model is asked.
  const images = turn.attachments.flatMap(({ kind, image }) => (kind === "image" ? [image ?? ""] : []));
  if (images.length === 0) return text;
  return [
    ...(text === "" ? [] : [{ type: "text" as const, text }]),
    ...images.map((url) => ({ type: "image_url" as const, image_url: { url } })),
  ];
}
