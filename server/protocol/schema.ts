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
  attribution: nullish(
    z.strictObject({
      caller: z.string().optional(),
      session: z.string().optional(),
      tags: z.array(z.string()).optional(),
      router: z.string().optional(),
      deployment: z.string().optional(),
    }),
  ),
  router_id: nullish(z.string()),
  tags: nullish(z.array(z.string())),
  caching: nullish(z.boolean()),
  cache: nullish(
    z.looseObject({
      ttl: z.number().positive().optional(),
      "s-maxage": z.number().min(0).optional(),
      "no-cache": z.boolean().optional(),
      "no-store": z.boolean().optional(),
      namespace: z.string().optional(),
    }),
  ),
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

export const createRouterParams = z.object({
  router_id: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe("one that exists is updated and keeps its counters"),
  options: z
    .looseObject({ model_list: z.array(looseObject) })
    .optional()
    .describe("LiteLLM's Router arguments; times in seconds"),
  config_yaml: z.string().optional().describe("instead of options: absolute path of a LiteLLM config.yaml"),
  guest: z
    .boolean()
    .optional()
    .describe("of another program: a deployment's prices count only where its own key is written out"),
});
export const routerParams = z.object({ router_id: z.string() });
export const routerStatusParams = z.object({ router_id: z.string().optional().describe("default: all") });

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

export const textCompletionParams = z.looseObject({
  ...common,
  prompt: z.union([
    z.string(),
    z.array(z.string()).min(1),
    z.array(z.int()).min(1),
    z.array(z.array(z.int()).min(1)).min(1),
  ]),
  suffix: nullish(z.string()).describe("what comes after the gap that is to be filled"),
  stream: nullish(z.literal(false)),
  max_tokens: nullish(z.int().min(1)),
  temperature: nullish(z.number()),
  top_p: nullish(z.number()),
  n: nullish(z.int().min(1)),
  stop: nullish(z.union([z.string(), z.array(z.string())])),
  echo: nullish(z.boolean()),
  logprobs: nullish(z.int().min(0)),
  best_of: nullish(z.int().min(1)),
  presence_penalty: nullish(z.number()),
  frequency_penalty: nullish(z.number()),
  logit_bias: nullish(z.record(z.string(), z.number())),
  seed: nullish(z.int()),
  mock_response: nullish(z.union([z.string(), looseObject])),
  mock_timeout: nullish(z.boolean()),
  mock_delay: nullish(z.number().min(0)),
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

const budget = z.strictObject({
  scope: z.enum(["session", "day", "provider", "caller"]),
  name: z.string().min(1).optional(),
  max_budget: z.number().min(0).describe("USD"),
  budget_duration: z
    .string()
    .regex(/^[1-9]\d{0,2}d$/, 'days, like "1d" or "30d"')
    .optional(),
});

/** The pushed configuration layer (`initializationOptions.config`, `didChangeConfiguration`), and config.toml. */
export const config = z.strictObject({
  default_model: z.string().optional(),
  num_retries: z.int().min(0).max(10).optional(),
  api_base: z.string().optional(),
  drop_params: z.boolean().optional(),
  timeout: timeouts.optional(),
  providers: z.record(z.string(), providerConfig).optional(),
  budgets: z.array(budget).optional(),
  allow_unpriced: z.boolean().optional(),
  ledger: z
    .strictObject({
      retention_days: z.int().min(1).max(36_500).optional(),
      keep_texts: z.boolean().optional(),
    })
    .optional(),
  cache: z
    .strictObject({
      type: z.enum(["memory", "disk"]),
      ttl: z.number().positive().optional(),
      mode: z.enum(["default_on", "default_off"]).optional(),
      max_megabytes: z.number().positive().optional(),
    })
    .optional(),
  router: z
    .looseObject({
      model_list: z.array(looseObject),
      router_settings: looseObject.optional(),
      litellm_settings: looseObject.optional(),
    })
    .optional()
    .describe(
      "LiteLLM's Router arguments, or its proxy's configuration; groups are called as router/<group>",
    ),
  router_config: z
    .string()
    .optional()
    .describe("absolute path of a LiteLLM proxy's config.yaml; its groups are called likewise"),
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
  timeout: z.number().positive().max(600).optional().describe("seconds for each provider; default 10"),
  without: z.array(z.string()).optional().describe("providers that are not asked"),
  details: z.boolean().optional().describe("also limits, prices and abilities, as far as they are known"),
});

export const diagnoseParams = z.object({
  model: z.string().min(1),
  parts: z
    .array(z.enum(["configuration", "connection", "call"]))
    .optional()
    .describe("default all; a call costs a few tokens"),
});

export const hostModelRequest = z.object({
  stream_id: z.string(),
  vendor: z.string(),
  family: z.string().describe("the model's family, else its id"),
  messages: z.array(message),
  tools: z.array(tool).optional(),
  tool_choice: z.union([z.string(), looseObject]).optional(),
  options: looseObject.optional().describe("what else the call says, under OpenAI's names"),
});
export const hostModelPart = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({
    type: z.literal("thinking"),
    text: z.string(),
    signature: z.string().optional(),
    redacted: z.string().optional(),
  }),
  z.object({ type: z.literal("tool_call"), id: z.string(), name: z.string(), input: z.unknown() }),
]);

export const modelInfoParams = z.object({ model: z.string().describe("as completion() takes it") });

export const countTokensParams = z.looseObject({
  model: z.string(),
  text: z.string().optional(),
  messages: z.array(message).optional(),
  tools: nullish(z.array(tool)),
  tool_choice: nullish(z.union([z.string(), looseObject])),
});

const days = z.number().positive().max(36_500).optional().describe("how far back; default 30");

export const usageParams = z.object({
  days,
  by: z
    .array(z.enum(["day", "provider", "model", "deployment", "router", "caller", "session", "outcome"]))
    .optional()
    .describe('what rows are told apart by; default ["day", "provider", "model"]'),
});

export const usageExportParams = z.object({ format: z.enum(["csv", "json"]), days });

const session_id = z.string().min(1).max(256);
const limit = z.int().min(1).max(1000).optional().describe("default 50");

export const sessionParams = z.object({ session_id });
export const sessionListParams = z.object({
  limit,
  before: z.object({ updated: z.number(), id: z.string() }).nullish(),
});
export const sessionReadParams = z.object({
  session_id,
  limit,
  before: z.int().nullish(),
  pictures: z.boolean().optional().describe("false: null stands for every data: URL; default true"),
});
export const sessionRenameParams = z.object({ session_id, title: z.string().min(1).max(500) });
export const sessionBranchParams = z.object({
  session_id,
  message_id: z.string().nullish().describe("the last message that goes along; default all"),
  new_session_id: session_id.optional().describe("default one that is made up"),
});
export const sessionSearchParams = z.object({ query: z.string().max(1000), limit });
export const sessionExportParams = z.object({ session_id, format: z.enum(["markdown", "json"]) });

const id = z.string().min(1).max(256);
const growing = z.boolean().optional();
const entry = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("message"),
    growing: growing.describe(
      "more of it comes: true for all readers until an update says false or the backend ends",
    ),
    message: z.looseObject({
      id,
      role: z.string().min(1).max(64),
      text: z.string().optional(),
      reasoning: z.string().optional(),
    }),
  }),
  z.object({
    type: z.literal("delta"),
    id,
    n: z.int().min(0).optional().describe("number of the delta in its message, from 0"),
    text: z.string().optional(),
    reasoning: z.string().optional(),
  }),
  z.object({
    type: z.literal("update"),
    id,
    growing,
    fields: z.record(z.string(), z.unknown()).describe("text and reasoning replace what is there"),
  }),
  z.object({ type: z.literal("cut"), id: id.describe("this message and all after it go") }),
]);

export const sessionAppendParams = z.object({
  session_id: session_id.describe("chosen by the client"),
  entries: z.array(entry).max(10_000),
  meta: z.record(z.string(), z.unknown()).optional().describe("fields that are kept with the chat"),
});
