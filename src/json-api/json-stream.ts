// A stream that is fetched piece by piece, as plain JSON, by who shares no memory with us. What is not fetched waits, up
// to a limit; a stream that nobody asks for any more is cancelled. Nothing is lost before its end is told.

import { APIError, asOpenAIError, type OpenAIError, toErrorData } from "../../server/protocol/errors.ts";
import type { ChatCompletionChunk } from "../../server/protocol/messages.ts";
import type { StreamEnd } from "../../server/protocol/results.ts";
import type { ChunkStream, JsonError, JsonPieces } from "../api.ts";

export interface JsonStreamOptions {
  /** Chunks that may wait. */
  most: number;
  /** Chunks of one answer. */
  piece: number;
  /** How long one question waits for a chunk. */
  wait_ms: number;
  /** How long nobody may ask. */
  idle_ms: number;
}

export const LIMITS: JsonStreamOptions = { most: 10_000, piece: 500, wait_ms: 25_000, idle_ms: 60_000 };

export class JsonStream {
  readonly #stream: ChunkStream;
  readonly #limits: JsonStreamOptions;
  readonly #onGone: () => void;
  #waiting: ChatCompletionChunk[] = [];
  #ended: { end?: StreamEnd; error?: JsonError } | undefined;
  #wake: (() => void) | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** `onGone`: there is nothing more to ask for. */
  constructor(stream: ChunkStream, onGone: () => void, limits: JsonStreamOptions = LIMITS) {
    this.#stream = stream;
    this.#onGone = onGone;
    this.#limits = limits;
    this.#expectQuestion();
    void this.#read();
  }

  /** Somebody asks already. */
  get busy(): boolean {
    return this.#wake !== undefined;
  }

  async next(): Promise<JsonPieces> {
    clearTimeout(this.#idle);
    if (this.#waiting.length === 0 && !this.#ended) await this.#somethingOrTime();
    const chunks = this.#waiting.splice(0, this.#limits.piece);
    if (this.#waiting.length > 0 || !this.#ended) {
      this.#expectQuestion();
      return { chunks, done: false };
    }
    this.#onGone();
    return { chunks, done: true, ...this.#ended };
  }

  cancel(): void {
    clearTimeout(this.#idle);
    this.#stream.cancel();
    this.#onGone();
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.#stream) {
        this.#waiting.push(chunk);
        if (this.#waiting.length > this.#limits.most) throw tooSlow(this.#limits.most);
        this.#notify();
      }
      this.#ended = { end: await this.#stream.end };
    } catch (thrown) {
      this.#ended = { error: jsonError(thrown) };
    }
    this.#notify();
  }

  #somethingOrTime(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#notify(), this.#limits.wait_ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #expectQuestion(): void {
    this.#idle = setTimeout(() => this.cancel(), this.#limits.idle_ms);
  }
}

export function jsonError(thrown: unknown): JsonError {
  const error = asOpenAIError(thrown);
  return { ...toErrorData(error), message: error.message };
}

function tooSlow(most: number): OpenAIError {
  return new APIError({
    message: `the stream was not read: more than ${most} chunks waited. Ask for the next ones sooner`,
    code: "not_read",
  });
}
