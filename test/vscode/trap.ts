// A loopback server nobody has a reason to reach: it counts every connection, with or without a request.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export class Trap {
  /** What was asked for, in order. */
  readonly requests: string[] = [];
  connections = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.requests.push(`${request.method} ${request.headers.host}${request.url}`);
      response.writeHead(200, { "access-control-allow-origin": "*", connection: "close" }).end("caught");
    });
    this.#server.on("connection", () => {
      this.connections += 1;
    });
  }

  static async start(): Promise<Trap> {
    const trap = new Trap();
    await new Promise<void>((resolve) => trap.#server.listen(0, "127.0.0.1", resolve));
    return trap;
  }

  /** host:port, by address. */
  get loopback(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sends Chromium here for every name that ends so, whatever the port. */
  chromiumArgument(ending: string): string {
    return `--host-resolver-rules=MAP *.${ending} ${this.loopback}, MAP ${ending} ${this.loopback}`;
  }

  forget(): void {
    this.requests.length = 0;
    this.connections = 0;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
