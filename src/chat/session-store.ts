// The backend's chats, as the extension asks for them. Every call may reject: the chat goes on without.

import type { Client } from "../../server/connection/client.ts";
import { METHOD } from "../../server/protocol/names.ts";
import type {
  AppendedSession,
  AppendOrder,
  SessionHit,
  SessionInfo,
  SessionPage,
} from "../../server/protocol/session-types.ts";

export class SessionStore {
  readonly #client: () => Promise<Client>;

  constructor(client: () => Promise<Client>) {
    this.#client = client;
  }

  async append({ session_id, entries, meta }: AppendOrder): Promise<AppendedSession> {
    const order = { session_id, entries: [...entries], ...(meta ? { meta } : {}) };
    const { session } = await (await this.#client()).request(METHOD.sessionAppend, order);
    return session;
  }

  async read(
    session_id: string,
    before: number | null,
    limit: number,
    pictures: boolean,
  ): Promise<SessionPage> {
    return (await this.#client()).request(METHOD.sessionRead, { session_id, before, limit, pictures });
  }

  /** The newest first. */
  async list(limit: number): Promise<SessionInfo[]> {
    const { sessions } = await (await this.#client()).request(METHOD.sessionList, { limit });
    return sessions;
  }

  async search(query: string, limit: number): Promise<SessionHit[]> {
    const { hits } = await (await this.#client()).request(METHOD.sessionSearch, { query, limit });
    return hits;
  }

  async rename(session_id: string, title: string): Promise<void> {
    await (await this.#client()).request(METHOD.sessionRename, { session_id, title });
  }

  async delete(session_id: string): Promise<void> {
    await (await this.#client()).request(METHOD.sessionDelete, { session_id });
  }

  async branch(session_id: string, message_id: string, new_session_id: string): Promise<SessionInfo> {
    const order = { session_id, message_id, new_session_id };
    const { session } = await (await this.#client()).request(METHOD.sessionBranch, order);
    return session;
  }

  async export(session_id: string, format: "markdown" | "json"): Promise<string> {
    const { text } = await (await this.#client()).request(METHOD.sessionExport, { session_id, format });
    return text;
  }
}
