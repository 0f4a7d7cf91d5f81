// The floor without its loop: the body read by callbacks, which few programs do. Printed beside the floor, to tell how
// much of it is the loop.

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
      const answer = JSON.parse(await response.body.text()) as Answer;
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
      response.body.setEncoding("utf8");
      await new Promise<void>((resolve, reject) => {
        response.body.on("data", (text: string) => parser.feed(text));
        response.body.on("end", resolve);
        response.body.on("error", reject);
      });
    },
    async embed(input) {
      const body = { model: EMBEDDING_MODEL, input, encoding_format: "float" };
      const response = await post("/embeddings", body);
      const { data } = JSON.parse(await response.body.text()) as Embeddings;
      return sumOf(data.map((item) => item.embedding));
    },
    close: () => dispatcher.destroy(),
  };
}
