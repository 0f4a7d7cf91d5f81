// The chat behind the view: which conversation is shown, what is being written, which models are asked. It is told what
// a person does, and tells the outbox what changed.

import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Surroundings, Turn } from "../../server/protocol/webview.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { messageOf, plainText } from "../plain-text.ts";
import { Composer } from "./composer.ts";
import { Journal } from "./journal.ts";
import type { Outbox } from "./outbox.ts";
import { ChatSession, type ModelName, type SessionListener, type StartStream } from "./session.ts";
import type { SessionStore } from "./session-store.ts";
import { chatStrings } from "./strings.ts";
import { Transcript } from "./transcript.ts";

const SESSION = "edgequake.chat.session";
const DRAFT = "edgequake.chat.draft";
const COMPARE = "edgequake.chat.compare";
const SAVING_MS = 500;
/** A backend that does not come up must not keep a person from writing. */
const OPENING_MS = 10_000;

export interface ChatOptions {
  state: vscode.Memento;
  models: ModelChoice;
  store: SessionStore;
  start: StartStream;
  outbox: Outbox;
}

export class Chat {
  readonly composer = new Composer();
  readonly #options: ChatOptions;
  #session: ChatSession;
  #title = "";
  #opened: Promise<void> | undefined;
  #compare: string[];
  /** The model that was in use when an answer was asked for: a person may choose another one before asking again. */
  readonly #inUse = new WeakMap<Turn, string | undefined>();
  #busy = false;
  /** What could not be said before there was a page to say it on. */
  #unsaid: string | undefined;
  #saving: NodeJS.Timeout | undefined;

  constructor(options: ChatOptions) {
    this.#options = options;
    this.#compare = options.state.get<string[]>(COMPARE, []);
    this.composer.typed(options.state.get<string>(DRAFT, ""));
    this.#session = this.#new(randomUUID(), new Transcript());
  }

  get session(): ChatSession {
    return this.#session;
  }
  get title(): string {
    return this.#title;
  }
  get compare(): readonly string[] {
    return this.#compare;
  }

  /** The last conversation is there again, once somebody wants to see one. */
  async opened(): Promise<void> {
    this.#opened ??= this.#reopen();
    await this.#opened;
  }

  /** Everything anew at the webview: its end of the conversation, and what is around it. */
  show(): void {
    const { turns, earlier } = this.#session.transcript.tail();
    this.#options.outbox.reset({ ...this.#surroundings(), turns, earlier, l10n: chatStrings() });
    if (this.#unsaid !== undefined) this.notice(this.#unsaid);
    this.#unsaid = undefined;
  }

  /** Asks this, whatever is being written: that stays. */
  async ask(text: string): Promise<void> {
    const edited = this.composer.editing === null ? "" : this.composer.text;
    this.composer.cancelEdit();
    if (edited !== "") this.compose([this.composer.text, edited].filter(Boolean).join("\n\n"));
    await this.#session.send({ text, attachments: [], attached: [] }, this.#model());
  }

  async send(text: string): Promise<void> {
    const question = this.composer.take(text);
    if (question.replaces !== null) this.#session.takeBack(question.replaces);
    this.#showComposer(question.replaces !== null);
    if (text.trim() === "" && question.attachments.length === 0) return;
    const models = this.#compare.length > 1 ? this.#compare : [this.#model()];
    await this.#session.send(question, ...models);
  }

  /** With the same model; with the one in use where a person chose another since. */
  async retry(id: string): Promise<void> {
    const turn = this.#session.entryOf(id)?.turn;
    if (!turn) return;
    const now = this.#options.models.known()?.model;
    const same = turn.compare !== null || this.#inUse.get(turn) === now || !this.#inUse.has(turn);
    await this.#session.retry(id, same && turn.model !== null ? turn.model : this.#model());
  }

  pick(id: string): void {
    const turn = this.#session.pick(id);
    if (!turn?.model) return;
    this.setCompare([]);
    void this.#options.models.choose(turn.model);
  }

  setCompare(models: readonly string[]): void {
    this.#compare = [...models];
    void this.#options.state.update(COMPARE, this.#compare);
    this.#options.outbox.send({ type: "compare", models: this.#compare });
  }

  typed(text: string): void {
    this.composer.typed(text);
    this.#saving ??= setTimeout(() => {
      this.#saving = undefined;
      void this.#options.state.update(DRAFT, this.composer.text);
    }, SAVING_MS);
  }

  edit(id: string, draft: string): void {
    const entry = this.#session.entryOf(id);
    if (entry?.turn.role !== "user") return;
    this.composer.edit(entry, draft);
    this.#showComposer(true);
  }

  cancelEdit(): void {
    this.composer.cancelEdit();
    this.#showComposer(true);
  }

  /** What stands in the message box, as the host changed it. */
  compose(draft: string): void {
    this.typed(draft);
    this.#showComposer(true);
  }

  showAttachments(): void {
    this.#options.outbox.send({ type: "attachments", attachments: this.composer.attachments });
  }

  async showEarlier(before: string): Promise<void> {
    const { transcript } = this.#session;
    const page = await transcript.earlier(before);
    if (page && transcript === this.#session.transcript)
      this.#options.outbox.send({ type: "earlier", ...page });
  }

  newChat(): void {
    this.#opened = Promise.resolve();
    this.composer.cancelEdit();
    this.#switchTo(this.#new(randomUUID(), new Transcript()), "");
  }

  /** Rejects when it cannot be read; what is shown stays then. */
  async open(id: string): Promise<void> {
    if (id === this.#session.id && this.#session.turns.length > 0) return;
    const transcript = new Transcript((before, limit) => this.#options.store.read(id, before, limit));
    const info = await transcript.open();
    this.#opened = Promise.resolve();
    this.composer.cancelEdit();
    this.#switchTo(this.#new(id, transcript), info?.title ?? "");
  }

  /** Another conversation with everything up to this turn. */
  async branch(id: string): Promise<void> {
    const { store } = this.#options;
    const turn = this.#session.entryOf(id)?.turn;
    if (!turn) return;
    const as = randomUUID();
    await this.#session.flush();
    const { title } = await store.branch(this.#session.id, id, as);
    await store.rename(as, vscode.l10n.t("{0} (branch)", title || vscode.l10n.t("Chat")));
    await this.open(as);
  }

  /** It was given another title, wherever that happened. */
  renamed(id: string, title: string): void {
    if (id === this.#session.id) this.#setTitle(title);
  }

  notice(text: string): void {
    this.#options.outbox.send({ type: "notice", text });
  }

  #new(id: string, transcript: Transcript): ChatSession {
    const { store, start, outbox } = this.#options;
    const journal = new Journal(id, (order) => store.append(order), {
      written: ({ title }) => this.renamed(id, title),
      failing: (error) => {
        if (id !== this.#session.id) return;
        const why = plainText(messageOf(error));
        this.notice(vscode.l10n.t("This chat cannot be saved at the moment: {0}", why));
      },
    });
    const listener: SessionListener = {
      added: (turn) => {
        if (turn.role === "assistant") this.#inUse.set(turn, this.#options.models.known()?.model);
        else void this.#options.state.update(SESSION, id);
        outbox.added(turn);
        this.#setBusy();
      },
      grew: (turn) => outbox.grew(turn),
      progress: ({ id: of, progress }) => outbox.send({ type: "progress", id: of, progress }),
      settled: (turn) => {
        outbox.settled(turn);
        this.#setBusy();
      },
      removed: (from) => outbox.send({ type: "removed", from }),
      picked: (group, picked) => outbox.send({ type: "picked", group, id: picked }),
    };
    const leftOut = (): string =>
      vscode.l10n.t("The beginning of the chat did not fit into the model's context and was left out.");
    return new ChatSession({ start, listener, journal, transcript, leftOut });
  }

  #switchTo(session: ChatSession, title: string): void {
    this.#session.leave();
    this.#session = session;
    this.#title = title;
    const kept = session.turns.length > 0;
    void this.#options.state.update(SESSION, kept ? session.id : undefined);
    this.#setBusy();
    this.show();
  }

  async #reopen(): Promise<void> {
    const id = this.#options.state.get<string>(SESSION);
    if (id === undefined) return;
    const transcript = new Transcript((before, limit) => this.#options.store.read(id, before, limit));
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(vscode.l10n.t("it took too long"))), OPENING_MS);
    try {
      const info = await Promise.race([transcript.open(), late]);
      this.#session = this.#new(id, transcript);
      this.#title = info?.title ?? "";
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

  dispose(): void {
    clearTimeout(this.#saving);
    this.#session.leave();
  }

  #surroundings(): Surroundings {
    return {
      model: this.#options.models.known(),
      compare: this.#compare,
      session: { id: this.#session.id, title: this.#title },
      context: null,
      attachments: this.composer.attachments,
      draft: this.composer.text,
      editing: this.composer.editing,
    };
  }

  #model(): ModelName {
    const { models } = this.#options;
    return models.known()?.model ?? models.inUse().then(({ model }) => model);
  }

  #showComposer(draft: boolean): void {
    const { text, editing } = this.composer;
    this.typed(text);
    if (draft) this.#options.outbox.send({ type: "compose", draft: text, editing });
    this.showAttachments();
  }

  #setTitle(title: string): void {
    if (title === this.#title) return;
    this.#title = title;
    this.#options.outbox.send({ type: "session", id: this.#session.id, title });
  }

  #setBusy(): void {
    const { busy } = this.#session;
    if (busy === this.#busy) return;
    this.#busy = busy;
    void vscode.commands.executeCommand("setContext", "edgequake.chatBusy", busy);
  }
}
