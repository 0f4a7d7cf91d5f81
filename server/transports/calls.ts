// The methods that call a model, validated once, here. Loaded after the initialize reply: zod, the engine and
// the adapters are behind it.

import type { Stop } from "../engine/stop.ts";
import type { CompletionParams, EmbeddingParams } from "../protocol/messages.ts";
import { METHOD } from "../protocol/names.ts";
import * as schema from "../protocol/schema.ts";
import { Service, type ServiceOptions } from "../service.ts";
import { check, invalidParams } from "../validate.ts";
import type { Pump } from "./pump.ts";
import { Serialised, serialiseEmbeddings } from "./serialise.ts";

export interface CallScope {
  service: Service;
  pump: Pump;
  /** The client declared base64Embeddings. */
  base64: boolean;
  /** stream_ids in use on this connection. */
  streams: Set<string>;
}

type Handler = (scope: CallScope, params: unknown, stop: Stop) => Promise<unknown>;

export const calls: Readonly<Record<string, Handler>> = {
  [METHOD.completion]: (scope, params, stop) =>
    scope.service.completion(check(schema.completionParams, params) as CompletionParams, stop),
  [METHOD.completionStream]: completionStream,
  [METHOD.embedding]: async ({ service, base64 }, params, stop) => {
    const checked = check(schema.embeddingParams, params) as EmbeddingParams;
    return new Serialised(serialiseEmbeddings(await service.embedding(checked, stop, { base64 })));
  },
  [METHOD.models]: ({ service }, params, stop) =>
    service.models(check(schema.modelsParams, params ?? {}), stop),
  [METHOD.providers]: ({ service }) => service.providers(),
  [METHOD.usage]: async ({ service }) => service.usage(),
  [METHOD.countTokens]: async ({ service }, params) => {
    const { text, messages } = check(schema.countTokensParams, params);
    if (text === undefined && messages === undefined) {
      throw invalidParams([{ path: ["text"], message: "give text or messages" }]);
    }
    return service.countTokens({ text, messages });
  },
  [METHOD.discover]: async () => (await import("../protocol/openrpc.ts")).openRpcDocument(),
};

async function completionStream(scope: CallScope, params: unknown, stop: Stop): Promise<unknown> {
  const { stream_id, ...rest } = check(schema.completionStreamParams, params);
  if (scope.streams.has(stream_id)) {
    throw invalidParams([
      { path: ["stream_id"], message: `a stream "${stream_id}" is still running; choose another id` },
    ]);
  }
  scope.streams.add(stream_id);
  const stream = scope.pump.open(stream_id);
  try {
    const end = await scope.service.stream(
      { ...(rest as unknown as CompletionParams), stream: true },
      stream,
      stop,
    );
    stream.close({ discard: false });
    return { stream_id, ...end };
  } catch (error) {
    // What a cancelled stream still held is not sent; a failed one's chunks are the caller's.
    stream.close({ discard: stop.reason !== undefined });
    throw error;
  } finally {
    scope.streams.delete(stream_id);
  }
}

export function createService(options: ServiceOptions): Service {
  return new Service(options);
}
