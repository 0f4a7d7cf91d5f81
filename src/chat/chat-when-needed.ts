// The chat as it stands in the window from activation on: its view and commands are registered, and the chat itself is
// loaded with the first use. It is made once, whoever asks first.

import type * as vscode from "vscode";
import type { AskingChat } from "../commands/ask-about-code.ts";
import type { ChatRoom, ChatRoomOptions } from "./room.ts";

export const CHAT_VIEW = "edgequake.chat";

/** Names without "edgequake.". */
const COMMANDS = [
  "newChat",
  "openChat",
  "stop",
  "history",
  "chat.compare",
  "chat.export",
  "chat.rename",
  "chat.delete",
] as const;
export type ChatCommand = (typeof COMMANDS)[number];

export class ChatWhenNeeded implements vscode.WebviewViewProvider, vscode.Disposable, AskingChat {
  readonly #options: ChatRoomOptions;
  #room: Promise<ChatRoom> | undefined;
  #disposed = false;

  constructor(options: ChatRoomOptions) {
    this.#options = options;
  }

  async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
    (await this.#open()).view.resolveWebviewView(view);
  }

  async ask(text: string): Promise<void> {
    await (await this.#open()).view.ask(text);
  }

  /** What is shown of the model may need one. */
  backendRuns(): void {
    void this.#room?.then(({ view }) => view.showEffort());
  }

  readonly commands = Object.fromEntries(COMMANDS.map((name) => [name, this.#run(name)]));

  dispose(): void {
    this.#disposed = true;
    void this.#room?.then(({ view }) => view.dispose());
  }

  #run(name: ChatCommand): (...args: never[]) => Promise<unknown> {
    return async (...args) => (await this.#open()).commands[name](...args);
  }

  #open(): Promise<ChatRoom> {
    this.#room ??= import("./room.ts").then(({ openChatRoom }) => {
      const room = openChatRoom(this.#options);
      if (this.#disposed) room.view.dispose();
      return room;
    });
    return this.#room;
  }
}
