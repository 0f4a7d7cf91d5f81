// What the Anthropic adapter changes in a call it says, what it cannot express it refuses, and what an answer holds goes
// back into the conversation as it was.

import assert from "node:assert/strict";
import { schemaMismatch } from "../../server/engine/check-schema.ts";
import { joinHeaders } from "../../server/engine/join-headers.ts";
import { prepareChat } from "../../server/engine/prepare.ts";
import { completion, dispose } from "../../server/index.ts";
import { OpenAIError } from "../../server/protocol/errors.ts";
import type { CompletionParams, Message, ModelResponse } from "../../server/protocol/messages.ts";
import { anthropic } from "../../server/providers/anthropic.ts";
import { AnthropicStreamDecoder } from "../../server/providers/anthropic-decode.ts";
import { factsOf, readClaude } from "../../server/providers/anthropic-models.ts";
import { narrowSchema } from "../../server/providers/anthropic-schema.ts";
import { resolveModel } from "../../server/providers/registry.ts";
import type { ChatCall } from "../../server/providers/types.ts";
import { WireFailure } from "../../server/providers/types.ts";
import { status } from "../server/openai-bytes.ts";
import { ScriptedProvider } from "../server/scripted-provider.ts";

type Json = Record<string, unknown>;

const S45 = "claude-sonnet-4-5";
const OLDER = "claude-3-5-haiku-20241022";
const HELLO: Message = { role: "user", content: "Hi." };

function asked(model: string, rest: object = {}): { call: ChatCall; body: Json; headers: Json } {
  const params = { model: `anthropic/${model}`, messages: [HELLO], ...rest } as CompletionParams;
  const identity = {
    provider: "anthropic",
    model,
    requested_model: `anthropic/${model}`,
    id: "unit",
    created: 1_700_000_000,
    supported: anthropic.supportedParams(model, false),
    settings: {},
    own_base: false,
    drop_params: false,
  };
  const call = prepareChat(params, identity, false);
  const { body = {}, headers = {} } = anthropic.chat.request(call);
  return { call, body, headers };
}

const tool = (name: string, more: object = {}): object => ({ type: "function", function: { name, ...more } });
const user = (...content: object[]): object => ({ messages: [{ role: "user", content }] });
const budget = (budget_tokens: number): object => ({ thinking: { type: "enabled", budget_tokens } });
const format = (schema: object): object => ({
  response_format: { type: "json_schema", json_schema: { name: "place", schema } },
});
const SCHEMA = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const use = (id: string, text: string): object => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id, type: "function", function: { name: "a", arguments: text } }],
});

describe("what Anthropic's adapter changes it says", () => {
  const CHANGED: [model: string, rest: object, param: string, words: RegExp][] = [
    [S45, { temperature: 1.5 }, "temperature", /1.5 became 1: Anthropic takes 0 to 1/],
    [S45, { temperature: 0.5, top_p: 0.5 }, "top_p", /temperature or top_p, and not both/],
    ["claude-opus-4-7", { temperature: 0.5 }, "temperature", /claude-opus-4-7 takes none/],
    ["claude-opus-4-7", { top_k: 5 }, "top_k", /top_k 5 was dropped/],
    [S45, { stop: ["a", "\n"] }, "stop", /white space were dropped/],
    [S45, { metadata: { user_id: "u", team: "t" } }, "metadata", /metadata team was dropped/],
    [S45, { service_tier: "flex" }, "service_tier", /flex was dropped/],
    [S45, { messages: [{ ...HELLO, name: "ada" }] }, "messages", /name was dropped/],
    [S45, { messages: [HELLO, { role: "system", content: "x" }, HELLO] }, "messages", /moved before them/],
    [S45, { messages: [HELLO, { role: "assistant", content: "" }, HELLO] }, "messages", /was left out/],
    [S45, { messages: [HELLO, { role: "assistant", content: "So: \n" }] }, "messages", /was cut/],
    [S45, { messages: [HELLO, use("1", "[1]"), HELLO] }, "messages", /no JSON object/],
    [S45, { messages: [HELLO, use("1", "{}"), use("1", "{}"), HELLO] }, "messages", /second tool call/],
    [
      S45,
      { messages: [HELLO, { role: "assistant", content: "a", reasoning_content: "b" }, HELLO] },
      "messages",
      /no signature/,
    ],
    [S45, user({ type: "text", text: " " }, { type: "text", text: "a" }), "messages", /white space was left/],
    [
      S45,
      user({ type: "image_url", image_url: { url: "https://example.com/a", detail: "high" } }),
      "messages",
      /the detail "high"/,
    ],
    [S45, { tool_choice: "required" }, "tool_choice", /there are no tools/],
    [OLDER, { tools: [tool("a", { strict: true })] }, "tools", /strict of a was dropped/],
    [S45, { ...budget(100) }, "thinking", /100 tokens became 1024/],
    [S45, { ...budget(90_000) }, "thinking", /90000 tokens became 62976/],
    [S45, { ...budget(2048), max_tokens: 2000 }, "max_tokens", /2000 became 4048/],
    [S45, { ...budget(2048), temperature: 0.2 }, "temperature", /cannot be combined with thinking/],
    [S45, { ...budget(2048), reasoning_effort: "low" }, "reasoning_effort", /says it more exactly/],
    [
      S45,
      { ...budget(2048), tools: [tool("a")], tool_choice: "required" },
      "tool_choice",
      /while it thinks cannot be made to call a tool/,
    ],
    ["claude-opus-5-5", { tools: [tool("a")], tool_choice: "required" }, "tool_choice", /only offered/],
    [S45, { reasoning_effort: "minimal" }, "reasoning_effort", /minimal became a budget of 1024/],
    [S45, { reasoning_effort: "xhigh" }, "reasoning_effort", /xhigh became a budget of 8192/],
    [S45, { thinking: { type: "adaptive" } }, "thinking", /became a budget of 4096/],
    ["claude-opus-4-6", { reasoning_effort: "minimal" }, "reasoning_effort", /minimal became low/],
    ["claude-opus-4-7", budget(4000), "thinking", /became adaptive thinking/],
    ["claude-fable-5", { thinking: { type: "disabled" } }, "thinking", /always thinks/],
    [S45, { response_format: { type: "grammar" } }, "response_format", /grammar was dropped/],
    [
      S45,
      format({ type: "object", properties: { n: { type: "integer", minimum: 1 } } }),
      "response_format",
      /cannot hold an answer to minimum/,
    ],
    [
      S45,
      { cache_control_injection_points: [{ location: "moon" }] },
      "cache_control_injection_points",
      /neither message nor tool_config/,
    ],
  ];
  for (const [model, rest, param, words] of CHANGED) {
    it(`${model}: ${words.source}`, () => {
      const { warnings } = asked(model, rest).call;
      assert.equal(warnings.length, 1, JSON.stringify(warnings));
      assert.match(warnings[0]?.message ?? "", words);
      assert.equal(warnings[0]?.param, param);
    });
  }

  it("and says nothing where nothing is changed", () => {
    const all = {
      temperature: 0.5,
      max_tokens: 9,
      stop: "a",
      tools: [tool("a")],
      tool_choice: "auto",
      user: "u",
    };
    for (const model of [S45, OLDER, "claude-opus-4-6"])
      assert.deepEqual(asked(model, all).call.warnings, []);
    assert.deepEqual(asked(S45, { ...budget(1024), temperature: 1, top_p: 0.95 }).call.warnings.length, 1);
    assert.deepEqual(asked(S45, { reasoning_effort: "high" }).call.warnings, []);
  });

  it("and leaves the caller's own objects as they are", () => {
    const own = { ...budget(100), messages: [HELLO], tools: [tool("a")] };
    const before = JSON.stringify(own);
    asked(S45, { ...own, cache_control_injection_points: [{ location: "message", index: 0 }] });
    assert.equal(JSON.stringify(own), before);
  });
});

describe("what Anthropic cannot express is refused", () => {
  const REFUSED: [model: string, rest: object, name: string, words: RegExp][] = [
    [S45, { n: 2 }, "UnsupportedParamsError", /parameters: n/],
    [S45, { seed: 1, logprobs: true }, "UnsupportedParamsError", /seed, logprobs/],
    [OLDER, { reasoning_effort: "low" }, "UnsupportedParamsError", /reasoning_effort/],
    [OLDER, budget(1024), "UnsupportedParamsError", /thinking/],
    [
      S45,
      user({ type: "input_audio", input_audio: { data: "AA", format: "wav" } }),
      "BadRequestError",
      /audio/,
    ],
    [S45, user({ type: "image_url", image_url: { url: "file:///a.png" } }), "BadRequestError", /data URL/],
    [S45, user({ type: "file", file: {} }), "BadRequestError", /neither file_data nor file_id/],
    [
      S45,
      user({ type: "file", file: { file_data: "data:application/zip;base64,AA" } }),
      "BadRequestError",
      /application\/zip cannot be sent/,
    ],
    [S45, { tools: [{ type: "custom", custom: { name: "a" } }] }, "BadRequestError", /custom tools/],
    [
      S45,
      {
        messages: [
          { role: "system", content: [{ type: "image_url", image_url: "data:image/png;base64,AA" }] },
        ],
      },
      "BadRequestError",
      /a system message takes text/,
    ],
  ];
  for (const [model, rest, name, words] of REFUSED) {
    it(`${model}: ${words.source}`, () => {
      assert.throws(
        () => asked(model, rest),
        (error) => error instanceof OpenAIError && error.name === name && words.test(error.message),
      );
    });
  }

  it("but sent where the caller insists", () => {
    const { body } = asked(S45, { seed: 1, allowed_openai_params: ["seed"] });
    assert.equal(body["seed"], 1);
  });
});

describe("an answer that must fit a schema", () => {
  const answer = (input: unknown): Json => ({
    type: "message",
    content: [{ type: "tool_use", id: "t", name: "json_tool_call", input }],
    stop_reason: "tool_use",
  });
  const checked = (model: string, schema: object, content: Json): Promise<OpenAIError | undefined> => {
    const { call } = asked(model, format(schema));
    return schemaMismatch(call, anthropic.chat.response(content, call) as ModelResponse);
  };

  it("is checked where the model was only asked for it", async () => {
    assert.equal(await checked(OLDER, SCHEMA, answer({ city: "Oslo" })), undefined);
    assert.equal((await checked(OLDER, SCHEMA, answer({ town: 1 })))?.name, "JSONSchemaValidationError");
    const text = { type: "message", content: [{ type: "text", text: "Oslo" }], stop_reason: "end_turn" };
    assert.equal((await checked(OLDER, SCHEMA, text))?.name, "JSONSchemaValidationError");
  });

  it("is not checked where the model is held to it, and is where it is only partly", () => {
    assert.equal(asked(S45, format({ ...SCHEMA, additionalProperties: false })).call.check_schema, undefined);
    const limited = { type: "object", properties: { n: { type: "integer", maximum: 3 } } };
    assert.deepEqual(asked(S45, format(limited)).call.check_schema, limited);
  });

  it("comes by a tool where its objects have free keys", () => {
    const free = { type: "object", additionalProperties: { type: "number" } };
    const { body, call } = asked(S45, format(free));
    assert.deepEqual(body["tool_choice"], { type: "tool", name: "json_tool_call" });
    assert.deepEqual(call.check_schema, free);
    assert.equal(body["output_config"], undefined);
  });

  it("is asked for in words where the tool cannot be forced", () => {
    const { body, call } = asked("claude-3-7-sonnet-20250219", {
      ...format(SCHEMA),
      reasoning_effort: "low",
    });
    assert.deepEqual(body["tool_choice"], { type: "auto" });
    assert.match(JSON.stringify(body["system"]), /calling the tool json_tool_call/);
    assert.deepEqual(call.check_schema, SCHEMA);
  });

  it("of one call alone is taken, should the model give it twice", () => {
    const { call } = asked(OLDER, format(SCHEMA));
    const one = (id: string, city: string): object => ({
      type: "tool_use",
      id,
      name: "json_tool_call",
      input: { city },
    });
    const whole = { type: "message", content: [one("a", "Oslo"), one("b", "Rome")], stop_reason: "tool_use" };
    const { choices } = anthropic.chat.response(whole, call);
    assert.deepEqual([choices[0]?.message.content, choices[0]?.finish_reason], ['{"city":"Oslo"}', "stop"]);
  });
});

describe("narrowing a schema", () => {
  it("reaches every place a schema can stand", () => {
    const low = { type: "integer", minimum: 1 };
    const told = { type: "integer", description: "{minimum: 1}" };
    const schema = {
      $defs: { low },
      type: "object",
      properties: {
        minimum: low,
        list: { type: "array", items: low },
        either: { oneOf: [low, { $ref: "#/$defs/low" }] },
      },
    };
    assert.deepEqual(narrowSchema(schema), {
      schema: {
        $defs: { low: told },
        type: "object",
        properties: {
          minimum: told,
          list: { type: "array", items: told },
          either: { anyOf: [told, { $ref: "#/$defs/low" }] },
        },
        additionalProperties: false,
      },
      changed: ["minimum", "oneOf"],
    });
  });

  it("gives up where the API has no word for it", () => {
    for (const schema of [
      { type: "object" },
      { type: "object", properties: {}, patternProperties: { a: {} } },
      { type: "object", properties: { a: { type: "object", additionalProperties: { type: "string" } } } },
      { type: "array", items: { not: {} } },
    ])
      assert.equal(narrowSchema(schema), undefined, JSON.stringify(schema));
  });
});

describe("an answer with blocks of the provider's own", () => {
  const blocks = [
    { type: "text", text: "One." },
    { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "a" } },
    { type: "web_search_tool_result", tool_use_id: "srvtoolu_1", content: [] },
    { type: "text", text: "Two." },
  ];
  const { call } = asked(S45);
  const { choices } = anthropic.chat.response(
    { type: "message", id: "m", content: blocks, stop_reason: "pause_turn", usage: {} },
    call,
  );
  const { message, finish_reason } = choices[0] ?? assert.fail("no choice");
  const sent = (one: object): unknown =>
    (asked(S45, { messages: [HELLO, one] }).body["messages"] as { content: unknown }[])[1]?.content;

  it("goes back whole", () => {
    assert.equal(finish_reason, "pause_turn");
    assert.deepEqual(sent(message), blocks);
  });

  it("unless somebody has changed its text since", () => {
    assert.deepEqual(sent({ ...message, content: "Three." }), [{ type: "text", text: "Three." }]);
  });
});

describe("a stream that is no stream of Anthropic's", () => {
  const decoder = (): AnthropicStreamDecoder => new AnthropicStreamDecoder(asked(S45).call);

  it("without its first events is read all the same", () => {
    const out: unknown[] = [];
    const one = decoder();
    one.push(
      '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}',
      out as never,
    );
    one.push('{"type":"message_delta","delta":{"stop_reason":"end_turn"}}', out as never);
    one.end(out as never);
    assert.equal(out[1], "Hi");
    assert.deepEqual([one.finished(), one.done(), one.finishReasons()], [true, false, ["stop"]]);
    one.push("[DONE]", out as never);
    assert.equal(one.done(), true);
  });

  it("is not ended by message_stop alone, nor by [DONE]", () => {
    for (const last of ['{"type":"message_stop"}', "[DONE]"]) {
      const one = decoder();
      one.push('{"type":"message_start","message":{}}', []);
      one.push(last, []);
      assert.deepEqual([one.finished(), one.done()], [false, false]);
    }
  });

  it("fails where it is no JSON, or an error of a gateway's", () => {
    assert.throws(() => decoder().push("{", []), WireFailure);
    assert.throws(() => decoder().push("1", []), WireFailure);
    assert.throws(() => decoder().push('{"error":{"message":"no"}}', []), WireFailure);
  });
});

describe("names of Claude's models", () => {
  const NAMES: [name: string, family: string, version: [number, number], thinks: string][] = [
    ["claude-3-haiku-20240307", "haiku", [3, 0], "never"],
    ["claude-3-5-sonnet-v2@20241022", "sonnet", [3, 5], "never"],
    ["claude-3-7-sonnet-latest", "sonnet", [3, 7], "by budget"],
    ["claude-sonnet-4-20250514", "sonnet", [4, 0], "by budget"],
    ["us.anthropic.claude-opus-4-5-20251101-v1:0", "opus", [4, 5], "by budget"],
    ["claude-opus-4-6", "opus", [4, 6], "adaptively"],
    ["claude-mythos-preview", "mythos", [5, 0], "always"],
    ["my-deployment", "", [5, 0], "adaptively"],
  ];
  for (const [name, family, version, thinks] of NAMES) {
    it(`${name} is ${family} ${version.join(".")}`, () => {
      assert.deepEqual(readClaude(name), { family, version });
      assert.equal(factsOf(name).thinks, thinks);
    });
  }

  it("that are none of Claude's change nothing in a call", () => {
    const all = { temperature: 0.5, top_p: 0.5, top_k: 5, ...budget(2048), max_tokens: 4000 };
    const { body, call } = asked("my-deployment", { ...all, thinking: undefined });
    assert.deepEqual([body["temperature"], body["top_p"], body["top_k"]], [0.5, 0.5, 5]);
    assert.deepEqual(call.warnings, []);
    assert.deepEqual(asked("my-deployment", budget(2048)).body["thinking"], {
      type: "enabled",
      budget_tokens: 2048,
    });
  });

  it("are known without a prefix", () => {
    assert.deepEqual(resolveModel(S45), { provider: "anthropic", model: S45 });
  });
});

describe("headers of an Anthropic request", () => {
  it("carry a key, or a subscription's token", () => {
    assert.deepEqual(anthropic.auth("sk-fake-key", {}), { "x-api-key": "sk-fake-key" });
    assert.deepEqual(anthropic.auth("sk-ant-oat-fake", {}), {
      authorization: "Bearer sk-ant-oat-fake",
      "anthropic-beta": "oauth-2025-04-20",
    });
  });

  it("join what each side says in a list, and the later side wins elsewhere", () => {
    const sources = [{ a: "1", beta: "x, y" }, { a: "2", beta: "z,x" }, {}];
    assert.deepEqual(joinHeaders(sources, ["beta"]), { a: "2", beta: "x,y,z" });
    assert.deepEqual(joinHeaders(sources), { a: "2", beta: "z,x" });
    assert.deepEqual(joinHeaders([{}], ["beta"]), {});
  });

  it("reach the provider with the caller's own betas", async () => {
    const provider = await ScriptedProvider.start();
    try {
      const whole = {
        type: "message",
        id: "m",
        content: [{ type: "text", text: "hi" }],
        stop_reason: "end_turn",
      };
      provider.always(status(200, JSON.stringify(whole)));
      await completion({
        model: `anthropic/${S45}`,
        messages: [{ role: "user", content: [{ type: "file", file: { file_id: "file_1" } }] }],
        api_base: `${provider.origin}/v1`,
        api_key: "sk-ant-oat-fake",
        extra_headers: { "Anthropic-Beta": "own-2026-01-01" },
      });
      const { headers, path } = provider.requests[0] ?? assert.fail("nothing was sent");
      assert.equal(path, "/v1/messages");
      assert.equal(headers["anthropic-beta"], "oauth-2025-04-20,files-api-2025-04-14,own-2026-01-01");
      assert.equal(headers["anthropic-version"], "2023-06-01");
      assert.equal(headers["x-api-key"], undefined);
    } finally {
      await dispose();
      await provider.stop();
    }
  });
});
