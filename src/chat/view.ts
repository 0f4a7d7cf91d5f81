// The chat view: connects the session to the webview. The session lives here, so a hidden, moved or reloaded
// webview loses nothing: it asks with `ready` and gets everything.

import * as vscode from "vscode";
import type { FromWebview, ToWebview } from "../../server/protocol/webview.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { chatHtml } from "./html.ts";
import { readIncoming } from "./incoming.ts";
import { openLink } from "./open-link.ts";
import { Outbox } from "./outbox.ts";
import { ChatSession, type StartStream } from "./session.ts";
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
      removed: (from) => this.#outbox.send({ type: "removed", from }),
      reset: () => void this.#reset(),
    });
    this.#subscriptions.push(
      models.onChange(() => void models.inUse().then((model) => this.#outbox.send({ type: "model", model }))),
    );
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
      // A hidden webview drops messages; it gets everything again when it is seen.
      if (view.visible) void this.#reset();
      else this.#listening = false;
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
    this.#outbox.send({ type: "focus" });
  }

  /** Asks in the chat, visibly. */
  async ask(text: string): Promise<void> {
    await this.show();
    await this.#send(text);
  }

  async newChat(): Promise<void> {
    this.#session.clear();
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
    switch (message.type) {
      case "ready":
        this.#listening = true;
        await this.#reset();
        return;
      case "send":
        this.#draft = "";
        await this.#send(message.text);
        return;
      case "stop":
        this.#session.stop();
        return;
      case "retry":
        await this.#session.retry(message.id, (await this.#models.inUse()).model);
        return;
      case "edit": {
        const text = this.#session.takeBack(message.id);
        if (text === undefined) return;
        this.#draft = text;
        this.#outbox.send({ type: "focus", draft: text });
        return;
      }
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
    if (text.trim() === "") return;
    const { model } = await this.#models.inUse();
    await this.#session.send(text, model);
  }

  async #reset(): Promise<void> {
    const model = await this.#models.inUse();
    this.#listening = this.#view?.visible === true;
    this.#outbox.reset({ turns: this.#session.turns, model, draft: this.#draft, l10n: chatStrings() });
  }

  #setBusy(): void {
    const busy = this.#session.turns.some((turn) => turn.state === "streaming");
    void vscode.commands.executeCommand("setContext", "edgequake.chatBusy", busy);
  }

  #post(message: ToWebview): void {
    if (this.#listening) void this.#view?.webview.postMessage(message);
  }
}
