// The chat's commands of the palette and of its title bar.

import * as vscode from "vscode";
import type { Chat } from "./chat.ts";
import type { SessionStore } from "./session-store.ts";
import type { ChatView } from "./view.ts";

export function chatCommands(
  view: ChatView,
  store: SessionStore,
): Record<string, (...args: never[]) => unknown> {
  const { chat } = view;
  const shown = async (): Promise<Chat> => {
    await chat.opened();
    return chat;
  };
  const item = async () => {
    const { current, title, session } = await shown();
    if (session.turns.length === 0) throw new Error(vscode.l10n.t("This chat is empty."));
    await session.flush();
    return { label: title, id: current, title };
  };
  return {
    newChat: () => view.newChat(),
    stop: () => view.stop(),
    history: async () => {
      const { showHistory } = await import("./on-demand.ts");
      await showHistory(
        {
          current: (await shown()).current,
          open: async (id) => {
            await chat.open(id);
            await view.show();
          },
          newChat: () => view.newChat(),
          renamed: (id, title) => chat.renamed(id, title),
          deleting: (id) => chat.deleting(id),
        },
        store,
      );
    },
    "chat.compare": async () => {
      await view.show();
      await (await shown()).selectCompare();
    },
    "chat.export": async (format?: unknown) => {
      const { exportChat } = await import("./on-demand.ts");
      const { id } = await item();
      await exportChat(store, id, format === "markdown" || format === "json" ? format : undefined);
    },
    "chat.rename": async () => {
      const { renameChat } = await import("./on-demand.ts");
      await renameChat(await item(), chat, store);
    },
    "chat.delete": async () => {
      const { deleteChat } = await import("./on-demand.ts");
      await deleteChat(await item(), chat, store);
    },
  };
}
