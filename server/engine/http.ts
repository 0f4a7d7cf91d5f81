// The only file that opens a socket. One keep-alive agent, HTTP/1.1, no redirect ever followed, no compression
// asked for. undici's dispatch handlers, because every layer above them costs time per chunk.

import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { Dispatcher } from "undici";
import { explainProxy, type Proxies, proxiesOf, proxyFor } from "./proxy.ts";
import { tlsOf } from "./tls-options.ts";

export interface Outgoing {
  method: "POST" | "GET";
  origin: string;
  /** Path with query. */
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** Where the exchange stood when it failed. */
export interface FailurePoint {
  /** The request had a socket: it may have reached the server. */
  sent: boolean;
  /** The socket had served another request before: a server may close it just then. */
  reused_socket: boolean;
  /** At least one byte of the answer came. */
  received: boolean;
}

export interface Incoming {
  /** A socket took the request. */
  onSent(): void;
  onHeaders(status: number, headers: Record<string, string>): void;
  onData(bytes: Buffer): void;
  onEnd(): void;
  /** Never after abort(). */
  onError(error: Error, point: FailurePoint): void;
}

export interface HttpOptions {
  proxy?: string | undefined;
  no_proxy?: readonly string[] | undefined;
  proxy_strict_ssl?: boolean | undefined;
  system_certificates?: boolean | undefined;
}

/** undici's own connect timer is coarse; ours decides, this one only cleans up. */
const CONNECT_BACKSTOP_MS = 60_000;

/** undici tells which socket a request took only here, and synchronously within onRequestStart's turn. */
let starting: Exchange | undefined;
let watching = false;
function watchSockets(): void {
  if (watching) return;
  watching = true;
  subscribe("undici:client:sendHeaders", (message) => {
    if (!starting) return;
    starting.reused_socket = (message as { socket: Socket }).socket.bytesRead > 0;
    starting = undefined;
  });
}

/** One request and its answer. */
export class Exchange implements Dispatcher.DispatchHandler {
  reused_socket = false;
  readonly #incoming: Incoming;
  /** Says who is to blame for what happened on the way. */
  readonly #explain: (error: Error) => Error;
  #controller: Dispatcher.DispatchController | undefined;
  #aborted = false;
  #sent = false;
  #received = false;

  constructor(incoming: Incoming, explain: (error: Error) => Error) {
    this.#incoming = incoming;
    this.#explain = explain;
  }

  /** Destroys the socket; nothing is reported afterwards. */
  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#controller?.abort(new Error("aborted"));
  }
  pause(): void {
    this.#controller?.pause();
  }
  resume(): void {
    this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#aborted) {
      controller.abort(new Error("aborted"));
      return;
    }
    this.#controller = controller;
    this.#sent = true;
    starting = this;
    this.#incoming.onSent();
  }
  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#received = true;
    if (this.#aborted || status < 200) return;
    const flat: Record<string, string> = {};
    for (const name in headers) {
      const value = headers[name];
      if (value !== undefined) flat[name] = typeof value === "string" ? value : value.join(", ");
    }
    this.#incoming.onHeaders(status, flat);
  }
  onResponseData(_: Dispatcher.DispatchController, bytes: Buffer): void {
    if (!this.#aborted) this.#incoming.onData(bytes);
  }
  onResponseEnd(): void {
    if (!this.#aborted) this.#incoming.onEnd();
  }
  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#incoming.onError(this.#sent ? error : this.#explain(error), {
      sent: this.#sent,
      reused_socket: this.reused_socket,
      received: this.#received,
    });
  }
}

/** The process's connections under one set of proxy and certificate options. */
export class Http {
  readonly #options: HttpOptions;
  #proxies: Proxies | undefined;
  #agent: Promise<Dispatcher> | undefined;
  #ready: Dispatcher | undefined;

  constructor(options: HttpOptions = {}) {
    this.#options = options;
  }

  /** Loads undici ahead of the first call. */
  async warm(): Promise<void> {
    await this.#load();
  }

  send(outgoing: Outgoing, incoming: Incoming): Exchange {
    const exchange = new Exchange(incoming, (error) => {
      const proxy = this.#proxies && proxyFor(outgoing.origin, this.#proxies);
      return proxy === undefined ? error : explainProxy(error, proxy, outgoing.origin);
    });
    const dispatch = (agent: Dispatcher): void => {
      agent.dispatch(
        {
          origin: outgoing.origin,
          path: outgoing.path,
          method: outgoing.method,
          headers: outgoing.headers,
          body: outgoing.body ?? null,
          // Ours are finer, and SSE comments defeat undici's.
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        exchange,
      );
    };
    const failed = (error: unknown): void =>
      exchange.onResponseError(undefined as unknown as Dispatcher.DispatchController, error as Error);
    if (this.#ready) {
      try {
        dispatch(this.#ready);
      } catch (error) {
        // A header undici refuses, for example; reported like any other failure, and later, like any other.
        queueMicrotask(() => failed(error));
      }
    } else this.#load().then(dispatch).catch(failed);
    return exchange;
  }

  async close(): Promise<void> {
    await (await this.#agent)?.destroy();
  }

  #load(): Promise<Dispatcher> {
    this.#agent ??= this.#create().then((agent) => {
      this.#ready = agent;
      return agent;
    });
    return this.#agent;
  }

  async #create(): Promise<Dispatcher> {
    watchSockets();
    const tls = tlsOf(this.#options);
    const connect = { timeout: CONNECT_BACKSTOP_MS, allowH2: false, ...tls };
    const options = { allowH2: false, connect, pipelining: 1 };
    const proxies = proxiesOf(this.#options, process.env);
    this.#proxies = proxies;
    const { http, https, bypass } = proxies;
    if (http || https) {
      const { EnvHttpProxyAgent } = await import("./proxy-agent.ts");
      return new EnvHttpProxyAgent({
        ...options,
        // Where only one is told, the other must not be taken from the environment behind our back.
        httpProxy: http ?? "",
        httpsProxy: https ?? "",
        noProxy: bypass,
        requestTls: tls,
        proxyTls: tls,
        connectTimeout: CONNECT_BACKSTOP_MS,
      });
    }
    const { default: Agent } = await import("undici/lib/dispatcher/agent.js");
    return new Agent(options);
  }
}
