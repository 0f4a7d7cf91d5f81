// What Bedrock's and Cohere's adapters change in a call, refuse, and tell a person: every word of a caller that
// cannot be sent is in the warnings or in an error.

import assert from "node:assert/strict";
import { schemaMismatch } from "../../server/engine/check-schema.ts";
import { wireOf } from "../../server/engine/engine.ts";
import { prepareChat, prepareEmbedding } from "../../server/engine/prepare.ts";
import { OpenAIError, UnsupportedParamsError } from "../../server/protocol/errors.ts";
import type { CompletionParams, ModelResponse } from "../../server/protocol/messages.ts";
import { PROVIDERS, providerOf, resolveModel } from "../../server/providers/registry.ts";
import type { ChatCall } from "../../server/providers/types.ts";

const HELLO = { role: "user" as const, content: "Hi." };
const CLAUDE = "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const OLDER = "bedrock/anthropic.claude-3-haiku-20240307-v1:0";
const NEWER = "bedrock/global.anthropic.claude-opus-4-6-v1";
const NOVA = "bedrock/us.amazon.nova-lite-v1:0";
const COHERE = "cohere_chat/command-a-03-2025";

function identity(requested_model: string) {
  const { provider, model } = resolveModel(requested_model);
  const row = providerOf(provider);
  return {
    provider,
    model,
    requested_model,
    id: "unit",
    created: 1_700_000_000,
    supported: row.supportedParams(model, false),
    supported_embedding: row.embed?.supported?.(model),
    setting_names: row.settings,
    settings: { aws_region_name: "us-west-2" },
    own_base: false,
    drop_params: false,
  };
}

function asked(model: string, rest: object = {}): { call: ChatCall; body: Record<string, unknown> } {
  const params = { model, messages: [HELLO], ...rest } as CompletionParams;
  const call = prepareChat(params, identity(model), false);
  const { body = {} } = wireOf(providerOf(resolveModel(model).provider), call).request(call);
  return { call, body };
}

const tool = (name: string, more: object = {}) => ({ type: "function", function: { name, ...more } });
const named = (name: string) => ({ type: "function", function: { name } });
const user = (...content: object[]) => ({ messages: [{ role: "user", content }] });
const SCHEMA = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const AS_SCHEMA = {
  response_format: { type: "json_schema", json_schema: { name: "place", schema: SCHEMA } },
};
const THOUGHT = { role: "assistant", content: "Hello.", reasoning_content: "Greet." };
const budget = (budget_tokens: number) => ({ thinking: { type: "enabled", budget_tokens } });
const CACHED = { type: "text", text: "a", cache_control: { type: "ephemeral" } };
const REDACTED = { ...THOUGHT, thinking_blocks: [{ type: "redacted_thinking", data: "AA" }] };

describe("what an adapter changes in a call it says", () => {
  const CHANGED: [model: string, rest: object, warning: RegExp][] = [
    [COHERE, { tools: [tool("a"), tool("b")], tool_choice: named("b") }, /only b is offered/],
    [COHERE, { tools: [tool("a", { strict: true }), tool("b")] }, /those that are not strict became so/],
    [COHERE, { response_format: { type: "grammar" } }, /response_format grammar was dropped/],
    [COHERE, { ...budget(9), reasoning_effort: "low" }, /reasoning_effort was dropped/],
    [COHERE, { reasoning_effort: "enormous" }, /enormous is none that is known/],
    [COHERE, { messages: [{ ...HELLO, name: "ada" }] }, /name was dropped/],
    [COHERE, user(CACHED), /cache_control was dropped/],
    [COHERE, { messages: [HELLO, REDACTED, HELLO] }, /redacted_thinking block was dropped/],
    [CLAUDE, { messages: [{ ...HELLO, name: "ada" }] }, /name was dropped/],
    [CLAUDE, { messages: [HELLO, THOUGHT, HELLO] }, /has no signature/],
    [CLAUDE, { messages: [HELLO, { role: "assistant", content: "" }, HELLO] }, /was left out/],
    [
      CLAUDE,
      user({ type: "file", file: { file_data: "data:application/pdf;base64,AA", filename: "a_b.pdf" } }),
      /"a_b" was sent as "a-b"/,
    ],
    [CLAUDE, budget(100), /budget of 100 tokens became 1024/],
    [CLAUDE, { ...budget(8000), max_tokens: 4000 }, /max_tokens 4000 became 12000/],
    [CLAUDE, { ...budget(1024), max_tokens: 500 }, /max_tokens 500 became 1524/],
    [CLAUDE, { ...budget(2048), temperature: 0.2 }, /temperature 0.2 was dropped/],
    [CLAUDE, { ...budget(2048), top_p: 0.5 }, /top_p 0.5 was dropped/],
    [CLAUDE, { ...budget(2048), top_k: 5 }, /top_k 5 was dropped/],
    [CLAUDE, { ...budget(2048), tools: [tool("a")], tool_choice: "required" }, /not forced to call a tool/],
    [CLAUDE, { reasoning_effort: "minimal" }, /minimal became a budget of 1024/],
    [CLAUDE, { temperature: 0.5, top_p: 0.5 }, /takes temperature or top_p, and not both/],
    [
      CLAUDE,
      {
        response_format: {
          type: "json_schema",
          json_schema: {
            name: "n",
            schema: { type: "object", properties: { n: { type: "integer", minimum: 1 } }, required: ["n"] },
          },
        },
      },
      /cannot be held to minimum of a JSON schema/,
    ],
    [NEWER, { reasoning_effort: "xhigh" }, /xhigh became max/],
    [NEWER, { reasoning_effort: "minimal" }, /minimal became low/],
    ["bedrock/openai.gpt-oss-20b-1:0", { reasoning_effort: "none" }, /always thinks/],
    ["bedrock/amazon.nova-2-lite-v1:0", { reasoning_effort: "xhigh" }, /xhigh became high/],
    [OLDER, { tools: [tool("a", { strict: true })] }, /strict of a was dropped/],
    [CLAUDE, { response_format: { type: "grammar" } }, /response_format grammar was dropped/],
    [
      CLAUDE,
      {
        messages: [
          HELLO,
          { role: "assistant", tool_calls: [{ id: "1", ...tool("a", { arguments: "{}" }) }] },
          { role: "tool", tool_call_id: "1", content: "4" },
        ],
      },
      /tools of earlier turns \(a\) were declared/,
    ],
    [
      CLAUDE,
      {
        messages: [
          HELLO,
          { role: "assistant", tool_calls: [{ id: "1", ...tool("a", { arguments: "{}" }) }] },
          { role: "tool", tool_call_id: "1", content: "4" },
        ],
        tools: [tool("a")],
        tool_choice: "none",
      },
      /tool_choice none was dropped/,
    ],
  ];
  for (const [model, rest, warning] of CHANGED) {
    it(`${model}: ${warning.source}`, () => {
      const { warnings } = asked(model, rest).call;
      assert.equal(warnings.length, 1, JSON.stringify(warnings));
      assert.match(warnings[0]?.message ?? "", warning);
      assert.ok(warnings[0]?.param);
    });
  }

  it("and says nothing where nothing is changed", () => {
    const all = { temperature: 0.5, max_tokens: 100, stop: "a", tools: [tool("a")], tool_choice: "auto" };
    for (const model of [COHERE, CLAUDE, OLDER, NOVA]) assert.deepEqual(asked(model, all).call.warnings, []);
    assert.deepEqual(asked(CLAUDE, { ...budget(1024), temperature: 1 }).call.warnings, []);
  });

  it("and leaves the caller's own objects as they are", () => {
    const own = budget(100);
    asked(CLAUDE, own);
    assert.equal(own.thinking.budget_tokens, 100);
  });
});

describe("what an API cannot express is refused", () => {
  const audio = { type: "input_audio", input_audio: { data: "AA", format: "wav" } };
  const image = (url: string) => user({ type: "image_url", image_url: { url } });
  const REFUSED: [model: string, rest: object, name: string, words: RegExp][] = [
    [COHERE, user(audio), "BadRequestError", /type input_audio cannot be sent/],
    [COHERE, { tools: [{ type: "web_search" }] }, "BadRequestError", /one of type web_search/],
    [COHERE, { tools: [tool("a")], tool_choice: named("b") }, "BadRequestError", /"b", which is none of/],
    [COHERE, { n: 2 }, "UnsupportedParamsError", /does not support parameters: n/],
    [CLAUDE, user(audio), "BadRequestError", /type input_audio cannot be sent/],
    [CLAUDE, { tools: [{ type: "web_search" }] }, "BadRequestError", /one of type web_search/],
    [CLAUDE, image("https://example.com/a.png"), "ImageFetchError", /does not fetch addresses/],
    [CLAUDE, image("data:image/tiff;base64,AA"), "BadRequestError", /no file of type "image\/tiff"/],
    [CLAUDE, { n: 2 }, "UnsupportedParamsError", /does not support parameters: n/],
    [NOVA, { reasoning_effort: "low" }, "UnsupportedParamsError", /reasoning_effort/],
    ["bedrock/invoke/meta.llama3-8b-instruct-v1:0", {}, "BadRequestError", /bedrock\/converse\/meta/],
    ["bedrock/eu-west-1/anthropic.claude-v2", {}, "BadRequestError", /AWS_REGION_NAME\) to eu-west-1/],
    [
      "bedrock/arn:aws:bedrock:eu-west-3:111122223333:inference-profile/eu.amazon.nova-lite-v1:0",
      {},
      "BadRequestError",
      /the model is in eu-west-3 and the call goes to us-west-2/,
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

  it("also in embeddings", () => {
    const embed = (model: string, rest: object): unknown => {
      const call = prepareEmbedding({ model, input: "one", ...rest }, identity(model));
      return providerOf(resolveModel(model).provider).embed?.request(call);
    };
    assert.throws(() => embed("cohere_chat/embed-v4.0", { user: "ada" }), UnsupportedParamsError);
    assert.throws(() => embed("bedrock/cohere.embed-english-v3", { dimensions: 8 }), UnsupportedParamsError);
    assert.throws(
      () => embed("bedrock/amazon.titan-embed-text-v2:0", { input: ["a", "b"] }),
      /one text a request/,
    );
    assert.throws(
      () => embed("bedrock/anthropic.claude-v2", {}),
      /embeddings of anthropic.claude-v2 are not known/,
    );
    const most = PROVIDERS.get("bedrock")?.embed?.max_batch;
    assert.ok(typeof most === "function");
    assert.deepEqual([most("amazon.titan-embed-text-v2:0"), most("cohere.embed-english-v3")], [1, 96]);
  });
});

describe("a schema that only a tool can ask for", () => {
  const answer = (input: unknown): unknown => ({
    output: { message: { content: [{ toolUse: { toolUseId: "t", name: "place", input } }] } },
    stopReason: "tool_use",
  });
  const decoded = (model: string, input: unknown): Promise<OpenAIError | undefined> => {
    const { call } = asked(model, AS_SCHEMA);
    const response: ModelResponse = wireOf(providerOf("bedrock"), call).response(answer(input), call);
    return schemaMismatch(call, response);
  };

  it("is checked on the finished answer", async () => {
    assert.equal(await decoded(OLDER, { city: "Oslo" }), undefined);
    assert.equal((await decoded(OLDER, { town: "Oslo" }))?.name, "JSONSchemaValidationError");
  });

  it("is left to Bedrock where it can hold the model to it", () => {
    const { call, body } = asked(CLAUDE, AS_SCHEMA);
    assert.equal(call.check_schema, undefined);
    assert.ok(body["outputConfig"]);
    assert.equal(body["toolConfig"], undefined);
  });

  it("is not forced on a model that thinks, only offered", () => {
    const { call, body } = asked("bedrock/us.anthropic.claude-3-7-sonnet-20250219-v1:0", {
      ...AS_SCHEMA,
      reasoning_effort: "low",
    });
    assert.equal((body["toolConfig"] as { toolChoice?: unknown }).toolChoice, undefined);
    assert.match(call.warnings[0]?.message ?? "", /only offered/);
    assert.deepEqual(call.check_schema, SCHEMA);
  });
});

describe("the end of a Bedrock stream", () => {
  it("is messageStop, and not the usage alone", () => {
    const { call } = asked(NOVA);
    const decoder = wireOf(providerOf("bedrock"), call).stream(call);
    decoder.push('{"role":"assistant"}', [], "messageStart");
    decoder.push('{"contentBlockIndex":0,"delta":{"text":"Hel"}}', [], "contentBlockDelta");
    decoder.push('{"usage":{"inputTokens":1,"outputTokens":1}}', [], "metadata");
    assert.deepEqual([decoder.finished(), decoder.done()], [false, false]);
    decoder.push('{"stopReason":"end_turn"}', [], "messageStop");
    assert.equal(decoder.finished(), true);
  });
});

describe("names of models", () => {
  it("of Cohere are known without a prefix, and by either of its names", () => {
    assert.deepEqual(resolveModel("command-r-plus"), { provider: "cohere_chat", model: "command-r-plus" });
    assert.deepEqual(resolveModel("cohere/command-a"), { provider: "cohere_chat", model: "command-a" });
  });
});
