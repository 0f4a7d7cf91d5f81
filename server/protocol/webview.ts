// What the extension host and the chat webview say to each other. Types only. The host owns the transcript; the
// webview shows it and holds nothing else but the draft.

import type { Usage } from "./messages.ts";

export type TurnState = "streaming" | "done" | "error" | "stopped";

export type TurnNote = "length" | "content_filter" | "empty";

export interface TurnError {
  /** LiteLLM's class name. */
  name: string;
  /** What happened and what to do, without the "litellm.X: " prefix. */
  message: string;
}

/** One message of the conversation. */
export interface Turn {
  id: string;
  role: "user" | "assistant";
  text: string;
  /** Reasoning, where the model tells it. */
  reasoning: string;
  state: TurnState;
  error: TurnError | null;
  /** What a person should know of an answer that did end: it is cut, withheld or empty. */
  note: TurnNote | null;
  /** Of an assistant's turn. */
  model: string | null;
  usage: Usage | null;
  ms_first_chunk: number | null;
  ms_total: number | null;
}

export interface ModelInUse {
  /** provider/model. */
  model: string;
  /** The user chose it; otherwise it was found configured, or is the fallback mock/echo. */
  chosen: boolean;
}

/** Host -> webview. `seq` counts these messages of one view; a gap means: ask for a resync with `ready`. */
export type ToWebview =
  /** Everything, after `ready` and New Chat. `model` is null while it is being found. */
  | {
      type: "reset";
      seq: number;
      turns: Turn[];
      model: ModelInUse | null;
      draft: string;
      /** The question that the draft will replace. */
      editing: string | null;
      l10n: Record<string, string>;
    }
  /** A new turn at the end. */
  | { type: "turn"; seq: number; turn: Turn }
  /** More text of a streaming turn: only what is new. */
  | { type: "delta"; seq: number; id: string; text: string; reasoning: string }
  /** A turn ended; its text is what the deltas gave. */
  | { type: "settled"; seq: number; turn: Omit<Turn, "text" | "reasoning"> }
  /** Turns from this one on are gone (retry, edited question). */
  | { type: "removed"; seq: number; from: string }
  | { type: "model"; seq: number; model: ModelInUse }
  /** Puts the cursor into the message box. */
  | { type: "focus"; seq: number }
  /** Replaces what stands in the message box, and puts the cursor there. */
  | { type: "compose"; seq: number; draft: string; editing: string | null };

/** Webview -> host. Validated there, field by field. */
export type FromWebview =
  | { type: "ready" }
  | { type: "send"; text: string }
  | { type: "stop" }
  /** Asks again from a failed or stopped assistant turn. */
  | { type: "retry"; id: string }
  /** Puts a question into the message box; sending replaces it and what follows. `draft` stood there and comes back. */
  | { type: "edit"; id: string; draft: string }
  | { type: "cancelEdit" }
  | { type: "draft"; text: string }
  | { type: "copy"; text: string }
  | { type: "openLink"; url: string }
  | { type: "selectModel" }
  | { type: "setApiKey" }
  | { type: "showLog" };
