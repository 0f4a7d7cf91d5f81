// What the page shows beside the turns, as the host told it last.

import { signal } from "@preact/signals";
import type { Attachment, ContextMeter, Effort, ModelInUse } from "../server/protocol/webview.ts";

/** null while it is being found. */
export const model = signal<ModelInUse | null>(null);
/** Of that model; null where it is not known to think. */
export const effort = signal<Effort | null>(null);
/** Models that will answer side by side; [] = one model. */
export const compared = signal<readonly string[]>([]);
export const session = signal({ id: "", title: "" });
export const context = signal<ContextMeter | null>(null);
/** What the next question brings along. */
export const attachments = signal<readonly Attachment[]>([]);
/** A sentence above the message box, until the next message. */
export const notice = signal("");
/** The end of the conversation is in sight, and followed as it grows. */
export const atEnd = signal(true);
/** Said to screen readers: beginnings and ends, not every word. */
export const announcement = signal("");
