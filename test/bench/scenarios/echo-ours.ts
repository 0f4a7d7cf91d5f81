// The far end of our connection: our framing both ways, requests answered from the fast lane.

import { FrameWriter } from "../../../server/connection/frame-writer.ts";
import { FrameDecoder } from "../../../server/connection/framing.ts";
import type { RawMessage } from "../../../server/connection/jsonrpc.ts";
import { METHOD } from "../../../server/protocol/names.ts";
import { FLOOD, floodChunk } from "./connection-load.ts";

const frames = new FrameWriter(process.stdout);
const send = (message: object): void => frames.send(JSON.stringify({ jsonrpc: "2.0", ...message }));

function receive({ id, method, params }: RawMessage): void {
  if (id === undefined) return;
  if (method !== METHOD.completionStream) {
    send({ id, result: params });
    return;
  }
  const { stream_id } = params as { stream_id: string };
  for (let index = -1; index < FLOOD; index += 1) {
    send({ method: METHOD.chunk, params: floodChunk(stream_id, index) });
  }
  send({ id, result: { stream_id, chunks: FLOOD } });
}

const decoder = new FrameDecoder((json) => receive(JSON.parse(json) as RawMessage), 1024 * 1024);
process.stdin.on("data", (bytes: Buffer) => decoder.push(bytes));
