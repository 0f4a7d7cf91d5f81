// Makes the exported API over the backend's client. What it hands out is frozen and holds no key; nothing is asked of
// the backend before the caller has leave, and everything is asked in the caller's name.

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
import { routerClass } from "./api-router.ts";
import { callerName, isExtensionId } from "./lm/access.ts";
import { attributed } from "./lm/attributed.ts";
import { sealed, sealedClasses } from "./sealed.ts";

const { BadRequestError } = errors;

/** What of the extension the API stands on. */
export interface ApiHost {
  client(): Promise<Client>;
  /** Resolves when the caller may go on; rejects with PermissionDeniedError. */
  leave(caller: string, signal?: AbortSignal): Promise<void>;
  log(message: string): void;
  newStream(client: Promise<Client>, start: (client: Client) => CompletionStream): ChunkStream;
}

const VERSION = 1;
/** Made for the first who asks: everybody's are the same. */
let classes: Readonly<typeof errors> | undefined;

export function createExports(host: ApiHost): EdgeQuakeExports {
  const getAPI = (version: 1, callerId: string): EdgeQuakeAPI => {
    if (version !== VERSION) {
      throw new BadRequestError({
        message: `this version of EdgeQuake has API version ${VERSION}, and not ${String(version)}`,
        param: "version",
      });
    }
    if (!isExtensionId(callerId)) {
      throw new BadRequestError({
        message: "say who calls, as publisher.name: getAPI(1, context.extension.id)",
        param: "callerId",
      });
    }
    host.log(`API version ${version} given to ${callerId}`);
    return createApi(host, callerName(callerId));
  };
  return sealed({ getAPI });
}

function createApi(host: ApiHost, caller: string): EdgeQuakeAPI {
  const ready = async (signal?: AbortSignal): Promise<Client> => {
    await host.leave(caller, signal);
    return host.client();
  };
  const complete = (first: string | CompletionCall, second?: Rest<CompletionCall>) => {
    const call = named<CompletionCall>(first, second);
    if (!call) return Promise.reject(badArguments("completion", "messages"));
    const { signal, onStatus, ...rest } = call;
    const params = attributed(rest, caller);
    const options = { ...(signal && { signal }), ...(onStatus && { onStatus }) };
    if (params.stream === true)
      return host.newStream(ready(signal), (client) => client.stream(params, options));
    return ready(signal).then((client) => client.completion(params, options));
  };
  const embed = async (first: string | EmbeddingCall, second?: Rest<EmbeddingCall>) => {
    const call = named<EmbeddingCall>(first, second);
    if (!call) throw badArguments("embedding", "input");
    const { signal, onStatus, ...params } = call;
    const options = { ...(signal && { signal }), ...(onStatus && { onStatus }) };
    return (await ready(signal)).embedding(attributed(params, caller), options);
  };
  classes ??= sealedClasses({ ...errors });
  const completion = complete as Completion;
  const embedding = embed as Embedding;
  return sealed({
    completion,
    acompletion: completion,
    embedding,
    aembedding: embedding,
    Router: routerClass({ caller, ready, newStream: host.newStream }),
    errors: classes,
    models: async (params: { provider?: string } = {}) => (await ready()).request("edgequake/models", params),
    providers: async () => (await ready()).request("edgequake/providers"),
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
