// The one method table. Types, dispatch, the typed client, openrpc.json and PROTOCOL.md all derive from it.

import * as z from "zod";
import { METHOD } from "./names.ts";
import * as result from "./result-schema.ts";
import * as schema from "./schema.ts";

export type Direction = "client-to-server" | "server-to-client";
export interface Method {
  direction: Direction;
  kind: "request" | "notification";
  params: z.ZodType;
  /** z.undefined() for a notification. */
  result: z.ZodType;
  doc: string;
}

const none = z.undefined();
const empty = z.unknown().describe("none");

export const methods = {
  [METHOD.initialize]: {
    direction: "client-to-server",
    kind: "request",
    params: result.initializeParams,
    result: result.initializeResult,
    doc: "LSP lifecycle. Everything in initializationOptions is optional. An unsupported protocolVersion is answered -32602 with data.supported.",
  },
  [METHOD.initialized]: {
    direction: "client-to-server",
    kind: "notification",
    params: empty,
    result: none,
    doc: "LSP lifecycle; nothing waits for it.",
  },
  [METHOD.shutdown]: {
    direction: "client-to-server",
    kind: "request",
    params: empty,
    result: z.null(),
    doc: "Cancels what is in flight and refuses what follows with -32600. Takes no params.",
  },
  [METHOD.exit]: {
    direction: "client-to-server",
    kind: "notification",
    params: empty,
    result: none,
    doc: "Ends the process: 0 after shutdown, 1 without. Takes no params.",
  },
  [METHOD.cancel]: {
    direction: "client-to-server",
    kind: "notification",
    params: z.object({ id: z.union([z.int(), z.string()]) }),
    result: none,
    doc: "Closes the upstream socket; the request is answered once, with -32800 and data.name Cancelled.",
  },
  [METHOD.setTrace]: {
    direction: "client-to-server",
    kind: "notification",
    params: z.object({ value: z.enum(["off", "messages", "verbose"]) }),
    result: none,
    doc: "Sets how much window/logMessage tells. Never prompts, answers or keys.",
  },
  [METHOD.didChangeConfiguration]: {
    direction: "client-to-server",
    kind: "notification",
    params: z.object({ settings: z.object({ edgequake: schema.config.optional() }).loose() }),
    result: none,
    doc: "Replaces the pushed configuration layer. Strict: unknown keys are left out and named in a window/logMessage warning.",
  },
  [METHOD.logMessage]: {
    direction: "server-to-client",
    kind: "notification",
    params: z.object({ type: z.int().min(1).max(5), message: z.string() }),
    result: none,
    doc: "LSP log line: 1 error, 2 warning, 3 info, 4 log, 5 debug.",
  },
  [METHOD.completion]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.completionParams,
    result: result.modelResponse,
    doc: "LiteLLM completion(). Unknown parameters pass through to the provider.",
  },
  [METHOD.completionStream]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.completionStreamParams,
    result: result.streamEnd,
    doc: "LiteLLM completion(stream=True). Chunks come as edgequake/chunk, all of them before this response. A live stream_id given twice is -32602.",
  },
  [METHOD.chunk]: {
    direction: "server-to-client",
    kind: "notification",
    params: z.object({
      stream_id: z.string(),
      seq: z.int().describe("chunks of this stream sent before this message"),
      chunks: z.array(result.chunk),
    }),
    result: none,
    doc: "Chunks of one stream.",
  },
  [METHOD.chunkBatch]: {
    direction: "server-to-client",
    kind: "notification",
    params: z.array(
      z.tuple([
        z.string().describe("stream_id"),
        z.array(z.union([z.string().describe("text of choice 0"), result.chunk])),
      ]),
    ),
    result: none,
    doc: "Only to a client that declared compactDeltas: all streams of one event-loop turn. The first chunk of a stream comes whole; a bare string stands for a text delta of choice 0 under that envelope.",
  },
  [METHOD.status]: {
    direction: "server-to-client",
    kind: "notification",
    params: result.statusMessage,
    result: none,
    doc: "Only to a client that declared status: a request of a call failed and another one follows after wait_ms, or a router's limit is waited for.",
  },
  [METHOD.embedding]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.embeddingParams,
    result: result.embeddingResponse,
    doc: "LiteLLM embedding(). Floats, unless encoding_format is base64 or the client declared base64Embeddings.",
  },
  [METHOD.textCompletion]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.textCompletionParams,
    result: result.textCompletionResponse,
    doc: "LiteLLM text_completion(): continues prompt, or fills in what belongs between it and suffix. A model that only chats is asked the prompt.",
  },
  [METHOD.createRouter]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.createRouterParams,
    result: result.routerCreated,
    doc: "LiteLLM Router(). Calls with its router_id are routed: model names a group of model_list. The id of a router there is updates it; calls in flight end on what they began with.",
  },
  [METHOD.disposeRouter]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.routerParams,
    result: z.object({ disposed: z.boolean() }),
    doc: "Cancels what the router has in flight and forgets it.",
  },
  [METHOD.routerStatus]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.routerStatusParams.optional(),
    result: z.union([result.routerStatus, z.object({ routers: z.array(result.routerStatus) })]),
    doc: "Deployments with cooldowns, counts of the last minute, latencies, limits and last errors. Never a key.",
  },
  [METHOD.models]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.modelsParams.optional(),
    result: result.modelsResult,
    doc: "Models the configured providers list. A provider that does not answer is named in problems, never silently missing.",
  },
  [METHOD.modelInfo]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.modelInfoParams,
    result: result.modelDetails,
    doc: "Limits, prices and abilities of one model, without asking its provider; of a router's group what all its deployments have. What nobody knows is null.",
  },
  [METHOD.providers]: {
    direction: "client-to-server",
    kind: "request",
    params: empty,
    result: result.providersResult,
    doc: "Every provider and which layer its key and base come from. Never a key.",
  },
  [METHOD.usage]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.usageParams.optional(),
    result: result.usageResult,
    doc: "Calls, tokens, cost and times of all windows of this user, summed; of this process where nothing can be kept.",
  },
  [METHOD.usageExport]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.usageExportParams,
    result: result.exported,
    doc: "The ledger's rows, one per attempt, as CSV or JSON.",
  },
  [METHOD.sessionList]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.sessionListParams.optional(),
    result: result.sessionList,
    doc: "Chats, the newest first.",
  },
  [METHOD.sessionRead]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.sessionReadParams,
    result: result.sessionPage,
    doc: 'The last messages of a chat, or those before a cursor. NotFoundError where there is no such chat, with the code "deleted" where somebody deleted it.',
  },
  [METHOD.sessionAppend]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.sessionAppendParams,
    result: z.object({ session: result.appendedSession }),
    doc: "Adds to a chat, and begins it where there is none and the first entry is a message; NotFoundError otherwise. All entries or none; committed when it is answered. A message or a numbered delta that is there already is not added again.",
  },
  [METHOD.sessionRename]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.sessionRenameParams,
    result: z.object({ session: result.sessionInfo }),
    doc: "Gives a chat a title; without one its first question is its title.",
  },
  [METHOD.sessionDelete]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.sessionParams,
    result: z.object({ deleted: z.boolean() }),
    doc: "Deletes a chat and its messages.",
  },
  [METHOD.sessionBranch]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.sessionBranchParams,
    result: z.object({ session: result.sessionInfo }),
    doc: "Another chat of the messages up to and with one.",
  },
  [METHOD.sessionSearch]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.sessionSearchParams,
    result: result.sessionHits,
    doc: "Messages and titles that hold every word, in any case; the newest first.",
  },
  [METHOD.sessionExport]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.sessionExportParams,
    result: result.exported,
    doc: "A whole chat as Markdown or JSON.",
  },
  [METHOD.countTokens]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.countTokensParams,
    result: z.object({ tokens: z.int(), exact: z.boolean() }),
    doc: "Tokens of a text or of messages; exact is false for an estimate.",
  },
  [METHOD.diagnose]: {
    direction: "client-to-server",
    kind: "request",
    params: schema.diagnoseParams,
    result: result.diagnosis,
    doc: "Tries step by step what a call to this model needs, and says what was found: configuration, key source, address, DNS, connection, TLS, HTTP, a tiny call. Never a key, never a prompt.",
  },
  [METHOD.secret]: {
    direction: "server-to-client",
    kind: "request",
    params: z.object({
      provider: z.string(),
      origin: z.string().describe("where it would be sent"),
      model: z.string().optional().describe("whom the call is for, where it is one call"),
    }),
    result: z.object({ api_key: z.string().nullable() }),
    doc: "Only to a client that declared secrets: asked when a call needs a key, kept for that call only.",
  },
  [METHOD.languageModel]: {
    direction: "server-to-client",
    kind: "request",
    params: schema.hostModelRequest,
    result: result.hostModelEnd,
    doc: "Only to a client that declared languageModel: a model of its editor is asked, for a call to vscode/<vendor>/<family>. Its parts come as edgequake/languageModelChunk, all before the response. An error may name VS Code's code in data.code: NoPermissions, NotFound, Blocked. $/cancelRequest ends it.",
  },
  [METHOD.languageModelChunk]: {
    direction: "client-to-server",
    kind: "notification",
    params: z.object({ stream_id: z.string(), parts: z.array(schema.hostModelPart) }),
    result: none,
    doc: "Parts of the answer to edgequake/languageModel, in order.",
  },
  [METHOD.languageModels]: {
    direction: "server-to-client",
    kind: "request",
    params: empty,
    result: result.hostModelList,
    doc: "Only to a client that declared languageModel: the models of its editor, for edgequake/models.",
  },
  [METHOD.discover]: {
    direction: "client-to-server",
    kind: "request",
    params: empty,
    result: z.looseObject({ openrpc: z.string() }),
    doc: "The OpenRPC document of this table.",
  },
} as const satisfies Record<string, Method>;

export type Methods = typeof methods;
export type MethodName = keyof Methods;
export type Params<M extends MethodName> = z.input<Methods[M]["params"]>;
export type Result<M extends MethodName> = z.output<Methods[M]["result"]>;

type Named<D extends Direction, K extends Method["kind"]> = {
  [M in MethodName]: Methods[M]["direction"] extends D ? (Methods[M]["kind"] extends K ? M : never) : never;
}[MethodName];
export type ServerRequest = Named<"client-to-server", "request">;
export type ServerNotification = Named<"client-to-server", "notification">;
export type ClientRequest = Named<"server-to-client", "request">;
export type ClientNotification = Named<"server-to-client", "notification">;
