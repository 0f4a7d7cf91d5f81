// Earlier chats: by title and time, searched through their messages while a person types, opened, renamed, exported,
// deleted.

import * as vscode from "vscode";
import type { SessionHit, SessionInfo } from "../../server/protocol/session-types.ts";
import { messageOf, plainText } from "../plain-text.ts";
import { exportChat } from "./export-chat.ts";
import type { SessionStore } from "./session-store.ts";

/** What of the chat the history works on. */
export interface HistoryChat {
  readonly current: string;
  open(id: string): Promise<void>;
  newChat(): void;
  /** The list was closed, and nothing in it chosen. */
  left(): unknown;
  renamed(id: string, title: string): void;
  /** Leaves it, where it is shown. */
  deleting(id: string): Promise<void>;
}

interface ChatItem extends vscode.QuickPickItem {
  id?: string;
  title?: string;
}

const LISTED = 300;
const FOUND = 50;
const SEARCH_AFTER_MS = 150;

export async function showHistory(chat: HistoryChat, store: SessionStore): Promise<void> {
  const pick = vscode.window.createQuickPick<ChatItem>();
  pick.title = vscode.l10n.t("Chats");
  pick.placeholder = vscode.l10n.t("Search titles and messages");
  pick.busy = true;
  const buttons = [
    { iconPath: new vscode.ThemeIcon("edit"), tooltip: vscode.l10n.t("Rename"), run: renameChat },
    { iconPath: new vscode.ThemeIcon("export"), tooltip: vscode.l10n.t("Export"), run: exportItem },
    { iconPath: new vscode.ThemeIcon("trash"), tooltip: vscode.l10n.t("Delete"), run: deleteChat },
  ];
  // Gone while something is searched for: Enter takes the first, and nobody means a new one then.
  const begin: ChatItem = { label: `$(add) ${vscode.l10n.t("New Chat")}` };
  let listed: ChatItem[] = [];
  const show = (found: readonly ChatItem[] = []): void => {
    const heading = { label: vscode.l10n.t("Found in messages"), kind: vscode.QuickPickItemKind.Separator };
    pick.items = [begin, ...listed, ...(found.length > 0 ? [heading, ...found] : [])];
  };
  let searches = 0;
  let timer: NodeJS.Timeout | undefined;
  pick.onDidChangeValue((value) => {
    clearTimeout(timer);
    searches += 1;
    const search = searches;
    if (value.trim() === "") {
      show();
      return;
    }
    timer = setTimeout(async () => {
      const hits = await store.search(value, FOUND).catch(() => []);
      if (search === searches) show(hits.map((hit) => hitItem(hit, buttons)));
    }, SEARCH_AFTER_MS);
  });
  const again = (): void => void showHistory(chat, store);
  let used = false;
  pick.onDidTriggerItemButton(async ({ item, button }) => {
    const { run } = buttons.find((one) => one === button) ?? {};
    used = true;
    pick.hide();
    await told(async () => run?.(item, chat, store));
    if (run !== exportItem) again();
  });
  pick.onDidAccept(() => {
    const [item] = pick.selectedItems;
    used = true;
    pick.hide();
    if (item === begin) chat.newChat();
    else if (item?.id !== undefined) void told(() => chat.open(item.id ?? ""));
  });
  pick.onDidHide(() => {
    clearTimeout(timer);
    pick.dispose();
    if (!used) chat.left();
  });
  show();
  pick.show();
  try {
    const sessions = await store.list(LISTED);
    listed = sessions
      .filter(({ messages }) => messages > 0)
      .map((one) => chatItem(one, chat.current, buttons));
  } catch (error) {
    const detail = plainText(messageOf(error as Error));
    listed = [{ label: vscode.l10n.t("The chats could not be listed"), detail, alwaysShow: true }];
  }
  pick.busy = false;
  show();
}

function chatItem(session: SessionInfo, current: string, buttons: vscode.QuickInputButton[]): ChatItem {
  const { id, title, updated, messages } = session;
  const shown = title || vscode.l10n.t("Chat");
  const facts = [ago(updated), vscode.l10n.t("{0} messages", messages)];
  if (id === current) facts.push(vscode.l10n.t("shown"));
  return { id, title, label: shown, description: facts.join(" · "), buttons };
}

function hitItem(
  { session_id, title, updated, excerpt }: SessionHit,
  buttons: vscode.QuickInputButton[],
): ChatItem {
  return {
    id: session_id,
    title,
    label: title || vscode.l10n.t("Chat"),
    description: ago(updated),
    detail: plainText(excerpt),
    // The words stand in a message and not in what the list matches.
    alwaysShow: true,
    buttons,
  };
}

export async function renameChat(
  { id, title }: ChatItem,
  chat: Pick<HistoryChat, "renamed">,
  store: SessionStore,
): Promise<void> {
  if (id === undefined) return;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t("Rename Chat"),
    value: title ?? "",
    validateInput: (value) => (value.trim() === "" ? vscode.l10n.t("A chat needs a title.") : undefined),
  });
  const name = typed?.trim().slice(0, 200);
  if (!name) return;
  await store.rename(id, name);
  chat.renamed(id, name);
}

export async function deleteChat(
  { id, title }: ChatItem,
  chat: Pick<HistoryChat, "deleting">,
  store: SessionStore,
): Promise<void> {
  if (id === undefined) return;
  const sure = vscode.l10n.t("Delete");
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete the chat "{0}"?', title || vscode.l10n.t("Chat")),
    { modal: true, detail: vscode.l10n.t("Its messages are deleted for good.") },
    sure,
  );
  if (answer !== sure) return;
  await chat.deleting(id);
  await store.delete(id);
}

async function exportItem({ id }: ChatItem, _chat: HistoryChat, store: SessionStore): Promise<void> {
  if (id !== undefined) await exportChat(store, id);
}

async function told(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    void vscode.window.showErrorMessage(`EdgeQuake: ${plainText(messageOf(error as Error))}`);
  }
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

function ago(at: number): string {
  const past = Date.now() - at;
  if (past > 7 * 86_400_000) return new Date(at).toLocaleDateString(vscode.env.language);
  const format = new Intl.RelativeTimeFormat(vscode.env.language, { numeric: "auto" });
  const [unit, ms] = UNITS.find(([, length]) => past >= length) ?? ["minute", 60_000];
  return format.format(-Math.floor(past / ms), unit);
}
