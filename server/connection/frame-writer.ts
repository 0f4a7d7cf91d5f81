// Writes frames: all frames of one event-loop turn go out as one write, but where turns have had one each, that one does
// not wait for the turn's end. It knows how much the reader has not taken yet, so that producers can stop; after the
// stream is gone it swallows writes instead of throwing.

import type { Writable } from "node:stream";
import { encodeFrame } from "./framing.ts";

/** Above this many bytes not taken by the reader, producers should wait. */
export const CONGESTED_BYTES = 256 * 1024;

/** Above this many characters a message is written apart from the turn's text. */
const LARGE = 64 * 1024;

/** Under load most turns have several: a write for the first of them alone would be one too many. */
const CALM = 8;

export class FrameWriter {
  readonly #stream: Writable;
  #batch = "";
  #scheduled = false;
  /** Turns in a row that had one frame: after some it goes out as soon as the code that sent it is through. */
  #calm = CALM;
  #frames = 0;
  #unsent = 0;
  #closed = false;
  #drained: (() => void)[] = [];
  readonly #beforeFlush: (() => void)[] = [];

  constructor(stream: Writable) {
    this.#stream = stream;
    const close = (): void => {
      this.#closed = true;
      this.#batch = "";
      this.#releaseAll();
    };
    stream.on("close", close);
    // EPIPE and the like: the reader is gone. Whoever owns the stream decides what that means.
    stream.on("error", close);
  }

  get congested(): boolean {
    return this.#unsent + this.#batch.length > CONGESTED_BYTES;
  }

  /** Queues one message; it leaves at the end of this turn of the event loop. */
  send(json: string): void {
    if (this.#closed) return;
    if (json.length > LARGE) {
      // Encoded once: as text it would be joined, measured and encoded, each time from its first character on.
      this.sendBytes(undefined, Buffer.from(json));
      return;
    }
    this.#batch += encodeFrame(json);
    this.#frames += 1;
    this.schedule();
  }

  /** Writes one message at once, after what is queued: somebody waits for it, and this turn may go on for long. */
  sendNow(json: string): void {
    if (json.length > LARGE) {
      this.send(json);
      return;
    }
    if (this.#closed) return;
    this.#batch += encodeFrame(json);
    this.#writeBatch();
  }

  /** Queues a body that is no text, after what is queued already. */
  sendBytes(contentType: string | undefined, body: Buffer): void {
    if (this.#closed) return;
    const type = contentType === undefined ? "" : `Content-Type: ${contentType}\r\n`;
    this.#batch += `Content-Length: ${body.length}\r\n${type}\r\n`;
    this.#writeBatch();
    this.#write(body, body.length);
  }

  /** Runs right before each flush of a turn: what coalesces over a turn adds its frame here. */
  onFlush(callback: () => void): void {
    this.#beforeFlush.push(callback);
  }

  /** Asks for a flush at the end of this turn, or of what runs now. */
  schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    if (this.#calm >= CALM) queueMicrotask(this.#flushFirst);
    else setImmediate(this.#flush);
  }

  /** Writes at once what is queued, for the last words of a process. */
  flushNow(): void {
    this.#flush();
  }

  /** Resolves when the reader has taken enough for more to be sent. */
  drained(): Promise<void> {
    if (!this.congested || this.#closed) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    for (const callback of this.#beforeFlush) callback();
    this.#calm = this.#frames <= 1 ? this.#calm + 1 : 0;
    this.#frames = 0;
    this.#writeBatch();
  };

  /** What follows in the same turn goes out together at its end. */
  readonly #flushFirst = (): void => {
    this.#flush();
    const calm = this.#calm;
    this.#calm = 0;
    setImmediate(() => {
      if (!this.#scheduled) this.#calm = calm;
    });
  };

  #writeBatch(): void {
    const data = this.#batch;
    if (data === "" || this.#closed) return;
    this.#batch = "";
    // UTF-16 length: near enough to bytes for a high-water mark, and free.
    this.#write(data, data.length);
  }

  #write(data: string | Buffer, length: number): void {
    this.#unsent += length;
    const written = (): void => {
      this.#unsent -= length;
      if (!this.congested) this.#releaseAll();
    };
    if (typeof data === "string") this.#stream.write(data, "utf8", written);
    else this.#stream.write(data, written);
  }

  #releaseAll(): void {
    const waiting = this.#drained;
    this.#drained = [];
    for (const resolve of waiting) resolve();
  }
}
