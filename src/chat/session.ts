// Owns one conversation: its turns, the calls in flight, what is kept when one fails. Knows neither the webview nor how
// messages travel nor how they are stored; it tells a listener and a journal what changed.

import { randomUUID } from "node:crypto";
import type { CallStatus, OnStatus } from "../../server/protocol/call-status.ts";
import type { CompletionParams, Message } from "../../server/protocol/messages.ts";
import type { Turn, TurnProgress } from "../../server/protocol/webview.ts";
import type { ChunkStream } from "../api.ts";
import { Answer } from "./answer.ts";
import { estimateTokens, IMAGE_TOKENS, newestThatFits, roomIn, withoutImages } from "./fit.ts";
import type { Journal } from "./journal.ts";
import { messagesOf } from "./told.ts";
import { Transcript } from "./transcript.ts";
import { answerEntry, type Entry, type Question, questionEntry } from "./turns.ts";

export interface SessionListener {
  /** A turn was added at the end. */
  added(turn: Turn): void;
  /** A streaming turn has more text or reasoning. */
  grew(turn: Turn): void;
  /** A streaming turn waits for its next request, or no longer does. */
  progress(turn: Turn): void;
  /** A turn is no longer streaming. */
  settled(turn: Turn): void;
  /** Turns from this one on are gone. */
  removed(from: string): void;
  /** The conversation goes on from this one of its group. */
  picked(group: string, id: string): void;
}

export interface StreamOptions {
  /** A request failed and another one follows. */
  onStatus?: OnStatus;
}
export type StartStream = (params: CompletionParams, options?: StreamOptions) => ChunkStream;
/** Known, or still being found. */
export type ModelName = string | Promise<string>;

export interface SessionOptions {
  start: StartStream;
  listener: SessionListener;
  journal?: Journal;
  transcript?: Transcript;
  /** Tokens of a model's context; null = unknown. */
  limitOf?(model: string): Promise<number | null>;
  count?(model: string, messages: readonly Message[]): Promise<number>;
  /** How hard a model is told to think; null = it is told nothing. */
  effortOf?(model: string): Promise<string | null>;
  /** What a person is told where the oldest messages did not fit, and where a picture is no longer in the store. */
  leftOut?(what: "beginning" | "picture"): string;
}

/** The store gets the question first, but nobody waits for a disk that hangs. */
const KEEPING_MS = 1_000;
/** Where no limit is known: more than any model takes. */
const MOST_TOKENS = 2_000_000;
/** So much every model takes: nobody is asked for its limit. */
const FITS_ANYWAY = 3_000;

export class ChatSession {
  readonly id: string;
  readonly transcript: Transcript;
  readonly #options: SessionOptions;
  readonly #running = new Map<string, Answer>();
  readonly #ends = new Set<Promise<void>>();
  #left = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.id = options.journal?.sessionId ?? randomUUID();
    this.transcript = options.transcript ?? new Transcript();
  }

  get turns(): readonly Turn[] {
    return this.transcript.turns;
  }
  get busy(): boolean {
    return this.transcript.entries.some(({ turn }) => turn.state === "streaming");
  }

  /** Nothing waits to be written. */
  get isWritten(): boolean {
    return this.#options.journal?.isWritten ?? true;
  }

  /** What is there is in the store, as far as it can be. */
  async flush(): Promise<void> {
    await this.#options.journal?.flush();
  }

  /** The store lost it: what is here of it is written once more. Where another window gets an answer of it, that one does. */
  writeAgain(): void {
    if (this.turns.some(({ state }) => state === "elsewhere")) return;
    this.transcript.leaveStore();
    this.#options.journal?.writeAll(this.transcript.entries);
  }

  /** Asks; resolves when every answer ended in any way. Calls in flight are stopped first. The question stands there at once. */
  async send(question: Question, ...models: ModelName[]): Promise<void> {
    this.stop();
    this.#add(questionEntry(question));
    await this.#answers(models);
  }

  /** One answer, or all. */
  stop(id?: string): void {
    for (const [of, answer] of this.#running) if (id === undefined || of === id) answer.stop();
  }

  /** Asks again from the question before this answer; one of several side by side in its place. */
  async retry(id: string, model: ModelName): Promise<void> {
    const index = this.transcript.indexOf(id);
    const turn = this.transcript.entries[index]?.turn;
    if (turn?.role !== "assistant") return;
    if (turn.compare) await this.#again(turn, turn.compare.group, model);
    else {
      this.stop();
      this.#cut(index);
      await this.#answers([model]);
    }
  }

  /** The conversation goes on from this one of several answers; the others need not go on. */
  pick(id: string): Turn | undefined {
    const picked = this.turns.find((turn) => turn.id === id);
    const group = picked?.compare?.group;
    if (!picked || group === undefined) return undefined;
    for (const turn of this.turns) {
      if (turn.compare?.group !== group) continue;
      if (turn !== picked) this.stop(turn.id);
      const was = turn.compare.picked;
      turn.compare = { group, picked: turn === picked };
      if (turn.compare.picked !== was) this.#options.journal?.compared(turn);
    }
    if (!this.#left) this.#options.listener.picked(group, id);
    return picked;
  }

  entryOf(id: string): Entry | undefined {
    return this.transcript.entries.find(({ turn }) => turn.id === id);
  }

  /** Takes a question and all after it out. */
  takeBack(id: string): void {
    const index = this.transcript.indexOf(id);
    if (this.transcript.entries[index]?.turn.role !== "user") return;
    this.stop();
    this.#cut(index);
  }

  /** Another conversation is shown: what still comes is kept, and told to nobody. Resolves when all of it is. */
  async leave(): Promise<void> {
    this.#left = true;
    this.stop();
    await Promise.all(this.#ends);
    await this.flush();
  }

  async #answers(models: readonly ModelName[]): Promise<void> {
    const group = models.length > 1 ? randomUUID() : null;
    const begun = models.map((model) => ({
      model,
      entry: answerEntry(typeof model === "string" ? model : null, group),
    }));
    const first = begun[0]?.entry.turn.id ?? "";
    const ends = begun.map(({ model, entry }) => {
      this.#add(entry);
      return this.#answer(entry.turn, first, model);
    });
    await Promise.all(ends);
  }

  /** The others of its group stay, and follow it once more. */
  async #again(turn: Turn, group: string, model: ModelName): Promise<void> {
    this.stop(turn.id);
    const { entries } = this.transcript;
    const first = entries.find((entry) => entry.turn.compare?.group === group)?.turn.id ?? turn.id;
    const end = entries.findLastIndex((entry) => entry.turn.compare?.group === group) + 1;
    if (end < entries.length) {
      this.stop();
      this.#cut(end);
    }
    const { turn: fresh } = answerEntry(typeof model === "string" ? model : turn.model, group);
    fresh.id = turn.id;
    const index = this.transcript.indexOf(turn.id);
    this.transcript.replace(index, fresh);
    this.#options.journal?.restarted(fresh);
    this.#tell((listener) => {
      listener.removed(fresh.id);
      for (const entry of this.transcript.entries.slice(index)) listener.added(entry.turn);
    });
    await this.#answer(fresh, first, model);
  }

  async #answer(turn: Turn, first: string, model: ModelName): Promise<void> {
    const end = this.#run(turn, first, model);
    this.#ends.add(end);
    await end;
    this.#ends.delete(end);
  }

  async #run(turn: Turn, first: string, model: ModelName): Promise<void> {
    const { start, journal, effortOf } = this.#options;
    const answer = new Answer(turn, {
      grew: () => this.#of(turn, (listener) => listener.grew(turn), true),
      progress: () => this.#of(turn, (listener) => listener.progress(turn)),
    });
    this.#running.set(turn.id, answer);
    const replaced = await answer.run(async () => {
      turn.model = await model;
      const messages = await this.#told(turn, first);
      const effort = await effortOf?.(turn.model);
      await kept(journal);
      const attribution = { caller: "edgequake.chat", session: this.id };
      const params: CompletionParams = { model: turn.model, messages, attribution };
      if (effort) params.reasoning_effort = effort;
      return start(params, { onStatus: (status) => answer.waits(progressOf(status)) });
    });
    if (this.#running.get(turn.id) === answer) this.#running.delete(turn.id);
    if (this.transcript.has(turn)) journal?.settled(turn, replaced);
    this.#of(turn, (listener) => listener.settled(turn));
  }

  /** As much of the conversation before the first of these answers as the model takes. */
  async #told(turn: Turn, first: string): Promise<Message[]> {
    const model = turn.model ?? "";
    const { limitOf, count, leftOut } = this.#options;
    const before = this.transcript.nearBefore(first);
    const { hasOlder } = this.transcript;
    const pictures = picturesOf(before);
    await this.transcript.fetchPictures(...before);
    if (picturesOf(before) < pictures && leftOut) turn.warnings = [leftOut("picture")];
    const near = messagesOf(before);
    if (!hasOlder && tokensOf(near) < FITS_ANYWAY) return near;
    const limit = (await limitOf?.(model)) ?? null;
    const enough = 2 * roomIn(limit ?? MOST_TOKENS);
    let entries: Entry[] = [];
    let tokens = 0;
    for await (const older of this.transcript.backwards(first)) {
      entries = [...older, ...entries];
      tokens += tokensOf(messagesOf(older));
      if (tokens > enough) break;
    }
    const fitted = await newestThatFits(messagesOf(entries), limit, async (messages) => {
      const { messages: texts, images } = withoutImages(messages);
      return count ? (await count(model, texts)) + images * IMAGE_TOKENS : tokensOf(messages);
    });
    if (fitted.left_out > 0 && leftOut) turn.warnings = [...turn.warnings, leftOut("beginning")];
    return fitted.messages;
  }

  #add(entry: Entry): void {
    this.transcript.add(entry);
    this.#options.journal?.added(entry);
    this.#tell((listener) => listener.added(entry.turn));
  }

  #cut(index: number): void {
    const from = this.transcript.cut(index);
    if (from === undefined) return;
    this.#options.journal?.cut(from);
    this.#tell((listener) => listener.removed(from));
  }

  /** Of a turn that is still there. */
  #of(turn: Turn, tell: (listener: SessionListener) => void, growth = false): void {
    if (!this.transcript.has(turn)) return;
    if (growth) this.#options.journal?.grew(turn);
    this.#tell(tell);
  }

  #tell(tell: (listener: SessionListener) => void): void {
    if (!this.#left) tell(this.#options.listener);
  }
}

function progressOf({ failed, status_code, wait_ms, deployment, model }: CallStatus): TurnProgress {
  return { failed, status_code, wait_ms, deployment: deployment ?? model };
}

function picturesOf(entries: readonly Entry[]): number {
  return entries.flatMap(({ turn }) => turn.attachments).filter(({ kind }) => kind === "image").length;
}

function tokensOf(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + estimateTokens(message), 0);
}

async function kept(journal: Journal | undefined): Promise<void> {
  if (!journal) return;
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, KEEPING_MS);
  await Promise.race([journal.flush(), late]);
  clearTimeout(timer);
}
