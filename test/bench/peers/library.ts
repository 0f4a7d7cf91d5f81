// This library, in process: the built dist/index.mjs.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Library from "../../../server/index.ts";
import { EMBEDDING_MODEL, KEY, MESSAGES, MODEL, type Peer, type PeerOptions, sumOf } from "./peer.ts";

export async function open({ base, dist }: PeerOptions): Promise<Peer> {
  const edgequake = (await import(pathToFileURL(join(dist, "index.mjs")).href)) as typeof Library;
  await edgequake.configure({ providers: { openai: { api_base: base, api_key: KEY } } });
  const model = `openai/${MODEL}`;
  return {
    pids: [],
    async call(maxTokens = 400) {
      const answer = await edgequake.completion({ model, messages: MESSAGES, max_tokens: maxTokens });
      return answer.choices[0]?.message.content ?? "";
    },
    async stream(chunks, onText) {
      const params = { model, messages: MESSAGES, max_tokens: chunks, stream: true } as const;
      for await (const chunk of edgequake.completion(params)) {
        const text = chunk.choices[0]?.delta.content;
        if (text) onText(text);
      }
    },
    async embed(input) {
      const { data } = await edgequake.embedding({ model: `openai/${EMBEDDING_MODEL}`, input });
      return sumOf(data.map((item) => item.floats ?? (item.embedding as number[])));
    },
    close: () => edgequake.dispose(),
  };
}
