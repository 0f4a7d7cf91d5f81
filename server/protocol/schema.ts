// What may cross into the backend, checked once on the receiving side. Requests are loose on purpose:
// LiteLLM passes unknown parameters through to the provider. Configuration is strict.

import * as z from "zod";

import type { Config } from "./results.ts";

export type { Config, ModelEntry, Source, StreamEnd } from "./results.ts";

const nullish = <T extends z.ZodType>(schema: T) => schema.nullish();
const looseObject = z.looseObject({});

export const contentPart = z.looseObject({ type: z.string() });

export const toolCall = z.looseObject({
  id: z.string().optional(),
  type: z.string().optional(),
  // OpenAI says JSON text; an object, or nothing for a call without arguments, is understood as well.
  function: z.looseObject({ name: z.string(), arguments: z.union([z.string(), looseObject]).optional() }),
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
  type: z.string().optional(),
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
  api_version: z.string().optional(),
  azure_ad_token: z.string().optional(),
  aws_access_key_id: z.string().optional(),
  aws_secret_access_key: z.string().optional(),
  aws_session_token: z.string().optional(),
  aws_region_name: z.string().optional(),
  vertex_project: z.string().optional(),
  vertex_location: z.string().optional(),
  vertex_credentials: z.string().optional(),
  extra_headers: z.record(z.string(), z.string()).optional(),
});

/** The pushed configuration layer (`initializationOptions.config`, `didChangeConfiguration`), and config.toml. */
export const config = z.strictObject({
  default_model: z.string().optional(),
  num_retries: z.int().min(0).max(10).optional(),
  api_base: z.string().optional(),
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

export const modelsParams = z.object({
  provider: z.string().optional().describe("only this provider; default: every configured one"),
  api_base: z.string().optional(),
  api_key: z.string().optional(),
});

export const countTokensParams = z.looseObject({
  model: z.string(),
  text: z.string().optional(),
  messages: z.array(message).optional(),
  tools: nullish(z.array(tool)),
  tool_choice: nullish(z.union([z.string(), looseObject])),
});
