// What the extension host and the chat webview say to each other. Types only. The host owns the transcript; the
// webview shows a window of it and holds nothing else but the draft.

import type { AttemptRecord } from "./errors.ts";
import type { Usage } from "./messages.ts";
import type { RouteTrace } from "./route-trace.ts";

/** "elsewhere": another window gets this answer; it is told as it is stored, and ends by itself. */
export type TurnState = "streaming" | "elsewhere" | "done" | "error" | "stopped";

export type TurnNote = "length" | "content_filter" | "empty";

export interface TurnError {
  /** LiteLLM's class name. */
  name: string;
  /** What happened and what to do, without the "litellm.X: " prefix. */
  message: string;
}

/** What a question brings along. What it holds is read when it is attached, and stays with the host. */
export interface Attachment {
  id: string;
  kind: "image" | "file" | "folder" | "selection" | "editors" | "problems" | "terminal" | "diff";
  /** Short: "server/main.ts:3-20". */
  label: string;
  /** What a person wants to know before sending: size, how many, what was left out. */
  detail: string;
  /** Of an image: a data: URL, or null: the webview asks for it with `picture` when somebody sees it. */
  image: string | null;
}

/** Why an answer does not come yet. */
export interface TurnProgress {
  /** LiteLLM class and status of the attempt that failed. */
  failed: string;
  status_code: number | null;
  /** Milliseconds from this message on until the next request. */
  wait_ms: number;
  /** Of a routed call: who is asked next, where that is decided. */
  deployment: string | null;
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
  /** Of a user's turn. */
  attachments: Attachment[];
  /** Of an assistant's turn. */
  model: string | null;
  usage: Usage | null;
  /** USD; null = price unknown. */
  cost_usd: number | null;
  ms_first_chunk: number | null;
  ms_total: number | null;
  /** What was dropped, clamped or taken from elsewhere, in a sentence each. */
  warnings: string[];
  /** Requests sent, whatever became of them. */
  attempts: number | null;
  /** Where a request failed: each that was sent, and how it ended. A routed answer that ended well has its trace. */
  attempt_records: AttemptRecord[] | null;
  /** Of a routed answer: candidates, what filtered them, who was asked and how that went. */
  trace: RouteTrace | null;
  /** While an answer waits for its next request. */
  progress: TurnProgress | null;
  /**
   * Answers to one question by several models stand side by side: the same `group`. The conversation goes on from the one
   * that was picked; until then, and where none is, from the first that ended well.
   */
  compare: { group: string; picked: boolean } | null;
}

export interface ModelInUse {
  /** provider/model. */
  model: string;
  /** The user chose it; otherwise it was found configured, or is the fallback mock/echo. */
  chosen: boolean;
}

/** How hard a model thinks before it answers; "default": as it does by itself. */
export type Effort = "default" | "low" | "medium" | "high";

/** How full the model's context would be with what is there and the draft. */
export interface ContextMeter {
  used: number;
  /** null = not known of this model. */
  limit: number | null;
  /** Counted by the model's own tokenizer. */
  exact: boolean;
}

/** What a router's limits leave just now, of those that an answer had to do with. */
export interface RouterLimits {
  rows: LimitRow[];
  /** Requests that wait for a limit. */
  waiting: number;
}

export interface LimitRow {
  /** Of one deployment, of all of a provider, or of all. */
  of: "deployment" | "provider" | "all";
  /** Deployment id, or the provider. */
  id: string;
  /** Of a deployment: provider/model. */
  model: string;
  /** Milliseconds until it may be asked again; 0 = now. */
  cooled_ms: number;
  cooled_because: string | null;
  limits: { kind: string; capacity: number; free: number }[];
}

/** A line of the list that opens at "@" or "/". */
export interface Suggestion {
  /** Given back in `attach`, or put before the question. */
  id: string;
  label: string;
  detail: string;
}

/** What code blocks offer beside copying. */
export type CodeAction = "insert" | "apply" | "newFile" | "run";

/** What is shown besides turns. */
export interface Surroundings {
  /** null while it is being found. */
  model: ModelInUse | null;
  /** 2 to 4 models that answer side by side; [] = one model. */
  compare: string[];
  session: { id: string; title: string };
  context: ContextMeter | null;
  attachments: Attachment[];
  draft: string;
  /** When the draft was typed, by the webview's clock: of two drafts the newer one stands. */
  drafted: number;
  /** The question that the draft will replace. */
  editing: string | null;
}

/** Host -> webview. `seq` counts these messages of one view; a gap means: ask for a resync with `ready`. */
export type ToWebview =
  /** Everything, after `ready`, New Chat and when another session is opened: the newest turns, and whether there are others. */
  | ({
      type: "reset";
      seq: number;
      turns: Turn[];
      /** There are turns before these: ask with `earlier`. */
      earlier: boolean;
      l10n: Record<string, string>;
    } & Surroundings)
  /** Answer to `earlier`: the turns right before the oldest that is shown; none, and still others, where reading failed. */
  | { type: "earlier"; seq: number; turns: Turn[]; earlier: boolean }
  /** A new turn at the end. */
  | { type: "turn"; seq: number; turn: Turn }
  /** More text of a streaming turn: only what is new. */
  | { type: "delta"; seq: number; id: string; text: string; reasoning: string }
  /** An answer waits, or no longer does. */
  | { type: "progress"; seq: number; id: string; progress: TurnProgress | null }
  /** A turn ended; its text is what the deltas gave. */
  | { type: "settled"; seq: number; turn: Omit<Turn, "text" | "reasoning"> }
  /** Turns from this one on are gone (retry, edited question). */
  | { type: "removed"; seq: number; from: string }
  | { type: "picked"; seq: number; group: string; id: string }
  | { type: "model"; seq: number; model: ModelInUse }
  /** Of the model in use; null where it is not known to think. */
  | { type: "effort"; seq: number; effort: Effort | null }
  | { type: "compare"; seq: number; models: string[] }
  | { type: "session"; seq: number; id: string; title: string }
  | { type: "context"; seq: number; context: ContextMeter | null }
  /** What the next question brings along. */
  | { type: "attachments"; seq: number; attachments: Attachment[] }
  /** Answer to `picture`; null = it is gone, or could not be read. */
  | { type: "picture"; seq: number; id: string; image: string | null }
  /** Answer to `suggest`; one for an older `query` is forgotten. */
  | { type: "suggestions"; seq: number; query: string; items: Suggestion[] }
  /** Answer to `limits`; null = there is no such router any more. */
  | { type: "limits"; seq: number; id: string; limits: RouterLimits | null }
  /** Puts the cursor into the message box. */
  | { type: "focus"; seq: number }
  /** Replaces what stands in the message box, and puts the cursor there. */
  | { type: "compose"; seq: number; draft: string; editing: string | null }
  /** A sentence for the person, shown above the message box until the next one is sent: "too large to attach". */
  | { type: "notice"; seq: number; text: string };

/** Webview -> host. Validated there, field by field. */
export type FromWebview =
  | { type: "ready" }
  /** The turns before this one. */
  | { type: "earlier"; before: string }
  /** `at`: when the box was emptied for it, by the webview's clock. */
  | { type: "send"; text: string; at: number }
  /** One answer of several side by side; all that stream without `id`. */
  | { type: "stop"; id?: string }
  /** Asks again from this assistant's turn on, with the same model. */
  | { type: "retry"; id: string }
  /** Asks again with a model that is chosen first. */
  | { type: "regenerate"; id: string }
  /** A new session with everything up to this turn. */
  | { type: "branch"; id: string }
  /** Goes on from this one of several answers. */
  | { type: "pick"; id: string }
  /** Puts a question into the message box; sending replaces it and what follows. `draft` stood there and comes back. */
  | { type: "edit"; id: string; draft: string }
  | { type: "cancelEdit" }
  | { type: "draft"; text: string; at: number }
  | { type: "copy"; text: string }
  | { type: "code"; action: CodeAction; text: string; language: string }
  /** What may follow "@" or "/": `query` begins with that character. */
  | { type: "suggest"; query: string }
  /** A suggestion of "@" was taken; `id` is the suggestion's. */
  | { type: "attach"; id: string }
  /** Pasted or dropped: a data: URL. */
  | { type: "attachImage"; name: string; image: string }
  /** Dropped from the explorer: URIs. */
  | { type: "attachUris"; uris: string[] }
  | { type: "detach"; id: string }
  /** What the limits of the router leave that this answer came by. */
  | { type: "limits"; id: string }
  /** The attachment with this id is seen: what it shows. */
  | { type: "picture"; id: string }
  | { type: "openLink"; url: string }
  | { type: "selectModel" }
  | { type: "selectEffort" }
  | { type: "selectCompare" }
  | { type: "history" }
  /** With an answer's `id`: for the provider that did not give it. */
  | { type: "setApiKey"; id?: string }
  /** What could be talked to, and the walkthrough. */
  | { type: "getStarted" }
  | { type: "showLog" };
