// JSON made to do harm: keys that are prototypes, depth, numbers beyond numbers, wrong types, broken text. Whatever a
// provider sends, a call ends as an answer with counts that are counts, or as an error of the library's own.

import assert from "node:assert/strict";
import { completion, dispose, errors } from "../server/index.ts";
import type { ModelResponse, Usage } from "../server/protocol/messages.ts";
import { jsonOf } from "./server/http-request.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

const DEEP = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
const DEEP_OBJECT = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;

/** Members put into every object of an answer. */
const MEMBERS: Record<string, string> = {
  "__proto__, an object": '"__proto__":{"polluted":"yes"}',
  "__proto__, null": '"__proto__":null',
  "constructor.prototype": '"constructor":{"prototype":{"polluted":"yes"}}',
  "names of methods": '"toString":1,"hasOwnProperty":2,"valueOf":3,"toJSON":4,"then":5',
  "200,000 arrays deep": `"x":${DEEP}`,
  "50,000 objects deep": `"x":${DEEP_OBJECT}`,
  "keys twice": '"content":"first","content":"second","usage":1,"usage":{"prompt_tokens":1}',
};

/** Put where a count stands. */
const NUMBERS: Record<string, string> = {
  "1e400": "1e400",
  "-1": "-1",
  "a fraction": "1.5",
  "2^53+1": "9007199254740993",
  "-1e400": "-1e400",
  "a string": '"12"',
  "an object": '{"__proto__":{"polluted":1}}',
  null: "null",
};

/** Put where text stands. */
const TEXTS: Record<string, string> = {
  "a lone surrogate": '"\\ud800 half"',
  "two, turned round": '"\\udc00\\ud800"',
  NUL: '"a\\u0000b"',
  "a number": "5",
  "an object": '{"toString":null}',
  "an array": "[[],{}]",
  true: "true",
};

/** Put where the index of a tool call stands. */
const INDICES: Record<string, string> = {
  huge: "4294967295",
  negative: "-1",
  "a prototype": '"__proto__"',
  "not finite": "1e400",
};

interface Places {
  member?: string;
  count?: string;
  text?: string;
  index?: string;
}

interface Wire {
  model: string;
  whole(places: Places): string;
  /** The whole answer as a stream. */
  stream(places: Places): string;
}

const more = (member?: string): string => (member === undefined ? "" : `,${member}`);
const sse = (...events: string[]): string => events.map((event) => `data: ${event}\n\n`).join("");

const call = (index: string | undefined, member?: string): string =>
  `[{"index":${index ?? 0},"id":"__proto__","type":"function","function":{"name":"constructor","arguments":"{\\"__proto__\\":{\\"polluted\\":1}}"${more(member)}}${more(member)}}]`;
const openaiUsage = ({ count = "3", member }: Places): string =>
  `{"prompt_tokens":${count},"completion_tokens":${count},"total_tokens":${count},"prompt_tokens_details":{"cached_tokens":${count}${more(member)}}${more(member)}}`;
const openai = (model: string): Wire => ({
  model,
  whole: (p) =>
    `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":${p.text ?? '"hi"'},"tool_calls":${call(undefined, p.member)}${more(p.member)}}${more(p.member)}}],"usage":${openaiUsage(p)}${more(p.member)}}`,
  stream: (p) =>
    sse(
      `{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":${p.text ?? '"hi"'},"tool_calls":${call(p.index, p.member)}${more(p.member)}},"finish_reason":null${more(p.member)}}]${more(p.member)}}`,
      `{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":${openaiUsage(p)}}`,
      "[DONE]",
    ),
});

const WIRES: Wire[] = [
  openai("openai/gpt-4o"),
  openai("mistral/mistral-small-latest"),
  {
    model: "anthropic/claude-sonnet-4-5",
    whole: (p) =>
      `{"id":"m","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":${p.text ?? '"hi"'}${more(p.member)}},{"type":"tool_use","id":"__proto__","name":"constructor","input":{"a":1${more(p.member)}}}],"stop_reason":"end_turn","usage":{"input_tokens":${p.count ?? 3},"output_tokens":${p.count ?? 3},"cache_read_input_tokens":${p.count ?? 0}${more(p.member)}}${more(p.member)}}`,
    stream: (p) =>
      sse(
        `{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"usage":{"input_tokens":${p.count ?? 3},"output_tokens":1${more(p.member)}}${more(p.member)}}${more(p.member)}}`,
        `{"type":"content_block_start","index":${p.index ?? 0},"content_block":{"type":"text","text":""${more(p.member)}}}`,
        `{"type":"content_block_delta","index":${p.index ?? 0},"delta":{"type":"text_delta","text":${p.text ?? '"hi"'}${more(p.member)}}}`,
        `{"type":"content_block_stop","index":${p.index ?? 0}}`,
        `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":${p.count ?? 3}${more(p.member)}}}`,
        '{"type":"message_stop"}',
      ),
  },
  {
    model: "gemini/gemini-2.5-flash",
    whole: gemini,
    stream: (p) => sse(gemini(p)),
  },
  {
    model: "ollama/llama3.2",
    whole: ollama,
    stream: (p) =>
      `{"model":"m","message":{"role":"assistant","content":${p.text ?? '"hi"'}${more(p.member)}},"done":false${more(p.member)}}\n${ollama({ ...p, text: '""' })}\n`,
  },
];

function gemini(p: Places): string {
  return `{"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":${p.text ?? '"hi"'}${more(p.member)}},{"functionCall":{"name":"constructor","args":{"a":1${more(p.member)}}}}]${more(p.member)}},"finishReason":"STOP"${more(p.member)}}],"usageMetadata":{"promptTokenCount":${p.count ?? 3},"candidatesTokenCount":${p.count ?? 3},"totalTokenCount":${p.count ?? 3}${more(p.member)}}${more(p.member)}}`;
}

function ollama(p: Places): string {
  return `{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":${p.text ?? '"hi"'}${more(p.member)}},"done":true,"done_reason":"stop","prompt_eval_count":${p.count ?? 3},"eval_count":${p.count ?? 3}${more(p.member)}}`;
}

/** Of OpenAI's names; what a provider adds under its own is handed on as it is. */
function assertCounts(usage: Usage | null | undefined, title: string): void {
  const { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details } = usage ?? {};
  const counts = {
    prompt_tokens,
    completion_tokens,
    total_tokens,
    ...{ cached_tokens: prompt_tokens_details?.cached_tokens },
  };
  for (const [name, count] of Object.entries(counts)) {
    if (count === undefined || count === null) continue;
    assert.ok(Number.isFinite(count) && count >= 0, `${title}: ${name} is ${count}`);
  }
}

describe("hostile JSON", function () {
  this.timeout(120_000);
  let provider: ScriptedProvider;
  let crashed: unknown[] = [];
  const ended = { answered: 0, refused: 0 };
  const remember = (error: unknown): void => void crashed.push(error);
  const untouched = Object.getOwnPropertyNames(Object.prototype).sort().join();

  before(async () => {
    provider = await ScriptedProvider.start();
    process.on("unhandledRejection", remember);
  });
  after(async () => {
    process.off("unhandledRejection", remember);
    await dispose();
    await provider.stop();
  });

  async function ask(wire: Wire, places: Places, streamed: boolean): Promise<ModelResponse | Error> {
    provider.clear((exchange) => {
      const asked = jsonOf(exchange.request);
      const isStream = asked["stream"] === true || exchange.request.path.includes("stream");
      const type = wire.model.startsWith("ollama") ? "application/x-ndjson" : "text/event-stream";
      return isStream
        ? exchange.reply(200, wire.stream(places), { "content-type": type })
        : exchange.reply(200, wire.whole(places), { "content-type": "application/json" });
    });
    const base = {
      model: wire.model,
      messages: [{ role: "user" as const, content: "x" }],
      api_base:
        wire.model.startsWith("openai") || wire.model.startsWith("mistral") ? provider.v1 : provider.origin,
      api_key: "sk-fake-1",
      num_retries: 0,
      timeout: 10,
    };
    try {
      if (!streamed) return await completion(base);
      const stream = completion({ ...base, stream: true, stream_options: { include_usage: true } });
      let text = "";
      let usage: Usage | null | undefined;
      for await (const chunk of stream) {
        const content = chunk.choices[0]?.delta.content;
        assert.ok(content === null || content === undefined || typeof content === "string");
        text += content ?? "";
        usage = chunk.usage ?? usage;
      }
      return { choices: [{ message: { content: text } }], usage } as unknown as ModelResponse;
    } catch (error) {
      return error as Error;
    }
  }

  async function tried(wire: Wire, places: Places, what: string): Promise<void> {
    for (const streamed of [false, true]) {
      const title = `${wire.model}, ${streamed ? "streamed" : "whole"}: ${what}`;
      const answer = await ask(wire, places, streamed);
      ended[answer instanceof Error ? "refused" : "answered"] += 1;
      if (answer instanceof Error) {
        assert.ok(
          Object.values(errors).some((kind) => typeof kind === "function" && answer instanceof kind),
          `${title}: ${answer.stack}`,
        );
      } else {
        const content = answer.choices[0]?.message.content;
        assert.ok(content === null || content === undefined || typeof content === "string", title);
        assertCounts(answer.usage, title);
        const cost = answer.edgequake?.cost_usd ?? 0;
        assert.ok(Number.isFinite(cost) && cost >= 0, `${title}: costs ${cost}`);
      }
      assert.equal(({} as Record<string, unknown>)["polluted"], undefined, title);
      assert.equal(Object.getOwnPropertyNames(Object.prototype).sort().join(), untouched, title);
      assert.deepEqual(crashed, [], title);
    }
    crashed = [];
  }

  for (const wire of WIRES) {
    it(`${wire.model}: members nobody asked for`, async () => {
      for (const [what, member] of Object.entries(MEMBERS)) await tried(wire, { member }, what);
    });
    it(`${wire.model}: counts that are none`, async () => {
      for (const [what, count] of Object.entries(NUMBERS)) await tried(wire, { count }, `tokens ${what}`);
    });
    it(`${wire.model}: text that is none`, async () => {
      for (const [what, text] of Object.entries(TEXTS)) await tried(wire, { text }, `text ${what}`);
    });
    it(`${wire.model}: indices that are none`, async () => {
      for (const [what, index] of Object.entries(INDICES)) await tried(wire, { index }, `index ${what}`);
    });
  }

  it("after all that an answer is an answer", async () => {
    console.log(`      ${ended.answered} answered, ${ended.refused} refused`);
    assert.ok(ended.answered > 100, "most of it stands beside what is asked for, and costs no answer");
    const [wire] = WIRES;
    assert.ok(wire !== undefined);
    const answer = await ask(wire, {}, false);
    assert.ok(!(answer instanceof Error), String(answer));
    assert.equal(answer.choices[0]?.message.content, "hi");
    assert.equal(answer.usage?.prompt_tokens, 3);
  });
});
