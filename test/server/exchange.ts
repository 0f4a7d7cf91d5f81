// One request and its answer, as a script sees them: every byte, pause and reset is the script's own.

import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { RecordedRequest } from "./http-request.ts";

type Headers = Readonly<Record<string, string | number>>;

export class Exchange {
  readonly request: RecordedRequest;
  /** Resolves with `performance.now()` when the client's side of the connection is gone. */
  readonly gone: Promise<number>;
  /** Bytes handed to the kernel or waiting for it. */
  sent = 0;
  readonly #socket: Socket;

  constructor(request: RecordedRequest, socket: Socket) {
    this.request = request;
    this.#socket = socket;
    this.gone = new Promise((resolve) => {
      if (socket.destroyed) resolve(performance.now());
      else socket.once("close", () => resolve(performance.now()));
    });
  }

  get open(): boolean {
    return this.#socket.writable;
  }

  /** Bytes written that the peer has not taken. */
  get waiting(): number {
    return this.#socket.writableLength;
  }

  /** Writes bytes as they are; resolves when there is room for more, or when the client is gone. */
  async raw(bytes: string | Uint8Array): Promise<void> {
    if (!this.#socket.writable) return;
    this.sent += Buffer.byteLength(bytes);
    if (this.#socket.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#socket.off("drain", done);
        this.#socket.off("close", done);
        resolve();
      };
      this.#socket.on("drain", done);
      this.#socket.on("close", done);
    });
  }

  head(status: number, headers: Headers = {}): Promise<void> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return this.raw(`HTTP/1.1 ${status} Scripted\r\n${lines.join("")}\r\n`);
  }

  /** A whole answer with its length told. */
  async reply(status: number, body: string | Buffer, headers: Headers = {}): Promise<void> {
    await this.head(status, {
      "content-type": "application/json",
      ...headers,
      "content-length": Buffer.byteLength(body),
    });
    await this.raw(body);
  }

  /** Starts a chunked answer. */
  begin(headers: Headers = {}, status = 200): Promise<void> {
    return this.head(status, {
      "content-type": "text/event-stream",
      ...headers,
      "transfer-encoding": "chunked",
    });
  }

  /** One HTTP chunk. */
  part(bytes: string | Uint8Array): Promise<void> {
    const size = Buffer.byteLength(bytes).toString(16);
    return this.raw(Buffer.concat([Buffer.from(`${size}\r\n`), Buffer.from(bytes), Buffer.from("\r\n")]));
  }

  /** The last, empty HTTP chunk. */
  finish(): Promise<void> {
    return this.raw("0\r\n\r\n");
  }

  /** A clean TCP end. */
  fin(): void {
    this.#socket.end();
  }

  /** A TCP reset, after what was written has left this process. */
  async reset(): Promise<void> {
    while (this.#socket.writableLength > 0 && !this.#socket.destroyed) await pause(1);
    // What is in flight must reach the reader: a reset discards what it has not read yet.
    await pause(30);
    this.#socket.resetAndDestroy();
  }

  /** Lets time pass; returns early when the client is gone. */
  async wait(ms: number): Promise<void> {
    const clear = new AbortController();
    await Promise.race([pause(ms, undefined, { signal: clear.signal }).catch(() => {}), this.gone]);
    clear.abort();
  }
}
