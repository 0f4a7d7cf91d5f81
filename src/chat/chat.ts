// The chat behind the view: which conversation is shown, what is being written, which models are asked. It is told what
// a person does, and tells the outbox what changed.

import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { Message } from "../../server/protocol/messages.ts";
import type { Params } from "../../server/protocol/methods.ts";
import type { Surroundings, Turn } from "../../server/protocol/webview.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { pickModel } from "../models/pick-model.ts";
import { messageOf, plainText } from "../plain-text.ts";
import type { PromptFiles } from "../prompts/prompt-files.ts";
import { Composer, type Held } from "./composer.ts";
import { ContextGauge } from "./context-meter.ts";
import { Journal } from "./journal.ts";
import { limitOf } from "./model-limits.ts";
import type { Outbox } from "./outbox.ts";
import {
  ChatSession,
  type ModelName,
  type SessionListener,
  type SessionOptions,
  type StartStream,
} from "./session.ts";
import type { SessionStore } from "./session-store.ts";
import { type ChatAction, type SlashCommand, slashCommandOf } from "./slash-commands.ts";
import { chatStrings } from "./strings.ts";
import { Transcript } from "./transcript.ts";
import { questionEntry, type ToldInstead } from "./turns.ts";

const SESSION = "edgequake.chat.session";
const DRAFT = "edgequake.chat.draft";
const COMPARE = "edgequake.chat.compare";
const SAVING_MS = 500;
/** A backend that does not come up must not keep a person from writing. */
const OPENING_MS = 10_000;

/** 20 MB as base64. */
const MAX_IMAGE_CHARACTERS = 28_000_000;

/** What a slash command does is a command of the palette too. */
const COMMANDS = {
  model: "edgequake.selectModel",
  compare: "edgequake.chat.compare",
  export: "edgequake.chat.export",
  history: "edgequake.history",
} as const satisfies Partial<Record<ChatAction, string>>;

export interface ChatOptions {
  client: () => Promise<Client>;
  prompts: PromptFiles;
  state: vscode.Memento;
  models: ModelChoice;
  store: SessionStore;
  start: StartStream;
  outbox: Outbox;
}

export class Chat {
  readonly composer = new Composer();
  readonly #options: ChatOptions;
  readonly #gauge: ContextGauge;
  readonly #asks: Required<Pick<SessionOptions, "limitOf" | "count">>;
  #session: ChatSession;
  #title = "";
  #opened: Promise<void> | undefined;
  #compare: string[];
  /** The model that was in use when an answer was asked for: a person may choose another one before asking again. */
  readonly #inUse = new WeakMap<Turn, string | undefined>();
  /** The model that was in use when this conversation was opened. */
  #openedWith: string | undefined;
  #busy = false;
  /** What could not be said before there was a page to say it on. */
  #unsaid: string | undefined;
  #saving: NodeJS.Timeout | undefined;

  constructor(options: ChatOptions) {
    this.#options = options;
    this.#compare = options.state.get<string[]>(COMPARE, []);
    this.composer.typed(options.state.get<string>(DRAFT, ""));
    const count = async (model: string, told: readonly Message[]) => {
      const messages = told as Params<"edgequake/countTokens">["messages"];
      return (await options.client()).request("edgequake/countTokens", { model, messages });
    };
    this.#asks = {
      limitOf: (model) => limitOf(options.models.lists, model),
      count: async (model, messages) => (await count(model, messages)).tokens,
    };
    this.#gauge = new ContextGauge({
      read: () => ({
        entries: this.#session.transcript.entries,
        hasOlder: this.#session.transcript.hasOlder,
        draft: questionEntry(this.composer.question()),
        model: options.models.known()?.model ?? null,
      }),
      limitOf: this.#asks.limitOf,
      count,
      changed: (context) => options.outbox.send({ type: "context", context }),
    });
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
    const slash = slashCommandOf(text);
    if (slash && "action" in slash.command) {
      this.composer.typed("");
      await this.#act(slash.command.action, slash.rest);
      return;
    }
    let told: ToldInstead | undefined;
    try {
      if (slash) told = await this.#prompt(slash.command, slash.rest);
    } catch (error) {
      // What was typed stands there again.
      this.compose(text);
      throw error;
    }
    const question = this.composer.question(text, told);
    const replaces = this.composer.editing;
    if (text.trim() === "" && question.attachments.length === 0) return;
    if (replaces !== null) this.#session.takeBack(replaces);
    this.composer.sent();
    this.#showComposer(replaces !== null);
    const models = this.#compare.length > 1 ? this.#compare : [this.#model()];
    await this.#session.send(question, ...models);
  }

  /** With the same model; with the one in use where a person chose another since. */
  async retry(id: string): Promise<void> {
    const turn = this.#session.entryOf(id)?.turn;
    if (!turn) return;
    const now = this.#options.models.known()?.model;
    const then = this.#inUse.has(turn) ? this.#inUse.get(turn) : this.#openedWith;
    const same = turn.compare !== null || then === now;
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
    this.#gauge.touch();
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

  /** Another model answers in this one's place, or below the same question. */
  async regenerate(id: string): Promise<void> {
    const turn = this.#session.entryOf(id)?.turn;
    if (turn?.role !== "assistant") return;
    const model = await pickModel(this.#options.models, { title: vscode.l10n.t("Answer Again With") });
    if (model !== undefined) await this.#session.retry(id, model);
  }

  async selectCompare(): Promise<void> {
    const { pickSideBySide } = await import("./on-demand.ts");
    const chosen = await pickSideBySide(this.#options.models, this.#compare);
    if (chosen) this.setCompare(chosen);
  }

  async attach(hold: () => Held | Promise<Held>): Promise<void> {
    const held = await hold();
    const images = [...this.composer.attachments, held.attachment].filter(({ image }) => image !== null);
    const characters = images.reduce((sum, { image }) => sum + (image?.length ?? 0), 0);
    if (held.attachment.image !== null && characters > MAX_IMAGE_CHARACTERS) {
      throw new Error(vscode.l10n.t("These pictures are too large together: a question may bring 20 MB."));
    }
    this.composer.attach(held);
    this.showAttachments();
  }

  detach(id: string): void {
    this.composer.detach(id);
    this.showAttachments();
  }

  /** What stands in the message box, as the host changed it. */
  compose(draft: string): void {
    this.typed(draft);
    this.#showComposer(true);
  }

  showAttachments(): void {
    this.#gauge.touch();
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

  /** It is about to be deleted: nothing is written to it any more. */
  async deleting(id: string): Promise<void> {
    const session = this.#session;
    if (id !== session.id) return;
    this.newChat();
    await session.leave();
  }

  get current(): string {
    return this.#session.id;
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
    this.#openedWith = this.#options.models.known()?.model;
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
        this.#gauge.touch();
        this.#setBusy();
      },
      removed: (from) => {
        outbox.send({ type: "removed", from });
        this.#gauge.touch();
      },
      picked: (group, picked) => {
        outbox.send({ type: "picked", group, id: picked });
        this.#gauge.touch();
      },
    };
    const leftOut = (): string =>
      vscode.l10n.t("The beginning of the chat did not fit into the model's context and was left out.");
    return new ChatSession({ start, listener, journal, transcript, leftOut, ...this.#asks });
  }

  #switchTo(session: ChatSession, title: string): void {
    void this.#session.leave();
    this.#session = session;
    this.#title = title;
    const kept = session.turns.length > 0;
    void this.#options.state.update(SESSION, kept ? session.id : undefined);
    this.#setBusy();
    this.show();
    this.#gauge.touch();
  }

  async #reopen(): Promise<void> {
    const id = this.#options.state.get<string>(SESSION);
    if (id === undefined) return;
    const before = this.#session;
    const transcript = new Transcript((before, limit) => this.#options.store.read(id, before, limit));
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(vscode.l10n.t("it took too long"))), OPENING_MS);
    try {
      const info = await Promise.race([transcript.open(), late]);
      // Another one was opened meanwhile.
      if (this.#session !== before) return;
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
    this.#gauge.dispose();
    void this.#session.leave();
  }

  /** The model is another one. */
  modelChanged(): void {
    this.#gauge.touch();
  }

  async #act(action: ChatAction, rest: string): Promise<void> {
    if (action === "clear") this.newChat();
    else if (action === "help") {
      const { slashList } = await import("./on-demand.ts");
      this.notice(
        slashList()
          .map(({ label, detail }) => `${label}: ${detail}`)
          .join("\n"),
      );
    } else if (action === "model" && rest !== "") await this.#options.models.choose(rest);
    else await vscode.commands.executeCommand(COMMANDS[action]);
  }

  async #prompt(command: SlashCommand, rest: string): Promise<ToldInstead | undefined> {
    if (!("asks" in command)) return undefined;
    const { slashPrompt } = await import("./on-demand.ts");
    const { told, within, added } = await slashPrompt(
      command,
      rest,
      this.composer.held,
      this.#options.prompts,
    );
    if (added) this.composer.attach(within);
    return { text: told, within: within.attachment.id };
  }

  #surroundings(): Surroundings {
    return {
      model: this.#options.models.known(),
      compare: this.#compare,
      session: { id: this.#session.id, title: this.#title },
      context: this.#gauge.shown,
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
