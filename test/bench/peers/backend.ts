// This backend over stdio: the built dist/server.js and the typed client of dist/client.mjs in this process.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as ClientModule from "../../../server/connection/client.ts";
import { EMBEDDING_MODEL, KEY, MESSAGES, MODEL, type Peer, type PeerOptions, sumOf } from "./peer.ts";
import { exited, settledSince, spawnBackend } from "./spawn-backend.ts";

export async function loadClient(dist: string): Promise<typeof ClientModule> {
  return (await import(pathToFileURL(join(dist, "client.mjs")).href)) as typeof ClientModule;
}

export async function open({ base, dist, execArgv }: PeerOptions): Promise<Peer> {
  const { Client } = await loadClient(dist);
  const began = performance.now();
  const child = spawnBackend(dist, execArgv);
  const client = new Client({
    input: child.stdout,
    output: child.stdin,
    config: { providers: { openai: { api_base: base, api_key: KEY } } },
  });
  await client.initialize();
  const model = `openai/${MODEL}`;
  return {
    pids: child.pid === undefined ? [] : [child.pid],
    async call(maxTokens = 400) {
      const answer = await client.completion({ model, messages: MESSAGES, max_tokens: maxTokens });
      return answer.choices[0]?.message.content ?? "";
    },
    async stream(chunks, onText) {
      for await (const chunk of client.stream({ model, messages: MESSAGES, max_tokens: chunks })) {
        const text = chunk.choices[0]?.delta.content;
        if (text) onText(text);
      }
    },
    async embed(input) {
      const { data } = await client.embedding({ model: `openai/${EMBEDDING_MODEL}`, input });
      return sumOf(data.map((item) => item.floats ?? (item.embedding as number[])));
    },
    settled: () => settledSince(began),
    async close() {
      await client.shutdown();
      await exited(child);
    },
  };
}
