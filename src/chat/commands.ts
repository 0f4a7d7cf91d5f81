// The chat's commands of the palette and of its title bar.

import * as vscode from "vscode";
import type { ChatCommand } from "./chat-when-needed.ts";
import type { SessionStore } from "./session-store.ts";
import type { ChatView } from "./view.ts";

export function chatCommands(
  view: ChatView,
  store: SessionStore,
): Record<ChatCommand, (...args: never[]) => unknown> {
  const { chat } = view;
  const { conversations } = chat;
  const item = async () => {
    await conversations.opened();
    const { title, session } = conversations;
    if (session.turns.length === 0) throw new Error(vscode.l10n.t("This chat is empty."));
    await session.flush();
    return { label: title, id: session.id, title };
  };
  return {
    newChat: () => view.newChat(),
    openChat: () => view.show(),
    stop: () => view.stop(),
    // `back`: from the chat, where the cursor is wanted again.
    history: async (back?: unknown) => {
      await conversations.opened();
      const { showHistory } = await import("./on-demand.ts");
      await showHistory(
        {
          current: conversations.session.id,
          open: async (id) => {
            await conversations.open(id);
            await view.show();
          },
          newChat: () => view.newChat(),
          left: () => back === true && view.show(),
          renamed: (id, title) => conversations.renamed(id, title),
          deleting: (id) => conversations.deleting(id),
        },
        store,
      );
    },
    "chat.compare": async () => {
      await conversations.opened();
      await chat.selectCompare();
      // Not before: the message box would take the focus from the list, and the list closes then.
      await view.show();
    },
    "chat.export": async (format?: unknown) => {
      const { exportChat } = await import("./on-demand.ts");
      const { id } = await item();
      await exportChat(store, id, format === "markdown" || format === "json" ? format : undefined);
    },
    "chat.rename": async () => {
      const { renameChat } = await import("./on-demand.ts");
      await renameChat(await item(), conversations, store);
    },
    "chat.delete": async () => {
      const { deleteChat } = await import("./on-demand.ts");
      await deleteChat(await item(), conversations, store);
    },
  };
}
