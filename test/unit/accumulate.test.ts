// The fold from chunks to a whole answer: what each field becomes, in any order the wires send them, and that
// folding what toChunks() made of an answer gives the answer back.

import assert from "node:assert/strict";
import { Accumulator, accumulate } from "../../server/protocol/accumulate.ts";
import { type CompactChunk, Inflater } from "../../server/protocol/compact.ts";
import type {
  ChatCompletionChunk,
  Choices,
  Delta,
  ModelResponse,
  StreamingChoices,
} from "../../server/protocol/messages.ts";
import { toChunks } from "../../server/protocol/to-chunks.ts";

const ENVELOPE: ChatCompletionChunk = {
  id: "c-1",
  object: "chat.completion.chunk",
  created: 1_760_000_000,
  model: "m",
  choices: [],
};

function chunk(delta: Delta, rest: Partial<StreamingChoices> = {}): ChatCompletionChunk {
  return { ...ENVELOPE, choices: [{ index: 0, delta, finish_reason: null, ...rest }] };
}

const FIRST = chunk({ role: "assistant" });
const STOP = chunk({}, { finish_reason: "stop" });

function only(chunks: CompactChunk[]): Choices {
  const { choices } = accumulate(chunks);
  assert.equal(choices.length, 1);
  return choices[0] as Choices;
}

describe("accumulate", () => {
  it("joins text, bare strings and chunks alike", () => {
    const whole = accumulate([FIRST, "Hel", chunk({ content: "lo" }), " 👩", "\u200d🚀", STOP]);
    assert.deepEqual(whole, {
      id: "c-1",
      object: "chat.completion",
      created: 1_760_000_000,
      model: "m",
      choices: [
        { index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hello 👩\u200d🚀" } },
      ],
    });
  });

  it("is the same for a stream and for its inflated chunks", () => {
    const compact = [FIRST, "a", "b", chunk({ reasoning_content: "r" }), "c", STOP];
    const inflater = new Inflater();
    const inflated = compact.map((one) => inflater.inflate(one));
    assert.deepEqual(accumulate(inflated), accumulate(compact));
  });

  it("of nothing is an answer without choices", () => {
    assert.deepEqual(accumulate([]), {
      id: "",
      object: "chat.completion",
      created: 0,
      model: "",
      choices: [],
    });
  });

  it("never invents a finish reason", () => {
    assert.equal(only([FIRST, "cut"]).finish_reason, "unknown");
  });

  it("tells null, which is no text, from empty text", () => {
    assert.equal(only([FIRST, STOP]).message.content, null);
    assert.equal(only([chunk({ content: "" }), STOP]).message.content, "");
  });

  it("puts tool calls together by index, whatever order their pieces come in", () => {
    const piece = (index: number, text: string, id?: string, name?: string): ChatCompletionChunk =>
      chunk({
        tool_calls: [
          { index, ...(id ? { id } : {}), function: { ...(name ? { name } : {}), arguments: text } },
        ],
      });
    const { message } = only([
      chunk({ role: "assistant", content: "" }),
      piece(1, "", "b", "second"),
      piece(0, '{"x"', "a", "first"),
      piece(1, "{}", "b", "second"),
      piece(0, ":1}"),
    ]);
    assert.deepEqual(message, {
      role: "assistant",
      content: null,
      tool_calls: [
        { id: "a", type: "function", function: { name: "first", arguments: '{"x":1}' } },
        { id: "b", type: "function", function: { name: "second", arguments: "{}" } },
      ],
    });
  });

  it("sorts choices by index", () => {
    const { choices } = accumulate([
      chunk({ content: "two" }, { index: 1 }),
      chunk({ content: "one" }),
      chunk({}, { index: 1, finish_reason: "length" }),
      STOP,
    ]);
    assert.deepEqual(
      choices.map(({ index, finish_reason, message }) => [index, finish_reason, message.content]),
      [
        [0, "stop", "one"],
        [1, "length", "two"],
      ],
    );
  });

  it("joins refusal, reasoning and the old function_call", () => {
    const { message } = only([
      chunk({ refusal: "I ", reasoning_content: "be", function_call: { name: "f", arguments: "{" } }),
      chunk({ refusal: "won't", reasoning_content: "cause", function_call: { arguments: "}" } }),
    ]);
    assert.deepEqual(message, {
      role: "assistant",
      content: null,
      refusal: "I won't",
      reasoning_content: "because",
      function_call: { name: "f", arguments: "{}" },
    });
  });

  it("closes a thinking block with its signature", () => {
    const thinking = (text: string, signature?: string): ChatCompletionChunk =>
      chunk({
        thinking_blocks: [{ type: "thinking", thinking: text, ...(signature ? { signature } : {}) }],
      });
    const { message } = only([thinking("a"), thinking("b"), thinking("", "s1"), thinking("c")]);
    assert.deepEqual(message.thinking_blocks, [
      { type: "thinking", thinking: "ab", signature: "s1" },
      { type: "thinking", thinking: "c" },
    ]);
  });

  it("appends log probabilities, annotations and images, and joins audio", () => {
    const one = only([
      chunk(
        { annotations: [{ a: 1 }], images: ["x"], audio: { id: "s", data: "AA", transcript: "he" } },
        { logprobs: { content: [{ token: "a" }], refusal: null } },
      ),
      chunk(
        { annotations: [{ a: 2 }], images: ["y"], audio: { data: "BB", transcript: "llo", expires_at: 9 } },
        { logprobs: { content: [{ token: "b" }], refusal: null } },
      ),
    ]);
    assert.deepEqual(one.logprobs, { content: [{ token: "a" }, { token: "b" }], refusal: null });
    assert.deepEqual(one.message.annotations, [{ a: 1 }, { a: 2 }]);
    assert.deepEqual(one.message.images, ["x", "y"]);
    assert.deepEqual(one.message.audio, { id: "s", data: "AABB", transcript: "hello", expires_at: 9 });
  });

  it("takes the last usage, and fingerprint and tier where they first come", () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    const whole = accumulate([
      { ...FIRST, usage: { ...usage, completion_tokens: 1, total_tokens: 2 } },
      { ...chunk({ content: "a" }), system_fingerprint: "fp", service_tier: "flex" },
      { ...STOP, system_fingerprint: "fp-2", usage },
    ]);
    assert.deepEqual(whole.usage, usage);
    assert.equal(whole.system_fingerprint, "fp");
    assert.equal(whole.service_tier, "flex");
  });

  it("keeps what only one provider tells, on the answer, the choice, the message and the call", () => {
    const whole = accumulate([
      { ...FIRST, provider_specific_fields: { cites: [1], seen: true } },
      {
        ...chunk(
          {
            provider_specific_fields: { m: 1 },
            tool_calls: [{ index: 0, id: "a", function: { name: "f" }, provider_specific_fields: { t: 1 } }],
          },
          { provider_specific_fields: { c: 1 } },
        ),
        provider_specific_fields: { cites: [2], seen: null },
      },
    ]);
    assert.deepEqual(whole.provider_specific_fields, { cites: [1, 2], seen: true });
    const [first] = whole.choices;
    assert.deepEqual(first?.provider_specific_fields, { c: 1 });
    assert.deepEqual(first?.message.provider_specific_fields, { m: 1 });
    assert.deepEqual(first?.message.tool_calls?.[0]?.provider_specific_fields, { t: 1 });
  });

  it("is not poisoned by a field named __proto__", () => {
    const fields = JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>;
    const whole = accumulate([
      { ...FIRST, provider_specific_fields: fields },
      { ...STOP, provider_specific_fields: fields },
    ]);
    assert.equal(Object.getPrototypeOf(whole.provider_specific_fields), Object.prototype);
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });

  it("answers at any time, and what it gave out stays as it was", () => {
    const accumulator = new Accumulator();
    accumulator.push(FIRST);
    accumulator.push("one");
    const early = accumulator.response();
    accumulator.push(" two");
    accumulator.push(STOP);
    assert.equal(early.choices[0]?.message.content, "one");
    assert.equal(early.choices[0]?.finish_reason, "unknown");
    assert.equal(accumulator.text(), "one two");
    assert.equal(accumulator.response().choices[0]?.finish_reason, "stop");
  });

  it("leaves the chunks it is given untouched", () => {
    const chunks = [
      chunk({ thinking_blocks: [{ type: "thinking", thinking: "a" }], annotations: [{ a: 1 }] }),
      chunk({ thinking_blocks: [{ type: "thinking", thinking: "b" }], annotations: [{ a: 2 }] }),
    ];
    const before = structuredClone(chunks);
    accumulate(chunks);
    assert.deepEqual(chunks, before);
  });
});

describe("toChunks", () => {
  const ANSWER: ModelResponse = {
    id: "c-2",
    object: "chat.completion",
    created: 5,
    model: "m",
    system_fingerprint: "fp",
    service_tier: "default",
    choices: [
      {
        index: 0,
        finish_reason: "tool_calls",
        message: {
          role: "assistant",
          content: "Look:",
          reasoning_content: "hm",
          refusal: "no",
          tool_calls: [
            { id: "a", type: "function", function: { name: "f", arguments: "{}" } },
            { id: "b", type: "function", function: { name: "g", arguments: '{"x":1}' } },
          ],
        },
        logprobs: { content: [{ token: "a" }] },
        provider_specific_fields: { native_finish_reason: "tool_use" },
      },
      { index: 1, finish_reason: "length", message: { role: "assistant", content: null } },
    ],
  };

  it("is undone by accumulate", () => {
    assert.deepEqual(accumulate(toChunks(ANSWER)), ANSWER);
  });

  it("puts each finish reason on the last chunk of its choice", () => {
    const reasons = toChunks(ANSWER).flatMap(({ choices }) => choices.map((one) => one.finish_reason));
    assert.deepEqual(reasons, [null, "tool_calls", null, "length"]);
  });
});

describe("Inflater", () => {
  it("gives each text the envelope of the stream's first whole chunk", () => {
    const inflater = new Inflater();
    inflater.inflate({ ...FIRST, system_fingerprint: "fp" });
    assert.deepEqual(inflater.inflate("x"), { ...chunk({ content: "x" }), system_fingerprint: "fp" });
  });

  it("refuses a text that nothing came before", () => {
    assert.throws(() => new Inflater().inflate("x"), /before the first whole chunk/);
  });
});
