// What may cross into the backend, checked once on the receiving side. Requests are loose on purpose:
// LiteLLM passes unknown parameters through to the provider. Configuration is strict.

import * as z from "zod";
import type { Usage } from "./messages.ts";
import type { Config, ModelsResult, ProvidersResult, Source, StreamEnd } from "./results.ts";

export type { Config, ModelEntry, Source, StreamEnd } from "./results.ts";

const nullish = <T extends z.ZodType>(schema: T) => schema.nullish();
const looseObject = z.looseObject({});

export const contentPart = z.looseObject({ type: z.string() });

export const toolCall = z.looseObject({
  id: z.string().optional(),
  type: z.string().optional(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});

export const message = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: z.union([z.string(), z.array(contentPart)]).nullish(),
  name: z.string().nullish(),
  tool_calls: nullish(z.array(toolCall)),
  tool_call_id: z.string().nullish(),
  reasoning_content: z.string().nullish(),
});

const tool = z.looseObject({
  type: z.string(),
  function: z.looseObject({ name: z.string().min(1) }).optional(),
});

const seconds = z.number().positive();

export const timeouts = z.union([
  seconds,
  z.strictObject({
    connect: seconds.optional(),
    first_token: seconds.optional(),
    idle: seconds.optional(),
    total: seconds.optional(),
  }),
]);

/** Arguments LiteLLM has on every call, whatever the kind. */
const common = {
  model: z.string().min(1, "model must name a provider and a model, like openai/gpt-4o"),
  api_key: nullish(z.string()),
  api_base: nullish(z.string()),
  base_url: nullish(z.string()),
  api_version: nullish(z.string()),
  organization: nullish(z.string()),
  custom_llm_provider: nullish(z.string()),
  extra_headers: nullish(z.record(z.string(), z.string())),
  extra_body: nullish(looseObject),
  timeout: nullish(timeouts),
  num_retries: nullish(z.int().min(0).max(10)),
  max_retries: nullish(z.int().min(0).max(10)),
  drop_params: nullish(z.boolean()),
  additional_drop_params: nullish(z.array(z.string())),
  allowed_openai_params: nullish(z.array(z.string())),
  user: nullish(z.string()),
};

export const completionParams = z.looseObject({
  ...common,
  messages: z.array(message).min(1, "messages must hold at least one message"),
  stream: nullish(z.boolean()),
  stream_options: nullish(z.looseObject({ include_usage: nullish(z.boolean()) })),
  stream_timeout: nullish(seconds),
  temperature: nullish(z.number()),
  top_p: nullish(z.number()),
  n: nullish(z.int().min(1)),
  stop: nullish(z.union([z.string(), z.array(z.string())])),
  max_tokens: nullish(z.int().min(1)),
  max_completion_tokens: nullish(z.int().min(1)),
  presence_penalty: nullish(z.number()),
  frequency_penalty: nullish(z.number()),
  logit_bias: nullish(z.record(z.string(), z.number())),
  logprobs: nullish(z.boolean()),
  top_logprobs: nullish(z.int().min(0)),
  seed: nullish(z.int()),
  tools: nullish(z.array(tool)),
  tool_choice: nullish(z.union([z.string(), looseObject])),
  parallel_tool_calls: nullish(z.boolean()),
  response_format: nullish(looseObject),
  reasoning_effort: nullish(z.string()),
  metadata: nullish(looseObject),
  mock_response: nullish(z.union([z.string(), looseObject])),
  mock_tool_calls: nullish(z.array(toolCall)),
  mock_timeout: nullish(z.boolean()),
  mock_delay: nullish(z.number().min(0)),
});

export const completionStreamParams = completionParams.extend({
  stream_id: z.string().min(1).max(256).describe("chosen by the client, unique among its live streams"),
});

export const embeddingParams = z.looseObject({
  ...common,
  input: z.union([
    z.string(),
    z.array(z.string()).min(1),
    z.array(z.int()).min(1),
    z.array(z.array(z.int()).min(1)).min(1),
  ]),
  dimensions: nullish(z.int().min(1)),
  encoding_format: nullish(z.enum(["float", "base64"])),
});

const providerConfig = z.strictObject({
  api_key: z.string().optional(),
  api_base: z.string().optional(),
  organization: z.string().optional(),
  extra_headers: z.record(z.string(), z.string()).optional(),
});

/** The pushed configuration layer (`initializationOptions.config`, `didChangeConfiguration`), and config.toml. */
export const config = z.strictObject({
  default_model: z.string().optional(),
  num_retries: z.int().min(0).max(10).optional(),
  drop_params: z.boolean().optional(),
  timeout: timeouts.optional(),
  providers: z.record(z.string(), providerConfig).optional(),
  http: z
    .strictObject({
      proxy: z.string().optional(),
      no_proxy: z.array(z.string()).optional(),
      proxy_strict_ssl: z.boolean().optional(),
      system_certificates: z.boolean().optional(),
    })
    .optional(),
}) satisfies z.ZodType<Config>;

const usage: z.ZodType<Usage> = z.looseObject({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  total_tokens: z.number(),
});

const extras = z.object({
  warnings: z.array(z.object({ param: z.string().optional(), message: z.string() })),
  request_id: z.string().optional(),
  call_id: z.string(),
  attempts: z.int(),
  ms_first_chunk: z.number().nullable(),
  ms_total: z.number(),
  cost_usd: z.number().nullable(),
});

export const modelResponse = z.looseObject({
  id: z.string(),
  object: z.literal("chat.completion"),
  created: z.number(),
  model: z.string(),
  choices: z.array(
    z.looseObject({
      index: z.int(),
      finish_reason: z.string(),
      message: z.looseObject({ role: z.literal("assistant"), content: z.string().nullable() }),
    }),
  ),
  usage: usage.optional(),
  edgequake: extras.optional(),
});

export const streamEnd = z.object({
  stream_id: z.string(),
  chunks: z.int().describe("how many chunks of this stream were sent"),
  finish_reasons: z.array(z.string()).describe("by choice index"),
  usage: usage.nullable(),
  cost_usd: z.number().nullable().describe("null = price unknown"),
  request_id: z.string().nullable(),
  call_id: z.string(),
  ms_first_chunk: z.number().nullable(),
  ms_total: z.number(),
  attempts: z.int(),
  warnings: extras.shape.warnings,
}) satisfies z.ZodType<StreamEnd>;

export const chunk = z.looseObject({
  id: z.string(),
  object: z.literal("chat.completion.chunk"),
  created: z.number(),
  model: z.string(),
  choices: z.array(
    z.looseObject({ index: z.int(), delta: looseObject, finish_reason: z.string().nullable() }),
  ),
  usage: usage.optional(),
});

export const embeddingResponse = z.looseObject({
  object: z.literal("list"),
  model: z.string(),
  data: z.array(
    z.looseObject({
      object: z.literal("embedding"),
      index: z.int(),
      embedding: z.union([z.array(z.number()), z.string()]),
    }),
  ),
  usage: z.looseObject({ prompt_tokens: z.number(), total_tokens: z.number() }).optional(),
  edgequake: extras.optional(),
});

export const initializeParams = z.looseObject({
  processId: z.int().nullish(),
  clientInfo: nullish(z.looseObject({ name: z.string(), version: z.string().optional() })),
  initializationOptions: nullish(
    z.looseObject({
      protocolVersion: z.int().optional(),
      config: looseObject.optional(),
      capabilities: z
        .looseObject({
          secrets: z.boolean().optional(),
          languageModel: z.boolean().optional(),
          compactDeltas: z.boolean().optional(),
          base64Embeddings: z.boolean().optional(),
          status: z.boolean().optional(),
        })
        .optional(),
    }),
  ),
});

export const initializeResult = z.object({
  capabilities: z.object({
    experimental: z.object({
      edgequake: z.looseObject({ protocolVersion: z.int(), methods: z.array(z.string()) }),
    }),
  }),
  serverInfo: z.object({ name: z.string(), version: z.string() }),
});

/** Where a value came from, never the value of a secret. */
export const source = z.enum([
  "argument",
  "config",
  "secret",
  "environment",
  "config.toml",
  "default",
  "none",
]) satisfies z.ZodType<Source>;

export const providersResult = z.object({
  providers: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      api_base: z.string().nullable(),
      api_base_source: source,
      key_required: z.boolean(),
      key_source: source.describe("which layer's key would be used; never the key"),
      key_env: z.array(z.string()),
      configured: z.boolean().describe("has what a call needs; a local server may still be off"),
    }),
  ),
  config_toml: z.object({ path: z.string().nullable(), problem: z.string().nullable() }),
}) satisfies z.ZodType<ProvidersResult>;

export const modelEntry = z.object({
  model: z.string().describe("provider/model, as completion() takes it"),
  provider: z.string(),
  mode: z.enum(["chat", "embedding", "unknown"]),
  source: z.enum(["builtin", "provider"]),
});

export const modelsParams = z.object({
  provider: z.string().optional().describe("only this provider; default: every configured one"),
  api_base: z.string().optional(),
  api_key: z.string().optional(),
});

export const modelsResult = z.object({
  models: z.array(modelEntry),
  problems: z.array(z.object({ provider: z.string(), name: z.string(), message: z.string() })),
}) satisfies z.ZodType<ModelsResult>;

export const usageResult = z.object({
  since: z.string().describe("ISO time the counting began: this process"),
  rows: z.array(
    z.object({
      provider: z.string(),
      model: z.string(),
      day: z.string().describe("UTC, YYYY-MM-DD"),
      calls: z.int(),
      failures: z.int(),
      prompt_tokens: z.int(),
      completion_tokens: z.int(),
      cost_usd: z.number().nullable(),
    }),
  ),
});

export const countTokensParams = z.looseObject({
  model: z.string(),
  text: z.string().optional(),
  messages: z.array(message).optional(),
});
