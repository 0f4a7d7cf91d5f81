// A conversation as the host has it, the store below it (the backend's own, in memory) and the turns a webview makes of
// the messages it is sent.

import assert from "node:assert/strict";
import { CompletionStream } from "../../server/protocol/completion-stream.ts";
import type { ChatCompletionChunk, CompletionParams } from "../../server/protocol/messages.ts";
import type { StreamEnd } from "../../server/protocol/results.ts";
import type { AppendedSession, AppendOrder } from "../../server/protocol/session-types.ts";
import type { ToWebview, Turn } from "../../server/protocol/webview.ts";
import { Sessions } from "../../server/store/sessions.ts";
import { Journal } from "../../src/chat/journal.ts";
import { Outbox } from "../../src/chat/outbox.ts";
import { saidTurn } from "../../src/chat/said-turns.ts";
import {
  ChatSession,
  type SessionListener,
  type SessionOptions,
  type StreamOptions,
} from "../../src/chat/session.ts";
import { Transcript } from "../../src/chat/transcript.ts";
import { poll } from "../host/poll.ts";

export const END: StreamEnd = {
  stream_id: "s1",
  chunks: 1,
  finish_reasons: ["stop"],
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  cost_usd: null,
  request_id: null,
  call_id: "c1",
  ms_first_chunk: 1,
  ms_total: 2,
  attempts: 1,
  warnings: [],
};

const NOTHING_ELSE = {
  model: null,
  compare: [],
  session: { id: "s", title: "" },
  context: null,
  attachments: [],
  draft: "",
  drafted: 0,
  editing: null,
  l10n: {},
};

export class Harness {
  readonly asked: CompletionParams[] = [];
  readonly options: StreamOptions[] = [];
  readonly streams: CompletionStream[] = [];
  readonly sent: ToWebview[] = [];
  readonly orders: AppendOrder[] = [];
  readonly failures: Error[] = [];
  readonly sessions: Sessions;
  readonly outbox: Outbox;
  readonly journal: Journal;
  readonly session: ChatSession;
  /** While set, the store cannot be written. */
  broken: Error | undefined;
  shown: Turn[] = [];

  constructor(more: Partial<SessionOptions> = {}, sessions = new Sessions(undefined, () => Date.now())) {
    this.sessions = sessions;
    this.outbox = new Outbox((message) => {
      assert.equal(message.seq, this.sent.length, "numbered without a gap");
      // As postMessage does: later changes at the host are not seen.
      this.#receive(structuredClone(message));
    });
    this.journal = new Journal("chat-1", (order) => this.#append(order), {
      failing: (error) => this.failures.push(error),
    });
    const { outbox } = this;
    const listener: SessionListener = {
      added: (turn) => outbox.added(turn),
      grew: (turn) => outbox.grew(turn),
      progress: ({ id, progress }) => outbox.send({ type: "progress", id, progress }),
      settled: (turn) => outbox.settled(turn),
      removed: (from) => outbox.send({ type: "removed", from }),
      picked: (group, id) => outbox.send({ type: "picked", group, id }),
    };
    this.session = new ChatSession({
      start: (params, options) => {
        this.asked.push(params);
        this.options.push(options ?? {});
        const stream = new CompletionStream();
        this.streams.push(stream);
        return stream;
      },
      listener,
      journal: this.journal,
      ...more,
    });
  }

  send(text: string, ...models: (string | Promise<string>)[]): Promise<void> {
    return this.session.send({ text, attachments: [], attached: [] }, ...models);
  }

  /** Waits until so many calls were started. */
  async calls(count: number): Promise<CompletionStream> {
    await poll(`${count} calls`, 5_000, () => this.streams.length >= count);
    return this.streams[count - 1] ?? assert.fail("no stream");
  }

  last(): Turn {
    return this.session.turns.at(-1) ?? assert.fail("no turn");
  }

  resync(): void {
    const { turns, earlier } = this.session.transcript.tail();
    this.outbox.reset({ ...NOTHING_ELSE, turns, earlier });
  }

  /** What the webview shows is what the host has, in the reader's words. */
  same(): void {
    assert.deepEqual(this.shown, structuredClone(this.session.turns.map(saidTurn)));
  }

  /** What another window, or this one after a crash, finds in the store. */
  async reopened(): Promise<Transcript> {
    const transcript = new Transcript((before, limit) =>
      this.sessions.read({ session_id: "chat-1", before, limit }),
    );
    await transcript.open();
    return transcript;
  }

  async #append(order: AppendOrder): Promise<AppendedSession> {
    if (this.broken) throw this.broken;
    this.orders.push(structuredClone(order));
    return this.sessions.append(order);
  }

  #receive(message: ToWebview): void {
    this.sent.push(message);
    if (message.type === "reset") this.shown = message.turns;
    else if (message.type === "earlier") this.shown = [...message.turns, ...this.shown];
    else if (message.type === "turn") this.shown.push(message.turn);
    else if (message.type === "removed") {
      const from = this.shown.findIndex(({ id }) => id === message.from);
      this.shown = this.shown.slice(0, from);
    } else if (message.type === "picked") {
      for (const { id, compare } of this.shown)
        if (compare?.group === message.group) compare.picked = id === message.id;
    } else if (message.type === "progress") this.#turn(message.id).progress = message.progress;
    else if (message.type === "settled") Object.assign(this.#turn(message.turn.id), message.turn);
    else if (message.type === "delta") {
      const turn = this.#turn(message.id);
      turn.text += message.text;
      turn.reasoning += message.reasoning;
    }
  }

  #turn(id: string): Turn {
    return this.shown.find((one) => one.id === id) ?? assert.fail("the turn is there");
  }
}

export function chunk(content: string): ChatCompletionChunk {
  return {
    id: "x",
    created: 0,
    model: "m",
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  };
}

export async function turnOfTheLoop(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
