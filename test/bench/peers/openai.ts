// The `openai` package, as its README uses it.

import { OpenAI } from "openai";
import { EMBEDDING_MODEL, KEY, MESSAGES, MODEL, type Peer, type PeerOptions, sumOf } from "./peer.ts";

export async function open({ base }: PeerOptions): Promise<Peer> {
  const client = new OpenAI({ baseURL: base, apiKey: KEY });
  return {
    pids: [],
    async call(maxTokens = 400) {
      const answer = await client.chat.completions.create({
        model: MODEL,
        messages: MESSAGES,
        max_tokens: maxTokens,
      });
      return answer.choices[0]?.message.content ?? "";
    },
    async stream(chunks, onText) {
      const stream = await client.chat.completions.create({
        model: MODEL,
        messages: MESSAGES,
        max_tokens: chunks,
        stream: true,
      });
      for await (const chunk of stream) {
        const text = chunk.choices[0]?.delta.content;
        if (text) onText(text);
      }
    },
    async embed(input) {
      const { data } = await client.embeddings.create({ model: EMBEDDING_MODEL, input });
      return sumOf(data.map((item) => item.embedding));
    },
    close: async () => {},
  };
}
