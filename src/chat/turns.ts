// One message of a conversation as the host has it: what the webview is shown, and what it does not need to be sent.
// Pure.

import { randomUUID } from "node:crypto";
import type { Attachment, Turn } from "../../server/protocol/webview.ts";

/** What an attachment holds, as it was when it was attached: this is what the model is told. */
export interface AttachedText {
  id: string;
  text: string;
}

export interface Entry {
  readonly turn: Turn;
  /** Of a question: what stands in its attachments. Never sent to the webview. */
  readonly attached: readonly AttachedText[];
  /** Its place in the store, where it was read from there. */
  readonly seq: number | null;
}

export interface Question {
  text: string;
  attachments: readonly Attachment[];
  attached: readonly AttachedText[];
}

export function emptyTurn(role: Turn["role"]): Turn {
  return {
    id: randomUUID(),
    role,
    text: "",
    reasoning: "",
    state: "done",
    error: null,
    note: null,
    attachments: [],
    model: null,
    usage: null,
    cost_usd: null,
    ms_first_chunk: null,
    ms_total: null,
    warnings: [],
    attempts: null,
    trace: null,
    progress: null,
    compare: null,
  };
}

export function questionEntry({ text, attachments, attached }: Question): Entry {
  return { turn: { ...emptyTurn("user"), text, attachments: [...attachments] }, attached, seq: null };
}

export function answerEntry(model: string | null, group: string | null): Entry {
  const compare = group === null ? null : { group, picked: false };
  return { turn: { ...emptyTurn("assistant"), state: "streaming", model, compare }, attached: [], seq: null };
}
