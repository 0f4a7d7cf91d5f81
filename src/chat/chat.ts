// The chat behind the view: what is being written, what it brings along, which models are asked. It is told what a person
// does, and tells the outbox what changed.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { Message } from "../../server/protocol/messages.ts";
import type { Params } from "../../server/protocol/methods.ts";
import type { Surroundings } from "../../server/protocol/webview.ts";
import { AS_IT_DOES } from "../models/effort.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { messageOf, plainText } from "../plain-text.ts";
import type { PromptFiles } from "../prompts/prompt-files.ts";
import { Composer, type Held, type Leaving } from "./composer.ts";
import { ContextGauge } from "./context-meter.ts";
import { type ConversationOptions, Conversations, soon } from "./conversations.ts";
import { KeptDraft } from "./kept-draft.ts";
import { limitOf } from "./model-limits.ts";
import type { ChatSession, ModelName } from "./session.ts";
import { type ChatAction, type SlashCommand, slashCommandOf } from "./slash-commands.ts";
import { chatStrings } from "./strings.ts";
import { questionEntry, type ToldInstead } from "./turns.ts";

const COMPARE = "edgequake.chat.compare";

/** 20 MB as base64. */
const MAX_IMAGE_CHARACTERS = 28_000_000;

/** What a slash command does is a command of the palette too. */
const COMMANDS = {
  model: "edgequake.selectModel",
  compare: "edgequake.chat.compare",
  export: "edgequake.chat.export",
  history: "edgequake.history",
} as const satisfies Partial<Record<ChatAction, string>>;

export interface ChatOptions extends Pick<ConversationOptions, "state" | "store" | "start" | "outbox"> {
  client: () => Promise<Client>;
  prompts: PromptFiles;
  models: ModelChoice;
  /** Where attachments are kept until they are sent. */
  heldFolder: string;
  /** Somebody sees the chat. */
  seen(): boolean;
}

export class Chat {
  readonly composer = new Composer();
  readonly conversations: Conversations;
  readonly #options: ChatOptions;
  readonly #gauge: ContextGauge;
  #compare: string[];
  readonly #draft: KeptDraft;
  #told = false;
  /** Resolves when what was sent last stands in the chat, or does not go. */
  #stands = Promise.resolve();
  /** What could not be said before there was a page to say it on. */
  #unsaid: string | undefined;

  constructor(options: ChatOptions) {
    this.#options = options;
    this.#compare = options.state.get<string[]>(COMPARE, []);
    this.#draft = new KeptDraft({
      files: async () => new (await import("./on-demand.ts")).HeldFiles(options.heldFolder),
      composer: this.composer,
      notKept: (label, why) => this.notice(notKeptText(label, why)),
    });
    const count = async (model: string, told: readonly Message[]) => {
      const messages = told as Params<"edgequake/countTokens">["messages"];
      return (await options.client()).request("edgequake/countTokens", { model, messages });
    };
    const { models, outbox } = options;
    const asks = {
      limitOf: (model: string) => limitOf(models.lists, model),
      count: async (model: string, told: readonly Message[]) => (await count(model, told)).tokens,
      effortOf: async (model: string) => (models.effort === AS_IT_DOES ? null : models.effortOf(model)),
    };
    this.conversations = new Conversations({
      ...options,
      asks,
      modelInUse: () => models.known()?.model,
      switched: () => {
        this.composer.cancelEdit();
        this.show();
        this.#touch();
      },
      refreshed: () => {
        const { editing } = this.composer;
        if (editing !== null && !this.session.entryOf(editing)) this.composer.abandonEdit();
        this.show();
        this.#touch();
      },
      overtaken: () => void this.refresh(),
      changed: () => this.#gauge.touch(),
    });
    this.#gauge = new ContextGauge({
      read: () => ({
        entries: this.session.transcript.entries,
        hasOlder: this.session.transcript.hasOlder,
        draft: questionEntry(this.composer.question()),
        model: models.known()?.model ?? null,
      }),
      limitOf: asks.limitOf,
      count,
      changed: (context) => outbox.send({ type: "context", context }),
    });
  }

  /** The last conversation is there again, and what was being written to it. */
  async opened(): Promise<void> {
    const [missing] = await Promise.all([this.#draft.restored(), this.conversations.opened()]);
    const { editing } = this.composer;
    const there = editing === null || (await soon(this.#reaches(editing)).catch(() => false));
    // It may have been sent, or left, meanwhile.
    if (!there && editing === this.composer.editing) this.composer.abandonEdit();
    if (missing > 0 && !this.#told) {
      this.#unsaid = vscode.l10n.t(
        "{0} attachments of the message you were writing are no longer there.",
        missing,
      );
    }
    this.#told = true;
  }

  get session(): ChatSession {
    return this.conversations.session;
  }

  /** Everything anew at the webview: its end of the conversation, and what is around it. */
  show(): void {
    const { turns, earlier } = this.session.transcript.tail(this.composer.editing);
    this.#options.outbox.reset({ ...this.#surroundings(), turns, earlier, l10n: chatStrings() });
    const unsaid = [this.conversations.takeUnsaid(), this.#unsaid].filter((one) => one !== undefined);
    this.#unsaid = undefined;
    if (unsaid.length > 0) this.notice(unsaid.join("\n"));
    void this.conversations.followElsewhere();
  }

  /** What another window did to this conversation is seen, and said. */
  async refresh(): Promise<void> {
    const said = await this.conversations.refresh();
    if (said !== undefined) this.notice(said);
  }

  /** Asks this, whatever is being written: that stays. */
  async ask(text: string): Promise<void> {
    await this.#stands;
    await this.refresh();
    const { editing, text: edited } = this.composer;
    this.composer.cancelEdit();
    if (editing !== null) this.compose([this.composer.text, edited].filter(Boolean).join("\n\n"));
    await this.session.send({ text, attachments: [], attached: [] }, this.#model());
  }

  /**
   * One after another: what comes along with the next, and what it replaces, is known when this one stands. What does not
   * go stands in the box again.
   */
  async send(text: string, at: number): Promise<void> {
    // The box is empty by now.
    const leaving = this.composer.leaves(text, at);
    const before = this.#stands;
    const { promise, resolve: stands } = Promise.withResolvers<void>();
    this.#stands = promise;
    try {
      await Promise.all([before, this.opened()]);
      await this.#send(leaving, stands);
    } finally {
      if (this.composer.stays(leaving)) this.#showComposer(true);
      stands();
    }
  }

  async #send(leaving: Leaving, stands: () => void): Promise<void> {
    const { text } = leaving;
    const slash = slashCommandOf(text);
    if (slash && "action" in slash.command) {
      this.composer.left(leaving);
      this.#touch();
      stands();
      await this.#act(slash.command.action, slash.rest);
      return;
    }
    const told = slash && (await this.#prompt(slash.command, slash.rest));
    const question = this.composer.question(text, told);
    if (text.trim() === "" && question.attachments.length === 0) return;
    await this.refresh();
    // The page sends nothing while an answer comes, but may not have heard of it.
    if (this.session.busy) return;
    const replaces = this.composer.editing;
    if (replaces !== null && this.#isComing(replaces)) {
      throw new Error(
        vscode.l10n.t(
          "This message is being answered in another window. It can be replaced when the answer is there.",
        ),
      );
    }
    if (replaces !== null) this.session.takeBack(replaces);
    this.composer.left(leaving);
    this.composer.sent(question);
    this.#showComposer(replaces !== null);
    const models = this.#compare.length > 1 ? this.#compare : [this.#model()];
    const answers = this.session.send(question, ...models);
    stands();
    await answers;
  }

  /** With the same model; with the one in use where a person chose another since. */
  async retry(id: string): Promise<void> {
    await this.refresh();
    const turn = this.session.entryOf(id)?.turn;
    if (!turn || !this.#isLast(id) || this.#isComing(id)) return;
    const same = turn.compare !== null || this.conversations.isModelAsBefore(turn);
    await this.session.retry(id, same && turn.model !== null ? turn.model : this.#model());
  }

  pick(id: string): void {
    const turn = this.session.pick(id);
    if (!turn?.model) return;
    this.setCompare([]);
    void this.#options.models.choose(turn.model);
  }

  setCompare(models: readonly string[]): void {
    this.#compare = [...models];
    void this.#options.state.update(COMPARE, this.#compare);
    this.#options.outbox.send({ type: "compare", models: this.#compare });
  }

  typed(text: string, at?: number): void {
    this.composer.typed(text, at);
    this.#touch();
  }

  async edit(id: string, draft: string): Promise<void> {
    const { transcript } = this.session;
    const entry = this.session.entryOf(id);
    if (entry?.turn.role !== "user") return;
    // What it brings along goes with it.
    await transcript.fetchPictures(entry);
    if (transcript !== this.session.transcript) return;
    this.composer.edit(entry, draft);
    this.#showComposer(true);
  }

  cancelEdit(): void {
    this.composer.cancelEdit();
    this.#showComposer(true);
  }

  /** Another model answers in this one's place, or below the same question. `chosen`: the list is closed again. */
  async regenerate(id: string, chosen?: () => unknown): Promise<void> {
    const turn = this.session.entryOf(id)?.turn;
    if (turn?.role !== "assistant") return;
    const model = await this.#options.models.pick({ title: vscode.l10n.t("Regenerate With") });
    void chosen?.();
    if (model === undefined) return;
    await this.refresh();
    if (this.#isLast(id) && !this.#isComing(id)) await this.session.retry(id, model);
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

  /** What the page shows of an attachment, once somebody sees it. Where it cannot be read, the page may ask again. */
  async showPicture(id: string): Promise<void> {
    let image: string | null = null;
    try {
      const held = this.composer.attachments.find((one) => one.id === id);
      image = held?.image ?? (await this.session.transcript.picture(id));
    } finally {
      this.#options.outbox.send({ type: "picture", id, image });
    }
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
    this.#touch();
    this.#options.outbox.send({ type: "attachments", attachments: this.composer.attachments });
  }

  async showEarlier(before: string): Promise<void> {
    const { transcript } = this.session;
    let page: Awaited<ReturnType<typeof transcript.earlier>> = { turns: [], earlier: true };
    try {
      page = await transcript.earlier(before);
    } finally {
      // Also where it could not be read: the page may ask again.
      if (page && transcript === this.session.transcript)
        this.#options.outbox.send({ type: "earlier", ...page });
    }
  }

  notice(text: string): void {
    this.#options.outbox.send({ type: "notice", text });
  }

  dispose(): void {
    void this.#draft.save();
    this.#gauge.dispose();
    void this.conversations.dispose();
  }

  /** The model is another one. */
  modelChanged(): void {
    this.#gauge.touch();
  }

  /** It is in memory, however far back. */
  async #reaches(id: string): Promise<boolean> {
    const { session } = this;
    while (!session.entryOf(id)) {
      const [first] = session.transcript.entries;
      if (!first || !session.transcript.hasOlder) return false;
      await session.transcript.earlier(first.turn.id);
    }
    return true;
  }

  /** No question follows this answer: nothing but itself goes when it is asked again. */
  #isLast(id: string): boolean {
    const { entries } = this.session.transcript;
    const index = entries.findIndex(({ turn }) => turn.id === id);
    return index >= 0 && entries.slice(index).every(({ turn }) => turn.role === "assistant");
  }

  /** Another window gets this answer, or one that would go with this turn. */
  #isComing(id: string): boolean {
    const { turns } = this.session;
    const from = turns.findIndex((turn) => turn.id === id);
    const until = turns[from]?.compare ? from + 1 : turns.length;
    return from >= 0 && turns.slice(from, until).some(({ state }) => state === "elsewhere");
  }

  /** What is being written is different. */
  #touch(): void {
    this.#gauge.touch();
    this.#draft.changed();
  }

  async #act(action: ChatAction, rest: string): Promise<void> {
    if (action === "clear") this.conversations.begin();
    else if (action === "help") {
      const { pickSlashCommand } = await import("./on-demand.ts");
      const command = await pickSlashCommand();
      if (command !== undefined) this.compose(`${command} `);
    } else if (action === "model" && rest !== "") await this.#options.models.choose(rest);
    else {
      await vscode.commands.executeCommand(COMMANDS[action], ...(action === "history" ? [true] : []));
      if (action === "model") await vscode.commands.executeCommand("edgequake.openChat");
    }
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
      session: { id: this.session.id, title: this.conversations.title },
      context: this.#gauge.shown,
      attachments: this.composer.attachments,
      draft: this.composer.text,
      drafted: this.composer.typedAt,
      editing: this.composer.editing,
    };
  }

  #model(): ModelName {
    const { models } = this.#options;
    return models.known()?.model ?? models.inUse().then(({ model }) => model);
  }

  #showComposer(draft: boolean): void {
    const { text, editing } = this.composer;
    if (draft) {
      this.typed(text);
      this.#options.outbox.send({ type: "compose", draft: text, editing });
    }
    this.showAttachments();
  }
}

function notKeptText(label: string, why: Error | undefined): string {
  return why
    ? vscode.l10n.t(
        "{0} is attached, but lost if the window is reloaded before you send it: {1}",
        label,
        plainText(messageOf(why)),
      )
    : vscode.l10n.t(
        "{0} is attached, but too large to be kept: it is lost if the window is reloaded before you send it.",
        label,
      );
}
