// The methods that call a model, validated once, here. Loaded after the initialize reply: the engine and the
// adapters are behind it. zod comes later still, when a call is not plain.

import { readRouterFile } from "../config/router-file.ts";
import type { Stop } from "../engine/stop.ts";
import type { CallStatus } from "../protocol/call-status.ts";
import type { CompletionParams, EmbeddingParams } from "../protocol/messages.ts";
import { METHOD } from "../protocol/names.ts";
import { routerAsPaid } from "../protocol/own-key.ts";
import { isPlainCompletion, isPlainEmbedding, isPlainStream } from "../protocol/plain-params.ts";
import type { TextCompletionParams } from "../protocol/text-completion.ts";
import { Service, type ServiceOptions } from "../service.ts";
import { openStore } from "../store/open-store.ts";
import type { TokenQuestion } from "../tokens/token-counter.ts";
import { checkWith, invalidParams } from "../validate.ts";
import type { Pump } from "./pump.ts";
import { Serialised, serialiseEmbeddings, Vectors } from "./serialise.ts";
import { sessionCalls } from "./session-calls.ts";

export interface CallScope {
  service: Service;
  pump: Pump;
  /** The client declared base64Embeddings. */
  base64: boolean;
  /** The client declared binaryEmbeddings. */
  vectors: boolean;
  /** stream_ids in use on this connection. */
  streams: Set<string>;
  /** The client declared status. */
  tell?: (status: CallStatus, stream_id?: string) => void;
}

export type Handler = (scope: CallScope, params: unknown, stop: Stop) => Promise<unknown>;

export const calls: Readonly<Record<string, Handler>> = {
  [METHOD.completion]: async (scope, params, stop) => {
    const checked = isPlainCompletion(params) ? params : await checkWith("completionParams", params);
    return scope.service.completion(checked as CompletionParams, stop, scope.tell);
  },
  [METHOD.completionStream]: completionStream,
  [METHOD.embedding]: async ({ service, base64, vectors, tell: onStatus }, params, stop) => {
    const checked = isPlainEmbedding(params) ? params : await checkWith("embeddingParams", params);
    const call = checked as EmbeddingParams;
    // What a provider sent is packed as it is, unless the call names how it wants its numbers.
    if (vectors && call.encoding_format == null)
      return new Vectors(await service.embedding(call, stop, { base64: "either", onStatus }));
    const response = await service.embedding(call, stop, { base64, onStatus });
    return new Serialised(serialiseEmbeddings(response));
  },
  [METHOD.textCompletion]: async ({ service, tell }, params, stop) => {
    const checked = await checkWith("textCompletionParams", params);
    return service.textCompletion(checked as TextCompletionParams, stop, tell);
  },
  [METHOD.createRouter]: async ({ service }, params) => {
    const { options, router_id, config_yaml, guest } = await checkWith("createRouterParams", params);
    if ((options === undefined) === (config_yaml === undefined))
      throw invalidParams([{ path: ["options"], message: "give either options or config_yaml" }]);
    const read = config_yaml === undefined ? undefined : await readRouterFile(config_yaml);
    const given = (read?.options ?? options) as Readonly<Record<string, unknown>>;
    const made = await service.routers.create(guest ? routerAsPaid(given) : given, router_id);
    if (!read) return made;
    return { ...made, warnings: [...read.warnings, ...made.warnings] };
  },
  [METHOD.disposeRouter]: async ({ service }, params) => {
    const { router_id } = await checkWith("routerParams", params);
    return { disposed: service.routers.dispose(router_id) };
  },
  [METHOD.routerStatus]: async ({ service }, params) =>
    service.routerStatus((await checkWith("routerStatusParams", params ?? {})).router_id),
  [METHOD.models]: async ({ service }, params, stop) => {
    const checked = await checkWith("modelsParams", params ?? {});
    const listed = await service.models(checked, stop);
    if (!checked.details) return listed;
    const { withDetails } = await import("../models/model-details.ts");
    return withDetails(listed, (model) => service.modelInfo(model));
  },
  [METHOD.modelInfo]: async ({ service }, params) =>
    service.modelInfo((await checkWith("modelInfoParams", params)).model),
  [METHOD.providers]: ({ service }) => service.providers(),
  [METHOD.usage]: async ({ service }, params) =>
    service.usage(params == null ? {} : await checkWith("usageParams", params)),
  [METHOD.usageExport]: async ({ service }, params) => ({
    text: await service.exportUsage(await checkWith("usageExportParams", params)),
  }),
  ...sessionCalls,
  [METHOD.countTokens]: async ({ service }, params) => {
    const question = (await checkWith("countTokensParams", params)) as TokenQuestion;
    if (question.text === undefined && question.messages === undefined) {
      throw invalidParams([{ path: ["text"], message: "give text or messages" }]);
    }
    return service.countTokens(question);
  },
  [METHOD.diagnose]: async ({ service }, params, stop) =>
    service.diagnose(await checkWith("diagnoseParams", params), stop),
  [METHOD.discover]: async () => (await import("../protocol/openrpc-answer.ts")).openRpcAnswer(),
};

async function completionStream(scope: CallScope, params: unknown, stop: Stop): Promise<unknown> {
  const checked = isPlainStream(params) ? params : await checkWith("completionStreamParams", params);
  const { stream_id, ...rest } = checked as CompletionParams & { stream_id: string };
  if (scope.streams.has(stream_id)) {
    throw invalidParams([
      { path: ["stream_id"], message: `a stream "${stream_id}" is still running; choose another id` },
    ]);
  }
  scope.streams.add(stream_id);
  const stream = scope.pump.open(stream_id);
  const { tell } = scope;
  try {
    const end = await scope.service.stream(
      { ...(rest as unknown as CompletionParams), stream: true },
      stream,
      stop,
      tell && ((status) => tell(status, stream_id)),
    );
    stream.close({ discard: false });
    return { stream_id, ...end };
  } catch (error) {
    // What a cancelled stream still held is not sent; a failed one's chunks are the caller's.
    stream.close({ discard: stop.reason?.name === "Cancelled" });
    throw error;
  } finally {
    scope.streams.delete(stream_id);
  }
}

/** With the user's store. */
export function createService(options: ServiceOptions): Service {
  const store = openStore(options.env, options.onWarning ?? (() => {}));
  return new Service({ ...options, store });
}
