// Chats as a client reads and writes them. What an append was answered for is committed; a session of any length opens
// by its end alone.

import { randomUUID } from "node:crypto";
import { createError } from "../protocol/errors.ts";
import {
  type AppendedSession,
  type AppendOrder,
  SESSION_DELETED,
  type SessionHit,
  type SessionInfo,
  type SessionMessage,
  type SessionPage,
} from "../protocol/session-types.ts";
import type { OperationName, Operations } from "./operations.ts";
import { sessionJson, sessionMarkdown } from "./session-text.ts";
import { Store } from "./store.ts";

const PAGE = 50;
/** Of an export: read in pages, so that no thread answers with everything at once. */
const EXPORT_PAGE = 500;

export interface SessionList {
  sessions: SessionInfo[];
  /** Give it as `before` for the next page; null = that was all. */
  before: { updated: number; id: string } | null;
}

export class Sessions {
  readonly #now: () => number;
  #store: Store | undefined;

  /** Without a store they are kept in memory. `now` in Unix milliseconds. */
  constructor(store: Store | undefined, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /**
   * A message begins the session where there is none; resolves when it is committed. Throws NotFoundError for more of
   * one that is gone.
   */
  async append(order: AppendOrder): Promise<AppendedSession> {
    return this.#found(await this.#do("sessions.append", order, this.#now()), order.session_id);
  }

  /** The last messages, or those before a cursor. Throws NotFoundError. */
  async read({
    session_id,
    limit = PAGE,
    before = null,
    pictures = true,
  }: {
    session_id: string;
    limit?: number | undefined;
    before?: number | null | undefined;
    /** false: null stands for every data: URL. */
    pictures?: boolean | undefined;
  }): Promise<SessionPage> {
    return this.#found(await this.#do("sessions.read", session_id, limit, before, pictures), session_id);
  }

  async list({
    limit = PAGE,
    before = null,
  }: {
    limit?: number | undefined;
    before?: SessionList["before"] | undefined;
  } = {}): Promise<SessionList> {
    const sessions = await this.#do("sessions.list", limit, before);
    const last = sessions.at(-1);
    const more = last !== undefined && sessions.length === limit;
    return { sessions, before: more ? { updated: last.updated, id: last.id } : null };
  }

  /** Throws NotFoundError. */
  async rename({ session_id, title }: { session_id: string; title: string }): Promise<SessionInfo> {
    return this.#found(await this.#do("sessions.rename", session_id, title), session_id);
  }

  /** false = there was none. */
  delete({ session_id }: { session_id: string }): Promise<boolean> {
    return this.#do("sessions.delete", session_id);
  }

  /** Another session of the messages up to and with one; all of them without. Throws NotFoundError. */
  async branch({
    session_id,
    message_id = null,
    new_session_id = randomUUID(),
  }: {
    session_id: string;
    message_id?: string | null | undefined;
    new_session_id?: string | undefined;
  }): Promise<SessionInfo> {
    const info = await this.#do("sessions.branch", session_id, message_id, new_session_id, this.#now());
    return this.#found(info, session_id);
  }

  search({ query, limit = PAGE }: { query: string; limit?: number | undefined }): Promise<SessionHit[]> {
    return this.#do("sessions.search", query, limit);
  }

  /** Throws NotFoundError. */
  async export({ session_id, format }: { session_id: string; format: "markdown" | "json" }): Promise<string> {
    const messages: SessionMessage[] = [];
    let page = await this.read({ session_id, limit: EXPORT_PAGE });
    messages.unshift(...page.messages);
    while (page.before !== null) {
      page = await this.read({ session_id, limit: EXPORT_PAGE, before: page.before });
      messages.unshift(...page.messages);
    }
    return format === "json" ? sessionJson(page.session, messages) : sessionMarkdown(page.session, messages);
  }

  /** Throws NotFoundError, which says whether somebody deleted it. */
  async #found<T>(value: T | undefined, session_id: string): Promise<T> {
    if (value !== undefined) return value;
    const deleted = await this.#do("sessions.isDeleted", session_id);
    throw createError("NotFoundError", {
      message: `there is no session ${JSON.stringify(session_id)}, or no such message in it`,
      param: "session_id",
      code: deleted ? SESSION_DELETED : undefined,
    });
  }

  /** Throws InternalServerError where there is no SQLite. */
  async #do<Name extends OperationName>(
    name: Name,
    ...args: Parameters<Operations[Name]>
  ): Promise<ReturnType<Operations[Name]>> {
    this.#store ??= new Store(null, () => {});
    try {
      return await this.#store.do(name, ...args);
    } catch (error) {
      const message = `chats cannot be kept or read: ${(error as Error).message}`;
      throw createError("InternalServerError", { message, cause: error });
    }
  }
}
