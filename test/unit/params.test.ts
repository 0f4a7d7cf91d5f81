// What becomes of a call's arguments: nothing is dropped in silence, LiteLLM's own controls never reach a
// provider, and what nobody knows is the provider's.

import assert from "node:assert/strict";
import { prepareChat, prepareEmbedding } from "../../server/engine/prepare.ts";
import { ratesOfFields } from "../../server/models/rates.ts";
import type { OpenAIError } from "../../server/protocol/errors.ts";
import { UnsupportedParamsError } from "../../server/protocol/errors.ts";
import type { CompletionParams } from "../../server/protocol/messages.ts";
import { isCountedPrice, isPriceField, RATE_FIELDS } from "../../server/protocol/price-fields.ts";
import { bedrock } from "../../server/providers/bedrock.ts";
import { ollama } from "../../server/providers/ollama.ts";
import { openai } from "../../server/providers/openai.ts";
import { OPENAI_CHAT_PARAMS, type SortedParams, sortParams } from "../../server/providers/params.ts";
import type { Provider } from "../../server/providers/types.ts";

const MESSAGES = [{ role: "user" as const, content: "Hi." }];

interface Switches {
  supported?: readonly string[];
  drop?: boolean;
  additional?: readonly string[];
  allowed?: readonly string[];
}

function sort(params: Record<string, unknown>, switches: Switches = {}): SortedParams {
  const supported = switches.supported ?? [...OPENAI_CHAT_PARAMS];
  return sortParams(params, OPENAI_CHAT_PARAMS, new Set(supported), {
    drop_params: switches.drop ?? false,
    additional_drop_params: switches.additional ?? [],
    allowed_openai_params: switches.allowed ?? [],
  });
}

describe("a parameter", () => {
  it("that OpenAI names and the model takes goes there", () => {
    assert.deepEqual(sort({ temperature: 0, seed: 7 }), {
      openai: { temperature: 0, seed: 7 },
      passthrough: {},
      warnings: [],
      unsupported: [],
    });
  });

  it("that nobody knows is passed through as it is", () => {
    const odd = { top_k: 5, vendor: { nested: [1] }, flag: false, zero: 0, empty: "" };
    assert.deepEqual(sort(odd).passthrough, odd);
  });

  it("of LiteLLM's own controls goes nowhere", () => {
    const own = {
      api_key: "sk-fake-1",
      api_base: "http://127.0.0.1",
      base_url: "http://127.0.0.1",
      timeout: 1,
      num_retries: 0,
      max_retries: 0,
      drop_params: true,
      extra_headers: {},
      custom_llm_provider: "openai",
      mock_response: "x",
      fallbacks: [],
      stream_id: "s",
    };
    assert.deepEqual(sort(own), { openai: {}, passthrough: {}, warnings: [], unsupported: [] });
  });

  it("that is a price goes nowhere, and is named where nothing is counted in its unit", () => {
    const fields = Object.values(RATE_FIELDS).flatMap((field) =>
      ["", "_above_200k_tokens", "_priority", "_above_272k_tokens_flex"].map((ending) => field + ending),
    );
    const uncounted = [
      "input_cost_per_second",
      "output_cost_per_character_above_128k_tokens",
      "input_cost_per_token_cache_hit",
      "output_cost_per_image",
      "cache_creation_input_audio_token_cost",
    ];
    for (const price of [...fields, ...uncounted]) {
      const counted = !uncounted.includes(price);
      assert.deepEqual(
        [isPriceField(price), isCountedPrice(price), ratesOfFields({ [price]: 1 }) !== undefined],
        [true, counted, counted],
        price,
      );
      const { passthrough, warnings } = sort({ [price]: 1 });
      assert.deepEqual(passthrough, {}, price);
      assert.deepEqual(
        warnings.map(({ param }) => param),
        counted ? [] : [price],
      );
    }
    const parted = { tiered_pricing: [{}], search_context_cost_per_query: {} };
    assert.deepEqual(sort(parted), { openai: {}, passthrough: {}, warnings: [], unsupported: [] });
    const own = { max_cost: 1, cost: 2, cost_tier: "low", priced: true };
    assert.deepEqual(sort(own).passthrough, own);
  });

  const unused: readonly [name: string, value: unknown, told: RegExp][] = [
    ["model_list", [{}], /make a Router/],
    ["fallbacks", ["openai/x"], /the Router's fallbacks/],
    ["context_window_fallbacks", [{ g: ["h"] }], /only a Router/],
    ["specific_deployment", true, /only a Router/],
    ["disable_fallbacks", true, /only a Router/],
    ["rpm", 5, /only a Router/],
    ["headers", { "x-a": "b" }, /extra_headers/],
    ["ssl_verify", false, /certificates/],
    ["merge_reasoning_content_in_choices", true, /reasoning_content/],
    ["litellm_credential_name", "mine", /api_key/],
    ["litellm_session_id", "s", /LiteLLM itself/],
    ["max_file_size_mb", 3, /size of a file/],
    ["client_secret", "fake", /azure_ad_token/],
    ["langfuse_secret_key", "fake", /callbacks/],
    ["guardrails", ["pii"], /proxy/],
    ["default_api_key_rpm_limit", 5, /proxy/],
  ];
  for (const [name, value, told] of unused) {
    it(`of LiteLLM's that means nothing here is not sent, and named: ${name}`, () => {
      const { passthrough, warnings } = sort({ [name]: value, top_k: 1 });
      assert.deepEqual(passthrough, { top_k: 1 });
      assert.deepEqual(
        warnings.map(({ param }) => param),
        [name],
      );
      assert.match(warnings[0]?.message ?? "", told);
      const all = sort({ [name]: value }, { allowed: [name] });
      assert.deepEqual(
        [all.passthrough, all.warnings],
        [{ [name]: value }, []],
        "sent where it is asked for",
      );
    });
  }

  it("that asks for nothing is not named", () => {
    const idle = {
      disable_fallbacks: false,
      ssl_verify: true,
      fallbacks: [],
      merge_reasoning_content_in_choices: false,
    };
    assert.deepEqual(sort(idle), { openai: {}, passthrough: {}, warnings: [], unsupported: [] });
  });

  it("of null is not there", () => {
    assert.deepEqual(sort({ temperature: null, top_k: null, stop: undefined }), {
      openai: {},
      passthrough: {},
      warnings: [],
      unsupported: [],
    });
  });

  it("named __proto__ changes no prototype", () => {
    const { passthrough } = sort(JSON.parse('{"__proto__": {"polluted": 1}, "top_k": 1}'));
    assert.deepEqual(Object.keys(passthrough), ["top_k"]);
    assert.equal(Object.getPrototypeOf(passthrough), Object.prototype);
  });
});

describe("a parameter the model cannot take", () => {
  const params = { temperature: 1, top_p: 0.5, seed: 7 };
  const supported = ["seed"];

  it("is told", () => {
    const sorted = sort(params, { supported });
    assert.deepEqual(sorted.unsupported, ["temperature", "top_p"]);
    assert.deepEqual(sorted.openai, { seed: 7 });
  });

  it("is dropped with a warning each under drop_params", () => {
    const sorted = sort(params, { supported, drop: true });
    assert.deepEqual(sorted.unsupported, []);
    assert.deepEqual(sorted.openai, { seed: 7 });
    assert.deepEqual(
      sorted.warnings.map((warning) => warning.param),
      ["temperature", "top_p"],
    );
    for (const { message } of sorted.warnings) assert.match(message, /dropped.*drop_params/);
  });

  it("is sent all the same under allowed_openai_params", () => {
    const sorted = sort(params, { supported, drop: true, allowed: ["top_p"] });
    assert.deepEqual(sorted.openai, { seed: 7, top_p: 0.5 });
    assert.deepEqual(
      sorted.warnings.map((warning) => warning.param),
      ["temperature"],
    );
  });
});

describe("additional_drop_params", () => {
  const tool = (name: string): object => ({
    type: "function",
    function: { name, strict: true, parameters: { a: 1 } },
  });
  const params = {
    temperature: 1,
    top_k: 5,
    tools: [tool("f"), tool("g")],
    response_format: { type: "json_schema", json_schema: { strict: true, schema: { x: 1 } } },
  };
  const TOOLS = params.tools;

  const rows: readonly [path: string, change: Record<string, unknown>, warned: boolean][] = [
    ["temperature", { temperature: undefined }, true],
    ["top_k", { top_k: undefined }, true],
    [
      "response_format.json_schema.strict",
      { response_format: { type: "json_schema", json_schema: { schema: { x: 1 } } } },
      true,
    ],
    [
      "tools[*].function.strict",
      {
        tools: ["f", "g"].map((name) => ({ type: "function", function: { name, parameters: { a: 1 } } })),
      },
      true,
    ],
    [
      "tools[1].function.strict",
      { tools: [TOOLS[0], { type: "function", function: { name: "g", parameters: { a: 1 } } }] },
      true,
    ],
    ["tools[0]", { tools: [TOOLS[1]] }, true],
    ["tools[*]", { tools: [] }, true],
    ["tools[7].function", {}, false],
    ["seed", {}, false],
    ["temperature.deeper", {}, false],
    ["tools.function", {}, false],
    ["response_format[0]", {}, false],
    ["", {}, false],
    ["constructor", {}, false],
  ];
  for (const [path, change, warned] of rows) {
    it(`"${path}" ${warned ? "takes out what it names, with a warning" : "names nothing"}`, () => {
      const before = structuredClone(params);
      const { openai: named, passthrough, warnings } = sort(params, { additional: [path] });
      const wanted = Object.entries({ ...params, ...change }).filter(([, value]) => value !== undefined);
      assert.deepEqual({ ...named, ...passthrough }, Object.fromEntries(wanted));
      assert.deepEqual(
        warnings.map((warning) => warning.param),
        warned ? [path] : [],
      );
      assert.deepEqual(params, before, "the caller's own arguments changed");
    });
  }

  it("is heard before a parameter is found unsupported", () => {
    const sorted = sort({ temperature: 1 }, { supported: [], additional: ["temperature"] });
    assert.deepEqual(sorted.unsupported, []);
  });
});

function prepare(provider: Provider, model: string, params: Record<string, unknown>, drop = false) {
  return prepareChat(
    { model: `${provider.id}/${model}`, messages: MESSAGES, ...params } as CompletionParams,
    {
      provider: provider.id,
      model,
      requested_model: `${provider.id}/${model}`,
      id: "c",
      created: 1,
      supported: provider.supportedParams(model),
      setting_names: provider.settings,
      settings: {},
      own_base: false,
      drop_params: drop,
    },
    false,
  );
}

describe("a prepared call", () => {
  it("refuses what the model cannot take, and says what to do", () => {
    assert.throws(
      () => prepare(openai, "o3-mini", { top_p: 0.5, logprobs: true, seed: 1 }),
      (error: OpenAIError) => {
        assert.ok(error instanceof UnsupportedParamsError);
        assert.match(error.message, /top_p, logprobs, for model=o3-mini/);
        assert.match(error.message, /drop_params.*allowed_openai_params/);
        assert.equal(error.param, "top_p");
        assert.equal(error.llm_provider, "openai");
        assert.equal(error.status_code, 400);
        return true;
      },
    );
  });

  it("sends what allowed_openai_params names", () => {
    const call = prepare(openai, "o3-mini", { top_p: 0.5, allowed_openai_params: ["top_p"] });
    assert.equal(openai.chat.request(call).body?.["top_p"], 0.5);
    assert.ok(!("allowed_openai_params" in (openai.chat.request(call).body ?? {})));
  });

  it("tells what drop_params dropped", () => {
    const call = prepare(ollama, "llama3.2", { n: 2, logit_bias: { 1: 2 }, user: "u", seed: 1 }, true);
    assert.deepEqual(call.warnings.map((warning) => warning.param).sort(), ["logit_bias", "n", "user"]);
    assert.deepEqual(ollama.chat.request(call).body?.["options"], { seed: 1 });
  });

  for (const model of ["o1", "o3-mini", "o4-mini", "gpt-5", "gpt-5-mini"]) {
    it(`for ${model} says max_completion_tokens; the caller's own wins`, () => {
      const body = (params: object) => openai.chat.request(prepare(openai, model, { ...params })).body;
      assert.deepEqual(body({ max_tokens: 5 }), { model, messages: MESSAGES, max_completion_tokens: 5 });
      assert.equal(body({ max_tokens: 5, max_completion_tokens: 9 })?.["max_completion_tokens"], 9);
    });
  }

  for (const model of ["gpt-4o-mini", "gpt-5-chat-latest", "omni", "o3x"]) {
    it(`for ${model} says max_tokens`, () => {
      const { body } = openai.chat.request(prepare(openai, model, { max_tokens: 5 }));
      assert.deepEqual(body, { model, messages: MESSAGES, max_tokens: 5 });
    });
  }

  it("lets extra_body win over all", () => {
    const { body } = openai.chat.request(
      prepare(openai, "gpt-4o", { temperature: 1, top_k: 1, extra_body: { temperature: 2, top_k: 3 } }),
    );
    assert.deepEqual(body, { model: "gpt-4o", messages: MESSAGES, temperature: 2, top_k: 3 });
  });

  it("cannot make Ollama call a tool: refused, or dropped with a warning", () => {
    const tools = [{ type: "function", function: { name: "f" } }];
    const params = { tools, tool_choice: "required" };
    assert.throws(() => ollama.chat.request(prepare(ollama, "m", params)), UnsupportedParamsError);
    const call = prepare(ollama, "m", params, true);
    assert.deepEqual(ollama.chat.request(call).body?.["tools"], tools);
    assert.deepEqual(
      call.warnings.map((warning) => warning.param),
      ["tool_choice"],
    );
    const none = ollama.chat.request(prepare(ollama, "m", { tools, tool_choice: "none" })).body ?? {};
    assert.ok(!("tools" in none));
  });

  it("of an embedding takes OpenAI's three parameters and passes on the rest", () => {
    const call = prepareEmbedding(
      { model: "openai/e", input: "x", dimensions: 3, user: "u", truncate: true },
      {
        provider: "openai",
        model: "e",
        requested_model: "openai/e",
        id: "c",
        created: 1,
        supported: new Set(),
        settings: {},
        own_base: false,
        drop_params: false,
      },
    );
    assert.deepEqual(call.passthrough, { truncate: true });
    assert.equal(call.params.dimensions, 3);
    assert.equal(call.params.user, "u");
  });
});

describe("a setting", () => {
  const given = { aws_region_name: "eu-west-1", aws_secret_access_key: "fake", azure_ad_token: "fake" };

  it("of the provider that is asked is no part of the body, and those of others are named", () => {
    const { passthrough, warnings } = prepare(bedrock, "amazon.nova-lite-v1:0", { ...given, top_k: 1 });
    assert.deepEqual(passthrough, { top_k: 1 });
    assert.deepEqual(
      warnings.map(({ param }) => param),
      ["azure_ad_token"],
    );
  });

  it("of another provider is never sent to one that has no use for it", () => {
    const call = prepare(openai, "gpt-4o", given);
    assert.deepEqual(call.passthrough, {});
    assert.deepEqual(
      call.warnings.map(({ param }) => param),
      Object.keys(given),
    );
    assert.doesNotMatch(JSON.stringify(call.warnings), /fake/);
  });
});
