// LiteLLM's Router for other extensions: it holds an id and what it was given, and asks the backend for the rest. A
// backend that was restarted gets it anew with the next call. Everything is asked in the caller's name.

import type { Client } from "../server/connection/client.ts";
import type { CompletionStream } from "../server/protocol/completion-stream.ts";
import { BadRequestError } from "../server/protocol/errors.ts";
import type { Params, Result } from "../server/protocol/methods.ts";
import type { RouterStatus } from "../server/protocol/route-trace.ts";
import type { RouterOptions } from "../server/protocol/router-options.ts";
import type { ChunkStream, CompletionCall, EmbeddingCall, Router, RouterConstructor } from "./api.ts";
import { attributed } from "./lm/attributed.ts";

/** What of a caller's API a router stands on. */
export interface RouterHost {
  caller: string;
  /** Resolves when the caller may go on. */
  ready(signal?: AbortSignal): Promise<Client>;
  newStream(client: Promise<Client>, start: (client: Client) => CompletionStream): ChunkStream;
}

type Made = Params<"edgequake/createRouter">;

export function routerClass(host: RouterHost): RouterConstructor {
  /** What it is made of stays out of reach. */
  const create = (given: Omit<Made, "router_id">): Router => Object.freeze(new ApiRouter(host, given));
  // A constructor that returns an object gives that object.
  function Router(options: RouterOptions): Router {
    return create(madeOf(options));
  }
  Router.from_config_yaml = async (config_yaml: string): Promise<Router> => {
    const router = create({ config_yaml });
    // What is wrong with the file is said now.
    await router.status();
    return router;
  };
  Object.freeze(Router.prototype);
  Object.freeze(ApiRouter.prototype);
  return Router as unknown as RouterConstructor;
}

class ApiRouter {
  readonly id = crypto.randomUUID();
  readonly #host: RouterHost;
  #given: Omit<Made, "router_id">;
  #made: { by: Client; done: Promise<unknown> } | undefined;
  #disposed = false;

  constructor(host: RouterHost, given: Omit<Made, "router_id">) {
    this.#host = host;
    this.#given = given;
  }

  readonly completion = ((call: CompletionCall) => {
    const { signal, onStatus, ...rest } = call;
    const params = { ...attributed(rest, this.#host.caller), router_id: this.id };
    const options = { ...(signal && { signal }), ...(onStatus && { onStatus }) };
    if (params.stream === true)
      return this.#host.newStream(this.#client(signal), (client) => client.stream(params, options));
    return this.#client(signal).then((client) => client.completion(params, options));
  }) as Router["completion"];
  readonly acompletion = this.completion;

  readonly stream: Router["stream"] = (call) =>
    this.completion({ ...call, stream: true } as CompletionCall & { stream: true });

  readonly embedding: Router["embedding"] = async (call: EmbeddingCall) => {
    const { signal, onStatus, ...rest } = call;
    const params = { ...attributed(rest, this.#host.caller), router_id: this.id };
    const options = { ...(signal && { signal }), ...(onStatus && { onStatus }) };
    return (await this.#client(signal)).embedding(params, options);
  };
  readonly aembedding = this.embedding;

  async status(): Promise<RouterStatus> {
    const client = await this.#client();
    return (await client.request("edgequake/routerStatus", { router_id: this.id })) as RouterStatus;
  }

  async update(options: RouterOptions): Promise<void> {
    const given = madeOf(options);
    const client = await this.#client();
    await this.#ask(client, given);
    this.#given = given;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const made = this.#made;
    this.#made = undefined;
    if (!made || made.by.isClosed) return;
    await made.done.catch(() => {});
    await made.by.request("edgequake/disposeRouter", { router_id: this.id }).catch(() => {});
  }

  /** A client whose backend knows the router. */
  async #client(signal?: AbortSignal): Promise<Client> {
    if (this.#disposed) throw new BadRequestError("the router was disposed; make a new one");
    const by = await this.#host.ready(signal);
    if (this.#made?.by !== by) this.#made = { by, done: this.#ask(by, this.#given) };
    const made = this.#made;
    try {
      await made.done;
    } catch (error) {
      // What is wrong may be mended: a variable, a file.
      if (this.#made === made) this.#made = undefined;
      throw error;
    }
    return by;
  }

  #ask(client: Client, given: Omit<Made, "router_id">): Promise<Result<"edgequake/createRouter">> {
    // What the user's own key pays is not the caller's to price: a budget goes by it.
    return client.request("edgequake/createRouter", { ...given, router_id: this.id, guest: true });
  }
}

/** What is wrong with them is refused by the backend, in its words. */
function madeOf(options: RouterOptions): Omit<Made, "router_id"> {
  return { options: { ...options } as Record<string, unknown> as NonNullable<Made["options"]> };
}
