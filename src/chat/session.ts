// Owns one conversation: turns, the call in flight, what is kept when it fails. Knows neither the webview nor how
// messages travel; it tells a listener what changed.

import { randomUUID } from "node:crypto";
import { asOpenAIError, Cancelled } from "../../server/protocol/errors.ts";
import type { CompletionParams, Message, ModelResponse } from "../../server/protocol/messages.ts";
import type { Turn } from "../../server/protocol/webview.ts";
import type { ChunkStream } from "../api.ts";

export interface SessionListener {
  /** A turn was added at the end. */
  added(turn: Turn): void;
  /** A streaming turn has more text or reasoning. */
  grew(turn: Turn): void;
  /** A turn is no longer streaming. */
  settled(turn: Turn): void;
  /** Turns from this one on are gone. */
  removed(from: string): void;
  /** Everything changed. */
  reset(): void;
}

export type StartStream = (params: CompletionParams) => ChunkStream;

export class ChatSession {
  readonly #start: StartStream;
  readonly #listener: SessionListener;
  #turns: Turn[] = [];
  #running: ChunkStream | undefined;

  constructor(start: StartStream, listener: SessionListener) {
    this.#start = start;
    this.#listener = listener;
  }

  get turns(): readonly Turn[] {
    return this.#turns;
  }
  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Asks; resolves when the answer ended in any way. A call in flight is stopped first. */
  async send(text: string, model: string): Promise<void> {
    this.stop();
    this.#add(userTurn(text));
    await this.#answer(model);
  }

  stop(): void {
    this.#running?.cancel();
  }

  /** Asks again from the question before this answer. */
  async retry(id: string, model: string): Promise<void> {
    const index = this.#turns.findIndex((turn) => turn.id === id && turn.role === "assistant");
    if (index < 0) return;
    this.stop();
    this.#cut(index);
    await this.#answer(model);
  }

  /** Takes a question and all after it out; gives its text back to be edited. */
  takeBack(id: string): string | undefined {
    const index = this.#turns.findIndex((turn) => turn.id === id && turn.role === "user");
    const turn = this.#turns[index];
    if (!turn) return undefined;
    this.stop();
    this.#cut(index);
    return turn.text;
  }

  clear(): void {
    this.stop();
    this.#turns = [];
    this.#listener.reset();
  }

  async #answer(model: string): Promise<void> {
    const messages = messagesOf(this.#turns);
    const turn: Turn = { ...emptyTurn("assistant"), state: "streaming", model };
    this.#add(turn);
    const stream = this.#start({ model, messages });
    this.#running = stream;
    try {
      for await (const { choices } of stream) {
        const delta = choices[0]?.delta;
        if (!delta?.content && !delta?.reasoning_content) continue;
        turn.text += delta.content ?? "";
        turn.reasoning += delta.reasoning_content ?? "";
        this.#listener.grew(turn);
      }
      const end = await stream.end;
      Object.assign(turn, {
        state: "done",
        usage: end.usage,
        ms_first_chunk: end.ms_first_chunk,
        ms_total: end.ms_total,
      } satisfies Partial<Turn>);
      if (end.finish_reasons[0] === "length") {
        turn.error = { name: "length", message: "The answer reached the model's length limit and is cut." };
      }
    } catch (thrown) {
      this.#fail(turn, thrown);
    } finally {
      if (this.#running === stream) this.#running = undefined;
      this.#listener.settled(turn);
    }
  }

  #fail(turn: Turn, thrown: unknown): void {
    const error = asOpenAIError(thrown);
    if (error instanceof Cancelled) {
      turn.state = "stopped";
      return;
    }
    turn.state = "error";
    const message = error.message.replace(/^litellm\.\w+: /, "");
    turn.error = { name: error.name, message };
    // What arrived after the last update of the screen is on the error.
    const partial = error.partial === true ? undefined : error.partial;
    const text = partial && textOf(partial);
    if (text && text.length > turn.text.length) turn.text = text;
  }

  #add(turn: Turn): void {
    this.#turns.push(turn);
    this.#listener.added(turn);
  }

  #cut(index: number): void {
    const from = this.#turns[index]?.id;
    this.#turns = this.#turns.slice(0, index);
    if (from !== undefined) this.#listener.removed(from);
  }
}

function emptyTurn(role: Turn["role"]): Turn {
  return {
    id: randomUUID(),
    role,
    text: "",
    reasoning: "",
    state: "done",
    error: null,
    model: null,
    usage: null,
    ms_first_chunk: null,
    ms_total: null,
  };
}

function userTurn(text: string): Turn {
  return { ...emptyTurn("user"), text };
}

/** What the model is told: every question, and every answer that has any text, also a stopped one. */
function messagesOf(turns: readonly Turn[]): Message[] {
  return turns.filter((turn) => turn.text !== "").map(({ role, text }) => ({ role, content: text }));
}

function textOf(response: ModelResponse): string {
  return response.choices[0]?.message.content ?? "";
}
