// The floor: what a Node program does that calls a model by itself. undici.request with its body read as undici's
// documentation has it, eventsource-parser, JSON.parse; no retries, no deadlines, no check that a stream was whole.

import { createParser } from "eventsource-parser";
import { Agent, request } from "undici";
import { EMBEDDING_MODEL, KEY, MESSAGES, MODEL, type Peer, type PeerOptions, sumOf } from "./peer.ts";

interface Answer {
  choices: [{ message: { content: string } }];
}
interface Chunk {
  choices: { delta: { content?: string | null } }[];
}
interface Embeddings {
  data: { embedding: number[] }[];
}

export async function open({ base }: PeerOptions): Promise<Peer> {
  const dispatcher = new Agent();
  const headers = { "content-type": "application/json", authorization: `Bearer ${KEY}` };
  const post = (path: string, body: object): ReturnType<typeof request> =>
    request(`${base}${path}`, { method: "POST", headers, body: JSON.stringify(body), dispatcher });
  return {
    pids: [],
    async call(maxTokens = 400) {
      const body = { model: MODEL, messages: MESSAGES, max_tokens: maxTokens };
      const response = await post("/chat/completions", body);
      const answer = (await response.body.json()) as Answer;
      return answer.choices[0].message.content;
    },
    async stream(chunks, onText) {
      const body = { model: MODEL, messages: MESSAGES, max_tokens: chunks, stream: true };
      const response = await post("/chat/completions", body);
      const parser = createParser({
        onEvent: ({ data }) => {
          if (data === "[DONE]") return;
          const text = (JSON.parse(data) as Chunk).choices[0]?.delta.content;
          if (text) onText(text);
        },
      });
      const decoder = new TextDecoder();
      for await (const bytes of response.body) parser.feed(decoder.decode(bytes as Buffer, { stream: true }));
    },
    async embed(input) {
      const body = { model: EMBEDDING_MODEL, input, encoding_format: "float" };
      const response = await post("/embeddings", body);
      const { data } = (await response.body.json()) as Embeddings;
      return sumOf(data.map((item) => item.embedding));
    },
    close: () => dispatcher.destroy(),
  };
}
