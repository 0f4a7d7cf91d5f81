// The typed client of the protocol, for the extension, tests and any Node host. Every request settles exactly
// once: answered, cancelled, or rejected by dispose() when the process is gone.

import type { Readable, Writable } from "node:stream";
import type { CallStatus, OnStatus, StatusMessage } from "../protocol/call-status.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import { CompletionStream } from "../protocol/completion-stream.ts";
import { inflateEmbeddings } from "../protocol/embeddings.ts";
import {
  APIConnectionError,
  asOpenAIError,
  Cancelled,
  createError,
  type ErrorData,
  fromErrorData,
} from "../protocol/errors.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "../protocol/messages.ts";
import type { Methods, Params, Result, ServerRequest } from "../protocol/methods.ts";
import { CODE, METHOD, PROTOCOL_VERSION } from "../protocol/names.ts";
import type { Config, StreamEnd } from "../protocol/results.ts";
import type { TextCompletionParams, TextCompletionResponse } from "../protocol/text-completion.ts";
import { FrameWriter } from "./frame-writer.ts";
import { FrameDecoder, FramingError } from "./framing.ts";
import type { connectJsonRpc, RawMessage } from "./jsonrpc.ts";
import type { LanguageModelHost } from "./serve-models.ts";
import { decodeVectors } from "./vector-frame.ts";

/** An answer holds embeddings or images; requests are bounded by the server. */
const MAX_FRAME_BYTES = 512 * 1024 * 1024;

export type LogLevel = 1 | 2 | 3 | 4 | 5;

export interface ClientOptions {
  /** The backend's stdout. */
  input: Readable;
  /** The backend's stdin. */
  output: Writable;
  clientInfo?: { name: string; version?: string };
  config?: Config;
  /** All default true: what makes this client cheaper than a stock one. */
  capabilities?: {
    compactDeltas?: boolean;
    base64Embeddings?: boolean;
    binaryEmbeddings?: boolean;
    status?: boolean;
  };
  onLog?(type: LogLevel, message: string): void;
  /** Declares `secrets`: asked for a provider's key each time a call needs it. */
  onSecret?(request: {
    provider: string;
    origin: string;
    model?: string | undefined;
  }): Promise<string | null>;
  /** Declares `languageModel`: models of the host, asked for calls to `vscode/<vendor>/<family>`. */
  languageModels?: LanguageModelHost;
  /** For --socket servers. */
  token?: string;
}

export interface CallOptions {
  signal?: AbortSignal;
  /** Told when a request failed and another one follows: with `wait_ms` until then. */
  onStatus?: OnStatus;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
  onStatus: OnStatus | undefined;
}

/**
 * What is over is let go here and not only taken out of the map: a map that has had enough entries moves into a new
 * table, and the old one would keep whole answers alive until the next big collection.
 */
function letGo(pending: Pending): void {
  pending.resolve = settled;
  pending.reject = settled;
  pending.onStatus = undefined;
}
function settled(): void {}

export class Client {
  /** Resolves when the peer's output ended or dispose() was called. */
  readonly closed: Promise<void>;
  readonly #options: ClientOptions;
  readonly #frames: FrameWriter;
  /** What the fast lane does not take: loaded with the first request, by who has something to ask. */
  #rpc: ReturnType<typeof connectJsonRpc> | undefined;
  readonly #pending = new Map<string, Pending>();
  readonly #streams = new Map<string, CompletionStream>();
  #lastId = 0;
  #gone: string | undefined;
  #markClosed!: () => void;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#markClosed = resolve;
    });
    this.#frames = new FrameWriter(options.output);
    const decoder = new FrameDecoder(
      (json) => this.#route(JSON.parse(json) as RawMessage),
      MAX_FRAME_BYTES,
      (body) => this.#route(decodeVectors(body) as RawMessage),
    );
    options.input.on("data", (bytes: Buffer) => {
      if (this.#gone !== undefined) return;
      try {
        decoder.push(bytes);
      } catch (error) {
        if (!(error instanceof FramingError || error instanceof SyntaxError)) throw error;
        this.dispose(`the backend wrote something that is no message: ${error.message}`);
      }
    });
    const ended = (): void => this.dispose("the backend closed the connection");
    options.input.on("end", ended);
    options.input.on("close", ended);
    options.input.on("error", ended);
  }

  /** Nothing can be asked any more. */
  get isClosed(): boolean {
    return this.#gone !== undefined;
  }

  /** Sends `initialize` and `initialized`. Rejects with BadRequestError when the protocol version is refused. */
  async initialize(): Promise<Result<"initialize">> {
    await this.#listen();
    const { config, capabilities, onSecret, languageModels, clientInfo, token } = this.#options;
    const result = await this.request("initialize", {
      processId: process.pid,
      clientInfo,
      initializationOptions: {
        protocolVersion: PROTOCOL_VERSION,
        config: { ...config },
        capabilities: {
          compactDeltas: capabilities?.compactDeltas ?? true,
          base64Embeddings: capabilities?.base64Embeddings ?? true,
          binaryEmbeddings: capabilities?.binaryEmbeddings ?? capabilities?.base64Embeddings ?? true,
          secrets: onSecret !== undefined,
          status: capabilities?.status ?? true,
          languageModel: languageModels !== undefined,
        },
        ...(token === undefined ? {} : { token }),
      },
    });
    this.#notify(METHOD.initialized, {});
    return result;
  }

  /** Any request of the method table. */
  request<M extends ServerRequest>(
    method: M,
    params?: Params<M>,
    options: { signal?: AbortSignal } = {},
  ): Promise<Result<M>> {
    return this.#send(method, params, options) as Promise<Result<M>>;
  }

  /** Rejects with the LiteLLM class the backend named. */
  completion(params: CompletionParams, options: CallOptions = {}): Promise<ModelResponse> {
    return this.#send(METHOD.completion, params, options) as Promise<ModelResponse>;
  }

  stream(params: CompletionParams, options: CallOptions = {}): CompletionStream {
    const stream = new CompletionStream();
    const { signal, onStatus } = options;
    if (signal?.aborted) {
      stream.fail(cancelled());
      return stream;
    }
    const stream_id = `s${++this.#lastId}`;
    this.#streams.set(stream_id, stream);
    const { stream: _always, ...rest } = params;
    const { id, answer } = this.#ask(METHOD.completionStream, { ...rest, stream_id }, onStatus);
    stream.attach({ cancel: () => this.#leave(id) });
    const onAbort = (): void => stream.cancel();
    signal?.addEventListener("abort", onAbort, { once: true });
    const over = (): void => {
      this.#streams.delete(stream_id);
      signal?.removeEventListener("abort", onAbort);
    };
    answer.then(
      (end) => {
        over();
        stream.finish(end as StreamEnd);
      },
      (error: unknown) => {
        over();
        stream.fail(asOpenAIError(error));
      },
    );
    return stream;
  }

  async embedding(params: EmbeddingParams, options: CallOptions = {}): Promise<EmbeddingResponse> {
    const response = (await this.#send(METHOD.embedding, params, options)) as EmbeddingResponse;
    return params.encoding_format === "base64" ? response : inflateEmbeddings(response);
  }

  /** Rejects with the LiteLLM class the backend named. */
  textCompletion(params: TextCompletionParams, options: CallOptions = {}): Promise<TextCompletionResponse> {
    return this.#send(METHOD.textCompletion, params, options) as Promise<TextCompletionResponse>;
  }

  /** Replaces the pushed configuration layer. */
  pushConfiguration(config: Config): void {
    this.#notify(METHOD.didChangeConfiguration, { settings: { edgequake: config } });
  }

  /** Ends the server politely. */
  async shutdown(): Promise<void> {
    await this.request("shutdown");
    this.#notify(METHOD.exit);
    this.#frames.flushNow();
  }

  /** Rejects everything pending with APIConnectionError. Call it when the process is gone. */
  dispose(reason = "the connection was closed"): void {
    if (this.#gone !== undefined) return;
    this.#gone = reason;
    this.#rpc?.connection.dispose();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const one of pending) one.reject(this.#goneError());
    this.#markClosed();
  }

  /** A server says nothing of its own before `initialize` is answered. */
  async #listen(): Promise<void> {
    const { listenToServer } = await import("./listen-to-server.ts");
    if (this.#gone !== undefined) return;
    this.#rpc ??= listenToServer(this.#frames, this.#options, (method, params) =>
      this.#notify(method, params),
    );
  }

  #goneError(): APIConnectionError {
    return new APIConnectionError({ message: `EdgeQuake's backend stopped: ${this.#gone}`, retryable: true });
  }

  #notify(method: string, params?: unknown): void {
    if (this.#gone === undefined) this.#frames.send(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }

  #send(method: keyof Methods, params: unknown, { signal, onStatus }: CallOptions = {}): Promise<unknown> {
    if (signal?.aborted) return Promise.reject(cancelled());
    const { id, answer } = this.#ask(method, params, onStatus);
    if (!signal) return answer;
    const onAbort = (): void => this.#leave(id);
    signal.addEventListener("abort", onAbort, { once: true });
    return answer.finally(() => signal.removeEventListener("abort", onAbort));
  }

  /** Sends a request. `id` is for #leave(). */
  #ask(
    method: keyof Methods,
    params: unknown,
    onStatus?: OnStatus,
  ): { id: string; answer: Promise<unknown> } {
    const id = `c${++this.#lastId}`;
    if (this.#gone !== undefined) return { id, answer: Promise.reject(this.#goneError()) };
    let json: string;
    try {
      json = JSON.stringify({ jsonrpc: "2.0", id, method, params });
    } catch (error) {
      const message = `the arguments are not JSON: ${(error as Error).message}`;
      return { id, answer: Promise.reject(createError("BadRequestError", { message })) };
    }
    const answer = new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject, onStatus }));
    this.#frames.send(json);
    return { id, answer };
  }

  /** The caller is free at once; the server still answers, once, and that answer is dropped. */
  #leave(id: string): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    const { reject } = pending;
    letGo(pending);
    this.#notify(METHOD.cancel, { id });
    reject(cancelled());
  }

  #route(message: RawMessage): void {
    if (message === null || typeof message !== "object") return;
    if (message.method === METHOD.chunkBatch) {
      if (Array.isArray(message.params))
        for (const pair of message.params) this.#deliver(pair?.[0], pair?.[1]);
      return;
    }
    if (message.method === METHOD.chunk) {
      const { stream_id, chunks } = (message.params ?? {}) as { stream_id?: unknown; chunks?: unknown };
      this.#deliver(stream_id, chunks);
      return;
    }
    if (message.method === METHOD.status) {
      const { id, stream_id: _of, ...status } = (message.params ?? {}) as Partial<StatusMessage>;
      this.#pending.get(String(id))?.onStatus?.(status as CallStatus);
      return;
    }
    if (message.method === undefined && typeof message.id === "string") {
      const pending = this.#pending.get(message.id);
      if (pending) {
        this.#pending.delete(message.id);
        const { resolve, reject } = pending;
        letGo(pending);
        if (message.error) reject(errorOf(message.error));
        else resolve(message.result);
        return;
      }
    }
    this.#rpc?.hand(message);
  }

  #deliver(stream_id: unknown, chunks: unknown): void {
    if (typeof stream_id === "string" && Array.isArray(chunks)) {
      this.#streams.get(stream_id)?.push(chunks as CompactChunk[]);
    }
  }
}

function cancelled(): Cancelled {
  return new Cancelled({ message: "the caller stopped the call", code: "ABORT_ERR" });
}

function errorOf(error: { code: number; message: string; data?: unknown }): Error {
  const data = error.data as ErrorData | undefined;
  if (data && typeof data.name === "string") return fromErrorData(error.message, data);
  if (error.code === CODE.requestCancelled) return cancelled();
  return createError(error.code === CODE.invalidParams ? "BadRequestError" : "APIError", {
    message: error.message,
  });
}
