// Which conversation is shown, and how one comes and goes: begun, opened again after a reload, opened from the history,
// branched, deleted. Only the one that is shown is told of; what another one still gets is kept.

import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { SESSION_DELETED } from "../../server/protocol/session-types.ts";
import type { Turn } from "../../server/protocol/webview.ts";
import { messageOf, plainText } from "../plain-text.ts";
import type { Elsewhere } from "./elsewhere.ts";
import { Journal } from "./journal.ts";
import type { Outbox } from "./outbox.ts";
import { ChatSession, type SessionListener, type SessionOptions, type StartStream } from "./session.ts";
import type { SessionStore } from "./session-store.ts";
import { Transcript } from "./transcript.ts";

const SESSION = "edgequake.chat.session";
/** A backend that does not come up must not keep a person from writing. */
const OPENING_MS = 10_000;
/** Looking whether another window went on with this conversation. */
const LOOKING_MS = 1_000;

export interface ConversationOptions {
  state: vscode.Memento;
  store: SessionStore;
  start: StartStream;
  outbox: Outbox;
  asks: Required<Pick<SessionOptions, "limitOf" | "count" | "effortOf">>;
  /** The model a question without a choice of its own would go to. */
  modelInUse(): string | undefined;
  /** Another conversation is to be shown. */
  switched(): void;
  /** The same, but another window went on with it. */
  refreshed(): void;
  /** Another window wrote to it while this one did. */
  overtaken(): void;
  /** Somebody sees the chat. */
  seen(): boolean;
  /** There is more or less of it. */
  changed(): void;
}

export class Conversations {
  readonly #options: ConversationOptions;
  #session: ChatSession;
  #title = "";
  #opened: Promise<void> | undefined;
  /** The model that was in use when an answer was asked for, and when a conversation was opened. */
  readonly #inUse = new WeakMap<Turn, string | undefined>();
  #openedWith: string | undefined;
  #busy = false;
  /** When it was last changed, as far as this window knows. */
  #updated = 0;
  #followed: ChatSession | undefined;
  #elsewhere: Elsewhere | undefined;
  /** What could not be said before there was a page to say it on. */
  #unsaid: string | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#session = this.#new(randomUUID(), new Transcript());
  }

  get session(): ChatSession {
    return this.#session;
  }
  get title(): string {
    return this.#title;
  }

  /** The last conversation is there again, once somebody wants to see one. */
  async opened(): Promise<void> {
    this.#opened ??= this.#reopen();
    await this.#opened;
  }

  /** Why the last conversation is not there; told once. */
  takeUnsaid(): string | undefined {
    const unsaid = this.#unsaid;
    this.#unsaid = undefined;
    return unsaid;
  }

  /** Nobody chose another model since this answer was asked for. */
  isModelAsBefore(turn: Turn): boolean {
    const then = this.#inUse.has(turn) ? this.#inUse.get(turn) : this.#openedWith;
    return then === this.#options.modelInUse();
  }

  begin(): void {
    this.#updated = 0;
    this.#opened = Promise.resolve();
    this.#switchTo(this.#new(randomUUID(), new Transcript()), "");
  }

  /** Rejects when it cannot be read; what is shown stays then. */
  async open(id: string): Promise<void> {
    if (id === this.#session.id && this.#session.turns.length > 0) return;
    const transcript = this.#stored(id);
    const info = await transcript.open();
    this.#opened = Promise.resolve();
    this.#updated = info?.updated ?? 0;
    this.#switchTo(this.#new(id, transcript), info?.title ?? "");
  }

  /**
   * As it is in the store, where another window did something to it: what that added is neither hidden nor cut off by
   * what is done here. Gives what it did, in a sentence.
   */
  async refresh(): Promise<string | undefined> {
    const session = this.#session;
    if (session.busy || session.turns.length === 0 || !session.isWritten) return undefined;
    try {
      if (this.#followed === session && (await soon(this.#elsewhere?.look() ?? false))) return undefined;
      const { updated } = await soon(this.#options.store.read(session.id, null, 1, false)).then(
        (page) => page.session,
      );
      if (updated <= this.#updated || session !== this.#session) return undefined;
      const transcript = this.#stored(session.id);
      const info = await soon(transcript.open());
      if (session !== this.#session || session.busy) return undefined;
      void session.leave();
      this.#session = this.#new(session.id, transcript);
      this.#title = info?.title ?? "";
      this.#updated = info?.updated ?? updated;
      this.#options.refreshed();
      return vscode.l10n.t("This chat went on in another window. It is shown as it is now.");
    } catch (error) {
      // Not knowing is no reason to stop anybody.
      if ((error as Error).name !== "NotFoundError" || !session.isWritten) return undefined;
      return this.#missing(session, error as Error);
    }
  }

  /**
   * The store has nothing of it. Gives a sentence where it was deleted; a store that lost it gets it again, as far as it
   * is here.
   */
  #missing(session: ChatSession, error: Error & { code?: string }): string | undefined {
    if (error.code !== SESSION_DELETED) {
      session.writeAgain();
      // The chat is more than its title.
      if (session === this.#session) void this.#titleAgain(session).catch(() => {});
      return undefined;
    }
    if (session !== this.#session) return undefined;
    this.begin();
    return vscode.l10n.t("This chat was deleted in another window.");
  }

  /** Its title may not be that of the first question that is left. */
  async #titleAgain(session: ChatSession): Promise<void> {
    const title = this.#title;
    await session.flush();
    if (title === "" || title === this.#title) return;
    await this.#options.store.rename(session.id, title);
    this.renamed(session.id, title);
  }

  /** It is shown: the answers that another window gets come here too, until they end. */
  async followElsewhere(): Promise<void> {
    const session = this.#session;
    const { transcript, id } = session;
    if (this.#followed === session || !transcript.turns.some(({ state }) => state === "elsewhere")) return;
    this.#followed = session;
    const { Elsewhere } = await import("./on-demand.ts");
    const { store, outbox, seen, changed, overtaken } = this.#options;
    const elsewhere = new Elsewhere({
      transcript,
      read: (limit) => store.read(id, null, limit, false),
      seen: () => session === this.#session && seen(),
      grew: (turn) => outbox.grew(turn),
      settled: (turn) => {
        outbox.settled(turn);
        changed();
      },
      complete: (updated) => {
        if (session === this.#session && session.isWritten) this.#updated = Math.max(this.#updated, updated);
      },
      different: overtaken,
    });
    this.#elsewhere = elsewhere;
    await elsewhere.follow();
    if (this.#followed !== session) return;
    this.#followed = undefined;
    this.#elsewhere = undefined;
  }

  /** Another conversation with everything up to this turn. */
  async branch(id: string): Promise<void> {
    const { store } = this.#options;
    if (!this.#session.entryOf(id)) return;
    const as = randomUUID();
    await this.#session.flush();
    const { title } = await store.branch(this.#session.id, id, as);
    await store.rename(as, vscode.l10n.t("{0} (branch)", title || vscode.l10n.t("Chat")));
    await this.open(as);
  }

  /** It is about to be deleted: nothing is written to it any more. */
  async deleting(id: string): Promise<void> {
    const session = this.#session;
    if (id !== session.id) return;
    this.begin();
    await session.leave();
  }

  /** It was given another title, wherever that happened. */
  renamed(id: string, title: string): void {
    if (id !== this.#session.id || title === this.#title) return;
    this.#title = title;
    this.#options.outbox.send({ type: "session", id, title });
  }

  async dispose(): Promise<void> {
    await this.#session.leave();
  }

  #stored(id: string): Transcript {
    return new Transcript((before, limit, pictures) => this.#options.store.read(id, before, limit, pictures));
  }

  #new(id: string, transcript: Transcript): ChatSession {
    const { store, start, outbox, asks, changed, overtaken } = this.#options;
    const journal = new Journal(id, (order) => store.append(order), {
      written: ({ title, updated, previous }) => {
        this.renamed(id, title);
        const session = this.#session;
        if (id !== session.id) return;
        // What another window wrote in between is not known here: the next look finds it.
        if (previous === null || previous <= this.#updated) this.#updated = Math.max(this.#updated, updated);
        else if (!session.busy && session.isWritten) overtaken();
      },
      missing: (error) => {
        const text = this.#missing(session, error);
        if (text !== undefined) outbox.send({ type: "notice", text });
      },
      failing: (error) => {
        if (id !== this.#session.id) return;
        const why = plainText(messageOf(error));
        outbox.send({
          type: "notice",
          text: vscode.l10n.t("This chat cannot be saved at the moment: {0}", why),
        });
      },
    });
    this.#openedWith = this.#options.modelInUse();
    const listener: SessionListener = {
      added: (turn) => {
        if (turn.role === "assistant") this.#inUse.set(turn, this.#options.modelInUse());
        else void this.#options.state.update(SESSION, id);
        outbox.added(turn);
        this.#setBusy();
      },
      grew: (turn) => outbox.grew(turn),
      progress: ({ id: of, progress }) => outbox.send({ type: "progress", id: of, progress }),
      settled: (turn) => {
        outbox.settled(turn);
        changed();
        this.#setBusy();
      },
      removed: (from) => {
        outbox.send({ type: "removed", from });
        changed();
      },
      picked: (group, picked) => {
        outbox.send({ type: "picked", group, id: picked });
        changed();
      },
    };
    const leftOut = (what: "beginning" | "picture"): string =>
      what === "picture"
        ? vscode.l10n.t("A picture of this chat is no longer kept, and was left out.")
        : vscode.l10n.t("The beginning of the chat did not fit into the model's context and was left out.");
    const session = new ChatSession({ start, listener, journal, transcript, leftOut, ...asks });
    return session;
  }

  #switchTo(session: ChatSession, title: string): void {
    void this.#session.leave();
    this.#session = session;
    this.#title = title;
    const kept = session.turns.length > 0;
    void this.#options.state.update(SESSION, kept ? session.id : undefined);
    this.#setBusy();
    this.#options.switched();
  }

  async #reopen(): Promise<void> {
    const id = this.#options.state.get<string>(SESSION);
    if (id === undefined) return;
    const before = this.#session;
    const transcript = this.#stored(id);
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(vscode.l10n.t("it took too long"))), OPENING_MS);
    try {
      const info = await Promise.race([transcript.open(), late]);
      // Another one was opened meanwhile.
      if (this.#session !== before) return;
      this.#session = this.#new(id, transcript);
      this.#title = info?.title ?? "";
      this.#updated = info?.updated ?? 0;
    } catch (error) {
      // It is gone, or can be opened from the history when the backend is well again.
      if ((error as Error).name !== "NotFoundError") {
        const why = plainText(messageOf(error as Error));
        this.#unsaid = vscode.l10n.t("The last chat could not be opened: {0}", why);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #setBusy(): void {
    const { busy } = this.#session;
    if (busy === this.#busy) return;
    this.#busy = busy;
    void vscode.commands.executeCommand("setContext", "edgequake.chatBusy", busy);
  }
}

/** Rejects when it takes too long to wait for before what a person wants to do. */
export async function soon<T>(work: T | Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("it took too long")), LOOKING_MS);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
