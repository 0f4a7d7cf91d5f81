// One JSON-RPC connection: LSP lifecycle, the fast lane, cancellation. Every request gets exactly one response,
// and all chunks of a stream are written before its response. Little is loaded before `initialize` is answered.

import type { Readable, Writable } from "node:stream";
import type { SecretRequest } from "../config/resolve.ts";
import { FrameWriter } from "../connection/frame-writer.ts";
import { FrameDecoder, FramingError, VECTORS } from "../connection/framing.ts";
import { connectJsonRpc, type RawMessage } from "../connection/jsonrpc.ts";
import { encodeVectors } from "../connection/vector-frame.ts";
import { Stop } from "../engine/stop.ts";
import type { CallStatus } from "../protocol/call-status.ts";
import { Cancelled } from "../protocol/errors.ts";
import { CODE, METHOD, PROTOCOL_VERSION } from "../protocol/names.ts";
import type { Service } from "../service.ts";
import type { CallScope } from "./calls.ts";
import { errorEnvelope, responseText, type WireError } from "./envelope.ts";
import { readInitialize } from "./initialize.ts";
import { MAX_REQUEST_BYTES } from "./limits.ts";
import { Pump } from "./pump.ts";
import { RemoteModels } from "./remote-models.ts";
import { Serialised, Vectors } from "./serialise.ts";

declare const EDGEQUAKE_VERSION: string;

/** What every connection of a process has. */
export interface Serving {
  env: NodeJS.ProcessEnv;
  /** A request was answered, and not with an error. */
  onAnswered(method: string): void;
}

export interface RpcOptions extends Serving {
  input: Readable;
  output: Writable;
  /** What a client must send as initializationOptions.token; undefined where the transport itself is private. */
  token?: string;
  /** The connection is over: 0 after a polite exit, 1 otherwise. */
  onEnd(code: number): void;
  /** A client initialized, and may have named the process that owns it. */
  onInitialize?(processId: number | undefined): void;
}

type Loaded = typeof import("./calls.ts");
type Id = number | string;

/** What is answered here; vscode-jsonrpc answers what nobody knows, and carries our own requests. */
const CALLS: ReadonlySet<string> = new Set([
  METHOD.completion,
  METHOD.completionStream,
  METHOD.embedding,
  METHOD.textCompletion,
  METHOD.createRouter,
  METHOD.disposeRouter,
  METHOD.routerStatus,
  METHOD.models,
  METHOD.modelInfo,
  METHOD.providers,
  METHOD.usage,
  METHOD.usageExport,
  METHOD.sessionList,
  METHOD.sessionRead,
  METHOD.sessionAppend,
  METHOD.sessionRename,
  METHOD.sessionDelete,
  METHOD.sessionBranch,
  METHOD.sessionSearch,
  METHOD.sessionExport,
  METHOD.countTokens,
  METHOD.diagnose,
  METHOD.discover,
]);
const LOG_LEVEL = { off: 3, messages: 4, verbose: 5 } as const;

export class RpcConnection {
  readonly #options: RpcOptions;
  readonly #frames: FrameWriter;
  readonly #pump: Pump;
  readonly #rpc: ReturnType<typeof connectJsonRpc>;
  readonly #running = new Map<Id, Stop>();
  readonly #streams = new Set<string>();
  #state: "new" | "ready" | "shutdown" = "new";
  #ended = false;
  #loaded: Loaded | undefined;
  #service: Service | undefined;
  #ready: Promise<void> | undefined;
  #base64 = false;
  #vectors = false;
  #secrets = false;
  #status = false;
  #models: RemoteModels | undefined;
  #pushed: unknown = {};
  #logLevel: number = LOG_LEVEL.off;

  constructor(options: RpcOptions) {
    this.#options = options;
    this.#frames = new FrameWriter(options.output);
    this.#pump = new Pump(this.#frames);
    this.#rpc = connectJsonRpc(this.#frames);
    const decoder = new FrameDecoder((json) => this.#receive(json), MAX_REQUEST_BYTES);
    options.input.on("data", (bytes: Buffer) => {
      if (this.#ended) return;
      try {
        decoder.push(bytes);
      } catch (error) {
        if (!(error instanceof FramingError)) throw error;
        this.#respond(null, undefined, { code: CODE.parseError, message: `not a frame: ${error.message}` });
        this.#frames.flushNow();
        this.#end(1);
      }
    });
    options.input.on("end", () => this.#end(this.#state === "shutdown" ? 0 : 1));
    options.input.on("error", () => this.#end(1));
    options.output.on("error", () => this.#end(1));
    this.#handOverTheRest();
  }

  log(type: 1 | 2 | 3 | 4 | 5, message: string): void {
    if (this.#state !== "ready" || type > this.#logLevel) return;
    this.#notify(METHOD.logMessage, { type, message });
  }

  #receive(json: string): void {
    let message: RawMessage;
    try {
      message = JSON.parse(json) as RawMessage;
    } catch {
      this.#respond(null, undefined, { code: CODE.parseError, message: "the frame is not JSON" });
      return;
    }
    if (typeof message !== "object" || message === null || Array.isArray(message)) {
      this.#respond(null, undefined, {
        code: CODE.invalidRequest,
        message: "the frame is not one JSON-RPC message",
      });
      return;
    }
    const { method, id } = message;
    if (typeof method !== "string") {
      // A response to one of our own requests, or nothing we know.
      if (this.#state === "ready" && ("result" in message || "error" in message)) this.#rpc.hand(message);
      else
        this.#respond(null, undefined, { code: CODE.invalidRequest, message: "the message has no method" });
      return;
    }
    if (typeof id === "number" || typeof id === "string") this.#request(method, id, message);
    else if (id === undefined) this.#notified(method, message);
    else
      this.#respond(null, undefined, { code: CODE.invalidRequest, message: "an id is a number or a string" });
  }

  #request(method: string, id: Id, message: RawMessage): void {
    if (method === METHOD.initialize) this.#initialize(id, message.params);
    else if (this.#state === "new") {
      this.#respond(id, undefined, { code: CODE.serverNotInitialized, message: "send initialize first" });
    } else if (this.#state === "shutdown") {
      this.#respond(id, undefined, { code: CODE.invalidRequest, message: "the server is shut down" });
    } else if (method === METHOD.shutdown) void this.#shutdown(id);
    else if (CALLS.has(method)) void this.#call(method, id, message.params);
    else this.#rpc.hand(message);
  }

  #notified(method: string, message: RawMessage): void {
    if (method === METHOD.exit) {
      this.#frames.flushNow();
      this.#end(this.#state === "shutdown" ? 0 : 1);
    } else if (this.#state !== "ready") return;
    else if (method === METHOD.cancel) this.#cancel(message.params);
    // At once, and not in a queue: the call that follows it must see the new layer.
    else if (method === METHOD.didChangeConfiguration) this.#configure(message.params);
    // At once too: the response that ends the answer must not overtake it.
    else if (method === METHOD.languageModelChunk) this.#models?.chunk(message.params);
    else this.#rpc.hand(message);
  }

  #initialize(id: Id, params: unknown): void {
    if (this.#state !== "new") {
      this.#respond(id, undefined, { code: CODE.invalidRequest, message: "initialize was already sent" });
      return;
    }
    const read = readInitialize(params, this.#options.token);
    if ("error" in read) {
      this.#respond(id, undefined, read.error);
      if (read.fatal) {
        this.#frames.flushNow();
        this.#end(1);
      }
      return;
    }
    this.#state = "ready";
    this.#base64 = read.base64Embeddings;
    this.#vectors = read.binaryEmbeddings;
    this.#secrets = read.secrets;
    this.#status = read.status;
    if (read.languageModel) {
      const { connection } = this.#rpc;
      this.#models = new RemoteModels((name, asked, token) => connection.sendRequest(name, asked, token));
    }
    this.#pushed = read.config;
    if (read.compactDeltas) this.#pump.useCompactDeltas();
    this.#options.onInitialize?.(read.processId);
    const edgequake = { protocolVersion: PROTOCOL_VERSION, methods: [...CALLS] };
    this.#respond(id, {
      capabilities: { experimental: { edgequake } },
      serverInfo: { name: "edgequake", version: EDGEQUAKE_VERSION },
    });
    this.#frames.flushNow();
    this.#options.onAnswered(METHOD.initialize);
    // Only now: the reply does not wait for the engine.
    setImmediate(() => void this.#load());
  }

  #load(): Promise<void> {
    this.#ready ??= (async () => {
      const loaded = await import("./calls.ts");
      const service = loaded.createService({
        env: this.#options.env,
        onWarning: (text) => {
          console.error(`edgequake: ${text}`);
          this.log(2, text);
        },
        ...(this.#secrets ? { secret: (request) => this.#askSecret(request) } : {}),
        hostModels: this.#models,
      });
      service.configure(this.#pushed);
      this.#loaded = loaded;
      this.#service = service;
      void service.warm();
    })();
    return this.#ready;
  }

  async #call(method: string, id: Id, params: unknown): Promise<void> {
    const stop = new Stop();
    this.#running.set(id, stop);
    let result: unknown;
    let error: WireError | undefined;
    try {
      if (!this.#loaded) await this.#load();
      const handler = (this.#loaded as Loaded).calls[method] as Loaded["calls"][string];
      result = await handler(this.#scope(id), params, stop);
    } catch (thrown) {
      error = errorEnvelope(stop.reason ?? thrown);
    }
    this.#running.delete(id);
    this.#respond(id, result, error);
    if (!error) this.#options.onAnswered(method);
  }

  #scope(id: Id): CallScope {
    return {
      service: this.#service as Service,
      pump: this.#pump,
      base64: this.#base64,
      vectors: this.#vectors,
      streams: this.#streams,
      ...(this.#status
        ? {
            tell: (status: CallStatus, stream_id?: string) =>
              this.#notify(METHOD.status, { id, stream_id, ...status }),
          }
        : {}),
    };
  }

  #cancel(params: unknown): void {
    const id = (params as { id?: Id } | null | undefined)?.id;
    const stop = id === undefined ? undefined : this.#running.get(id);
    stop?.stop(new Cancelled({ message: "the client cancelled the call", code: "ABORT_ERR" }));
  }

  #configure(params: unknown): void {
    const settings = (params as { settings?: { edgequake?: unknown } | null } | null | undefined)?.settings;
    this.#pushed = settings?.edgequake ?? {};
    if (this.#service) this.#service.configure(this.#pushed);
    else void this.#load();
  }

  async #shutdown(id: Id): Promise<void> {
    this.#state = "shutdown";
    await this.#dispose();
    this.#respond(id, null);
  }

  async #dispose(): Promise<void> {
    for (const stop of this.#running.values()) {
      stop.stop(new Cancelled({ message: "the server is shutting down", code: "ABORT_ERR" }));
    }
    await this.#service?.dispose().catch(() => {});
  }

  #end(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    void this.#dispose();
    this.#rpc.connection.dispose();
    this.#options.onEnd(code);
  }

  async #askSecret(request: SecretRequest): Promise<string | null> {
    let answer: unknown;
    try {
      answer = await this.#rpc.connection.sendRequest(METHOD.secret, request);
    } catch (error) {
      // Then there is no key from there; the call says what that means for it.
      this.log(2, `the client could not give the key for ${request.provider}: ${(error as Error).message}`);
      return null;
    }
    const key =
      typeof answer === "object" && answer !== null ? (answer as { api_key?: unknown }).api_key : undefined;
    return typeof key === "string" ? key : null;
  }

  #handOverTheRest(): void {
    const { connection } = this.#rpc;
    connection.onNotification(METHOD.setTrace, (params: { value?: unknown } | null) => {
      const value = params?.value;
      if (value === "off" || value === "messages" || value === "verbose") this.#logLevel = LOG_LEVEL[value];
    });
    connection.onNotification(METHOD.initialized, () => {});
    connection.onUnhandledNotification(() => {});
    connection.listen();
  }

  #notify(method: string, params: unknown): void {
    this.#frames.send(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }

  #respond(id: Id | null, result: unknown, error?: WireError): void {
    if (this.#ended) return;
    if (!error && result instanceof Serialised) {
      this.#frames.send(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result.json}}`);
      return;
    }
    if (!error && result instanceof Vectors && id !== null) {
      this.#frames.sendBytes(VECTORS, encodeVectors(id, result.response));
      return;
    }
    this.#frames.send(responseText(id, error ? { error } : { result: result ?? null }));
  }
}
