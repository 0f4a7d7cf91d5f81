// Chat sessions in the database. An append is one transaction and adds only what is new; reading the end of a session
// costs the same however long it is.

import type { DatabaseSync } from "node:sqlite";
import type {
  AppendedSession,
  AppendOrder,
  SessionEntry,
  SessionHit,
  SessionInfo,
  SessionMessage,
  SessionPage,
} from "../protocol/session-types.ts";
import { growingMessages } from "./growing-messages.ts";
import { hasSearch } from "./migrations.ts";
import { excerptOf, titleOf } from "./session-text.ts";
import { inTransaction } from "./transaction.ts";

/** Shorter words are not in the index: every message is looked through. */
const SHORTEST_INDEXED = 3;

interface MessageRow {
  row: number;
  seq: number;
  id: string;
  at: number;
  role: string;
  text: string;
  reasoning: string;
  deltas: number;
  data: string | null;
}
interface SessionRow extends Omit<SessionInfo, "meta"> {
  titled: number;
  meta: string | null;
}

export type SessionOperations = ReturnType<typeof sessionTable>;

export function sessionTable(sqlite: DatabaseSync, now: () => number) {
  const growing = growingMessages(sqlite, now);
  const searchable = hasSearch(sqlite);
  const find = sqlite.prepare("SELECT * FROM sessions WHERE id = ?");
  const message = sqlite.prepare("SELECT * FROM messages WHERE session = ? AND id = ?");
  const put = sqlite.prepare(
    `INSERT INTO messages (session, seq, id, at, role, text, reasoning, deltas, data)
     VALUES (?, (SELECT COALESCE(MAX(seq), 0) + 1 FROM messages WHERE session = ?), ?, ?, ?, ?, ?, 0, ?)
     ON CONFLICT (session, id) DO NOTHING`,
  );
  const addDelta = sqlite.prepare(
    "INSERT INTO deltas (message, n, text, reasoning) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const deltasOf = sqlite.prepare("SELECT text, reasoning FROM deltas WHERE message = ? ORDER BY n");
  const settle = sqlite.prepare(
    "UPDATE messages SET text = ?, reasoning = ?, role = ?, data = ? WHERE row = ?",
  );
  const unindex = sqlite.prepare(searchable ? "DELETE FROM found WHERE rowid = ?" : "SELECT ?");
  const index = sqlite.prepare(searchable ? "INSERT INTO found (rowid, text) VALUES (?, ?)" : "SELECT ?, ?");

  function session(id: string): SessionInfo | undefined {
    const row = find.get(id) as unknown as SessionRow | undefined;
    return row && infoOf(row);
  }

  function setIndex(row: number, text: string): void {
    unindex.run(row);
    if (text !== "") index.run(row, text);
  }

  /** With the deltas that are not joined yet: of an answer that streams, or was cut off by a crash. */
  function whole(row: MessageRow): MessageRow {
    if (row.deltas === 0) return row;
    const more = deltasOf.all(row.row) as unknown as { text: string; reasoning: string }[];
    const text = row.text + more.map((one) => one.text).join("");
    return { ...row, text, reasoning: row.reasoning + more.map((one) => one.reasoning).join("") };
  }

  function cut(sessionId: string, from: number): void {
    const rows = sqlite
      .prepare("SELECT row FROM messages WHERE session = ? AND seq >= ?")
      .all(sessionId, from) as unknown as { row: number }[];
    for (const { row } of rows) {
      unindex.run(row);
      growing.set(row, false);
      sqlite.prepare("DELETE FROM deltas WHERE message = ?").run(row);
    }
    sqlite.prepare("DELETE FROM messages WHERE session = ? AND seq >= ?").run(sessionId, from);
  }

  function enter(sessionId: string, entry: SessionEntry, at: number): void {
    if (entry.type === "message") {
      const { id, role, text = "", reasoning = "", ...data } = entry.message;
      const done = put.run(sessionId, sessionId, id, at, role, text, reasoning, jsonOf(data));
      if (done.changes === 0) return;
      setIndex(Number(done.lastInsertRowid), text);
      if (entry.growing) growing.set(Number(done.lastInsertRowid), true);
      return;
    }
    const row = message.get(sessionId, entry.id) as unknown as MessageRow | undefined;
    // It left the session while this was under way.
    if (!row) return;
    if (entry.type === "cut") cut(sessionId, row.seq);
    else if (entry.type === "delta") {
      const { n = row.deltas, text = "", reasoning = "" } = entry;
      if (n < row.deltas) return;
      addDelta.run(row.row, n, text, reasoning);
      sqlite.prepare("UPDATE messages SET deltas = ? WHERE row = ?").run(n + 1, row.row);
    } else {
      const { text, reasoning, role, id: _id, seq: _seq, at: _at, ...fields } = entry.fields;
      const known = whole(row);
      const next = {
        text: typeof text === "string" ? text : known.text,
        reasoning: typeof reasoning === "string" ? reasoning : known.reasoning,
        role: typeof role === "string" ? role : known.role,
      };
      const data = jsonOf({ ...(row.data === null ? {} : (JSON.parse(row.data) as object)), ...fields });
      settle.run(next.text, next.reasoning, next.role, data, row.row);
      sqlite.prepare("DELETE FROM deltas WHERE message = ?").run(row.row);
      setIndex(row.row, next.text);
      if (entry.growing !== undefined) growing.set(row.row, entry.growing);
    }
  }

  /**
   * The title of a session nobody named: its first question. No two changes have the same time: whoever knows the last
   * one knows that nobody wrote since.
   */
  function refresh(id: string, at: number): SessionInfo {
    sqlite
      .prepare(
        "UPDATE sessions SET updated = MAX(updated + 1, ?), messages = (SELECT COUNT(*) FROM messages WHERE session = ?) WHERE id = ?",
      )
      .run(at, id, id);
    const row = find.get(id) as unknown as SessionRow;
    if (row.titled === 0) {
      const first = sqlite
        .prepare("SELECT text FROM messages WHERE session = ? AND role = 'user' ORDER BY seq LIMIT 1")
        .get(id) as { text: string } | undefined;
      const title = titleOf(first?.text ?? "");
      if (title !== row.title) {
        sqlite.prepare("UPDATE sessions SET title = ? WHERE id = ?").run(title, id);
        row.title = title;
      }
    }
    return infoOf(row);
  }

  return {
    /** Begins the session where there is none. undefined = it is gone, and what comes is more of what it was. */
    "sessions.append"({ session_id, entries, meta }: AppendOrder, at: number): AppendedSession | undefined {
      return inTransaction(sqlite, () => {
        const previous = session(session_id)?.updated ?? null;
        if (previous === null) {
          if (entries[0] && entries[0].type !== "message") return undefined;
          sqlite
            .prepare(
              "INSERT INTO sessions (id, title, titled, created, updated, messages) VALUES (?, '', 0, ?, 0, 0)",
            )
            .run(session_id, at);
          sqlite.prepare("DELETE FROM deleted WHERE session = ?").run(session_id);
        }
        if (meta) {
          const known = session(session_id)?.meta ?? {};
          const merged = JSON.stringify({ ...known, ...meta });
          sqlite.prepare("UPDATE sessions SET meta = ? WHERE id = ?").run(merged, session_id);
        }
        for (const entry of entries) enter(session_id, entry, at);
        return { ...refresh(session_id, at), previous };
      });
    },

    /** The last `limit` messages, or those before a cursor. undefined = no such session. */
    "sessions.read"(
      id: string,
      limit: number,
      before: number | null,
      pictures: boolean,
    ): SessionPage | undefined {
      const info = session(id);
      if (!info) return undefined;
      const rows = sqlite
        .prepare("SELECT * FROM messages WHERE session = ? AND seq < ? ORDER BY seq DESC LIMIT ?")
        .all(id, before ?? Number.MAX_SAFE_INTEGER, limit + 1) as unknown as MessageRow[];
      const more = rows.length > limit;
      const shown = rows.slice(0, limit).reverse();
      const grow = growing.rows();
      const messages = shown.map((row) => messageOf(whole(row), pictures, grow.has(row.row)));
      return { session: info, messages, before: more ? (shown[0]?.seq ?? null) : null };
    },

    /** The newest first. `before`: the last session of the page before. */
    "sessions.list"(limit: number, before: { updated: number; id: string } | null): SessionInfo[] {
      const rows = sqlite
        .prepare(
          "SELECT * FROM sessions WHERE (updated, id) < (?, ?) OR ? ORDER BY updated DESC, id DESC LIMIT ?",
        )
        .all(
          before?.updated ?? 0,
          before?.id ?? "",
          before === null ? 1 : 0,
          limit,
        ) as unknown as SessionRow[];
      return rows.map(infoOf);
    },

    "sessions.rename"(id: string, title: string): SessionInfo | undefined {
      const done = sqlite.prepare("UPDATE sessions SET title = ?, titled = 1 WHERE id = ?").run(title, id);
      return done.changes > 0 ? session(id) : undefined;
    },

    "sessions.delete"(id: string): boolean {
      return inTransaction(sqlite, () => {
        cut(id, 0);
        if (sqlite.prepare("DELETE FROM sessions WHERE id = ?").run(id).changes === 0) return false;
        sqlite.prepare("INSERT INTO deleted (session) VALUES (?) ON CONFLICT DO NOTHING").run(id);
        return true;
      });
    },

    /** Somebody deleted it; of one that is unknown and was not, this file has nothing any more. */
    "sessions.isDeleted"(id: string): boolean {
      return sqlite.prepare("SELECT 1 FROM deleted WHERE session = ?").get(id) !== undefined;
    },

    /** A new session of the messages up to and with `until`; all of them without. undefined = there is none such. */
    "sessions.branch"(id: string, until: string | null, as: string, at: number): SessionInfo | undefined {
      return inTransaction(sqlite, () => {
        const from = find.get(id) as unknown as SessionRow | undefined;
        const last = until === null ? undefined : (message.get(id, until) as { seq: number } | undefined);
        if (!from || (until !== null && !last)) return undefined;
        const { title, titled, meta } = from;
        sqlite
          .prepare(
            "INSERT INTO sessions (id, title, titled, created, updated, messages, meta) VALUES (?, ?, ?, ?, ?, 0, ?) ON CONFLICT (id) DO NOTHING",
          )
          .run(as, title, titled, at, 0, meta);
        const rows = sqlite
          .prepare("SELECT * FROM messages WHERE session = ? AND seq <= ? ORDER BY seq")
          .all(id, last?.seq ?? Number.MAX_SAFE_INTEGER) as unknown as MessageRow[];
        for (const row of rows) {
          const one = whole(row);
          const done = put.run(as, as, one.id, one.at, one.role, one.text, one.reasoning, one.data);
          if (done.changes > 0) setIndex(Number(done.lastInsertRowid), one.text);
        }
        return refresh(as, at);
      });
    },

    /** Every word of the query, anywhere in one message or in a title; the newest first. */
    "sessions.search"(query: string, limit: number): SessionHit[] {
      const words = query.split(/\s+/).filter((word) => word !== "");
      if (words.length === 0) return [];
      const indexed = searchable ? words.filter((word) => [...word].length >= SHORTEST_INDEXED) : [];
      const scanned = words.filter((word) => !indexed.includes(word));
      const where = [
        ...(indexed.length > 0 ? ["m.row IN (SELECT rowid FROM found WHERE found MATCH ?)"] : []),
        ...scanned.map(() => "(m.text LIKE ? ESCAPE '\\')"),
      ];
      const match = indexed.map((word) => `"${word.replaceAll('"', '""')}"`).join(" ");
      const values = [...(indexed.length > 0 ? [match] : []), ...scanned.map(likeOf)];
      const titled = words.map(() => "s.title LIKE ? ESCAPE '\\'").join(" AND ");
      const select = `SELECT s.id AS session_id, s.title, s.updated, m.id AS message_id, m.seq, m.role, m.text
        FROM messages m JOIN sessions s ON s.id = m.session`;
      const order = "ORDER BY s.updated DESC, m.seq DESC LIMIT ?";
      const inText = sqlite.prepare(`${select} WHERE ${where.join(" AND ")} ${order}`).all(...values, limit);
      // A title that fits is shown with the session's first message.
      const inTitle = sqlite
        .prepare(
          `${select} WHERE ${titled} AND m.seq = (SELECT MIN(seq) FROM messages WHERE session = s.id) ${order}`,
        )
        .all(...words.map(likeOf), limit);
      const rows = [
        ...new Map(
          ([...inText, ...inTitle] as unknown as (Omit<SessionHit, "excerpt"> & { text: string })[]).map(
            (row) => [`${row.session_id}\n${row.seq}`, row] as const,
          ),
        ).values(),
      ]
        .sort((a, b) => b.updated - a.updated || b.seq - a.seq)
        .slice(0, limit);
      return rows.map(({ text, ...hit }) => ({ ...hit, excerpt: excerptOf(text, words) }));
    },
  };
}

function infoOf({ id, title, created, updated, messages, meta }: SessionRow): SessionInfo {
  const parsed = meta === null ? null : (JSON.parse(meta) as Record<string, unknown>);
  return { id, title, created, updated, messages, meta: parsed };
}

function messageOf(
  { seq, id, at, role, text, reasoning, data }: MessageRow,
  pictures: boolean,
  growing: boolean,
): SessionMessage {
  const kept = data === null ? {} : (JSON.parse(data) as Record<string, unknown>);
  const fields = pictures ? kept : (withoutDataUrls(kept) as Record<string, unknown>);
  return { ...fields, id, role, text, reasoning, at, seq, ...(growing ? { growing } : {}) };
}

/** What only begins like one, as a log of server-sent events does, is a text. */
const DATA_URL = /^data:[\w.+-]+\/[\w.+-]+[;,]/;

/** A picture is a thousand times what the rest of its message is. */
function withoutDataUrls(value: unknown): unknown {
  if (typeof value === "string") return DATA_URL.test(value) ? null : value;
  if (Array.isArray(value)) return value.map(withoutDataUrls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, withoutDataUrls(of)]));
}

function jsonOf(data: object): string | null {
  return Object.keys(data).length === 0 ? null : JSON.stringify(data);
}

function likeOf(word: string): string {
  return `%${word.replaceAll(/[\\%_]/g, "\\$&")}%`;
}
