// Chat sessions as they are kept and sent: messages that only grow, and what is told of each. Types, and one word.

/** `code` of the NotFoundError of a session that somebody deleted. Without it the file that held it was lost. */
export const SESSION_DELETED = "deleted";

/** One message. Fields beyond these are kept and given back as they are. */
export interface SessionMessage {
  /** Chosen by the client, unique within its session. */
  id: string;
  role: string;
  text: string;
  reasoning: string;
  /** Unix milliseconds. */
  at: number;
  /** Its place; a cursor for reading what stands before it. */
  seq: number;
  /** A process that lives is still writing it. */
  growing?: boolean | undefined;
  [field: string]: unknown;
}

export interface SessionInfo {
  id: string;
  title: string;
  /** Unix milliseconds. */
  created: number;
  updated: number;
  messages: number;
  /** Whatever the client keeps with it. */
  meta: Record<string, unknown> | null;
}

/** As an append left it. */
export interface AppendedSession extends SessionInfo {
  /** `updated` before that, null = it is new: who knows another one has not seen everything. */
  previous: number | null;
}

export type SessionEntry =
  /**
   * A new message. One whose id is there already is left as it is. `growing`: more of it comes, and until an update says
   * no, or this process ends, others are told so.
   */
  | {
      type: "message";
      growing?: boolean | undefined;
      message: { id: string; role: string; text?: string; reasoning?: string; [field: string]: unknown };
    }
  /** More text of a message. `n` counts the deltas of a message from 0: one that came before is not added again. */
  | { type: "delta"; id: string; n?: number; text?: string; reasoning?: string }
  /** Other fields of a message; `text` and `reasoning` replace what is there. The deltas are joined for good. */
  | { type: "update"; id: string; growing?: boolean | undefined; fields: Record<string, unknown> }
  /** This message and all after it leave the session. */
  | { type: "cut"; id: string };

export interface AppendOrder {
  session_id: string;
  entries: readonly SessionEntry[];
  meta?: Record<string, unknown> | undefined;
}

export interface SessionPage {
  session: SessionInfo;
  /** Oldest first. */
  messages: SessionMessage[];
  /** Give it as `before` for the messages before these; null = there are none. */
  before: number | null;
}

export interface SessionHit {
  session_id: string;
  title: string;
  updated: number;
  message_id: string;
  seq: number;
  role: string;
  /** Some of the text around what was found. */
  excerpt: string;
}
