// Makes the exported API over the backend's client. What it hands out is frozen and holds no key.

import type { Client } from "../server/connection/client.ts";
import type { CompletionStream } from "../server/protocol/completion-stream.ts";
import * as errors from "../server/protocol/errors.ts";
import type {
  ChunkStream,
  Completion,
  CompletionCall,
  EdgeQuakeAPI,
  EdgeQuakeExports,
  Embedding,
  EmbeddingCall,
  Rest,
} from "./api.ts";

const { BadRequestError } = errors;

/** What of the extension the API stands on. */
export interface ApiHost {
  client(): Promise<Client>;
  log(message: string): void;
  newStream(start: (client: Client) => CompletionStream): ChunkStream;
}

const VERSION = 1;

export function createExports(host: ApiHost): EdgeQuakeExports {
  const getAPI = (version: 1, callerId: string): EdgeQuakeAPI => {
    if (version !== VERSION) {
      throw new BadRequestError({
        message: `this version of EdgeQuake has API version ${VERSION}, and not ${String(version)}`,
        param: "version",
      });
    }
    if (typeof callerId !== "string" || callerId.trim() === "") {
      throw new BadRequestError({
        message: "say who calls: getAPI(1, context.extension.id)",
        param: "callerId",
      });
    }
    host.log(`API version ${version} given to ${callerId}`);
    return createApi(host);
  };
  return Object.freeze({ getAPI });
}

function createApi(host: ApiHost): EdgeQuakeAPI {
  const complete = (first: string | CompletionCall, second?: Rest<CompletionCall>) => {
    const call = named<CompletionCall>(first, second);
    if (!call) return Promise.reject(badArguments("completion", "messages"));
    const { signal, ...params } = call;
    const options = signal ? { signal } : {};
    if (params.stream === true) return host.newStream((client) => client.stream(params, options));
    return host.client().then((client) => client.completion(params, options));
  };
  const embed = async (first: string | EmbeddingCall, second?: Rest<EmbeddingCall>) => {
    const call = named<EmbeddingCall>(first, second);
    if (!call) throw badArguments("embedding", "input");
    const { signal, ...params } = call;
    return (await host.client()).embedding(params, signal ? { signal } : {});
  };
  const completion = complete as Completion;
  const embedding = embed as Embedding;
  return Object.freeze({
    completion,
    acompletion: completion,
    embedding,
    aembedding: embedding,
    errors: Object.freeze({ ...errors }),
    models: async (params: { provider?: string } = {}) =>
      (await host.client()).request("edgequake/models", params),
    providers: async () => (await host.client()).request("edgequake/providers"),
  });
}

/** Both ways to call, as one object; undefined for neither. */
function named<T>(first: unknown, second: unknown): T | undefined {
  if (typeof first === "string" && typeof second === "object" && second !== null)
    return { ...second, model: first } as T;
  return typeof first === "object" && first !== null ? ({ ...first } as T) : undefined;
}

function badArguments(name: string, field: string): Error {
  return new BadRequestError({ message: `give ${name}({model, ${field}}) or ${name}(model, {${field}})` });
}
