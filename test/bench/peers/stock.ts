// This backend under a foreign client: plain vscode-jsonrpc, whole chunks, nothing of ours on this side.

import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import type {
  ChatCompletionChunk,
  EmbeddingResponse,
  ModelResponse,
} from "../../../server/protocol/messages.ts";
import { METHOD, PROTOCOL_VERSION } from "../../../server/protocol/names.ts";
import { EMBEDDING_MODEL, KEY, MESSAGES, MODEL, type Peer, type PeerOptions, sumOf } from "./peer.ts";
import { exited, settledSince, spawnBackend } from "./spawn-backend.ts";

interface ChunkParams {
  stream_id: string;
  chunks: ChatCompletionChunk[];
}

export async function open({ base, dist, execArgv }: PeerOptions): Promise<Peer> {
  const began = performance.now();
  const child = spawnBackend(dist, execArgv);
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const streams = new Map<string, (text: string) => void>();
  connection.onNotification(METHOD.chunk, ({ stream_id, chunks }: ChunkParams) => {
    const onText = streams.get(stream_id);
    for (const chunk of chunks) {
      const text = chunk.choices[0]?.delta.content;
      if (text) onText?.(text);
    }
  });
  connection.listen();
  const config = { providers: { openai: { api_base: base, api_key: KEY } } };
  await connection.sendRequest(METHOD.initialize, {
    processId: process.pid,
    initializationOptions: { protocolVersion: PROTOCOL_VERSION, config },
  });
  await connection.sendNotification(METHOD.initialized, {});
  const model = `openai/${MODEL}`;
  let lastStream = 0;
  return {
    pids: child.pid === undefined ? [] : [child.pid],
    async call(maxTokens = 400) {
      const params = { model, messages: MESSAGES, max_tokens: maxTokens };
      const answer: ModelResponse = await connection.sendRequest(METHOD.completion, params);
      return answer.choices[0]?.message.content ?? "";
    },
    async stream(chunks, onText) {
      lastStream += 1;
      const stream_id = `stock-${lastStream}`;
      streams.set(stream_id, onText);
      const params = { model, messages: MESSAGES, max_tokens: chunks, stream_id };
      await connection.sendRequest(METHOD.completionStream, params);
      streams.delete(stream_id);
    },
    async embed(input) {
      const params = { model: `openai/${EMBEDDING_MODEL}`, input };
      const { data }: EmbeddingResponse = await connection.sendRequest(METHOD.embedding, params);
      return sumOf(data.map((item) => item.embedding as number[]));
    },
    settled: () => settledSince(began),
    async close() {
      await connection.sendRequest(METHOD.shutdown);
      await connection.sendNotification(METHOD.exit);
      await exited(child);
      connection.dispose();
    },
  };
}
