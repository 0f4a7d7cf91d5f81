// What calls cost, worked out by hand: every vector shows its units and the price of each. A price is a number (USD per
// million tokens, registered for the vector) or a key of the raw price data, which the test reads by itself.

import type { Usage } from "../../../server/protocol/messages.ts";

/** USD per million; or [provider, model id, key, tier] of the raw data: tier 0 is the base. Per thousand for `_kcount`. */
export type Price = number | [provider: string, model: string, key: string, tier?: number];
export interface Vector {
  name: string;
  provider: string;
  model: string;
  response_model?: string;
  base_model?: string;
  /** Registered under the model's name, USD per million; keys are LiteLLM's fields. */
  registered?: Record<string, number>;
  /** Given with the call, USD per million. */
  given?: Record<string, number>;
  service_tier?: string;
  usage: Partial<Usage>;
  /** Units × price, or a sum in USD that the provider tells; null = the cost must be unknown. */
  pays: [units: number, price: Price][] | { reported_usd: number } | null;
  estimated?: true;
  source: "provider" | "call" | "registered" | "catalogue" | "none";
  /** Default 2026-10-01T12:00:00Z. */
  now?: string;
}

const io = (prompt_tokens: number, completion_tokens: number, more: Partial<Usage> = {}): Partial<Usage> => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
  ...more,
});
const cached = (cached_tokens: number): Partial<Usage> => ({ prompt_tokens_details: { cached_tokens } });
const thought = (reasoning_tokens: number): Partial<Usage> => ({
  completion_tokens_details: { reasoning_tokens },
});
const raw = (provider: string, model: string, key: string, tier = 0): Price => [provider, model, key, tier];
const PLAIN = { input_cost_per_token: 2, output_cost_per_token: 8 };

const catalogue = (
  name: string,
  [provider, model]: [string, string],
  usage: Partial<Usage>,
  pays: Vector["pays"],
  more: Partial<Vector> = {},
): Vector => ({ name, provider, model, usage, pays, source: "catalogue", ...more });
const registered = (
  name: string,
  prices: Record<string, number>,
  usage: Partial<Usage>,
  pays: Vector["pays"],
  more: Partial<Vector> = {},
): Vector => ({
  name,
  provider: "openai",
  model: "vector-model",
  registered: prices,
  usage,
  pays,
  source: "registered",
  ...more,
});
const unknown = (
  name: string,
  [provider, model]: [string, string],
  usage: Partial<Usage> = io(10, 10),
): Vector => ({
  name,
  provider,
  model,
  usage,
  pays: null,
  source: "none",
});
const reported = (
  name: string,
  [provider, model]: [string, string],
  usage: Partial<Usage>,
  reported_usd: number,
): Vector => ({ name, provider, model, usage, pays: { reported_usd }, source: "provider" });

const GPT_4O = ["openai", "gpt-4o"] as const;
const SONNET = ["anthropic", "claude-sonnet-4-5"] as const;
const GEMINI = ["google", "gemini-2.5-pro"] as const;
const FLASH = ["google", "gemini-2.5-flash"] as const;

export const VECTORS: Vector[] = [
  // The catalogue's prices, provider by provider: plain calls.
  catalogue("openai: plain", ["openai", "gpt-4o"], io(1000, 500), [
    [1000, raw(...GPT_4O, "input_mtok")],
    [500, raw(...GPT_4O, "output_mtok")],
  ]),
  catalogue("openai: gpt-4o-mini is not gpt-4o", ["openai", "gpt-4o-mini"], io(1000, 500), [
    [1000, raw("openai", "gpt-4o-mini", "input_mtok")],
    [500, raw("openai", "gpt-4o-mini", "output_mtok")],
  ]),
  catalogue("openai: a snapshot with a price of its own", ["openai", "gpt-4o-2024-05-13"], io(1000, 500), [
    [1000, raw("openai", "gpt-4o-2024-05-13", "input_mtok")],
    [500, raw("openai", "gpt-4o-2024-05-13", "output_mtok")],
  ]),
  catalogue("openai: a fine-tuned model", ["openai", "ft:gpt-4o-mini-2024-07-18:acme::7q"], io(40, 3), [
    [40, raw("openai", "gpt-4o-mini-2024-07-18.ft-", "input_mtok")],
    [3, raw("openai", "gpt-4o-mini-2024-07-18.ft-", "output_mtok")],
  ]),
  catalogue(
    "openai: an embedding writes nothing",
    ["openai", "text-embedding-3-small"],
    { prompt_tokens: 77, total_tokens: 77 },
    [[77, raw("openai", "text-embedding-3-small", "input_mtok")]],
  ),
  catalogue("anthropic: plain", ["anthropic", "claude-sonnet-4-5"], io(12, 34), [
    [12, raw(...SONNET, "input_mtok")],
    [34, raw(...SONNET, "output_mtok")],
  ]),
  catalogue("anthropic: a dated name", ["anthropic", "claude-haiku-4-5-20251001"], io(12, 34), [
    [12, raw("anthropic", "claude-haiku-4-5", "input_mtok")],
    [34, raw("anthropic", "claude-haiku-4-5", "output_mtok")],
  ]),
  catalogue("gemini: plain", ["gemini", "gemini-2.5-flash"], io(100, 20), [
    [100, raw(...FLASH, "input_mtok")],
    [20, raw(...FLASH, "output_mtok")],
  ]),
  catalogue("mistral: plain", ["mistral", "codestral-latest"], io(100, 20), [
    [100, raw("mistral", "codestral", "input_mtok")],
    [20, raw("mistral", "codestral", "output_mtok")],
  ]),
  catalogue("mistral: an embedding", ["mistral", "mistral-embed"], { prompt_tokens: 9, total_tokens: 9 }, [
    [9, raw("mistral", "mistral-embed", "input_mtok")],
  ]),
  catalogue("groq: plain", ["groq", "llama-3.1-8b-instant"], io(100, 20), [
    [100, raw("groq", "llama-3.1-8b-instant", "input_mtok")],
    [20, raw("groq", "llama-3.1-8b-instant", "output_mtok")],
  ]),
  catalogue("cohere: plain", ["cohere_chat", "command-r7b-12-2024"], io(100, 20), [
    [100, raw("cohere", "command-r7b", "input_mtok")],
    [20, raw("cohere", "command-r7b", "output_mtok")],
  ]),
  catalogue(
    "cohere: billed are fewer tokens than the model read",
    ["cohere_chat", "command-r-08-2024"],
    io(500, 20, { billed_units: { input_tokens: 9, output_tokens: 18 } }),
    [
      [9, raw("cohere", "command-r", "input_mtok")],
      [18, raw("cohere", "command-r", "output_mtok")],
    ],
  ),
  catalogue("cerebras: plain", ["cerebras", "gpt-oss-120b"], io(100, 20), [
    [100, raw("cerebras", "gpt-oss-120b", "input_mtok")],
    [20, raw("cerebras", "gpt-oss-120b", "output_mtok")],
  ]),
  catalogue("zai: plain, in lower case", ["zai", "glm-5.2"], io(100, 20), [
    [100, raw("zai", "GLM-5.2", "input_mtok")],
    [20, raw("zai", "GLM-5.2", "output_mtok")],
  ]),
  catalogue(
    "together_ai and the others by their own lists",
    ["fireworks_ai", "accounts/fireworks/models/kimi-k2p5"],
    io(7, 9),
    [
      [7, raw("fireworks", "kimi-k2p5", "input_mtok")],
      [9, raw("fireworks", "kimi-k2p5", "output_mtok")],
    ],
  ),
  catalogue("perplexity: every request has a fee", ["perplexity", "sonar"], io(100, 20), [
    [100, raw("perplexity", "sonar", "input_mtok")],
    [20, raw("perplexity", "sonar", "output_mtok")],
    [1, raw("perplexity", "sonar", "requests_kcount")],
  ]),
  catalogue(
    "perplexity: thoughts, citations and searches have prices of their own",
    ["perplexity", "sonar-deep-research"],
    io(100, 50, { reasoning_tokens: 700, total_tokens: 850, citation_tokens: 30, num_search_queries: 4 }),
    [
      [100, raw("perplexity", "sonar-deep-research", "input_mtok")],
      [50, raw("perplexity", "sonar-deep-research", "output_mtok")],
      [700, raw("perplexity", "sonar-deep-research", "output_reasoning_mtok")],
      [30, raw("perplexity", "sonar-deep-research", "output_citation_mtok")],
      [4, raw("perplexity", "sonar-deep-research", "web_searches_kcount")],
    ],
  ),
  catalogue(
    "bedrock: a model in its region",
    ["bedrock", "us.anthropic.claude-haiku-4-5-20251001-v1:0"],
    io(100, 20),
    [
      [100, raw("aws", "regional.anthropic.claude-haiku-4-5-20251001-v1:0", "input_mtok")],
      [20, raw("aws", "regional.anthropic.claude-haiku-4-5-20251001-v1:0", "output_mtok")],
    ],
  ),
  catalogue(
    "bedrock: the same everywhere costs less",
    ["bedrock", "global.anthropic.claude-haiku-4-5-20251001-v1:0"],
    io(100, 20),
    [
      [100, raw("aws", "global.anthropic.claude-haiku-4-5-20251001-v1:0", "input_mtok")],
      [20, raw("aws", "global.anthropic.claude-haiku-4-5-20251001-v1:0", "output_mtok")],
    ],
  ),
  catalogue(
    "azure: the deployment's name says nothing, the answer does",
    ["azure", "my-deployment"],
    io(10, 5),
    [
      [10, raw(...GPT_4O, "input_mtok")],
      [5, raw(...GPT_4O, "output_mtok")],
    ],
    { response_model: "gpt-4o-2024-11-20" },
  ),
  catalogue(
    "azure: a deployment named like another model",
    ["azure", "gpt-4o-mini"],
    io(10, 5),
    [
      [10, raw(...GPT_4O, "input_mtok")],
      [5, raw(...GPT_4O, "output_mtok")],
    ],
    { response_model: "gpt-4o-2024-11-20" },
  ),
  catalogue(
    "azure: base_model says what it serves",
    ["azure", "my-deployment"],
    io(10, 5),
    [
      [10, raw(...GPT_4O, "input_mtok")],
      [5, raw(...GPT_4O, "output_mtok")],
    ],
    { base_model: "azure/gpt-4o" },
  ),
  catalogue(
    "the answer's name where the asked one is an alias",
    ["openai", "house-alias"],
    io(10, 5),
    [
      [10, raw(...GPT_4O, "input_mtok")],
      [5, raw(...GPT_4O, "output_mtok")],
    ],
    { response_model: "gpt-4o-2024-08-06" },
  ),
  catalogue(
    "a snapshot nobody listed is priced like its model, and says so",
    ["openai", "gpt-4o-2031-01-01"],
    io(10, 5),
    [
      [10, raw(...GPT_4O, "input_mtok")],
      [5, raw(...GPT_4O, "output_mtok")],
    ],
    { estimated: true },
  ),

  // Cached and written tokens.
  catalogue("openai: cached tokens", ["openai", "gpt-4o"], io(1000, 1, cached(400)), [
    [600, raw(...GPT_4O, "input_mtok")],
    [400, raw(...GPT_4O, "cache_read_mtok")],
    [1, raw(...GPT_4O, "output_mtok")],
  ]),
  catalogue("all of the prompt cached", ["openai", "gpt-4o"], io(1024, 0, cached(1024)), [
    [1024, raw(...GPT_4O, "cache_read_mtok")],
  ]),
  catalogue(
    "anthropic: read and written, five minutes and an hour",
    ["anthropic", "claude-sonnet-4-5"],
    io(1000, 10, {
      prompt_tokens_details: {
        cached_tokens: 300,
        cache_creation_tokens: 500,
        cache_creation_token_details: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 300 },
      },
    }),
    [
      [200, raw(...SONNET, "input_mtok")],
      [300, raw(...SONNET, "cache_read_mtok")],
      [200, raw(...SONNET, "cache_write_mtok")],
      [300, raw(...SONNET, "cache_write_1h_mtok")],
      [10, raw(...SONNET, "output_mtok")],
    ],
  ),
  catalogue(
    "anthropic: the counts only under its own names",
    ["anthropic", "claude-sonnet-4-5"],
    io(900, 10, { cache_read_input_tokens: 700, cache_creation_input_tokens: 100 }),
    [
      [100, raw(...SONNET, "input_mtok")],
      [700, raw(...SONNET, "cache_read_mtok")],
      [100, raw(...SONNET, "cache_write_mtok")],
      [10, raw(...SONNET, "output_mtok")],
    ],
  ),
  catalogue(
    "anthropic: web searches",
    ["anthropic", "claude-sonnet-4-5"],
    io(100, 10, { server_tool_use: { web_search_requests: 3 } }),
    [
      [100, raw(...SONNET, "input_mtok")],
      [10, raw(...SONNET, "output_mtok")],
      [3, raw(...SONNET, "web_searches_kcount")],
    ],
  ),
  catalogue(
    "bedrock: an hour's price is not listed, so it is a guess",
    ["bedrock", "us.anthropic.claude-haiku-4-5-20251001-v1:0"],
    io(300, 1, {
      prompt_tokens_details: { cache_creation_tokens: 300 },
      cacheDetails: [
        { ttl: "5m", inputTokens: 100 },
        { ttl: "1h", inputTokens: 200 },
      ],
    }),
    [
      [100, raw("aws", "regional.anthropic.claude-haiku-4-5-20251001-v1:0", "cache_write_mtok")],
      [200, raw("aws", "regional.anthropic.claude-haiku-4-5-20251001-v1:0", "cache_write_mtok")],
      [1, raw("aws", "regional.anthropic.claude-haiku-4-5-20251001-v1:0", "output_mtok")],
    ],
    { estimated: true },
  ),
  catalogue(
    "deepseek: hits under its own name, by day",
    ["deepseek", "deepseek-chat"],
    io(100, 10, { prompt_cache_hit_tokens: 60 }),
    [
      [40, 0.27],
      [60, 0.07],
      [10, 1.1],
    ],
    { now: "2026-10-01T12:00:00Z" },
  ),
  catalogue(
    "deepseek: the same by night",
    ["deepseek", "deepseek-chat"],
    io(100, 10, { prompt_cache_hit_tokens: 60 }),
    [
      [40, 0.135],
      [60, 0.035],
      [10, 0.55],
    ],
    { now: "2026-10-01T20:00:00Z" },
  ),
  registered(
    "cached tokens without a price pay as input, and it says so",
    { input_cost_per_token: 1 },
    io(1000, 0, cached(400)),
    [
      [600, 1],
      [400, 1],
    ],
    { estimated: true },
  ),
  registered(
    "cached tokens at a price of zero are free",
    { ...PLAIN, cache_read_input_token_cost: 0 },
    io(1000, 0, cached(400)),
    [
      [600, 2],
      [400, 0],
    ],
  ),
  registered(
    "written tokens without a price pay as input",
    PLAIN,
    io(100, 0, { prompt_tokens_details: { cache_creation_tokens: 30 } }),
    [
      [70, 2],
      [30, 2],
    ],
    { estimated: true },
  ),
  registered(
    "more cached than there was prompt",
    { ...PLAIN, cache_read_input_token_cost: 1 },
    io(100, 0, cached(150)),
    [[150, 1]],
    { estimated: true },
  ),
  registered(
    "an hour's writes are part of all writes",
    { ...PLAIN, cache_creation_input_token_cost: 3, cache_creation_input_token_cost_above_1hr: 4 },
    io(100, 0, {
      prompt_tokens_details: {
        cache_creation_tokens: 50,
        cache_creation_token_details: { ephemeral_1h_input_tokens: 80 },
      },
    }),
    [
      [50, 2],
      [50, 4],
    ],
  ),

  // Reasoning.
  catalogue("thoughts are part of what was written", ["openai", "o3-mini"], io(100, 900, thought(800)), [
    [100, raw("openai", "o3-mini", "input_mtok")],
    [900, raw("openai", "o3-mini", "output_mtok")],
  ]),
  registered(
    "thoughts at a price of their own",
    { ...PLAIN, output_cost_per_reasoning_token: 3 },
    io(0, 900, thought(800)),
    [
      [100, 8],
      [800, 3],
    ],
  ),
  registered(
    "thoughts counted beside the answer",
    PLAIN,
    { prompt_tokens: 32, completion_tokens: 9, total_tokens: 141, ...thought(100) },
    [
      [32, 2],
      [109, 8],
    ],
  ),
  registered("more thoughts than there was answer", PLAIN, io(10, 50, thought(80)), [
    [10, 2],
    [50, 8],
  ]),

  // Sound and images.
  registered(
    "sound in and out",
    { ...PLAIN, input_cost_per_audio_token: 40, output_cost_per_audio_token: 80 },
    io(100, 60, {
      prompt_tokens_details: { audio_tokens: 70 },
      completion_tokens_details: { audio_tokens: 50 },
    }),
    [
      [30, 2],
      [70, 40],
      [10, 8],
      [50, 80],
    ],
  ),
  registered(
    "sound without a price pays as text, and says so",
    PLAIN,
    io(100, 0, { prompt_tokens_details: { audio_tokens: 70 } }),
    [[100, 2]],
    { estimated: true },
  ),
  registered(
    "images without a price are text",
    PLAIN,
    io(100, 0, { prompt_tokens_details: { image_tokens: 70 } }),
    [[100, 2]],
  ),
  registered(
    "images in and out at their own",
    { ...PLAIN, input_cost_per_image_token: 5, output_cost_per_image_token: 30 },
    io(100, 1300, {
      prompt_tokens_details: { image_tokens: 60 },
      completion_tokens_details: { image_tokens: 1290 },
    }),
    [
      [40, 2],
      [60, 5],
      [10, 8],
      [1290, 30],
    ],
  ),
  registered(
    "cached sound is not charged twice",
    { ...PLAIN, cache_read_input_token_cost: 1, input_cost_per_audio_token: 40 },
    io(1000, 0, {
      prompt_tokens_details: { cached_tokens: 600, audio_tokens: 500 },
    }),
    [
      [600, 1],
      [400, 40],
    ],
  ),
  catalogue(
    "gemini: sound, some of it cached",
    ["gemini", "gemini-2.5-flash-lite"],
    io(1000, 10, {
      prompt_tokens_details: { cached_tokens: 300, audio_tokens: 500, text_tokens: 500 },
      cached_tokens_details: { audio_tokens: 200, text_tokens: 100 },
    }),
    [
      [400, raw("google", "gemini-2.5-flash-lite", "input_mtok")],
      [100, raw("google", "gemini-2.5-flash-lite", "cache_read_mtok")],
      [200, raw("google", "gemini-2.5-flash-lite", "cache_audio_read_mtok")],
      [300, raw("google", "gemini-2.5-flash-lite", "input_audio_mtok")],
      [10, raw("google", "gemini-2.5-flash-lite", "output_mtok")],
    ],
  ),

  // Long prompts.
  catalogue(
    "gemini: 200,000 tokens still pay the first price",
    ["gemini", "gemini-2.5-pro"],
    io(200_000, 100),
    [
      [200_000, raw(...GEMINI, "input_mtok", 0)],
      [100, raw(...GEMINI, "output_mtok", 0)],
    ],
  ),
  catalogue(
    "gemini: one more pays the second for all of them",
    ["gemini", "gemini-2.5-pro"],
    io(200_001, 100),
    [
      [200_001, raw(...GEMINI, "input_mtok", 1)],
      [100, raw(...GEMINI, "output_mtok", 1)],
    ],
  ),
  catalogue(
    "what is cached counts for the length",
    ["gemini", "gemini-2.5-pro"],
    io(250_000, 100, cached(240_000)),
    [
      [10_000, raw(...GEMINI, "input_mtok", 1)],
      [240_000, raw(...GEMINI, "cache_read_mtok", 1)],
      [100, raw(...GEMINI, "output_mtok", 1)],
    ],
  ),
  registered(
    "LiteLLM's fields for long prompts, two steps",
    {
      ...PLAIN,
      input_cost_per_token_above_128k_tokens: 4,
      input_cost_per_token_above_256k_tokens: 6,
      output_cost_per_token_above_128k_tokens: 16,
    },
    io(128_001, 10),
    [
      [128_001, 4],
      [10, 16],
    ],
  ),
  registered(
    "the first step is exclusive",
    { ...PLAIN, input_cost_per_token_above_128k_tokens: 4 },
    io(128_000, 10),
    [
      [128_000, 2],
      [10, 8],
    ],
  ),
  registered(
    "above the second step",
    { ...PLAIN, input_cost_per_token_above_128k_tokens: 4, input_cost_per_token_above_256k_tokens: 6 },
    io(300_000, 10),
    [
      [300_000, 6],
      [10, 8],
    ],
  ),
  registered(
    "a long completion is no long prompt",
    { ...PLAIN, output_cost_per_token_above_128k_tokens: 16 },
    io(10, 150_000),
    [
      [10, 2],
      [150_000, 8],
    ],
  ),

  // Service tiers.
  registered(
    "priority",
    { ...PLAIN, input_cost_per_token_priority: 4, output_cost_per_token_priority: 16 },
    io(100, 10),
    [
      [100, 4],
      [10, 16],
    ],
    { service_tier: "priority" },
  ),
  registered(
    "flex",
    { ...PLAIN, input_cost_per_token_flex: 1, output_cost_per_token_flex: 4 },
    io(100, 10),
    [
      [100, 1],
      [10, 4],
    ],
    { service_tier: "flex" },
  ),
  registered(
    "batches",
    { ...PLAIN, input_cost_per_token_batches: 1, output_cost_per_token_batches: 4 },
    io(100, 10),
    [
      [100, 1],
      [10, 4],
    ],
    { service_tier: "batch" },
  ),
  registered(
    "the default tier is the standard one",
    { ...PLAIN, input_cost_per_token_flex: 1 },
    io(100, 10),
    [
      [100, 2],
      [10, 8],
    ],
    { service_tier: "default" },
  ),
  registered(
    "a tier without a price pays the standard one, and says so",
    PLAIN,
    io(100, 10),
    [
      [100, 2],
      [10, 8],
    ],
    { service_tier: "flex", estimated: true },
  ),
  registered(
    "Google's traffic type is a tier",
    { ...PLAIN, input_cost_per_token_priority: 3, output_cost_per_token_priority: 9 },
    io(100, 10, { traffic_type: "ON_DEMAND_PRIORITY" }),
    [
      [100, 3],
      [10, 9],
    ],
  ),
  registered(
    "a tier's price of a long prompt",
    {
      ...PLAIN,
      input_cost_per_token_priority: 4,
      input_cost_per_token_above_200k_tokens_priority: 8,
      output_cost_per_token_priority: 9,
    },
    io(200_001, 1),
    [
      [200_001, 8],
      [1, 9],
    ],
    { service_tier: "priority" },
  ),

  // The provider's own word.
  reported(
    "openrouter tells the cost",
    ["openrouter", "openai/gpt-4o"],
    io(1000, 500, { cost: 0.00123 }),
    0.00123,
  ),
  reported(
    "openrouter: a free model costs nothing, and that is known",
    ["openrouter", "x/y:free"],
    io(10, 5, { cost: 0 }),
    0,
  ),
  reported(
    "openrouter: with the user's own key the provider behind it is paid too",
    ["openrouter", "openai/gpt-4o"],
    io(10, 5, { cost: 0.0001, is_byok: true, cost_details: { upstream_inference_cost: 0.002 } }),
    0.0021,
  ),
  reported(
    "openrouter: what it paid itself is not paid twice",
    ["openrouter", "openai/gpt-4o"],
    io(10, 5, { cost: 0.0023, is_byok: false, cost_details: { upstream_inference_cost: 0.002 } }),
    0.0023,
  ),
  reported(
    "perplexity tells parts and sum",
    ["perplexity", "sonar"],
    {
      ...io(10, 5),
      cost: { input_tokens_cost: 0.001, request_cost: 0.005, total_cost: 0.006 },
    } as unknown as Partial<Usage>,
    0.006,
  ),
  reported("xai counts in ticks", ["xai", "grok-4"], io(10, 5, { cost_in_usd_ticks: 158_500 }), 0.00001585),
  catalogue(
    "a cost that is no number is none",
    ["openai", "gpt-4o"],
    { ...io(10, 5), cost: "0.5" } as unknown as Partial<Usage>,
    [
      [10, raw(...GPT_4O, "input_mtok")],
      [5, raw(...GPT_4O, "output_mtok")],
    ],
  ),

  // The user's prices.
  registered(
    "registered go before the catalogue's",
    { input_cost_per_token: 1, output_cost_per_token: 1 },
    io(10, 5),
    [[15, 1]],
    { model: "gpt-4o" },
  ),
  registered(
    "only the output registered: the input stays the catalogue's",
    { output_cost_per_token: 1 },
    io(10, 5),
    [
      [10, raw(...GPT_4O, "input_mtok")],
      [5, 1],
    ],
    { model: "gpt-4o" },
  ),
  registered(
    "a registered price of zero is known",
    { input_cost_per_token: 0, output_cost_per_token: 0 },
    io(10, 5),
    [[15, 0]],
  ),
  {
    ...registered("given with the call go before registered ones", PLAIN, io(10, 5), [
      [10, 3],
      [5, 4],
    ]),
    given: { input_cost_per_token: 3, output_cost_per_token: 4 },
    source: "call",
  },
  registered(
    "a local model gets the price it is given",
    { input_cost_per_token: 0.1, output_cost_per_token: 0.1 },
    io(10, 5),
    [[15, 0.1]],
    { provider: "ollama", model: "llama3.2" },
  ),

  // Integers.
  registered(
    "prices below a nano-dollar a token add up",
    { input_cost_per_token: 0.0005, output_cost_per_token: 0 },
    io(3000, 0),
    [[3000, 0.0005]],
  ),
  registered(
    "halves are rounded once, up",
    { input_cost_per_token: 0.0005, output_cost_per_token: 0.0005 },
    io(1, 2),
    [[3, 0.0005]],
  ),
  registered(
    "a billion tokens lose nothing",
    { input_cost_per_token: 0.1, output_cost_per_token: 0.3 },
    io(1_000_000_000, 3),
    [
      [1_000_000_000, 0.1],
      [3, 0.3],
    ],
  ),

  // Unknown is null, never 0.
  unknown("a model nobody listed", ["openai", "gpt-99"]),
  unknown("a name that only starts like a known one", ["openai", "gpt-4o-enormous"]),
  unknown("a listed model without prices", ["mistral", "devstral-small:free"]),
  unknown("a local model", ["ollama", "llama3.2"]),
  unknown("any server behind OpenAI's API", ["openai_compatible", "gpt-4o"]),
  unknown("a provider without a price list", ["nvidia_nim", "meta/llama-3.1-8b-instruct"]),
  unknown("an answer that counts nothing", ["openai", "gpt-4o"], {}),
  unknown("counts that are none", ["openai", "gpt-4o"], { prompt_tokens: Number.NaN, completion_tokens: -4 }),
  unknown(
    "output of a model that only has a price for input",
    ["openai", "text-embedding-3-small"],
    io(10, 5),
  ),
];
