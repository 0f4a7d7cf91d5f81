// Where a client comes from: stdio, a pipe, or a loopback socket with a token. The process never outlives the
// client it was started for.

import { chmodSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { RpcConnection, type Serving } from "./rpc.ts";

/** The parent may die without closing our stdin (a blocked host killed): looked at this often. */
const OWNER_CHECK_MS = 1_000;
/** Nobody came: nobody will. */
const LONELY_MS = 60_000;
export const SHORTEST_TOKEN = 16;

export function serveStdio(input: Readable, output: Writable, serving: Serving): void {
  new RpcConnection({
    input,
    output,
    ...serving,
    onEnd: (code) => process.exit(code),
    onInitialize: exitWith,
  });
}

/** Ends the process when its owner is gone. */
function exitWith(owner: number | undefined): void {
  if (owner === undefined) return;
  setInterval(() => {
    try {
      process.kill(owner, 0);
    } catch (error) {
      // EPERM means that it lives and is not ours to signal.
      if ((error as NodeJS.ErrnoException).code === "ESRCH") process.exit(1);
    }
  }, OWNER_CHECK_MS).unref();
}

/** Joins a client that listens on `name`, else listens there for one. Only this user can open it. */
export function servePipe(name: string, serving: Serving): void {
  const socket = connect(name);
  socket.once("connect", () => {
    socket.removeAllListeners("error");
    serveStdio(socket, socket, serving);
  });
  socket.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ECONNREFUSED" && process.platform !== "win32") unlinkSync(name);
    else if (error.code !== "ENOENT") fail(`cannot use the pipe ${name}: ${error.message}`);
    const server = listen(serving, undefined);
    const before = process.umask(0o077);
    server.listen(name, () => {
      process.umask(before);
      if (process.platform !== "win32") chmodSync(name, 0o600);
      console.error(`edgequake-server listening on ${name}`);
    });
  });
}

/** Loopback only; each client proves itself by the token. Port 0 takes a free one, named on stderr. */
export function serveSocket(port: number, token: string, serving: Serving): void {
  const server = listen(serving, token);
  server.listen({ host: "127.0.0.1", port }, () => {
    const address = server.address();
    const actual = typeof address === "object" && address !== null ? address.port : port;
    console.error(`edgequake-server listening on 127.0.0.1:${actual}`);
  });
}

function listen(serving: Serving, token: string | undefined): Server {
  const open = new Set<Socket>();
  const lonely = setTimeout(() => fail("no client came within a minute"), LONELY_MS);
  const server = createServer((socket) => {
    clearTimeout(lonely);
    open.add(socket);
    socket.setNoDelay(true);
    const end = (): void => {
      socket.end();
      open.delete(socket);
      // An impostor's failed attempt must not end the server its real client is about to join.
      if (open.size === 0 && served) process.exit(0);
    };
    new RpcConnection({
      input: socket,
      output: socket,
      ...serving,
      ...(token === undefined ? {} : { token }),
      onEnd: end,
      onInitialize: () => {
        served = true;
      },
    });
    socket.on("close", end);
  });
  let served = false;
  server.on("error", (error) => fail(`cannot listen: ${error.message}`));
  return server;
}

function fail(message: string): never {
  console.error(`edgequake-server: ${message}`);
  process.exit(1);
}
