// The chat view: connects the chat to its webview. The chat lives in the host and its store, so a hidden, moved or
// reloaded webview loses nothing: it asks with `ready` and gets everything.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { ToWebview } from "../../server/protocol/webview.ts";
import type { Proposals } from "../edits/proposal.ts";
import { messageOf, notificationText } from "../plain-text.ts";
import { Chat, type ChatOptions } from "./chat.ts";
import { CHAT_VIEW } from "./chat-when-needed.ts";
import { dispatch, type Handlers } from "./dispatch.ts";
import { chatHtml } from "./html.ts";
import { openLink } from "./open-link.ts";
import { Outbox } from "./outbox.ts";

export interface ChatViewOptions extends Omit<ChatOptions, "outbox" | "seen"> {
  extensionUri: vscode.Uri;
  /** The client of a backend that runs; nothing is started. */
  running(): Client | undefined;
  proposals: Pick<Proposals, "show">;
}

export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly chat: Chat;
  readonly #options: ChatViewOptions;
  readonly #outbox: Outbox;
  readonly #handlers: Handlers;
  readonly #subscriptions: vscode.Disposable[] = [];
  #view: vscode.WebviewView | undefined;
  /** The webview said `ready` and has not been hidden since. */
  #listening = false;
  /** A page that is still loading gets the cursor when it is there. */
  #focusWished = false;
  /** What the last list of "@" offered. */
  #offered: ReadonlySet<string> = new Set();

  constructor(options: ChatViewOptions) {
    this.#options = options;
    this.#outbox = new Outbox((message) => this.#post(message));
    this.chat = new Chat({ ...options, outbox: this.#outbox, seen: () => this.#listening });
    this.#handlers = this.#handlersOf(this.chat);
    this.#subscriptions.push(
      options.models.onChange(() => {
        this.#showModel();
        this.chat.modelChanged();
      }),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    this.#listening = false;
    const { extensionUri } = this.#options;
    view.webview.options = {
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, "dist")],
    };
    view.webview.onDidReceiveMessage((message) => void this.#received(message));
    view.onDidChangeVisibility(() => {
      // A hidden webview drops messages. When it is seen again, the next one shows it the gap, and it asks.
      this.#listening = view.visible;
      this.#showModel();
    });
    const focused = vscode.window.onDidChangeWindowState(({ focused: now }) => {
      if (now && this.#listening) void this.chat.refresh();
    });
    view.onDidDispose(() => {
      focused.dispose();
      if (this.#view === view) this.#view = undefined;
      this.#listening = false;
    });
    view.webview.html = chatHtml(view.webview, extensionUri);
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
    await this.chat.opened();
    await this.chat.ask(text);
  }

  async newChat(): Promise<void> {
    const { models } = this.#options;
    this.chat.conversations.begin();
    // A server may have been started, or a key set, since a model was looked for.
    if (!models.known()?.chosen) models.reconsider();
    await this.show();
  }

  stop(): void {
    this.chat.session.stop();
  }

  dispose(): void {
    this.chat.dispose();
    this.#outbox.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #received(message: unknown): Promise<void> {
    try {
      await dispatch(message, this.#handlers);
    } catch (error) {
      this.chat.notice(notificationText(messageOf(error as Error)));
    }
  }

  #handlersOf(chat: Chat): Handlers {
    const run = ({ type }: { type: string }) => vscode.commands.executeCommand(`edgequake.${type}`);
    /** A list opens in the middle of the window; then the cursor comes back. */
    const thenBack = async (message: { type: string }): Promise<void> => {
      await run(message);
      await this.show();
    };
    return {
      ready: async () => {
        await chat.opened();
        this.#listening = true;
        chat.show();
        this.#showModel();
        if (this.#focusWished) this.#outbox.send({ type: "focus" });
      },
      earlier: ({ before }) => chat.showEarlier(before),
      send: ({ text, at }) => {
        this.#focusWished = false;
        return chat.send(text, at);
      },
      stop: ({ id }) => chat.session.stop(id),
      retry: ({ id }) => chat.retry(id),
      // When a list closes that a page's button opened, VS Code gives the cursor back to nobody.
      regenerate: async ({ id }) => {
        await chat.regenerate(id, () => this.show());
      },
      branch: ({ id }) => chat.conversations.branch(id),
      pick: ({ id }) => chat.pick(id),
      edit: ({ id, draft }) => chat.edit(id, draft),
      cancelEdit: () => chat.cancelEdit(),
      draft: ({ text, at }) => {
        this.#focusWished = false;
        chat.typed(text, at);
      },
      copy: ({ text }) => vscode.env.clipboard.writeText(text),
      code: async ({ action, text, language }) => {
        const { runCodeAction } = await import("./on-demand.ts");
        await runCodeAction(action, text, language, this.#options.proposals);
      },
      suggest: ({ query }) => this.#suggest(query),
      attach: async ({ id }) => {
        const { attachById } = await import("./on-demand.ts");
        // What was never offered was not chosen by a person.
        if (this.#offered.has(id)) await chat.attach(() => attachById(id));
      },
      attachImage: async ({ name, image }) => {
        const { attachedImage } = await import("./on-demand.ts");
        await chat.attach(() => attachedImage(name, image));
      },
      attachUris: async ({ uris }) => {
        const { attachedUri, uriOfWindow } = await import("./on-demand.ts");
        const refused: unknown[] = [];
        for (const uri of uris) {
          await chat
            .attach(() => attachedUri(uriOfWindow(uri)))
            .catch((error: unknown) => refused.push(error));
        }
        // The others are there.
        if (refused.length > 0) throw refused.at(-1);
      },
      detach: ({ id }) => chat.detach(id),
      limits: async ({ id }) => {
        const { limitsBehind } = await import("./on-demand.ts");
        const turn = chat.session.entryOf(id)?.turn;
        const limits = turn ? await limitsBehind(turn, this.#options.client) : null;
        this.#outbox.send({ type: "limits", id, limits });
      },
      picture: ({ id }) => chat.showPicture(id),
      openLink: ({ url }) => openLink(url),
      selectModel: thenBack,
      selectEffort: thenBack,
      selectCompare: async () => {
        await chat.selectCompare();
        await this.show();
      },
      history: ({ type }) => vscode.commands.executeCommand(`edgequake.${type}`, true),
      setApiKey: ({ type, id }) => {
        const { model } = (id === undefined ? undefined : chat.session.entryOf(id)?.turn) ?? {};
        return vscode.commands.executeCommand(`edgequake.${type}`, model?.split("/", 1)[0]);
      },
      getStarted: run,
      showLog: run,
    };
  }

  async #suggest(query: string): Promise<void> {
    const { slashList, suggestionsFor } = await import("./on-demand.ts");
    const typed = query.slice(1).toLowerCase();
    const items = query.startsWith("/")
      ? slashList().filter(({ id }) => id.startsWith(`/${typed}`))
      : await suggestionsFor(typed);
    if (query.startsWith("@")) this.#offered = new Set(items.map(({ id }) => id));
    this.#outbox.send({ type: "suggestions", query, items });
  }

  /** Finding one may start the backend: only for a view that somebody sees. */
  #showModel(): void {
    if (!this.#listening) return;
    void this.#options.models.inUse().then((model) => {
      this.#outbox.send({ type: "model", model });
      void this.showEffort();
    });
  }

  /** Of a backend that runs: who only looks at the chat starts none. */
  async showEffort(): Promise<void> {
    const { models, running } = this.#options;
    const model = models.known()?.model;
    if (!this.#listening || model === undefined) return;
    // A backend that fails says so with the next message.
    const effort = running() ? await models.effortOf(model).catch(() => null) : null;
    // Another one may have been chosen meanwhile.
    if (models.known()?.model === model) this.#outbox.send({ type: "effort", effort });
  }

  #post(message: ToWebview): void {
    if (this.#listening) void this.#view?.webview.postMessage(message);
  }
}
