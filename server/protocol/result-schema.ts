// The shapes of what the backend sends, for the documents made of the method table. Nothing checks them at run
// time: what we send is ours; so they are loaded for rpc.discover alone.

import * as z from "zod";
import type { StatusMessage } from "./call-status.ts";
import type { AttemptRecord } from "./errors.ts";
import type { Usage } from "./messages.ts";
import type { Diagnosis, ModelsResult, ProvidersResult, Source, StreamEnd } from "./results.ts";
import type { RouterStatus, RouteTrace } from "./route-trace.ts";
import type { AppendedSession, SessionInfo, SessionMessage, SessionPage } from "./session-types.ts";

const looseObject = z.looseObject({});
const nullish = <T extends z.ZodType>(schema: T) => schema.nullish();

const usage: z.ZodType<Usage> = z.looseObject({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  total_tokens: z.number(),
});

const routeTrace: z.ZodType<RouteTrace> = z.object({
  router_id: z.string(),
  model: z.string(),
  group: z.string().describe("the one that answered"),
  deployment: z.string().describe("the one that answered"),
  attempts: z.array(
    z.object({
      attempt: z.int(),
      group: z.string(),
      deployment: z.string(),
      outcome: z.string(),
      status_code: z.int().optional(),
      error: z.string().optional(),
      ms: z.number(),
      cost_usd: z.number().nullish(),
      waited_ms: z.number().optional(),
      stopped_because: z.string().optional(),
    }),
  ),
  decisions: z.array(
    z.object({
      strategy: z.string(),
      measure: z.string().nullable(),
      chosen: z.string().nullable(),
      candidates: z.array(
        z.object({ id: z.string(), filtered: z.string().optional(), score: z.number().optional() }),
      ),
    }),
  ),
  fallbacks: z.array(z.object({ group: z.string(), failed: z.string() })),
}) as z.ZodType<RouteTrace>;

export const routerCreated = z.object({ router_id: z.string(), warnings: z.array(z.string()) });
export const routerStatus: z.ZodType<RouterStatus> = z.object({
  router_id: z.string(),
  strategy: z.string(),
  model_names: z.array(z.string()),
  deployments: z.array(
    z.object({
      id: z.string(),
      model_name: z.string(),
      model: z.string(),
      healthy: z.boolean(),
      cooled_ms: z.number().describe("until it may be asked again"),
      cooled_because: z.string().nullable(),
      in_flight: z.int(),
      requests: z.number().describe("of the last minute, as those below"),
      tokens: z.number(),
      successes: z.number(),
      failures: z.number(),
      ms_first_chunk: z.number().nullable(),
      ms_per_token: z.number().nullable(),
      limits: z.array(z.object({ kind: z.string(), capacity: z.number(), free: z.number() })),
      last_error: z
        .object({ name: z.string(), status_code: z.int().optional(), message: z.string(), at: z.number() })
        .nullable(),
    }),
  ),
  limits: z
    .array(
      z.object({
        provider: z.string().nullable(),
        kind: z.string(),
        capacity: z.number(),
        free: z.number(),
      }),
    )
    .describe("over several deployments: of a provider, or of all"),
  waiting: z.record(z.string(), z.int()).describe("requests that wait for a limit, by group"),
  warnings: z.array(z.string()),
}) as z.ZodType<RouterStatus>;

const attemptRecords = (
  z.array(
    z.object({
      attempt: z.int(),
      deployment: z.string().optional(),
      outcome: z.string(),
      status_code: z.int().optional(),
      ms: z.number(),
      waited_ms: z.number().optional(),
      stopped_because: z.string().optional(),
    }),
  ) as z.ZodType<AttemptRecord[]>
)
  .optional()
  .describe("where a request of it failed: all of them");

const extras = z.object({
  warnings: z.array(z.object({ param: z.string().optional(), message: z.string() })),
  request_id: z.string().optional(),
  call_id: z.string(),
  attempts: z.int(),
  attempt_records: attemptRecords,
  ms_first_chunk: z.number().nullable(),
  ms_total: z.number(),
  cost_usd: z.number().nullable(),
  cache_hit: z.boolean().optional(),
  trace: routeTrace.optional().describe("of a routed call"),
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
  attempt_records: attemptRecords,
  warnings: extras.shape.warnings,
  cache_hit: z.boolean().optional().describe("kept from an earlier call: nothing was sent"),
  trace: routeTrace.optional().describe("of a routed call"),
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

export const textCompletionResponse = z.looseObject({
  id: z.string(),
  object: z.literal("text_completion"),
  created: z.number(),
  model: z.string(),
  choices: z.array(
    z.looseObject({
      text: z.string(),
      index: z.int(),
      logprobs: looseObject.nullable(),
      finish_reason: z.string(),
    }),
  ),
  usage: usage.optional(),
  edgequake: extras.optional(),
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

export const statusMessage: z.ZodType<StatusMessage> = z.object({
  id: z.union([z.int(), z.string()]).describe("of the request it is about"),
  stream_id: z.string().optional(),
  kind: z.enum(["retry", "fallback", "wait"]),
  failed: z.string().describe("LiteLLM class"),
  status_code: z.int().nullable(),
  wait_ms: z.number().describe("from now until the next request"),
  attempt: z.int().describe("number of the request that failed"),
  deployment: z.string().nullable().describe("of a routed call: who is asked next, where that is decided"),
  model: z.string().nullable().describe("of a fallback: who is asked next"),
}) as z.ZodType<StatusMessage>;

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
          binaryEmbeddings: z
            .boolean()
            .optional()
            .describe("vectors come in a frame of Content-Type application/vnd.edgequake.vectors"),
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
      settings: z.array(
        z.object({ name: z.string(), source, value: z.string().nullable().describe("null for a secret") }),
      ),
    }),
  ),
  values: z
    .array(z.object({ name: z.string(), source, value: z.unknown() }))
    .describe("what holds for every call, and the layer that won"),
  config_toml: z.object({ path: z.string().nullable(), problem: z.string().nullable() }),
}) satisfies z.ZodType<ProvidersResult>;

export const modelDetails = z.object({
  max_input_tokens: z.number().nullable(),
  max_output_tokens: z.number().nullable(),
  input_cost_per_token: z.number().nullable().describe("USD; null = unknown"),
  output_cost_per_token: z.number().nullable(),
  prices_date: z.string().nullable(),
  supports: z.array(z.string()).nullable().describe("LiteLLM's flags without supports_; null = unknown"),
});

export const modelEntry = z.object({
  model: z.string().describe("provider/model, as completion() takes it"),
  provider: z.string(),
  mode: z.enum(["chat", "embedding", "unknown"]),
  source: z.enum(["builtin", "provider", "router"]),
  details: modelDetails.optional().describe("where details were asked for"),
});

export const modelsResult = z.object({
  models: z.array(modelEntry),
  problems: z.array(z.object({ provider: z.string(), name: z.string(), message: z.string() })),
}) satisfies z.ZodType<ModelsResult>;

export const hostModelEnd = z.object({
  finish_reason: z.string().nullish(),
  usage: usage.nullish(),
});
export const hostModelList = z.object({
  models: z.array(
    z.object({
      vendor: z.string(),
      family: z.string(),
      id: z.string(),
      name: z.string(),
      max_input_tokens: z.number().optional(),
    }),
  ),
});

export const usageResult = z.object({
  since: z.string().describe("ISO time the rows begin"),
  rows: z.array(
    z.object({
      day: z.string().optional().describe("UTC, YYYY-MM-DD; this and the next ones as `by` asked"),
      provider: z.string().optional(),
      model: z.string().optional(),
      deployment: z.string().nullish(),
      router: z.string().nullish(),
      caller: z.string().nullish(),
      session: z.string().nullish(),
      outcome: z.string().optional().describe('"ok", or the class of the error'),
      calls: z.int(),
      failures: z.int().describe("calls of which no attempt succeeded"),
      attempts: z.int().optional(),
      unknown: z.int().optional().describe("calls under a budget whose process ended before they did"),
      prompt_tokens: z.int(),
      completion_tokens: z.int(),
      cached_tokens: z.int().optional(),
      reasoning_tokens: z.int().optional(),
      cost_usd: z.number().nullable().describe("sum of what is known; null = nothing is"),
      unpriced: z.int().optional().describe("attempts that used tokens and have no price"),
      ms_first_chunk: z.number().nullish().describe("mean of what succeeded"),
      ms_total: z.number().nullish(),
    }),
  ),
});

export const sessionInfo = z.object({
  id: z.string(),
  title: z.string(),
  created: z.number().describe("Unix milliseconds"),
  updated: z.number(),
  messages: z.int(),
  meta: z.record(z.string(), z.unknown()).nullable().describe("whatever the client keeps with it"),
}) satisfies z.ZodType<SessionInfo>;

export const appendedSession = sessionInfo.extend({
  previous: z.number().nullable().describe("updated before this append; null = it is new"),
}) satisfies z.ZodType<AppendedSession>;

export const sessionMessage = z.looseObject({
  id: z.string(),
  role: z.string(),
  text: z.string(),
  reasoning: z.string(),
  at: z.number().describe("Unix milliseconds"),
  seq: z.int(),
  growing: z.boolean().optional().describe("true: a backend that lives is still writing it"),
}) satisfies z.ZodType<SessionMessage>;

export const sessionPage = z.object({
  session: sessionInfo,
  messages: z.array(sessionMessage).describe("oldest first"),
  before: z
    .int()
    .nullable()
    .describe("give it as before for the messages before these; null = there are none"),
}) satisfies z.ZodType<SessionPage>;

export const sessionList = z.object({
  sessions: z.array(sessionInfo).describe("the newest first"),
  before: z
    .object({ updated: z.number(), id: z.string() })
    .nullable()
    .describe("give it as before for the next page"),
});

export const sessionHits = z.object({
  hits: z.array(
    z.object({
      session_id: z.string(),
      title: z.string(),
      updated: z.number(),
      message_id: z.string(),
      seq: z.int(),
      role: z.string(),
      excerpt: z.string(),
    }),
  ),
});

export const diagnosis = z.object({
  model: z.string(),
  provider: z.string().nullable(),
  steps: z.array(
    z.object({
      name: z.string().describe("configuration, address, key, proxy, dns, connect, tls, http, call"),
      outcome: z.enum(["ok", "warning", "failed", "skipped"]),
      message: z.string(),
      advice: z.string().optional(),
      ms: z.number().optional(),
    }),
  ),
}) satisfies z.ZodType<Diagnosis>;

/** The text of a file. */
export const exported = z.object({ text: z.string() });
