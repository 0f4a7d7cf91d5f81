// What is shown of a session's text: a title from its first question, the words around a find, and the whole as
// Markdown or JSON. Pure.

import type { SessionInfo, SessionMessage } from "../protocol/session-types.ts";

const TITLE_LENGTH = 80;
const AROUND = 60;

/** The first line that says something, cut at a word. */
export function titleOf(text: string): string {
  const line =
    text
      .split("\n")
      .map((one) => one.replaceAll(/\s+/g, " ").trim())
      .find((one) => /[\p{L}\p{N}]/u.test(one)) ?? "";
  return shorten(line, TITLE_LENGTH);
}

/** Some of the text around the first word that was found, on one line. */
export function excerptOf(text: string, words: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = words.map((word) => lower.indexOf(word.toLowerCase())).filter((place) => place >= 0);
  const at = places.length > 0 ? Math.min(...places) : 0;
  const from = Math.max(0, at - AROUND);
  const part = wellFormed(text.slice(from, at + 2 * AROUND))
    .replaceAll(/\s+/g, " ")
    .trim();
  return `${from > 0 ? "…" : ""}${part}${at + 2 * AROUND < text.length ? "…" : ""}`;
}

export function sessionJson(session: SessionInfo, messages: readonly SessionMessage[]): string {
  return `${JSON.stringify({ session, messages }, undefined, 2)}\n`;
}

export function sessionMarkdown(session: SessionInfo, messages: readonly SessionMessage[]): string {
  const parts = messages.map((message) => {
    const { role, text, reasoning, model, at } = message;
    const who = role === "user" ? "User" : role === "assistant" ? "Assistant" : role;
    const told = [typeof model === "string" ? model : "", new Date(at).toISOString()].filter(Boolean);
    const thoughts = reasoning === "" ? "" : `${quote(reasoning)}\n\n`;
    const brought = labelsOf(message["attachments"]);
    const attached = brought.length === 0 ? "" : `Attached: ${brought.join(", ")}\n\n`;
    const ending = endingOf(message);
    // Cut off within code: what follows is no more of it.
    const words = [closed(text.trimEnd()), ending].filter((one) => one !== "").join("\n\n");
    return `## ${who}\n\n*${told.join(", ")}*\n\n${attached}${thoughts}${words}\n`;
  });
  return [`# ${heading(session.title) || "Chat"}\n`, ...parts].join("\n");
}

/** "" = it ended as it should. The names are those of the chat's turns; what others keep there is not taken for one. */
function endingOf({ state, note, error, growing }: SessionMessage): string {
  if (state === "streaming")
    return growing ? "*The answer is still coming.*" : "*The answer was stopped here.*";
  if (state === "stopped") return "*The answer was stopped here.*";
  if (state === "error") {
    const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown };
    const why = [name, message].filter((one) => typeof one === "string" && one !== "").join(": ");
    return `*The answer failed here.* ${heading(why)}`.trimEnd();
  }
  if (note === "length") return "*The model's length limit cut the answer off here.*";
  if (note === "content_filter") return "*The provider's content filter ended the answer here.*";
  return note === "empty" ? "*The model answered with no text.*" : "";
}

/** With the end of a code block that was begun. */
function closed(text: string): string {
  let open = "";
  for (const line of text.split("\n")) {
    const [, fence = "", after = ""] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === "") open = fence.startsWith("`") && after.includes("`") ? "" : fence;
    else if (fence.startsWith(open) && after.trim() === "") open = "";
  }
  return open === "" ? text : `${text}\n${open}`;
}

/** What a question brought along, as its client named it. */
function labelsOf(attachments: unknown): string[] {
  if (!Array.isArray(attachments)) return [];
  return attachments.flatMap((one: { label?: unknown } | null) =>
    typeof one?.label === "string" ? [`\`${heading(one.label).replaceAll("`", "'")}\``] : [],
  );
}

/** Thoughts stand apart from the answer. */
function quote(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
}

function heading(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = wellFormed(text.slice(0, length - 1));
  const space = cut.lastIndexOf(" ");
  return `${space > length / 2 ? cut.slice(0, space) : cut}…`;
}

/** Half a character at either end is left out. */
function wellFormed(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]/, "").replace(/[\uD800-\uDBFF]$/, "");
}
