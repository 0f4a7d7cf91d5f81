// What completion({stream: true}) gives back, in the library and over the pipe alike: an AsyncIterable whose
// `break` cancels the call. It can be awaited first, as LiteLLM's acompletion is. Every chunk arrives once.

import { accumulate } from "./accumulate.ts";
import { type CompactChunk, Inflater } from "./compact.ts";
import { Cancelled, type OpenAIError } from "./errors.ts";
import type { ChatCompletionChunk, ModelResponse } from "./messages.ts";
import type { StreamEnd } from "./results.ts";

/** The side that produces chunks. */
export interface StreamSource {
  cancel(): void;
  /** Called when more than `HIGH_WATER` chunks wait for the consumer, and again when they were taken. */
  pause?(): void;
  resume?(): void;
}

const HIGH_WATER = 1024;

type Next = IteratorResult<ChatCompletionChunk, undefined>;

export class CompletionStream implements AsyncIterable<ChatCompletionChunk> {
  /** Settles with the totals when the last chunk was produced; rejects with the call's error. */
  readonly end: Promise<StreamEnd>;
  #source: StreamSource | undefined;
  #seen: CompactChunk[] = [];
  #next = 0;
  #inflater = new Inflater();
  #ended: StreamEnd | undefined;
  #error: OpenAIError | undefined;
  /** Who waits for the next chunk, in order. */
  readonly #readers: { resolve(next: Next): void; reject(error: Error): void }[] = [];
  #starting: (() => void)[] = [];
  #paused = false;
  #settleEnd!: { resolve(end: StreamEnd): void; reject(error: OpenAIError): void };

  constructor() {
    this.end = new Promise((resolve, reject) => {
      this.#settleEnd = { resolve, reject };
    });
    // A caller who only iterates sees the error there; `end` must not crash the process besides.
    this.end.catch(() => {});
  }

  /** For the producer. */
  attach(source: StreamSource): void {
    this.#source = source;
  }
  /** For the producer: chunks in order. */
  push(chunks: readonly CompactChunk[]): void {
    if (this.#error || this.#ended) return;
    for (const chunk of chunks) this.#seen.push(chunk);
    if (!this.#paused && this.#seen.length - this.#next > HIGH_WATER) {
      this.#paused = true;
      this.#source?.pause?.();
    }
    this.#notify();
  }
  /** For the producer: the answer is whole. */
  finish(end: StreamEnd): void {
    if (this.#error || this.#ended) return;
    this.#ended = end;
    this.#settleEnd.resolve(end);
    this.#notify();
  }
  /** For the producer: the call failed. The chunks that came before are still given out first. */
  fail(error: OpenAIError): void {
    if (this.#error || this.#ended) return;
    if (this.#seen.length > 0) {
      error.chunks_sent ??= this.#seen.length;
      error.partial = accumulate(this.#seen);
    }
    this.#error = error;
    this.#settleEnd.reject(error);
    this.#notify();
  }

  /** Stops the call; iteration then throws Cancelled. */
  cancel(): void {
    if (this.#error || this.#ended) return;
    this.#source?.cancel();
    this.fail(new Cancelled({ message: "the caller stopped the stream", code: "ABORT_ERR" }));
  }

  /** The answer from the chunks so far. */
  partial(): ModelResponse {
    return accumulate(this.#seen);
  }

  /** Waits for the end and gives the whole answer, like a call without `stream`. */
  async response(): Promise<ModelResponse> {
    const { usage } = await this.end;
    const response = accumulate(this.#seen);
    if (usage) response.usage = usage;
    return response;
  }

  /** By hand and not a generator: a chunk that is there costs one promise and no resumption. */
  [Symbol.asyncIterator](): AsyncIterator<ChatCompletionChunk, undefined, undefined> {
    return {
      next: () => {
        const chunk = this.#take();
        if (chunk !== undefined) return Promise.resolve({ done: false, value: chunk });
        return this.#waitForNext();
      },
      // Reached by `break`, `return` and a throw in the loop's body.
      return: () => {
        this.cancel();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  #take(): ChatCompletionChunk | undefined {
    if (this.#next >= this.#seen.length) return undefined;
    const chunk = this.#seen[this.#next] as CompactChunk;
    this.#next += 1;
    if (this.#paused && this.#seen.length - this.#next < HIGH_WATER / 2) {
      this.#paused = false;
      this.#source?.resume?.();
    }
    return this.#inflater.inflate(chunk);
  }

  /** Settled by the very push that brings the chunk. */
  #waitForNext(): Promise<Next> {
    if (this.#error) return Promise.reject(this.#error);
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  /** Resolves when the first chunk is there, rejects when the call failed before it. */
  async started(): Promise<this> {
    if (this.#seen.length === 0 && !this.#error && !this.#ended) {
      await new Promise<void>((resolve) => this.#starting.push(resolve));
    }
    if (this.#seen.length === 0 && this.#error) throw this.#error;
    return this;
  }

  #notify(): void {
    while (this.#readers.length > 0) {
      const value = this.#take();
      if (value === undefined && !this.#error && !this.#ended) break;
      const reader = this.#readers.shift();
      if (value !== undefined) reader?.resolve({ done: false, value });
      else if (this.#error) reader?.reject(this.#error);
      else reader?.resolve({ done: true, value: undefined });
    }
    if (this.#starting.length === 0) return;
    const starting = this.#starting;
    this.#starting = [];
    for (const resolve of starting) resolve();
  }
}
