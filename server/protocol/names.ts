// Method names and error codes as constants, zod-free, so that both ends can name what they send.

export const PROTOCOL_VERSION = 1;

export const METHOD = {
  initialize: "initialize",
  initialized: "initialized",
  shutdown: "shutdown",
  exit: "exit",
  cancel: "$/cancelRequest",
  setTrace: "$/setTrace",
  didChangeConfiguration: "workspace/didChangeConfiguration",
  logMessage: "window/logMessage",
  completion: "edgequake/completion",
  completionStream: "edgequake/completionStream",
  chunk: "edgequake/chunk",
  chunkBatch: "edgequake/chunkBatch",
  status: "edgequake/status",
  embedding: "edgequake/embedding",
  textCompletion: "edgequake/textCompletion",
  createRouter: "edgequake/createRouter",
  disposeRouter: "edgequake/disposeRouter",
  routerStatus: "edgequake/routerStatus",
  models: "edgequake/models",
  modelInfo: "edgequake/modelInfo",
  providers: "edgequake/providers",
  usage: "edgequake/usage",
  usageExport: "edgequake/usageExport",
  sessionList: "edgequake/sessions/list",
  sessionRead: "edgequake/sessions/read",
  sessionAppend: "edgequake/sessions/append",
  sessionRename: "edgequake/sessions/rename",
  sessionDelete: "edgequake/sessions/delete",
  sessionBranch: "edgequake/sessions/branch",
  sessionSearch: "edgequake/sessions/search",
  sessionExport: "edgequake/sessions/export",
  countTokens: "edgequake/countTokens",
  secret: "edgequake/secret",
  diagnose: "edgequake/diagnose",
  languageModel: "edgequake/languageModel",
  languageModels: "edgequake/languageModels",
  languageModelChunk: "edgequake/languageModelChunk",
  discover: "rpc.discover",
} as const;

/** JSON-RPC and LSP error codes. */
export const CODE = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  serverNotInitialized: -32002,
  /** Every failure of a call to a model. */
  requestFailed: -32803,
  requestCancelled: -32800,
} as const;
