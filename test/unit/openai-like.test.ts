// The family's rows beyond their fixtures: what they warn of and refuse, which headers carry their keys, what a
// person is told when nothing listens. And CONTRIBUTING.md shows a row that is really there.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { wireOf } from "../../server/engine/engine.ts";
import { prepareChat, prepareEmbedding } from "../../server/engine/prepare.ts";
import { UnsupportedParamsError } from "../../server/protocol/errors.ts";
import type { CompletionParams } from "../../server/protocol/messages.ts";
import { PROVIDERS, providerOf, resolveModel } from "../../server/providers/registry.ts";
import type { ChatCall, EmbedCall } from "../../server/providers/types.ts";

const HELLO = { role: "user" as const, content: "Hi." };

function identity(requested_model: string, drop_params: boolean) {
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
    settings: {},
    own_base: false,
    drop_params,
  };
}

function asked(model: string, rest: Partial<CompletionParams> = {}, drop = false): ChatCall {
  const params = { model, messages: [HELLO], ...rest } as CompletionParams;
  const call = prepareChat(params, identity(model, drop), false);
  wireOf(providerOf(resolveModel(model).provider), call).request(call);
  return call;
}

function askedEmbedding(model: string, rest: object): EmbedCall {
  return prepareEmbedding({ model, input: "one", ...rest }, identity(model, false));
}

const BUDGET = { thinking: { type: "enabled", budget_tokens: 2048 } };
const SCHEMA = { type: "object", properties: { city: { type: "string" } } };
const AS_SCHEMA = {
  response_format: { type: "json_schema", json_schema: { name: "place", schema: SCHEMA } },
};
const THOUGHT = { role: "assistant" as const, content: "Hello.", reasoning_content: "Greet." };

describe("what a provider changes in a call it says", () => {
  const CHANGED: [model: string, rest: Partial<CompletionParams>, warning: RegExp][] = [
    ["mistral/mistral-small-latest", { reasoning_effort: "low" }, /low became high/],
    ["mistral/mistral-small-latest", BUDGET, /budget_tokens was dropped/],
    ["mistral/magistral-small-latest", { reasoning_effort: "none" }, /always thinks/],
    ["mistral/mistral-large-latest", { messages: [{ ...HELLO, name: "ada" }] }, /name was dropped/],
    ["mistral/mistral-large-latest", { messages: [HELLO, THOUGHT, HELLO] }, /was not sent back/],
    [
      "mistral/mistral-large-latest",
      { messages: [HELLO, { role: "assistant", content: "" }, HELLO] },
      /was left out/,
    ],
    ["deepseek/deepseek-chat", BUDGET, /budget_tokens was dropped/],
    ["deepseek/deepseek-chat", AS_SCHEMA, /asked for in words/],
    ["zai/glm-4.7", { reasoning_effort: "high" }, /heeds only none/],
    ["zai/glm-4.7", AS_SCHEMA, /asked for in words/],
    ["together_ai/x/y", BUDGET, /budget_tokens was dropped/],
    ["hosted_vllm/x", BUDGET, /became reasoning_effort low/],
    ["llamacpp/x", BUDGET, /budget_tokens was dropped/],
    ["github/openai/gpt-4.1", { messages: [HELLO, THOUGHT, HELLO] }, /1 earlier answer was not sent back/],
    [
      "openrouter/openai/gpt-4o",
      { messages: [{ ...HELLO, cache_control: { type: "ephemeral" } }] },
      /takes no cache marks/,
    ],
  ];
  for (const [model, rest, warning] of CHANGED) {
    it(`${model}: ${warning.source}`, () => {
      const messages = asked(model, rest).warnings.map(({ message }) => message);
      assert.equal(messages.filter((one) => warning.test(one)).length, 1, messages.join(" | "));
    });
  }

  it("and of a plain call nothing", () => {
    for (const { id } of PROVIDERS.values()) {
      if (["mock", "bedrock", "vertex_ai"].includes(id)) continue;
      assert.deepEqual(asked(`${id}/some-model`, { temperature: 0.5 }).warnings, [], id);
    }
  });

  it("and leaves the caller's messages as they were", () => {
    const messages = [HELLO, { ...THOUGHT, provider_specific_fields: { a: 1 } }, HELLO];
    const before = structuredClone(messages);
    for (const model of ["mistral/magistral-x", "groq/x", "openrouter/anthropic/x", "deepseek/x"])
      asked(model, { messages, ...(model.startsWith("deepseek") ? AS_SCHEMA : {}) });
    assert.deepEqual(messages, before);
  });

  it("a schema that was only asked for is checked", () => {
    assert.deepEqual(asked("deepseek/deepseek-chat", AS_SCHEMA).check_schema, SCHEMA);
    assert.equal(asked("groq/openai/gpt-oss-20b", AS_SCHEMA).check_schema, undefined);
  });
});

describe("what a model cannot take is refused", () => {
  const REFUSED: [model: string, rest: Partial<CompletionParams>][] = [
    ["mistral/mistral-large-latest", { reasoning_effort: "high" }],
    ["mistral/mistral-large-latest", { logit_bias: { 1: 1 } }],
    ["perplexity/sonar", { tools: [{ type: "function", function: { name: "f" } }] }],
    ["xai/grok-4", { stop: "END" }],
    ["xai/grok-4-fast", { reasoning_effort: "low" }],
    ["groq/llama-3.3-70b-versatile", { reasoning_effort: "low" }],
    ["llamafile/x", { reasoning_effort: "low" }],
    ["azure/gpt-4o", BUDGET],
  ];
  for (const [model, rest] of REFUSED) {
    it(`${model}: ${Object.keys(rest)}`, () => {
      assert.throws(() => asked(model, rest), UnsupportedParamsError);
      assert.equal(asked(model, rest, true).warnings.length, 1, "with drop_params it is a warning");
    });
  }

  it("but taken where it can", () => {
    for (const model of ["xai/grok-4.3", "xai/grok-3-mini", "groq/openai/gpt-oss-20b", "deepseek/x"])
      assert.deepEqual(asked(model, { reasoning_effort: "low" }).warnings, [], model);
  });

  it("sizes of vectors by model", () => {
    assert.throws(() => askedEmbedding("mistral/mistral-embed", { dimensions: 8 }), UnsupportedParamsError);
    assert.equal(askedEmbedding("mistral/codestral-embed", { dimensions: 8 }).params.dimensions, 8);
    assert.throws(() => askedEmbedding("lm_studio/x", { dimensions: 8 }), UnsupportedParamsError);
  });
});

describe("Azure's keys", () => {
  const { auth, sign } = providerOf("azure");
  const request = { method: "POST" as const, origin: "https://r.example", path: "/", body: "{}" };

  it("go in a header of their own", () => {
    assert.deepEqual(auth("sk-fake-azure", {}), { "api-key": "sk-fake-azure" });
  });

  it("but a token of Entra ID as a bearer, given as key or as azure_ad_token", () => {
    const token = "eyJfake.eyJfake.fake";
    assert.deepEqual(auth(token, {}), { authorization: `Bearer ${token}` });
    const signed = sign?.({ ...request, headers: {} }, { azure_ad_token: token }, new Date(0));
    assert.deepEqual(signed, { authorization: `Bearer ${token}` });
  });

  it("none at all is refused, unless a header of the caller's has one", () => {
    assert.throws(() => sign?.({ ...request, headers: {} }, {}, new Date(0)), /AZURE_API_KEY/);
    assert.deepEqual(sign?.({ ...request, headers: { "api-key": "sk-fake" } }, {}, new Date(0)), {});
  });
});

describe("a server of one's own", () => {
  for (const id of ["lm_studio", "llamafile", "llamacpp", "hosted_vllm"]) {
    it(`${id} needs no key, and is asked after when nothing listens`, () => {
      const { key_required, local, hint } = providerOf(id);
      assert.deepEqual({ key_required, local }, { key_required: false, local: true });
      const told = hint?.({
        name: "APIConnectionError",
        status: undefined,
        message: "",
        model: "x",
        api_base: "http://127.0.0.1:9/v1",
        refused: true,
      });
      assert.match(told ?? "", /running at http:\/\/127\.0\.0\.1:9\/v1\? Start/);
    });
  }
});

describe("names without a prefix", () => {
  const NAMES: [name: string, provider: string][] = [
    ["mistral-large-latest", "mistral"],
    ["open-mixtral-8x22b", "mistral"],
    ["codestral-latest", "mistral"],
    ["deepseek-chat", "deepseek"],
    ["grok-4", "xai"],
    ["vllm/x", "hosted_vllm"],
    ["custom_openai/x", "openai_compatible"],
  ];
  for (const [name, provider] of NAMES)
    it(`${name} is ${provider}'s`, () => assert.equal(resolveModel(name).provider, provider));
});

describe("CONTRIBUTING.md", () => {
  it("shows a row that is really there, and fixtures that are", () => {
    const text = readFileSync("CONTRIBUTING.md", "utf8");
    const row = /```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? "no row";
    assert.ok(readFileSync("server/providers/family/plain.ts", "utf8").includes(row), row);
    assert.ok(readdirSync("test/fixtures/cerebras").includes("reasoning"));
  });
});
