// What is known of models, what the user adds to it, and LiteLLM's questions about names and keys.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { loadCatalogue, PRICES_DATE, PRICES_VERSION, pricesAt } from "../../../server/models/catalogue.ts";
import { get_max_tokens, get_model_info } from "../../../server/models/model-info.ts";
import {
  get_llm_provider,
  get_supported_openai_params,
  knownModels,
  validate_environment,
} from "../../../server/models/model-names.ts";
import { fieldsOfRates, ratesOfFields } from "../../../server/models/rates.ts";
import { forgetRegisteredModels, register_model } from "../../../server/models/register-model.ts";
import * as SUPPORTS from "../../../server/models/supports.ts";
import { BadRequestError } from "../../../server/protocol/errors.ts";

const supports = { ...SUPPORTS };

describe("get_model_info", () => {
  afterEach(forgetRegisteredModels);

  it("has LiteLLM's fields", async () => {
    const info = await get_model_info("openai/gpt-4o");
    const { key, litellm_provider, mode, max_tokens, max_input_tokens, max_output_tokens } = info;
    assert.deepEqual(
      { key, litellm_provider, mode, max_tokens, max_input_tokens, max_output_tokens },
      {
        key: "gpt-4o",
        litellm_provider: "openai",
        mode: "chat",
        max_tokens: 16_384,
        max_input_tokens: 128_000,
        max_output_tokens: 16_384,
      },
    );
    assert.equal(info.input_cost_per_token, 0.0000025);
    assert.equal(info.output_cost_per_token, 0.00001);
    assert.equal(info["cache_read_input_token_cost"], 0.00000125);
    assert.equal(info["supports_vision"], true);
    assert.equal(info["supports_reasoning"], undefined);
    assert.equal(info.prices_date, PRICES_DATE);
    assert.ok(info.supported_openai_params.includes("tools"));
  });

  it("finds the same with and without the provider in the name", async () => {
    const bare = await get_model_info("claude-sonnet-4-5");
    assert.deepEqual(await get_model_info("anthropic/claude-sonnet-4-5"), bare);
    assert.deepEqual(await get_model_info("claude-sonnet-4-5", "anthropic"), bare);
  });

  it("names the prices of long prompts", async () => {
    const info = await get_model_info("gemini/gemini-2.5-pro");
    assert.equal(info["input_cost_per_token_above_200k_tokens"], 0.0000025);
  });

  it("a price nobody knows is null, and so is its date", async () => {
    const info = await get_model_info("ollama/llama3.2");
    assert.equal(info.input_cost_per_token, null);
    assert.equal(info.output_cost_per_token, null);
    assert.equal(info.prices_date, null);
  });

  it("takes the context of an open model from its host", async () => {
    assert.equal((await get_model_info("cerebras/llama3.1-8b")).max_input_tokens, 32_768);
  });

  it("of an embedding model tells its vectors and parameters", async () => {
    const info = await get_model_info("text-embedding-3-small");
    assert.equal(info.mode, "embedding");
    assert.equal(info["output_vector_size"], 1536);
    assert.deepEqual(info.supported_openai_params, ["dimensions", "encoding_format", "user"]);
  });

  it("of an unmapped model is an error that says what to do", async () => {
    await assert.rejects(get_model_info("openai/gpt-99"), (error: BadRequestError) => {
      assert.ok(error instanceof BadRequestError);
      assert.match(error.message, /This model isn't mapped yet\. model=gpt-99, custom_llm_provider=openai/);
      assert.match(error.message, /register_model/);
      return true;
    });
  });

  it("get_max_tokens is the longest answer", async () => {
    assert.equal(await get_max_tokens("gpt-4o"), 16_384);
    await assert.rejects(get_max_tokens("openai/gpt-99"), BadRequestError);
  });
});

describe("register_model", () => {
  afterEach(forgetRegisteredModels);

  it("makes a model known, by its exact name only", async () => {
    const map = register_model({
      "openai/my-model": { max_tokens: 100, input_cost_per_token: 0.5, supports_vision: true },
    });
    assert.deepEqual(Object.keys(map), ["openai/my-model"]);
    const info = await get_model_info("openai/my-model");
    assert.equal(info.max_tokens, 100);
    assert.equal(info.max_input_tokens, 100);
    assert.equal(info.input_cost_per_token, 0.5);
    assert.equal(info.prices_date, null);
    assert.equal(supports.supports_vision("openai/my-model"), true);
    await assert.rejects(get_model_info("openai/my-model-2"), BadRequestError);
    await assert.rejects(get_model_info("groq/my-model"), BadRequestError);
  });

  it("goes before what is known, field by field, and a second entry adds to the first", async () => {
    register_model({ "gpt-4o": { input_cost_per_token: 1 } });
    register_model({ "gpt-4o": { supports_vision: false } });
    const info = await get_model_info("gpt-4o");
    assert.equal(info.input_cost_per_token, 1);
    assert.equal(info.output_cost_per_token, 0.00001);
    assert.equal(supports.supports_vision("openai/gpt-4o"), false);
    assert.equal(supports.supports_function_calling("openai/gpt-4o"), true);
  });

  it("a bare name belongs to the provider it says, or to any", async () => {
    register_model({
      "house-model": { litellm_provider: "groq", max_tokens: 5 },
      "free-model": { max_tokens: 6 },
    });
    assert.equal(await get_max_tokens("groq/house-model"), 5);
    await assert.rejects(get_max_tokens("openai/house-model"), BadRequestError);
    assert.equal(await get_max_tokens("openai/free-model"), 6);
  });

  it("an alias of a provider is the same model", async () => {
    register_model({ "ollama_chat/tiny": { max_tokens: 7 } });
    assert.equal(await get_max_tokens("ollama/tiny"), 7);
  });

  it("refuses what is no price and no dictionary, and then registers nothing", async () => {
    for (const wrong of [
      { good: { max_tokens: 1 }, bad: { input_cost_per_token: -1 } },
      { bad: { max_tokens: "9" } },
      { bad: 5 },
      [],
    ])
      assert.throws(() => register_model(wrong as never), BadRequestError, JSON.stringify(wrong));
    await assert.rejects(get_max_tokens("openai/good"), BadRequestError);
  });

  it("does not hand out what it keeps", async () => {
    const map = register_model({ "openai/mine": { max_tokens: 1 } });
    (map["openai/mine"] as { max_tokens: number }).max_tokens = 2;
    assert.equal(await get_max_tokens("openai/mine"), 1);
  });
});

describe("supports_*", () => {
  const rows: [model: string, yes: (keyof typeof supports)[], no: (keyof typeof supports)[]][] = [
    [
      "gpt-4o",
      [
        "supports_vision",
        "supports_function_calling",
        "supports_response_schema",
        "supports_prompt_caching",
        "supports_pdf_input",
        "supports_system_messages",
      ],
      ["supports_reasoning", "supports_audio_input"],
    ],
    ["gpt-4o-audio-preview", ["supports_audio_input", "supports_audio_output"], ["supports_vision"]],
    [
      "o3-mini",
      ["supports_reasoning", "supports_function_calling", "supports_tool_choice"],
      ["supports_vision", "supports_parallel_function_calling"],
    ],
    ["gpt-5", ["supports_reasoning", "supports_vision", "supports_web_search"], ["supports_audio_output"]],
    ["gpt-3.5-turbo", ["supports_function_calling"], ["supports_vision", "supports_response_schema"]],
    [
      "anthropic/claude-sonnet-4-5",
      [
        "supports_vision",
        "supports_reasoning",
        "supports_pdf_input",
        "supports_prompt_caching",
        "supports_web_search",
        "supports_computer_use",
      ],
      ["supports_audio_input"],
    ],
    ["anthropic/claude-3-5-haiku-20241022", ["supports_vision"], ["supports_reasoning"]],
    [
      "bedrock/us.anthropic.claude-opus-4-5-20251101-v1:0",
      ["supports_vision", "supports_reasoning"],
      ["supports_web_search"],
    ],
    ["openrouter/anthropic/claude-sonnet-4.5", ["supports_vision", "supports_reasoning"], []],
    [
      "gemini/gemini-2.5-flash",
      ["supports_audio_input", "supports_reasoning", "supports_pdf_input", "supports_web_search"],
      ["supports_audio_output"],
    ],
    [
      "mistral/mistral-large-latest",
      ["supports_function_calling", "supports_vision"],
      ["supports_reasoning"],
    ],
    ["groq/llama-3.1-8b-instant", ["supports_function_calling"], ["supports_vision"]],
    ["ollama/llava", ["supports_vision"], ["supports_function_calling"]],
    ["deepseek/deepseek-reasoner", ["supports_reasoning"], ["supports_vision"]],
    ["xai/grok-4", ["supports_reasoning", "supports_vision"], []],
    ["perplexity/sonar", ["supports_web_search"], ["supports_function_calling"]],
    ["text-embedding-3-small", [], ["supports_function_calling", "supports_system_messages"]],
  ];
  for (const [model, yes, no] of rows) {
    it(model, () => {
      const ask = (name: keyof typeof supports): boolean =>
        (supports[name] as (model: string) => boolean)(model);
      assert.deepEqual(
        yes.filter((name) => !ask(name)),
        [],
        "can",
      );
      assert.deepEqual(no.filter(ask), [], "cannot");
    });
  }

  it("false, not an error, for what nobody knows", () => {
    for (const model of ["openai/gpt-99", "nobody/knows", "", "gpt-99"])
      assert.equal(supports.supports_vision(model), false);
  });
});

describe("the price catalogue", () => {
  it("has the date of the package that is installed", () => {
    const installed = JSON.parse(
      readFileSync("node_modules/@pydantic/genai-prices/package.json", "utf8"),
    ) as { version: string };
    assert.equal(
      PRICES_VERSION,
      installed.version,
      "a new version of the price data: set PRICES_VERSION and PRICES_DATE",
    );
  });

  it("tells models with names inside each other apart", async () => {
    const catalogue = await loadCatalogue();
    const id = (provider: string, model: string): string | undefined =>
      catalogue.find(provider, model)?.row.id;
    assert.equal(id("openai", "gpt-4"), "gpt-4");
    assert.equal(id("openai", "gpt-4-32k"), "gpt-4-32k");
    assert.equal(id("openai", "gpt-4o-mini"), "gpt-4o-mini");
    assert.equal(id("openai", "gpt-5-mini-2025-08-07"), "gpt-5-mini");
    assert.equal(id("openai", "GPT-4o"), "gpt-4o");
    assert.equal(id("openai", "gpt-5-ultra"), undefined);
    assert.equal(id("openai", "constructor"), undefined);
    assert.equal(id("huggingface", "openai/gpt-oss-20b:groq"), "openai/gpt-oss-20b");
    assert.equal(id("huggingface", "openai/gpt-oss-20b"), undefined);
  });

  it("knows the price of a time", () => {
    const model = {
      id: "m",
      match: { equals: "m" },
      prices: [
        { prices: { input_mtok: 1 } },
        { constraint: { type: "start_date" as const, start_date: "2026-06-01" }, prices: { input_mtok: 2 } },
        {
          constraint: { type: "time_of_date" as const, start_time: "23:00:00Z", end_time: "01:00:00Z" },
          prices: { input_mtok: 3 },
        },
      ],
    };
    const at = (time: string): unknown => pricesAt(model, new Date(time))["input_mtok"];
    assert.equal(at("2026-05-31T23:59:59Z"), 3);
    assert.equal(at("2026-05-31T22:59:59Z"), 1);
    assert.equal(at("2026-06-01T12:00:00Z"), 2);
    assert.equal(at("2026-06-02T00:30:00Z"), 3);
    assert.equal(at("2026-06-02T01:00:00Z"), 2);
  });

  it("LiteLLM's price fields come back as they went in", () => {
    const fields = {
      input_cost_per_token: 1e-6,
      input_cost_per_token_above_128k_tokens: 2e-6,
      input_cost_per_token_priority: 3e-6,
      output_cost_per_token: 4e-6,
      output_cost_per_token_batches: 5e-7,
      cache_creation_input_token_cost_above_1hr: 6.25e-6,
    };
    const sheet = ratesOfFields({ ...fields, mode: "chat", input_cost_per_pixel: 7 });
    assert.ok(sheet);
    assert.deepEqual(fieldsOfRates(sheet), fields);
    assert.equal(ratesOfFields({ mode: "chat", max_tokens: 5 }), undefined);
  });

  it("reads prices by ranges of the prompt", () => {
    const sheet = ratesOfFields({
      tiered_pricing: [
        { range: [0, 32_000], input_cost_per_token: 1e-6 },
        { range: [32_000, 128_000], input_cost_per_token: 2e-6 },
      ],
    });
    assert.ok(sheet);
    assert.deepEqual(fieldsOfRates(sheet), {
      input_cost_per_token: 1e-6,
      input_cost_per_token_above_32k_tokens: 2e-6,
    });
  });
});

describe("a model's name", () => {
  it("says its provider", () => {
    assert.deepEqual(get_llm_provider("gpt-4o"), { model: "gpt-4o", custom_llm_provider: "openai" });
    assert.deepEqual(get_llm_provider("openrouter/a/b"), { model: "a/b", custom_llm_provider: "openrouter" });
    assert.throws(() => get_llm_provider("nobody/knows"), BadRequestError);
  });

  it("says what may be asked of it", () => {
    assert.ok(get_supported_openai_params("gpt-4o").includes("logprobs"));
    assert.ok(!get_supported_openai_params("claude-sonnet-4-5").includes("logprobs"));
    assert.ok(!get_supported_openai_params("perplexity/sonar").includes("tools"));
    assert.deepEqual(get_supported_openai_params("gpt-4o", undefined, "embeddings"), [
      "dimensions",
      "encoding_format",
      "user",
    ]);
    assert.throws(() => get_supported_openai_params("gpt-4o", undefined, "images" as never), BadRequestError);
  });

  it("says what the environment lacks, never what it holds", () => {
    const check = (model: string, env: Record<string, string>) => validate_environment(model, { env });
    assert.deepEqual(check("gpt-4o", {}), { keys_in_environment: false, missing_keys: ["OPENAI_API_KEY"] });
    assert.deepEqual(check("gpt-4o", { OPENAI_API_KEY: "sk-fake-1" }), {
      keys_in_environment: true,
      missing_keys: [],
    });
    assert.deepEqual(check("gpt-4o", { OPENAI_API_KEY: "  " }).missing_keys, ["OPENAI_API_KEY"]);
    assert.deepEqual(check("ollama/llama3.2", {}), { keys_in_environment: true, missing_keys: [] });
    assert.deepEqual(check("azure/x", {}).missing_keys, ["AZURE_API_KEY", "AZURE_API_BASE"]);
    assert.deepEqual(
      check("azure/x", { AZURE_AD_TOKEN: "fake", AZURE_API_BASE: "https://x.openai.azure.com" }).missing_keys,
      [],
    );
    assert.deepEqual(check("bedrock/x", {}).missing_keys, ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
    assert.deepEqual(
      check("bedrock/x", { AWS_ACCESS_KEY_ID: "fake", AWS_SECRET_ACCESS_KEY: "fake" }).missing_keys,
      [],
    );
    assert.deepEqual(validate_environment("gpt-4o", { env: {}, api_key: "sk-fake-1" }).missing_keys, []);
  });

  it("the models of a key are those of its provider", async () => {
    const models = await knownModels({ GROQ_API_KEY: "sk-fake-1" });
    assert.ok(models.includes("groq/llama-3.1-8b-instant"));
    assert.ok(models.every((one) => one.startsWith("groq/")));
    assert.deepEqual(await knownModels({}), []);
  });
});
