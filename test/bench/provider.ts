// A scripted provider in a process of its own, on loopback. The first part of the path names how it answers
// (burst, paced, delay, big), `max_tokens` how much; so every peer can be steered by its base URL alone.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerBody, bigAnswerBody, chunk, DONE, embeddingBody, finishChunk, roleChunk } from "./answers.ts";
import { nowMicros } from "./clock.ts";

/** One chunk of a paced stream per this many milliseconds. */
const PACE_MS = 10;
const DELAY_MS = 50;
/** A provider that outruns its reader fills the records of its connection: events arrive joined. */
const BURST_BYTES = 16 * 1024;

interface AskedBody {
  stream?: boolean;
  max_tokens?: number;
  max_completion_tokens?: number;
  input?: string[];
  encoding_format?: string;
  stream_options?: { include_usage?: boolean };
}

interface PacedStream {
  response: ServerResponse;
  left: number;
  nextAt: number;
  usage: boolean;
}

const SSE_HEADERS = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" };
const pacedStreams = new Set<PacedStream>();
let ticker: NodeJS.Timeout | undefined;

/** One ticker over all paced streams; each keeps its own phase, so that they are spread over the interval. */
function tick(): void {
  const now = performance.now();
  for (const stream of pacedStreams) {
    while (stream.left > 0 && stream.nextAt <= now) {
      stream.response.write(chunk(stream.left, nowMicros()));
      stream.left -= 1;
      stream.nextAt += PACE_MS;
    }
    if (stream.left > 0) continue;
    pacedStreams.delete(stream);
    stream.response.end(finishChunk(stream.usage) + DONE);
  }
  if (pacedStreams.size === 0) {
    clearInterval(ticker);
    ticker = undefined;
  }
}

function pace(response: ServerResponse, chunks: number, usage: boolean): void {
  const phase = pacedStreams.size % PACE_MS;
  const stream = { response, left: chunks, nextAt: performance.now() + phase, usage };
  pacedStreams.add(stream);
  response.on("close", () => pacedStreams.delete(stream));
  ticker ??= setInterval(tick, 1);
}

function burst(response: ServerResponse, chunks: number, usage: boolean): void {
  let joined = "";
  for (let left = chunks; left > 0; left -= 1) {
    joined += chunk(left, 0);
    if (joined.length < BURST_BYTES) continue;
    response.write(joined, "latin1");
    joined = "";
  }
  response.end(joined + finishChunk(usage) + DONE);
}

function sendJson(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}

function answer(mode: string, path: string, asked: AskedBody, response: ServerResponse): void {
  const size = asked.max_tokens ?? asked.max_completion_tokens ?? 100;
  if (path.endsWith("/embeddings")) {
    sendJson(response, embeddingBody(asked.input?.length ?? 1, asked.encoding_format === "base64"));
  } else if (asked.stream) {
    const usage = asked.stream_options?.include_usage === true;
    response.writeHead(200, SSE_HEADERS);
    response.write(roleChunk());
    if (mode === "paced") pace(response, size, usage);
    else burst(response, size, usage);
  } else if (mode === "delay") setTimeout(() => sendJson(response, answerBody()), DELAY_MS);
  else sendJson(response, mode === "big" ? bigAnswerBody(size) : answerBody());
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const parts: Buffer[] = [];
  request.on("data", (bytes: Buffer) => parts.push(bytes));
  request.on("end", () => {
    const [, mode = ""] = (request.url ?? "").split("/");
    answer(mode, request.url ?? "", JSON.parse(Buffer.concat(parts).toString("utf8")) as AskedBody, response);
  });
}

const server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 0, noDelay: true }, serve);
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on("disconnect", () => process.exit(0));
