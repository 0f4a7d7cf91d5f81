// What the scripted provider says: OpenAI-shaped bodies of fixed sizes, made once. A text chunk is about 296
// bytes as an SSE event and starts its text with the time it was sent.

const ID = "chatcmpl-BenchBenchBenchBenchBenchBe";
const CREATED = 1_760_000_000;
const MODEL = "gpt-4o-2024-08-06";
const ANSWER_CHARACTERS = 1_200;
const DIMENSIONS = 1_536;
const HEAD = `{"id":"${ID}","object":"chat.completion.chunk","created":${CREATED},"model":"${MODEL}","service_tier":"default","system_fingerprint":"fp_0123456789"`;
const USAGE = { prompt_tokens: 250, completion_tokens: 300, total_tokens: 550 };

export const DONE = "data: [DONE]\n\n";

const WORDS = "the stream of words goes on and each of them is a small piece of one long answer ".repeat(4);

/** `sent` is the provider's clock in microseconds, 0 where nobody looks at it. */
export function chunk(seed: number, sent: number): string {
  const start = seed % 40;
  return `data: ${HEAD},"choices":[{"index":0,"delta":{"content":"${String(sent).padStart(16, "0")} ${WORDS.slice(start, start + 23)}"},"logprobs":null,"finish_reason":null}]}\n\n`;
}

export function roleChunk(): string {
  return `data: ${HEAD},"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]}\n\n`;
}

export function finishChunk(usage: boolean): string {
  const finish = `data: ${HEAD},"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}\n\n`;
  return usage ? `${finish}data: ${HEAD},"choices":[],"usage":${JSON.stringify(USAGE)}}\n\n` : finish;
}

function wholeAnswer(characters: number): Buffer {
  const content = WORDS.repeat(Math.ceil(characters / WORDS.length)).slice(0, characters);
  return Buffer.from(
    JSON.stringify({
      id: ID,
      object: "chat.completion",
      created: CREATED,
      model: MODEL,
      choices: [
        {
          index: 0,
          message: { role: "assistant", content, refusal: null },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
      usage: USAGE,
      service_tier: "default",
      system_fingerprint: "fp_0123456789",
    }),
  );
}

const cache = new Map<string, Buffer>();
function once(key: string, make: () => Buffer): Buffer {
  let body = cache.get(key);
  if (!body) {
    body = make();
    cache.set(key, body);
  }
  return body;
}

export function answerBody(): Buffer {
  return once("answer", () => wholeAnswer(ANSWER_CHARACTERS));
}

export function bigAnswerBody(characters: number): Buffer {
  return once(`big ${characters}`, () => wholeAnswer(characters));
}

export function embeddingBody(count: number, base64: boolean): Buffer {
  return once(`embeddings ${count} ${base64}`, () => {
    const data = Array.from({ length: count }, (_, index) => {
      const vector = Float32Array.from({ length: DIMENSIONS }, (_value, at) =>
        Math.sin(index * DIMENSIONS + at),
      );
      const embedding = base64
        ? Buffer.from(vector.buffer).toString("base64")
        : Array.from(vector, (value) => Number(value.toPrecision(8)));
      return { object: "embedding", index, embedding };
    });
    const usage = { prompt_tokens: count, total_tokens: count };
    return Buffer.from(JSON.stringify({ object: "list", data, model: "text-embedding-3-small", usage }));
  });
}
