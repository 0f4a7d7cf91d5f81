// A protocol client with nothing of ours in it: Content-Length frames over any pair of streams. It keeps every
// message with its time and size, and notes every byte on the wire that is no frame.

import assert from "node:assert/strict";
import type { Readable, Writable } from "node:stream";
import type { ErrorData } from "../../server/protocol/errors.ts";
import type { ChatCompletionChunk } from "../../server/protocol/messages.ts";

export interface RpcError {
  code: number;
  message: string;
  data?: unknown;
}

export interface RpcMessage {
  jsonrpc?: unknown;
  id?: number | string | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: RpcError;
}

export interface Received {
  /** `performance.now()` when its last byte was there. */
  at: number;
  /** Its body's size. */
  bytes: number;
  message: RpcMessage;
}

/** An error answer whose data has been looked at. */
export interface Failure {
  code: number;
  message: string;
  data: ErrorData;
}

export interface ChunkMessage {
  stream_id: string;
  seq: number;
  chunks: ChatCompletionChunk[];
}

const DEADLINE_MS = 20_000;

export function frame(json: string | Buffer): Buffer {
  const body = Buffer.from(json);
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

type Handler = (params: unknown) => unknown;

export class RawClient {
  readonly received: Received[] = [];
  /** Requests the server sent to us. */
  readonly serverRequests: RpcMessage[] = [];
  /** What was on the wire that is no frame. */
  readonly stray: string[] = [];
  ended = false;
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #handlers = new Map<string, Handler>();
  readonly #watchers = new Set<() => void>();
  #parts: Buffer[] = [];
  #size = 0;
  #wanted = 0;
  #lastId = 0;

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
    input.on("data", (bytes: Buffer) => this.#take(bytes));
    const end = (): void => {
      this.ended = true;
      this.#notifyWatchers();
    };
    input.on("end", end);
    input.on("close", end);
    input.on("error", end);
    // A backend that is gone makes writes fail; the test looks at `ended` or at the exit code.
    output.on("error", () => {});
  }

  write(bytes: string | Buffer): void {
    if (!this.#output.destroyed) this.#output.write(bytes);
  }

  send(message: unknown): void {
    this.write(frame(JSON.stringify(message)));
  }

  notify(method: string, params?: unknown): void {
    this.send({ jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) });
  }

  /** Sends a request; `response` is its one answer. */
  start(method: string, params?: unknown): { id: number; response: Promise<RpcMessage> } {
    this.#lastId += 1;
    const id = this.#lastId;
    this.send({ jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) });
    return { id, response: this.answerTo(id, method) };
  }

  async call(method: string, params?: unknown): Promise<RpcMessage> {
    return this.start(method, params).response;
  }

  /** The result of a call that must succeed. */
  async result<T>(method: string, params?: unknown): Promise<T> {
    const answer = await this.call(method, params);
    assert.equal(answer.error, undefined, `${method} failed: ${JSON.stringify(answer.error)}`);
    return answer.result as T;
  }

  /** The error of a call that must fail. */
  async failure(method: string, params?: unknown): Promise<Failure> {
    return failureOf(await this.call(method, params));
  }

  /** Answers a request of the server. */
  handle(method: string, handler: Handler): void {
    this.#handlers.set(method, handler);
  }

  answersTo(id: number | string | null): RpcMessage[] {
    return this.received
      .map((one) => one.message)
      .filter((message) => message.method === undefined && message.id === id);
  }

  async answerTo(id: number | string | null, what = `request ${id}`): Promise<RpcMessage> {
    const isAnswer = (message: RpcMessage): boolean => message.method === undefined && message.id === id;
    return (await this.until(`the answer to ${what}`, isAnswer)).message;
  }

  /** Waits for a message that satisfies the test, among those already here and those to come. */
  until(what: string, test: (message: RpcMessage) => boolean, deadlineMs = DEADLINE_MS): Promise<Received> {
    let next = 0;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        for (; next < this.received.length; next += 1) {
          const one = this.received[next];
          if (!one || !test(one.message)) continue;
          stop(() => resolve(one));
          return;
        }
        if (this.ended) stop(() => reject(new Error(`the connection ended before ${what}`)));
        else if (this.stray.length > 0) stop(() => reject(new Error(`stray bytes: ${this.stray.join("")}`)));
      };
      const stop = (settle: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        settle();
      };
      const timer = setTimeout(
        () => stop(() => reject(new Error(`waited ${deadlineMs} ms for ${what}`))),
        deadlineMs,
      );
      this.#watchers.add(look);
      look();
    });
  }

  untilMethod(method: string, deadlineMs?: number): Promise<Received> {
    return this.until(method, (message) => message.method === method, deadlineMs);
  }

  /** Sends initialize with these options and initialized; gives the result. */
  async initialize<T = unknown>(initializationOptions?: unknown): Promise<T> {
    const result = await this.result<T>("initialize", {
      processId: process.pid,
      capabilities: {},
      ...(initializationOptions === undefined ? {} : { initializationOptions }),
    });
    this.notify("initialized", {});
    return result;
  }

  /** The chunk messages of one stream, in order of arrival. */
  chunkMessages(stream_id: string): ChunkMessage[] {
    return this.received
      .filter((one) => one.message.method === "edgequake/chunk")
      .map((one) => one.message.params as ChunkMessage)
      .filter((params) => params.stream_id === stream_id);
  }

  chunks(stream_id: string): ChatCompletionChunk[] {
    return this.chunkMessages(stream_id).flatMap((params) => params.chunks);
  }

  text(stream_id: string): string {
    return textOf(this.chunks(stream_id));
  }

  logs(): { type: number; message: string }[] {
    return this.received
      .filter((one) => one.message.method === "window/logMessage")
      .map((one) => one.message.params as { type: number; message: string });
  }

  pause(): void {
    this.#input.pause();
  }

  resume(): void {
    this.#input.resume();
  }

  end(): void {
    this.#output.end();
  }

  #take(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    if (this.#size < this.#wanted) return;
    let data: Buffer = this.#parts.length === 1 ? bytes : Buffer.concat(this.#parts);
    for (;;) {
      const next = this.#readFrame(data);
      if (!next) break;
      data = next;
    }
    this.#parts = data.length > 0 ? [data] : [];
    this.#size = data.length;
    this.#notifyWatchers();
  }

  /** Reads one frame off the front; undefined when it is not whole. */
  #readFrame(data: Buffer): Buffer | undefined {
    this.#wanted = 0;
    const end = data.indexOf("\r\n\r\n");
    const header = data.toString("latin1", 0, end < 0 ? Math.min(data.length, 400) : end);
    if (!"Content-Length: ".startsWith(header.slice(0, 16)) || (end >= 0 && !/^[^\r]+\d$/.test(header))) {
      this.stray.push(header);
      return undefined;
    }
    if (end < 0) return undefined;
    const length = Number(header.slice(16));
    if (data.length < end + 4 + length) {
      this.#wanted = end + 4 + length;
      return undefined;
    }
    const body = data.toString("utf8", end + 4, end + 4 + length);
    this.#receive({ at: performance.now(), bytes: length, message: JSON.parse(body) as RpcMessage });
    return data.subarray(end + 4 + length);
  }

  #receive(one: Received): void {
    this.received.push(one);
    const { message } = one;
    if (message.method === undefined || message.id === undefined) return;
    this.serverRequests.push(message);
    const handler = this.#handlers.get(message.method);
    if (!handler) {
      const error = { code: -32601, message: `no ${message.method} here` };
      this.send({ jsonrpc: "2.0", id: message.id, error });
      return;
    }
    // What it throws is an RpcError.
    void Promise.resolve()
      .then(() => handler(message.params))
      .then(
        (result) => this.send({ jsonrpc: "2.0", id: message.id, result }),
        (error: RpcError) => this.send({ jsonrpc: "2.0", id: message.id, error }),
      );
  }

  #notifyWatchers(): void {
    for (const look of [...this.#watchers]) look();
  }
}

export function failureOf(answer: RpcMessage): Failure {
  const { error } = answer;
  assert.ok(error, `expected an error, got ${JSON.stringify(answer.result)?.slice(0, 500)}`);
  assert.equal(answer.result, undefined, "an error answer has no result");
  return { code: error.code, message: error.message, data: (error.data ?? {}) as ErrorData };
}

/** Text of choice 0. */
export function textOf(chunks: readonly ChatCompletionChunk[]): string {
  return chunks.map((chunk) => chunk.choices.find((one) => one.index === 0)?.delta.content ?? "").join("");
}
