// The chat, whole: its view and its commands, over one store. Made when somebody needs it (chat-when-needed.ts).

import * as vscode from "vscode";
import type { ChatCommand } from "./chat-when-needed.ts";
import { chatCommands } from "./commands.ts";
import { type HeldIn, heldFolder, sweepHeldFolders } from "./held-folder.ts";
import { SessionStore } from "./session-store.ts";
import { ChatView, type ChatViewOptions } from "./view.ts";

export type ChatRoomOptions = Omit<ChatViewOptions, "store" | "heldFolder"> & HeldIn;

export interface ChatRoom {
  view: ChatView;
  commands: Readonly<Record<ChatCommand, (...args: never[]) => unknown>>;
}

export function openChatRoom(options: ChatRoomOptions): ChatRoom {
  const store = new SessionStore(options.client);
  const held = heldFolder(options, vscode.env.uiKind === vscode.UIKind.Web);
  void sweepHeldFolders(options, held).catch(() => {});
  const view = new ChatView({ ...options, store, heldFolder: held });
  return { view, commands: chatCommands(view, store) };
}
