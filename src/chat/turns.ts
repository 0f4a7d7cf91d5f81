// One message of a conversation as the host has it: what the webview is shown, and what it does not need to be sent.
// Pure.

import { randomUUID } from "node:crypto";
import type { Attachment, Turn } from "../../server/protocol/webview.ts";

/** Where attached code stands. */
export interface CodeSource {
  file: string;
  language: string;
  /** "3" or "3-20"; "" = not known. */
  lines: string;
}

/** What an attachment holds, as it was when it was attached: this is what the model is told. */
export interface AttachedText {
  id: string;
  text: string;
  source?: CodeSource;
}

/** What the model is told in the place of a command like "/fix". */
export interface ToldInstead {
  text: string;
  /** The attachment that stands within it. */
  within: string;
}

export interface Entry {
  readonly turn: Turn;
  /** Of a question: what stands in its attachments. Never sent to the webview. */
  readonly attached: readonly AttachedText[];
  readonly told?: ToldInstead;
  /** Its place in the store, where it was read from there. */
  readonly seq: number | null;
}

export interface Question {
  text: string;
  attachments: readonly Attachment[];
  attached: readonly AttachedText[];
  told?: ToldInstead;
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
    attempt_records: null,
    trace: null,
    progress: null,
    compare: null,
  };
}

export function questionEntry({ text, attachments, attached, told }: Question): Entry {
  const turn: Turn = { ...emptyTurn("user"), text, attachments: [...attachments] };
  return { turn, attached, seq: null, ...(told ? { told } : {}) };
}

export function answerEntry(model: string | null, group: string | null): Entry {
  const compare = group === null ? null : { group, picked: false };
  return { turn: { ...emptyTurn("assistant"), state: "streaming", model, compare }, attached: [], seq: null };
}
