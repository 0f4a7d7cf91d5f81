// Turns as they are kept in the backend's store, and back. What the store holds may be another version's or another
// program's: each field is taken only where it is what it should be. Pure.

import type { AttemptRecord } from "../../server/protocol/errors.ts";
import type { SessionEntry, SessionMessage } from "../../server/protocol/session-types.ts";
import type { Attachment, Turn } from "../../server/protocol/webview.ts";
import { type AttachedText, type Entry, emptyTurn } from "./turns.ts";

const KEPT = [
  "state",
  "error",
  "note",
  "attachments",
  "model",
  "usage",
  "cost_usd",
  "ms_first_chunk",
  "ms_total",
  "warnings",
  "attempts",
  "attempt_records",
  "trace",
  "compare",
] as const satisfies (keyof Turn)[];

export function messageEntry({ turn, attached, told }: Entry): SessionEntry {
  const { id, role, text, reasoning, state } = turn;
  const growing = state === "streaming" ? { growing: true } : {};
  const more = { ...(attached.length > 0 ? { attached } : {}), ...(told ? { told } : {}) };
  return { type: "message", ...growing, message: { id, role, text, reasoning, ...fieldsOf(turn), ...more } };
}

/** What differs from a message that says nothing but its text. */
export function fieldsOf(turn: Turn): Record<string, unknown> {
  const plain: Record<string, unknown> = { ...emptyTurn(turn.role) };
  const given = KEPT.filter((name) => JSON.stringify(turn[name]) !== JSON.stringify(plain[name]));
  return Object.fromEntries(given.map((name) => [name, turn[name]]));
}

/** All but `compare`, which another window may decide: what is as usual now may not have been so before. */
export function allFieldsOf(turn: Turn): Record<string, unknown> {
  const own = KEPT.filter((name) => name !== "compare");
  return Object.fromEntries(own.map((name) => [name, turn[name]]));
}

export function entryOf(message: SessionMessage): Entry | undefined {
  const { id, role, text, reasoning, seq } = message;
  if (role !== "user" && role !== "assistant") return undefined;
  const turn: Turn = { ...emptyTurn(role), id, text, reasoning };
  const { state, error, note, compare, usage, trace, model, growing } = message;
  // A streaming one that nobody writes any more was cut off with the window that asked: what came is kept, and it can be
  // asked again.
  if (state === "error" || state === "stopped") turn.state = state;
  else if (state === "streaming") turn.state = growing === true ? "elsewhere" : "stopped";
  if (note === "length" || note === "content_filter" || note === "empty") turn.note = note;
  if (isObject(error)) turn.error = { name: textOf(error["name"]), message: textOf(error["message"]) };
  if (isObject(compare) && typeof compare["group"] === "string") {
    turn.compare = { group: compare["group"], picked: compare["picked"] === true };
  }
  if (typeof model === "string") turn.model = model;
  if (isObject(usage)) turn.usage = usage as unknown as Turn["usage"];
  if (isObject(trace)) turn.trace = trace as unknown as Turn["trace"];
  for (const name of ["cost_usd", "ms_first_chunk", "ms_total", "attempts"] as const) {
    const value = message[name];
    if (typeof value === "number") turn[name] = value;
  }
  const records = listOf(message["attempt_records"]).filter(isAttempt);
  if (records.length > 0) turn.attempt_records = records;
  turn.warnings = listOf(message["warnings"]).filter((one) => typeof one === "string");
  turn.attachments = listOf(message["attachments"]).filter(isAttachment);
  const attached = listOf(message["attached"]).filter(isAttached);
  const { told } = message;
  if (!isObject(told)) return { turn, attached, seq };
  return { turn, attached, seq, told: { text: textOf(told["text"]), within: textOf(told["within"]) } };
}

function isAttempt(value: unknown): value is AttemptRecord {
  return (
    isObject(value) &&
    ["attempt", "ms"].every((name) => typeof value[name] === "number") &&
    typeof value["outcome"] === "string"
  );
}

export function isAttachment(value: unknown): value is Attachment {
  return (
    isObject(value) &&
    ["id", "kind", "label", "detail"].every((name) => typeof value[name] === "string") &&
    (value["image"] === null || typeof value["image"] === "string")
  );
}

function isAttached(value: unknown): value is AttachedText {
  return isObject(value) && typeof value["id"] === "string" && typeof value["text"] === "string";
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
