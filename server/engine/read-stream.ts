// Reads a streamed answer: bytes -> events -> chunks -> sink. It decides whether the stream was whole: only
// then do finish reasons go out. A server that answers a stream request with plain JSON is understood too.

import type { CompactChunk } from "../protocol/compact.ts";
import type { ModelResponse, Usage } from "../protocol/messages.ts";
import { toChunks } from "../protocol/to-chunks.ts";
import { type Framing, type StreamDecoder, WireFailure } from "../providers/types.ts";
import type { BodyReader } from "./attempt.ts";
import { refuseEndless } from "./depth.ts";
import { EventStreamFramer } from "./event-stream.ts";
import { NdjsonFramer } from "./ndjson.ts";
import { OverflowError } from "./overflow.ts";
import { parseAnswer } from "./read-json.ts";
import { SseFramer } from "./sse.ts";

/** The longest real line seen has 100,873 characters. */
const MAX_EVENT = 8 * 1024 * 1024;
const MAX_STREAM = 512 * 1024 * 1024;
const MAX_PLAIN = 64 * 1024 * 1024;

const LONGEST_PING = 64;
const PING = /^\s*\{\s*"type"\s*:\s*"ping"\s*[,}]/;

const FRAMERS = { sse: SseFramer, ndjson: NdjsonFramer, eventstream: EventStreamFramer };

export interface StreamReaderOptions {
  framing: Framing;
  decoder: StreamDecoder;
  /** A whole JSON answer where a stream was asked for. */
  whole(json: unknown): ModelResponse;
  onChunks(chunks: CompactChunk[]): void;
}

export class StreamReader implements BodyReader {
  readonly #options: StreamReaderOptions;
  readonly #framer: SseFramer | NdjsonFramer | EventStreamFramer;
  #out: CompactChunk[] = [];
  #events = 0;
  #bytes = 0;
  /** Undecided until the first byte that is not white space. */
  #plain: Buffer[] | undefined;
  #decided = false;
  #ending = false;
  #whole: ModelResponse | undefined;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    const onData = (data: string, event?: string): void => this.#event(data, event);
    this.#framer = new FRAMERS[options.framing](onData, MAX_EVENT);
  }

  usage(): Usage | undefined {
    return this.#whole ? this.#whole.usage : this.#options.decoder.usage();
  }

  finishReasons(): string[] {
    return this.#whole
      ? this.#whole.choices.map((choice) => choice.finish_reason)
      : this.#options.decoder.finishReasons();
  }

  /** The last chunks, to be sent once nothing can fail any more. */
  last(): CompactChunk[] {
    const out: CompactChunk[] = this.#whole ? toChunks(this.#whole) : [];
    if (!this.#whole) this.#options.decoder.end(out);
    for (const chunk of out) refuseEndless(chunk);
    return out;
  }

  data(bytes: Buffer): boolean {
    this.#bytes += bytes.length;
    if (this.#bytes > MAX_STREAM) throw new OverflowError(MAX_STREAM);
    if (!this.#decided) this.#decide(bytes);
    if (this.#plain) {
      if (this.#bytes > MAX_PLAIN) throw new OverflowError(MAX_PLAIN);
      this.#plain.push(bytes);
      return true;
    }
    const before = this.#events;
    try {
      this.#framer.push(bytes);
    } finally {
      // What was read before a failure is the caller's.
      this.#flush();
    }
    return this.#events > before;
  }

  complete(): boolean {
    return this.#options.decoder.done() && this.#options.decoder.finished();
  }

  end(): void {
    if (this.#plain) {
      this.#whole = this.#options.whole(parseAnswer(Buffer.concat(this.#plain).toString("utf8")));
      return;
    }
    if (this.#bytes === 0) throw new WireFailure({ message: "the answer is empty", code: "no_answer" });
    this.#finishFraming();
    if (!this.#options.decoder.finished()) throw new CutStream(this.#events);
  }

  broken(): boolean {
    if (this.#plain || this.#bytes === 0) return false;
    try {
      this.#finishFraming();
    } catch {
      return false;
    }
    return this.#options.decoder.finished();
  }

  #finishFraming(): void {
    this.#ending = true;
    try {
      this.#framer.end();
    } finally {
      this.#flush();
    }
  }

  #event(data: string, event: string | undefined): void {
    if (!isPing(data, event)) this.#events += 1;
    try {
      this.#options.decoder.push(data, this.#out, event);
    } catch (error) {
      // The last event was cut in the middle: that is a cut stream and not a wrong one.
      const incomplete =
        this.#ending && error instanceof WireFailure && error.failure.code === "invalid_json";
      if (!incomplete) throw error;
    }
  }

  #flush(): void {
    if (this.#out.length === 0) return;
    const out = this.#out;
    this.#out = [];
    // Most are plain strings.
    for (const chunk of out) refuseEndless(chunk);
    this.#options.onChunks(out);
  }

  #decide(bytes: Buffer): void {
    for (const byte of bytes) {
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      const markup = byte === 0x3c; // <
      const json = byte === 0x7b || byte === 0x5b; // { [
      // A line of NDJSON begins as JSON does; a binary frame begins with a zero.
      const plain = markup || (this.#options.framing === "ndjson" ? byte === 0x5b : json);
      if (plain) this.#plain = [];
      this.#decided = true;
      return;
    }
  }
}

/** It says that the server lives, and is no content. */
function isPing(data: string, event: string | undefined): boolean {
  return event === "ping" || (data.length < LONGEST_PING && PING.test(data));
}

/** The body ended cleanly and the answer is not whole. */
export class CutStream extends Error {
  override readonly name = "CutStream";
  constructor(events: number) {
    super(
      events === 0
        ? "the stream ended without an answer"
        : "the stream ended early: it names no finish reason, so the answer is cut",
    );
  }
}
