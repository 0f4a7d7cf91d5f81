// A provider on loopback that does exactly what its script says, one script per request, and remembers every
// request. It listens on a free port of 127.0.0.1 and is gone after stop().

import { createServer, type Server, type Socket } from "node:net";
import { Exchange } from "./exchange.ts";
import { type RecordedRequest, takeRequests } from "./http-request.ts";

export type Script = (exchange: Exchange) => Promise<void> | void;

export class ScriptedProvider {
  /** Every request, in the order of its last byte. */
  readonly requests: RecordedRequest[] = [];
  readonly exchanges: Exchange[] = [];
  /** What scripts threw: a test that leaves something here failed. */
  readonly errors: unknown[] = [];
  /** TCP connections accepted so far. */
  connections = 0;
  #always: Script;
  #queue: Script[] = [];
  #models: Script | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(always: Script) {
    this.#always = always;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(always: Script = (exchange) => exchange.reply(500, "{}")): Promise<ScriptedProvider> {
    const provider = new ScriptedProvider(always);
    await new Promise<void>((resolve) => provider.#server.listen(0, "127.0.0.1", resolve));
    return provider;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the server does not listen");
    return address.port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** As `api_base` of an OpenAI-like provider. */
  get v1(): string {
    return `${this.origin}/v1`;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** What every request gets that has no script of its own; forgets what was queued. */
  always(script: Script): void {
    this.#always = script;
    this.#queue = [];
  }

  /** What lists of models get from now on; these requests are not remembered and use up no script. */
  models(script: Script): this {
    this.#models = script;
    return this;
  }

  /** Scripts of the next requests, in order; after them `always` applies again. */
  next(...scripts: Script[]): void {
    this.#queue.push(...scripts);
  }

  /** Forgets requests, scripts and exchanges; open connections stay. */
  clear(always?: Script): void {
    this.requests.length = 0;
    this.exchanges.length = 0;
    this.errors.length = 0;
    this.#queue = [];
    if (always) this.#always = always;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    const connection = this.connections;
    this.connections += 1;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    // Every exchange on the connection watches it.
    socket.setMaxListeners(0);
    socket.on("close", () => this.#sockets.delete(socket));
    // A client that resets is the client's business; `gone` tells the script.
    socket.on("error", () => {});
    let rest: Buffer = Buffer.alloc(0);
    socket.on("data", (bytes) => {
      rest = takeRequests(Buffer.concat([rest, bytes]), connection, (request) => {
        void this.#serve(request, socket);
      });
    });
  }

  async #serve(request: RecordedRequest, socket: Socket): Promise<void> {
    const exchange = new Exchange(request, socket);
    const aside = request.method === "GET" ? this.#models : undefined;
    if (!aside) {
      this.requests.push(request);
      this.exchanges.push(exchange);
    }
    const script = aside ?? this.#queue.shift() ?? this.#always;
    try {
      await script(exchange);
    } catch (error) {
      this.errors.push(error);
      socket.destroy();
    }
  }
}
