// Tokens by LiteLLM's rules, over the real tokenizer in its thread; every count of messages shows its sum.

import assert from "node:assert/strict";
import { BadRequestError } from "../../../server/protocol/errors.ts";
import type {
  ChatCompletionChunk,
  Delta,
  Message,
  StreamingChoices,
  Tool,
} from "../../../server/protocol/messages.ts";
import { encodingOf } from "../../../server/tokens/encodings.ts";
import { stream_chunk_builder } from "../../../server/tokens/stream-chunk-builder.ts";
import { decode, encode, token_count_details, token_counter } from "../../../server/tokens/token-counter.ts";
import { closeTokenizer } from "../../../server/tokens/tokenizer-thread.ts";
import { toolText } from "../../../server/tokens/tool-text.ts";

const MODEL = "gpt-4o";
const count = (text: string): Promise<number> => token_counter({ model: MODEL, text });
const WEATHER: Tool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Weather of a place",
    parameters: {
      type: "object",
      properties: {
        place: { type: "string", description: "City" },
        unit: { type: "string", enum: ["c", "f"] },
        days: { type: "array", items: { type: "integer" } },
        where: { type: "object", properties: { lat: { type: "number" } }, required: ["lat"] },
      },
      required: ["place"],
    },
  },
};

/** A PNG header of this size; no more is read. */
function png(width: number, height: number): string {
  const bytes = Buffer.alloc(33);
  bytes.write("89504e470d0a1a0a0000000d49484452", "hex");
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return `data:image/png;base64,${bytes.toString("base64")}`;
}

const image = (url: string, detail?: "low" | "high" | "auto"): Message => ({
  role: "user",
  content: [{ type: "image_url", image_url: detail ? { url, detail } : url }],
});

describe("token_counter", function () {
  this.timeout(20_000);
  after(closeTokenizer);

  it("counts a text with the model's own tokenizer", async () => {
    assert.deepEqual(await token_count_details({ model: MODEL, text: "hello world" }), {
      tokens: 2,
      exact: true,
    });
    // The same text is longer in the older encoding.
    const chinese = "今天天气很好";
    const [now, before] = [await count(chinese), await token_counter({ model: "gpt-4", text: chinese })];
    assert.ok(now < before, `${now} < ${before}`);
  });

  it("says when it is an estimate", async () => {
    const other = await token_count_details({ model: "anthropic/claude-sonnet-4-5", text: "hello world" });
    assert.deepEqual(other, { tokens: 2, exact: false });
    assert.equal((await token_count_details({ text: "hello" })).exact, false);
  });

  it("counts markers of the tokenizer as text", async () => {
    assert.equal(await count("<|endoftext|>"), 7);
  });

  it("does not count forever what has no break", async () => {
    const began = performance.now();
    const { tokens, exact } = await token_count_details({ model: MODEL, text: "a".repeat(1_000_000) });
    assert.ok(performance.now() - began < 5000);
    assert.equal(exact, false);
    assert.ok(tokens > 100_000 && tokens < 200_000, `${tokens}`);
  });

  it("three a message, one a name, three for the reply", async () => {
    const messages: Message[] = [
      { role: "system", content: "You are helpful." },
      { role: "user", name: "bob", content: "hi" },
    ];
    // 3 + system 1 + "You are helpful." 4, 3 + user 1 + bob 1 + 1 + hi 1, 3
    assert.equal(await token_counter({ model: MODEL, messages }), 3 + 1 + 4 + (3 + 1 + 1 + 1 + 1) + 3);
    assert.equal(await token_counter({ model: MODEL, messages, count_response_tokens: true }), 15);
    assert.equal(await token_counter({ model: MODEL, messages: [] }), 3);
  });

  it("counts every text of a message and the arguments of its calls", async () => {
    const call = {
      id: "call_1",
      type: "function" as const,
      function: { name: "get_weather", arguments: '{"place":"Oslo"}' },
    };
    const messages: Message[] = [
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: "call_1", content: [{ type: "text", text: "12 °C" }] },
    ];
    const parts = await Promise.all(["assistant", '{"place":"Oslo"}', "tool", "call_1", "12 °C"].map(count));
    assert.equal(await token_counter({ model: MODEL, messages }), parts.reduce((a, b) => a + b) + 3 + 3 + 3);
  });

  it("shows tools as a TypeScript namespace, nine more, four less beside a system message", async () => {
    assert.equal(
      toolText([WEATHER, { type: "function", function: { name: "now" } }]),
      [
        "namespace functions {",
        "",
        "// Weather of a place",
        "type get_weather = (_: {",
        "// City",
        "place: string,",
        'unit?: "c" | "f",',
        "days?: number[],",
        "where?: {\n  lat: number,\n},",
        "}) => any;",
        "",
        "type now = () => any;",
        "",
        "} // namespace functions",
      ].join("\n"),
    );
    const user: Message[] = [{ role: "user", content: "hi" }];
    const system: Message[] = [{ role: "system", content: "hi" }];
    const tools = [WEATHER];
    const text = await count(toolText(tools));
    const plain = await token_counter({ model: MODEL, messages: user });
    assert.equal(await token_counter({ model: MODEL, messages: user, tools }), plain + text + 9);
    assert.equal(await token_counter({ model: MODEL, messages: system, tools }), plain + text + 9 - 4);
    const wanted = { type: "function", function: { name: "get_weather" } };
    assert.equal(
      await token_counter({ model: MODEL, messages: user, tools, tool_choice: wanted }),
      plain + text + 9 + 7 + (await count("get_weather")),
    );
    assert.equal(
      await token_counter({ model: MODEL, messages: user, tools, tool_choice: "none" }),
      plain + text + 9 + 1,
    );
  });

  for (const [name, message, tokens] of [
    ["an address", image("https://example.com/a.png"), 85],
    ["low", image(png(4000, 4000), "low"), 85],
    ["high, one tile", image(png(512, 512), "high"), 85 + 170],
    ["high, 768 × 768", image(png(768, 768), "high"), 85 + 4 * 170],
    ["high, 1024 × 1024 is scaled to 768", image(png(1024, 1024), "high"), 85 + 4 * 170],
    ["high, 2048 × 4096 is scaled twice", image(png(2048, 4096), "high"), 85 + 6 * 170],
    ["high, size unknown", image("https://example.com/a.png", "high"), 250],
  ] as const) {
    it(`an image is ${tokens} tokens: ${name}`, async () => {
      const counted = await token_count_details({ model: MODEL, messages: [message] });
      assert.deepEqual(counted, { tokens: tokens + 3 + 1 + 3, exact: false });
    });
  }

  it("an image is 250 tokens when that is asked for", async () => {
    const messages = [image(png(4000, 4000), "low")];
    assert.equal(
      await token_counter({ model: MODEL, messages, use_default_image_token_count: true }),
      250 + 3 + 1 + 3,
    );
  });

  it("reads the size of a JPEG and a WebP", async () => {
    const jpeg = Buffer.from("ffd8ffe000044a46ffc0000b08030003000101110000", "hex");
    const webp = Buffer.alloc(30);
    webp.write("RIFF", 0);
    webp.write("WEBPVP8X", 8);
    webp.writeUIntLE(511, 24, 3);
    webp.writeUIntLE(511, 27, 3);
    const tokens = async (type: string, bytes: Buffer): Promise<number> =>
      token_counter({
        model: MODEL,
        messages: [image(`data:image/${type};base64,${bytes.toString("base64")}`, "high")],
      });
    assert.equal(await tokens("jpeg", jpeg), 85 + 4 * 170 + 7);
    assert.equal(await tokens("webp", webp), 85 + 170 + 7);
  });

  it("without text and messages is a BadRequestError", async () => {
    await assert.rejects(token_counter({ model: MODEL }), BadRequestError);
  });

  it("encode and decode are inverse", async () => {
    const text = "Grüße 👩‍🚀 <|endoftext|> 今";
    const tokens = await encode({ model: MODEL, text });
    assert.equal(tokens.length, await count(text));
    assert.equal(await decode({ model: MODEL, tokens }), text);
  });

  it("starts anew after its thread was closed", async () => {
    await closeTokenizer();
    assert.equal(await count("hello world"), 2);
  });

  it("what waits when the thread is closed fails instead of waiting for ever", async () => {
    const waiting = assert.rejects(count("x"), /closed/);
    await closeTokenizer();
    await waiting;
  });
});

describe("the tokenizer of a model", () => {
  for (const [model, name, exact] of [
    ["gpt-4o", "o200k_base", true],
    ["gpt-4.1-nano", "o200k_base", true],
    ["gpt-5.2", "o200k_base", true],
    ["o3-mini", "o200k_base", true],
    ["openrouter/openai/gpt-4o", "o200k_base", true],
    ["azure/gpt-4o", "o200k_base", true],
    ["groq/openai/gpt-oss-120b", "o200k_base", true],
    ["gpt-4", "cl100k_base", true],
    ["gpt-4-turbo", "cl100k_base", true],
    ["gpt-3.5-turbo", "cl100k_base", true],
    ["text-embedding-3-large", "cl100k_base", true],
    ["azure/my-deployment", "cl100k_base", false],
    ["gemini/gemini-2.5-pro", "cl100k_base", false],
    ["ollama/llama3.2", "cl100k_base", false],
    ["who-knows", "cl100k_base", false],
  ] as const) {
    it(`${model}: ${name}${exact ? "" : ", an estimate"}`, () =>
      assert.deepEqual(encodingOf(model), { name, exact }));
  }
});

describe("stream_chunk_builder", function () {
  this.timeout(20_000);
  after(closeTokenizer);
  const chunk = (delta: Delta, rest: Partial<StreamingChoices> = {}): ChatCompletionChunk => ({
    id: "c-1",
    object: "chat.completion.chunk",
    created: 1_760_000_000,
    model: "gpt-4o",
    choices: [{ index: 0, delta, finish_reason: null, ...rest }],
  });
  const messages: Message[] = [{ role: "user", content: "hi" }];
  const USAGE = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };

  it("joins tools, reasoning and thinking blocks, and takes the last usage", async () => {
    const response = await stream_chunk_builder(
      [
        { ...chunk({ role: "assistant", reasoning_content: "hm" }), usage: { ...USAGE, prompt_tokens: 9 } },
        chunk({ thinking_blocks: [{ type: "thinking", thinking: "hm", signature: "s" }] }),
        chunk({
          tool_calls: [
            { index: 0, id: "call_1", type: "function", function: { name: "f", arguments: '{"a"' } },
          ],
        }),
        chunk({
          tool_calls: [
            { index: 1, id: "call_2", type: "function", function: { name: "g", arguments: "{}" } },
          ],
        }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: ":1}" } }] }),
        chunk({}, { finish_reason: "tool_calls" }),
        { ...chunk({}), choices: [], usage: USAGE },
      ],
      { messages },
    );
    assert.deepEqual(response.choices[0]?.message, {
      role: "assistant",
      content: null,
      tool_calls: [
        { id: "call_1", type: "function", function: { name: "f", arguments: '{"a":1}' } },
        { id: "call_2", type: "function", function: { name: "g", arguments: "{}" } },
      ],
      reasoning_content: "hm",
      thinking_blocks: [{ type: "thinking", thinking: "hm", signature: "s" }],
    });
    assert.deepEqual(response.usage, USAGE);
  });

  it("counts usage that no chunk told, and marks it", async () => {
    const chunks = [
      chunk({ content: "hello " }),
      chunk({ content: "world" }),
      chunk({}, { finish_reason: "stop" }),
    ];
    const { usage } = await stream_chunk_builder(chunks, { messages });
    // "hello world" is two tokens when joined, three in its chunks.
    assert.deepEqual(usage, { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10, estimated: true });
    assert.equal((await stream_chunk_builder(chunks)).usage, undefined);
  });

  it("does not make a cut stream look whole", async () => {
    assert.equal(
      (await stream_chunk_builder([chunk({ content: "hel" })])).choices[0]?.finish_reason,
      "unknown",
    );
  });
});
