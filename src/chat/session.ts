// Owns one conversation: turns, the call in flight, what is kept when it fails. Knows neither the webview nor how
// messages travel; it tells a listener what changed.

import { randomUUID } from "node:crypto";
import { asOpenAIError, Cancelled } from "../../server/protocol/errors.ts";
import type { CompletionParams, Message, ModelResponse } from "../../server/protocol/messages.ts";
import type { Turn, TurnNote } from "../../server/protocol/webview.ts";
import type { ChunkStream } from "../api.ts";
import { messageOf, plainText } from "../plain-text.ts";

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
/** Known, or still being found. */
export type ModelName = string | Promise<string>;

export class ChatSession {
  readonly #start: StartStream;
  readonly #listener: SessionListener;
  #turns: Turn[] = [];
  #running: { stop(): void } | undefined;

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

  /** Asks; resolves when the answer ended in any way. A call in flight is stopped first. The question stands there at once. */
  async send(text: string, model: ModelName): Promise<void> {
    this.stop();
    this.#add(userTurn(text));
    await this.#answer(model);
  }

  stop(): void {
    this.#running?.stop();
  }

  /** Asks again from the question before this answer. */
  async retry(id: string, model: ModelName): Promise<void> {
    const index = this.#turns.findIndex((turn) => turn.id === id && turn.role === "assistant");
    if (index < 0) return;
    this.stop();
    this.#cut(index);
    await this.#answer(model);
  }

  textOf(id: string): string | undefined {
    return this.#turns.find((turn) => turn.id === id)?.text;
  }

  /** Takes a question and all after it out. */
  takeBack(id: string): void {
    const index = this.#turns.findIndex((turn) => turn.id === id && turn.role === "user");
    if (index < 0) return;
    this.stop();
    this.#cut(index);
  }

  clear(): void {
    this.stop();
    this.#turns = [];
    this.#listener.reset();
  }

  async #answer(model: ModelName): Promise<void> {
    const messages = messagesOf(this.#turns);
    const turn: Turn = {
      ...emptyTurn("assistant"),
      state: "streaming",
      model: typeof model === "string" ? model : null,
    };
    const stop = new AbortController();
    const running = { stop: () => stop.abort() };
    this.#running = running;
    this.#add(turn);
    try {
      turn.model = await model;
      if (stop.signal.aborted) throw new Cancelled("stopped");
      const stream = this.#start({ model: turn.model, messages });
      running.stop = () => stream.cancel();
      await this.#read(stream, turn);
    } catch (thrown) {
      this.#fail(turn, thrown);
    } finally {
      if (this.#running === running) this.#running = undefined;
      if (this.#turns.includes(turn)) this.#listener.settled(turn);
    }
  }

  async #read(stream: ChunkStream, turn: Turn): Promise<void> {
    for await (const { choices } of stream) {
      const delta = choices[0]?.delta;
      if (!delta?.content && !delta?.reasoning_content) continue;
      turn.text += delta.content ?? "";
      turn.reasoning += delta.reasoning_content ?? "";
      if (this.#turns.includes(turn)) this.#listener.grew(turn);
    }
    const { usage, cost_usd, ms_first_chunk, ms_total, finish_reasons, warnings, attempts, trace } =
      await stream.end;
    Object.assign(turn, {
      state: "done",
      usage,
      cost_usd,
      ms_first_chunk,
      ms_total,
      warnings: warnings.map(({ message }) => message),
      attempts,
      trace: trace ?? null,
      note: noteOf(finish_reasons[0], turn.text),
    } satisfies Partial<Turn>);
  }

  #fail(turn: Turn, thrown: unknown): void {
    const error = asOpenAIError(thrown);
    if (error instanceof Cancelled) {
      turn.state = "stopped";
      return;
    }
    turn.state = "error";
    turn.error = { name: error.name, message: plainText(messageOf(error)) };
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
    note: null,
    attachments: [],
    model: null,
    usage: null,
    cost_usd: null,
    ms_first_chunk: null,
    ms_total: null,
    warnings: [],
    attempts: null,
    trace: null,
    progress: null,
    compare: null,
  };
}

function userTurn(text: string): Turn {
  return { ...emptyTurn("user"), text };
}

/** What the model is told: every question, and every answer that has any text, also a stopped one. */
function messagesOf(turns: readonly Turn[]): Message[] {
  return turns.filter((turn) => turn.text !== "").map(({ role, text }) => ({ role, content: text }));
}

function noteOf(finish: string | undefined, text: string): TurnNote | null {
  if (finish === "length" || finish === "content_filter") return finish;
  return text === "" ? "empty" : null;
}

function textOf(response: ModelResponse): string {
  return response.choices[0]?.message.content ?? "";
}
