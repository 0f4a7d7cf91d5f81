// What OpenAI's models take, by their names: efforts, limits, sampling; and messages as OpenAI's own API takes them,
// with a warning for everything that was changed or left out.

import assert from "node:assert/strict";
import { wireOf } from "../../server/engine/engine.ts";
import { prepareChat, prepareEmbedding } from "../../server/engine/prepare.ts";
import { BadRequestError, UnsupportedParamsError } from "../../server/protocol/errors.ts";
import type { CompletionParams, Message } from "../../server/protocol/messages.ts";
import { providerOf, resolveModel } from "../../server/providers/registry.ts";

type Json = Record<string, unknown>;
interface Asked {
  body: Json;
  warned: string[];
}
interface Switches {
  own_base?: boolean;
  drop_params?: boolean;
}

const HELLO: Message = { role: "user", content: "Hi." };

function identity(requested_model: string, { own_base = false, drop_params = false }: Switches) {
  const { provider, model } = resolveModel(requested_model);
  const row = providerOf(provider);
  const names = { provider, model, requested_model, id: "unit", created: 1_700_000_000 };
  return {
    ...names,
    supported: row.supportedParams(model, own_base),
    supported_embedding: row.embed?.supported?.(model),
    settings: {},
    own_base,
    drop_params,
  };
}

function asked(model: string, rest: Partial<CompletionParams> = {}, switches: Switches = {}): Asked {
  const call = prepareChat({ model, messages: [HELLO], ...rest }, identity(model, switches), false);
  const { body } = wireOf(providerOf(resolveModel(model).provider), call).request(call);
  return { body: body ?? {}, warned: call.warnings.map(({ param, message }) => `${param}: ${message}`) };
}

describe("the effort of an OpenAI model", () => {
  const SENT: [model: string, wanted: string, sent: string | undefined][] = [
    ["o3", "none", "low"],
    ["o3", "minimal", "low"],
    ["o4-mini", "xhigh", "high"],
    ["ft:o4-mini-2025-04-16:org::id", "xhigh", "high"],
    ["gpt-5", "none", "minimal"],
    ["gpt-5-mini", "minimal", "minimal"],
    ["gpt-5-nano-2025-08-07", "xhigh", "high"],
    ["gpt-5.1", "none", "none"],
    ["gpt-5.1", "minimal", "low"],
    ["gpt-5.1", "xhigh", "high"],
    ["gpt-5.2", "xhigh", "xhigh"],
    ["gpt-5.4-mini", "minimal", "low"],
    ["gpt-6", "xhigh", "xhigh"],
    ["gpt-5", "enormous", "enormous"],
    ["gpt-5", "default", undefined],
  ];
  for (const [model, wanted, sent] of SENT) {
    it(`${model} is asked for ${sent} where ${wanted} is wanted`, () => {
      const { body, warned } = asked(`openai/${model}`, { reasoning_effort: wanted });
      assert.equal(body["reasoning_effort"], sent);
      const changed = sent !== wanted && sent !== undefined;
      const warning = `reasoning_effort: reasoning_effort ${wanted} became ${sent}: ${model} does not know ${wanted}`;
      assert.deepEqual(warned, changed ? [warning] : []);
    });
  }

  const OF_RESPONSES: [model: string, wanted: string, sent: string][] = [
    ["gpt-5-pro", "low", "high"],
    ["gpt-5.2-pro", "low", "medium"],
    ["gpt-5-codex", "minimal", "low"],
    ["gpt-5.1-codex-max", "xhigh", "xhigh"],
    ["gpt-5.1-codex", "xhigh", "high"],
    ["gpt-5.3-codex", "xhigh", "xhigh"],
    ["o3-deep-research", "high", "medium"],
    ["codex-mini-latest", "none", "low"],
    ["responses/gpt-5", "none", "minimal"],
  ];
  for (const [model, wanted, sent] of OF_RESPONSES) {
    it(`${model} is asked for ${sent} where ${wanted} is wanted, over Responses`, () => {
      const { body, warned } = asked(`openai/${model}`, { reasoning_effort: wanted });
      assert.deepEqual(body["reasoning"], { effort: sent });
      assert.equal(warned.length, sent === wanted ? 0 : 1);
    });
  }

  it("is another server's to judge", () => {
    const { body, warned } = asked("openai/gpt-5", { reasoning_effort: "none" }, { own_base: true });
    assert.deepEqual([body["reasoning_effort"], warned], ["none", []]);
  });
});

describe("what an OpenAI model does not take", () => {
  const REFUSED: [model: string, rest: Partial<CompletionParams>][] = [
    ["openai/gpt-4o", { reasoning_effort: "low" }],
    ["openai/gpt-4.1", { verbosity: "low" }],
    ["openai/gpt-5-chat-latest", { reasoning_effort: "low" }],
    ["openai/gpt-5.1-chat-latest", { reasoning_effort: "low" }],
    ["openai/gpt-4o", { thinking: { type: "enabled", budget_tokens: 1024 } }],
    ["openai/o3", { parallel_tool_calls: true }],
    ["openai/o3", { stop: "END" }],
    ["openai/gpt-5", { stop: "END" }],
    ["openai/o3-mini", { top_p: 0.5 }],
    ["openai/gpt-5", { logprobs: true }],
    ["openai/o3", { verbosity: "low" }],
    ["openai/o3", { temperature: 0.2 }],
    ["openai/gpt-5-mini", { temperature: 0 }],
    ["openai/gpt-5.1", { temperature: 0, reasoning_effort: "low" }],
    ["openai/gpt-5.2", { top_logprobs: 1, logprobs: true, reasoning_effort: "high" }],
    ["azure/gpt-4o", { reasoning_effort: "low" }],
    ["azure/gpt-5", { temperature: 0.2 }],
    ["openai/responses/gpt-5", { temperature: 0.2 }],
    ["openai/responses/gpt-5", { top_p: 0.2 }],
    ["openai/responses/gpt-4o", { reasoning_effort: "low" }],
    ["openai/responses/gpt-4o", { n: 2 }],
    ["openai/gpt-5-codex", { stop: "END" }],
  ];
  for (const [model, rest] of REFUSED) {
    it(`${model} refuses ${JSON.stringify(rest)}, or drops it with a warning each`, () => {
      assert.throws(() => asked(model, rest), UnsupportedParamsError);
      const { body, warned } = asked(model, rest, { drop_params: true });
      for (const param of Object.keys(rest)) {
        if (param === "reasoning_effort" && "temperature" in rest) continue;
        if (model.includes("5.2") && param === "reasoning_effort") continue;
        assert.equal(body[param], undefined);
        assert.ok(
          warned.some((one) => one.startsWith(`${param}: ${param} was dropped`)),
          warned.join("; "),
        );
      }
    });
  }

  const TAKEN: [model: string, rest: Partial<CompletionParams>, own_base?: boolean][] = [
    ["openai/gpt-4o", { reasoning_effort: "low", verbosity: "low" }, true],
    ["openai/some-model", { reasoning_effort: "low" }],
    ["azure/my-deployment", { reasoning_effort: "low", verbosity: "low", stop: "END" }],
    ["openai/gpt-5", { temperature: 1, verbosity: "low", parallel_tool_calls: false, seed: 7 }],
    ["openai/o3-mini", { stop: "END" }],
    ["openai/gpt-5.1", { temperature: 0, top_p: 0.5, logprobs: true }],
    ["openai/gpt-5.1", { temperature: 0, reasoning_effort: "none" }],
    ["openai/gpt-5.2", { temperature: 1, reasoning_effort: "high" }],
    ["openai/gpt-5.2", { temperature: 0, reasoning_effort: "high" }, true],
    [
      "openai/gpt-4o-audio-preview",
      { modalities: ["text", "audio"], audio: { voice: "alloy", format: "wav" } },
    ],
    ["openai/gpt-4o", { prediction: { type: "content", content: "const a = 1;" }, service_tier: "flex" }],
    ["openai/gpt-4o-search-preview", { web_search_options: { search_context_size: "low" } }],
    ["openai/gpt-4o", { functions: [{ name: "f", parameters: {} }], function_call: "auto" }],
  ];
  for (const [model, rest, own_base = false] of TAKEN) {
    it(`${model} takes ${JSON.stringify(rest)}${own_base ? " elsewhere" : ""}`, () => {
      const { body, warned } = asked(model, rest, { own_base });
      for (const [param, value] of Object.entries(rest)) assert.deepEqual(body[param], value);
      assert.deepEqual(warned, []);
    });
  }

  it("names the limit that does not go", () => {
    const { body, warned } = asked("openai/o3", { max_tokens: 5, max_completion_tokens: 9 });
    assert.deepEqual([body["max_tokens"], body["max_completion_tokens"]], [undefined, 9]);
    assert.match(warned.join(), /^max_tokens: max_tokens was dropped/);
  });

  it("is dimensions for the second generation of embeddings", () => {
    const embed = (model: string) => () =>
      prepareEmbedding({ model, input: "one", dimensions: 64 }, identity(model, {}));
    assert.throws(embed("openai/text-embedding-ada-002"), UnsupportedParamsError);
    assert.equal(embed("openai/text-embedding-3-small")().params.dimensions, 64);
    assert.equal(embed("openai/somebody-elses")().params.dimensions, 64);
  });
});

describe("messages for OpenAI's own API", () => {
  const sent = (messages: Message[], switches: Switches = {}): [messages: unknown, warned: string[]] => {
    const { body, warned } = asked("openai/gpt-4o", { messages }, switches);
    return [body["messages"], warned];
  };

  it("tell an earlier answer without what is LiteLLM's, and say so", () => {
    const call = { id: "call_1", type: "function" as const, function: { name: "now", arguments: "{}" } };
    const answer: Message = {
      role: "assistant",
      content: "It is late.",
      reasoning_content: "What time is it?",
      thinking_blocks: [{ type: "thinking", thinking: "What time is it?", signature: "c2ln" }],
      provider_specific_fields: { citations: [] },
      audio: { id: "audio_1", data: "UklGRg==", transcript: "It is late.", expires_at: 1_760_000_000 },
      tool_calls: [{ ...call, index: 0, provider_specific_fields: { thought_signature: "c2ln" } }],
    };
    const [messages, warned] = sent([HELLO, answer]);
    assert.deepEqual(messages, [
      HELLO,
      { role: "assistant", content: "It is late.", audio: { id: "audio_1" }, tool_calls: [call] },
    ]);
    assert.match(warned.join(), /^messages: reasoning_content of 1 earlier answer was not sent back/);
  });

  it("bring no marks of another's cache, and say so once", () => {
    const cache_control = { type: "ephemeral" as const };
    const marked: Message[] = [
      { role: "system", content: [{ type: "text", text: "Be brief.", cache_control }] },
      { ...HELLO, cache_control },
    ];
    const [messages, warned] = sent(marked);
    assert.deepEqual(messages, [{ role: "system", content: [{ type: "text", text: "Be brief." }] }, HELLO]);
    assert.equal(warned.length, 1);
    assert.match(warned.join(), /^cache_control: cache_control was dropped/);
    assert.deepEqual(sent(marked, { own_base: true }), [marked, []]);
    const fn = { name: "now", parameters: { type: "object" } };
    const tools = [{ type: "function", function: fn, cache_control }];
    const { body, warned: of_tools } = asked("openai/gpt-4o", { tools });
    assert.deepEqual(body["tools"], [{ type: "function", function: fn }]);
    assert.equal(of_tools.length, 1);
  });

  it("hold images and files as OpenAI wants them", () => {
    const [messages, warned] = sent([
      {
        role: "user",
        content: [
          { type: "image_url", image_url: "https://example.test/a.png" },
          {
            type: "image_url",
            image_url: { url: "data:image/png;base64,AA==", detail: "low", format: "image/png" },
          },
          { type: "file", file: { file_data: "JVBERi0=", format: "application/pdf" } },
          { type: "file", file: { file_data: "data:application/pdf;base64,JVBERi0=", filename: "a.pdf" } },
          { type: "file", file: { file_id: "file-1" } },
          { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } },
        ],
      },
    ]);
    const data = "data:application/pdf;base64,JVBERi0=";
    assert.deepEqual((messages as Message[])[0]?.content, [
      { type: "image_url", image_url: { url: "https://example.test/a.png" } },
      { type: "image_url", image_url: { url: "data:image/png;base64,AA==", detail: "low" } },
      { type: "file", file: { file_data: data, filename: "file.pdf" } },
      { type: "file", file: { file_data: data, filename: "a.pdf" } },
      { type: "file", file: { file_id: "file-1" } },
      { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } },
    ]);
    assert.deepEqual(warned, []);
  });

  it("hold no file that OpenAI would have to fetch", () => {
    const file = { type: "file", file: { file_id: "https://example.test/a.pdf" } };
    assert.throws(
      () => sent([{ role: "user", content: [file] }]),
      (error: unknown) => error instanceof BadRequestError && /openai\/responses\/gpt-4o/.test(error.message),
    );
  });
});
