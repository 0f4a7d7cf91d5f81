// One window's chat without VS Code: all of it but its page, over chats that several windows may share. What it says to
// its page is kept.

import type { Client } from "../../server/connection/client.ts";
import { CompletionStream } from "../../server/protocol/completion-stream.ts";
import type { CompletionParams } from "../../server/protocol/messages.ts";
import { METHOD } from "../../server/protocol/names.ts";
import type { AppendOrder } from "../../server/protocol/session-types.ts";
import type { ToWebview } from "../../server/protocol/webview.ts";
import type { Sessions } from "../../server/store/sessions.ts";
import type { Chat, ChatOptions } from "../../src/chat/chat.ts";
import { Outbox } from "../../src/chat/outbox.ts";
import { SessionStore } from "../../src/chat/session-store.ts";
import { temporaryFolder } from "../host/sample-workspace.ts";
import { withEnglish } from "./words-of-vscode.ts";

export class ChatWindow {
  readonly chat: Chat;
  readonly sent: ToWebview[] = [];
  readonly asked: CompletionParams[] = [];
  readonly streams: CompletionStream[] = [];
  /** Where the backend keeps chats: another one after it lost them. */
  sessions: Sessions;
  /** While set, the backend answers nothing else. */
  broken: Error | undefined;
  /** The backend answers nothing before. */
  started: Promise<void> = Promise.resolve();

  static async open(sessions: Sessions, session?: string): Promise<ChatWindow> {
    const window = await ChatWindow.begun(sessions, session);
    await window.chat.conversations.opened();
    return window;
  }

  /** One whose page is there, and whose last chat is not. */
  static async begun(sessions: Sessions, session?: string, heldFolder?: string): Promise<ChatWindow> {
    const module = await withEnglish(async () => {
      // What it loads with its first use asks VS Code for its words too.
      await import("../../src/chat/on-demand.ts");
      return import("../../src/chat/chat.ts");
    });
    return new ChatWindow(module.Chat, sessions, session, heldFolder ?? temporaryFolder("unsent"));
  }

  private constructor(
    Made: typeof Chat,
    sessions: Sessions,
    session: string | undefined,
    heldFolder: string,
  ) {
    this.sessions = sessions;
    const state = new Map<string, unknown>(session ? [["edgequake.chat.session", session]] : []);
    const client = async () => this.#backend() as unknown as Client;
    this.chat = new Made({
      client,
      store: new SessionStore(client),
      state: {
        keys: () => [...state.keys()],
        get: (key: string, otherwise?: unknown) => state.get(key) ?? otherwise,
        update: async (key: string, value: unknown) => void state.set(key, value),
      } as ChatOptions["state"],
      start: (params) => {
        this.asked.push(params);
        const stream = new CompletionStream();
        this.streams.push(stream);
        return stream;
      },
      outbox: new Outbox((message) => this.sent.push(structuredClone(message))),
      models: {
        known: () => ({ model: "m", chosen: true }),
        effort: "default",
        lists: { last: { models: [] }, get: async () => ({ models: [] }) },
      } as unknown as ChatOptions["models"],
      prompts: {} as ChatOptions["prompts"],
      heldFolder,
      seen: () => true,
    });
  }

  told<Type extends ToWebview["type"]>(type: Type): Extract<ToWebview, { type: Type }>[] {
    return this.sent.filter((message) => message.type === type) as Extract<ToWebview, { type: Type }>[];
  }

  get texts(): string[] {
    return this.chat.session.turns.map(({ text }) => text);
  }

  #backend() {
    type Asked = { session_id: string; before: number | null; limit: number; pictures: boolean };
    const answers: Record<string, (params: never) => unknown> = {
      [METHOD.sessionRead]: (params: Asked) => this.sessions.read(params),
      [METHOD.sessionAppend]: async (order: AppendOrder) => ({ session: await this.sessions.append(order) }),
      [METHOD.sessionRename]: async (params: { session_id: string; title: string }) => ({
        session: await this.sessions.rename(params),
      }),
      [METHOD.countTokens]: () => ({ tokens: 1, exact: true }),
    };
    return {
      request: async (method: string, params: never) => {
        await this.started;
        if (this.broken) throw this.broken;
        const answer = answers[method];
        if (!answer) throw new Error(`a test's backend knows no ${method}`);
        return structuredClone(await answer(params));
      },
    };
  }
}
