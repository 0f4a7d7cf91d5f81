// Answers with the recording its path names, the bytes cut in a way that depends on the id: whole, in small
// pieces, inside characters and between CR and LF. Keeps what was asked of it.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { bodyBytes, type Recording } from "./recordings.ts";

export interface Asked {
  method: string;
  /** After the id. */
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

const OWN_FRAMING = new Set(["content-length", "content-encoding", "transfer-encoding", "connection"]);
/** One-byte pieces are slow; after this many bytes the rest comes whole. */
const SLOW_BYTES = 3_000;

export class ReplayServer {
  readonly asked = new Map<string, Asked>();
  readonly #recordings: ReadonlyMap<string, Recording>;
  readonly #server: Server;

  constructor(recordings: ReadonlyMap<string, Recording>) {
    this.#recordings = recordings;
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (bytes: Buffer) => parts.push(bytes));
      request.on("end", () => {
        const [, id = "", ...rest] = (request.url ?? "").split("/");
        const { method = "", headers } = request;
        this.asked.set(id, {
          method,
          path: `/${rest.join("/")}`,
          headers,
          body: Buffer.concat(parts).toString(),
        });
        const recording = this.#recordings.get(id);
        if (!recording) {
          response.writeHead(599).end(`no recording ${id}`);
          return;
        }
        const kept = Object.entries(recording.response.headers).filter(([name]) => !OWN_FRAMING.has(name));
        response.writeHead(recording.response.status, Object.fromEntries(kept));
        for (const piece of pieces(id, bodyBytes(recording))) response.write(piece);
        response.end();
      });
    });
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function pieces(id: string, body: Buffer): Buffer[] {
  const mode = Number.parseInt(id.slice(-2), 16) % 4;
  if (mode === 0) return [body];
  if (mode === 1) return [...sized(body.subarray(0, SLOW_BYTES), 1), body.subarray(SLOW_BYTES)];
  if (mode === 2) return sized(body, 7);
  return awkward(body);
}

function sized(body: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
    body.subarray(index * size, (index + 1) * size),
  );
}

/** Cuts in the middle of every multi-byte character and of every CR LF. */
function awkward(body: Buffer): Buffer[] {
  const cuts: number[] = [];
  for (let at = 1; at < body.length && cuts.length < 2_000; at += 1) {
    const inCharacter = ((body[at] as number) & 0xc0) === 0x80;
    const inLineEnd = body[at] === 0x0a && body[at - 1] === 0x0d;
    if (inCharacter || inLineEnd) cuts.push(at);
  }
  return [0, ...cuts].map((from, index) => body.subarray(from, cuts[index]));
}
