// Vercel's `ai` with `@ai-sdk/openai`, as its documentation uses them.

import { createOpenAI } from "@ai-sdk/openai";
import { embedMany, generateText, streamText } from "ai";
import { EMBEDDING_MODEL, KEY, MODEL, type Peer, type PeerOptions, PROMPT, sumOf } from "./peer.ts";

export async function open({ base }: PeerOptions): Promise<Peer> {
  const openai = createOpenAI({ baseURL: base, apiKey: KEY });
  const model = openai.chat(MODEL);
  return {
    pids: [],
    async call(maxTokens = 400) {
      const { text } = await generateText({ model, prompt: PROMPT, maxOutputTokens: maxTokens });
      return text;
    },
    async stream(chunks, onText) {
      const { textStream } = streamText({ model, prompt: PROMPT, maxOutputTokens: chunks });
      for await (const text of textStream) onText(text);
    },
    async embed(values) {
      const { embeddings } = await embedMany({ model: openai.embedding(EMBEDDING_MODEL), values });
      return sumOf(embeddings);
    },
    close: async () => {},
  };
}
