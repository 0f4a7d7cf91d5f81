// The shapes of what the backend sends, for the documents made of the method table. Nothing checks them at run
// time: what we send is ours; so they are loaded for rpc.discover alone.

import * as z from "zod";
import type { Usage } from "./messages.ts";
import type { ModelsResult, ProvidersResult, Source, StreamEnd } from "./results.ts";

const looseObject = z.looseObject({});
const nullish = <T extends z.ZodType>(schema: T) => schema.nullish();

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

export const modelEntry = z.object({
  model: z.string().describe("provider/model, as completion() takes it"),
  provider: z.string(),
  mode: z.enum(["chat", "embedding", "unknown"]),
  source: z.enum(["builtin", "provider"]),
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
