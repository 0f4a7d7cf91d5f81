// The chat view: connects the session to the webview. The session lives here, so a hidden, moved or reloaded
// webview loses nothing: it asks with `ready` and gets everything.

import * as vscode from "vscode";
import type { FromWebview, ToWebview } from "../../server/protocol/webview.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { chatHtml } from "./html.ts";
import { readIncoming } from "./incoming.ts";
import { openLink } from "./open-link.ts";
import { Outbox } from "./outbox.ts";
import { ChatSession, type ModelName, type StartStream } from "./session.ts";
import { chatStrings } from "./strings.ts";

export const CHAT_VIEW = "edgequake.chat";

export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #models: ModelChoice;
  readonly #session: ChatSession;
  readonly #outbox: Outbox;
  readonly #subscriptions: vscode.Disposable[] = [];
  #view: vscode.WebviewView | undefined;
  /** The webview said `ready` and has not been hidden since. */
  #listening = false;
  #draft = "";
  /** A page that is still loading gets the cursor when it is there. */
  #focusWished = false;
  /** The question that sending replaces, and what stood in the box before. */
  #editing: { id: string; setAside: string } | undefined;

  constructor(extensionUri: vscode.Uri, models: ModelChoice, start: StartStream) {
    this.#extensionUri = extensionUri;
    this.#models = models;
    this.#outbox = new Outbox((message) => this.#post(message));
    this.#session = new ChatSession(start, {
      added: (turn) => {
        this.#setBusy();
        this.#outbox.added(turn);
      },
      grew: (turn) => this.#outbox.grew(turn),
      settled: (turn) => {
        this.#setBusy();
        this.#outbox.settled(turn);
      },
      removed: (from) => {
        this.#setBusy();
        this.#outbox.send({ type: "removed", from });
      },
      reset: () => {
        this.#setBusy();
        this.#reset();
      },
    });
    this.#subscriptions.push(models.onChange(() => this.#showModel()));
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    this.#listening = false;
    view.webview.options = {
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: [vscode.Uri.joinPath(this.#extensionUri, "dist")],
    };
    view.webview.onDidReceiveMessage((message) => {
      const read = readIncoming(message);
      if (read) void this.#received(read);
    });
    view.onDidChangeVisibility(() => {
      // A hidden webview drops messages. When it is seen again, the next one shows it the gap, and it asks.
      this.#listening = view.visible;
      this.#showModel();
    });
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
      this.#listening = false;
    });
    view.webview.html = chatHtml(view.webview, this.#extensionUri);
  }

  /** Shows the view, also when it was never open, and puts the cursor into the message box. */
  async show(): Promise<void> {
    await vscode.commands.executeCommand(`${CHAT_VIEW}.focus`);
    this.#focusWished = true;
    this.#outbox.send({ type: "focus" });
  }

  /** Asks in the chat, visibly. */
  async ask(text: string): Promise<void> {
    await this.show();
    this.#leaveEditing([this.#editing?.setAside ?? "", this.#draft].filter(Boolean).join("\n\n"));
    await this.#send(text);
  }

  async newChat(): Promise<void> {
    this.#editing = undefined;
    this.#session.clear();
    // A server may have been started, or a key set, since a model was looked for.
    if (!this.#models.known()?.chosen) this.#models.reconsider();
    await this.show();
  }

  stop(): void {
    this.#session.stop();
  }

  dispose(): void {
    this.#session.stop();
    this.#outbox.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #received(message: FromWebview): Promise<void> {
    if (message.type !== "ready") this.#focusWished = false;
    switch (message.type) {
      case "ready":
        this.#listening = true;
        this.#reset();
        this.#showModel();
        if (this.#focusWished) this.#outbox.send({ type: "focus" });
        return;
      case "send":
        this.#draft = "";
        if (this.#editing) {
          this.#session.takeBack(this.#editing.id);
          this.#leaveEditing(this.#editing.setAside);
        }
        await this.#send(message.text);
        return;
      case "stop":
        this.#session.stop();
        return;
      case "retry":
        await this.#session.retry(message.id, this.#model());
        return;
      case "edit":
        this.#edit(message.id, message.draft);
        return;
      case "cancelEdit":
        this.#leaveEditing(this.#editing?.setAside ?? this.#draft);
        return;
      case "draft":
        this.#draft = message.text;
        return;
      case "copy":
        await vscode.env.clipboard.writeText(message.text);
        return;
      case "openLink":
        await openLink(message.url);
        return;
      case "selectModel":
      case "setApiKey":
      case "showLog":
        await vscode.commands.executeCommand(`edgequake.${message.type}`);
    }
  }

  async #send(text: string): Promise<void> {
    if (text.trim() !== "") await this.#session.send(text, this.#model());
  }

  #model(): ModelName {
    return this.#models.known()?.model ?? this.#models.inUse().then(({ model }) => model);
  }

  /** The transcript stays as it is until the new wording is sent. */
  #edit(id: string, draft: string): void {
    const text = this.#session.textOf(id);
    if (text === undefined) return;
    this.#editing = { id, setAside: this.#editing?.setAside ?? draft };
    this.#compose(text);
  }

  #leaveEditing(draft: string): void {
    if (!this.#editing) return;
    this.#editing = undefined;
    this.#compose(draft);
  }

  #compose(draft: string): void {
    this.#draft = draft;
    this.#outbox.send({ type: "compose", draft, editing: this.#editing?.id ?? null });
  }

  #reset(): void {
    this.#outbox.reset({
      turns: this.#session.turns,
      earlier: false,
      model: this.#models.known(),
      compare: [],
      session: { id: "", title: "" },
      context: null,
      attachments: [],
      draft: this.#draft,
      editing: this.#editing?.id ?? null,
      l10n: chatStrings(),
    });
  }

  /** Finding one may start the backend: only for a view that somebody sees. */
  #showModel(): void {
    if (!this.#listening) return;
    void this.#models.inUse().then((model) => this.#outbox.send({ type: "model", model }));
  }

  #setBusy(): void {
    const busy = this.#session.turns.some((turn) => turn.state === "streaming");
    void vscode.commands.executeCommand("setContext", "edgequake.chatBusy", busy);
  }

  #post(message: ToWebview): void {
    if (this.#listening) void this.#view?.webview.postMessage(message);
  }
}
