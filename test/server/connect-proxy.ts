// A proxy on loopback that answers CONNECT as its script says, and remembers every byte that came to it before the
// tunnel: what it could read, it did.

import { connect, createServer, type Server, type Socket } from "node:net";

/** A port to let through to, or the status it answers instead. */
export type Verdict = { tunnelTo: number } | { status: number };

export class ConnectProxy {
  /** Heads of the requests, as they came. */
  readonly heads: string[] = [];
  /** Everything that was readable on the way, tunnels included. */
  seen = "";
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #verdict: Verdict;

  private constructor(verdict: Verdict) {
    this.#verdict = verdict;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(verdict: Verdict): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(verdict);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  answers(verdict: Verdict): void {
    this.#verdict = verdict;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => {});
    let head = "";
    const onData = (bytes: Buffer): void => {
      head += bytes.toString("latin1");
      this.seen += bytes.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      socket.off("data", onData);
      this.heads.push(head);
      this.#answer(socket);
    };
    socket.on("data", onData);
  }

  #answer(socket: Socket): void {
    if ("status" in this.#verdict) {
      socket.end(`HTTP/1.1 ${this.#verdict.status} Scripted\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const through = connect(this.#verdict.tunnelTo, "127.0.0.1");
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    socket.on("data", (bytes: Buffer) => {
      this.seen += bytes.toString("latin1");
    });
    socket.pipe(through).pipe(socket);
    through.on("error", () => socket.destroy());
  }
}
