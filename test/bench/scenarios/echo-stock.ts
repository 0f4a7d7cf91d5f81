// The far end of a stock vscode-jsonrpc connection, doing the same as echo-ours.

import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { METHOD } from "../../../server/protocol/names.ts";
import { FLOOD, floodChunk } from "./connection-load.ts";

const connection = createMessageConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
);
connection.onRequest(METHOD.countTokens, (params: unknown) => params);
connection.onRequest(METHOD.completionStream, async ({ stream_id }: { stream_id: string }) => {
  const sent: Promise<void>[] = [];
  for (let index = -1; index < FLOOD; index += 1) {
    sent.push(connection.sendNotification(METHOD.chunk, floodChunk(stream_id, index)));
  }
  await Promise.all(sent);
  return { stream_id, chunks: FLOOD };
});
connection.listen();
