// LiteLLM's Router as an object of the library: it holds an id and nothing else, and asks the library's service for
// the rest. What it was given is read with its first use; a mistake in it is thrown there.

import { randomUUID } from "node:crypto";
import type { Library } from "./library.ts";
import { createError } from "./protocol/errors.ts";
import type { EmbeddingResponse, ModelResponse } from "./protocol/messages.ts";
import type { RouterStatus } from "./protocol/route-trace.ts";
import type { RouterOptions } from "./protocol/router-options.ts";

/** The library's own calls, by which those of a router are made; each waits for `prepare` first. */
export interface RoutedCalls<Call, Embed, Stream> {
  library(): Promise<Library>;
  completion(params: Call, prepare: Prepare): Promise<ModelResponse> | Stream;
  embedding(params: Embed, prepare: Prepare): Promise<EmbeddingResponse>;
}
export type Prepare = (library: Library) => Promise<unknown>;

export class RouterHandle<Call extends object, Embed extends object, Stream> {
  /** `router_id` of its calls. */
  readonly id = randomUUID();
  readonly #calls: RoutedCalls<Call, Embed, Stream>;
  #options: RouterOptions;
  #made: { by: Library; done: Promise<unknown> } | undefined;
  #disposed = false;

  constructor(options: RouterOptions, calls: RoutedCalls<Call, Embed, Stream>) {
    this.#options = options;
    this.#calls = calls;
  }

  /** As the library's completion(); `model` names a group. */
  completion(params: Call & { stream: true }): Stream;
  completion(params: Call & { stream?: false }): Promise<ModelResponse>;
  completion(params: Call): Promise<ModelResponse> | Stream;
  completion(params: Call): Promise<ModelResponse> | Stream {
    return this.#calls.completion({ ...params, router_id: this.id }, this.#ready);
  }
  acompletion(params: Call & { stream: true }): Stream;
  acompletion(params: Call & { stream?: false }): Promise<ModelResponse>;
  acompletion(params: Call): Promise<ModelResponse> | Stream {
    return this.completion(params);
  }
  /** completion() with `stream: true`. */
  stream(params: Omit<Call, "stream">): Stream {
    return this.completion({ ...params, stream: true } as unknown as Call & { stream: true });
  }
  embedding(params: Embed): Promise<EmbeddingResponse> {
    return this.#calls.embedding({ ...params, router_id: this.id }, this.#ready);
  }
  aembedding(params: Embed): Promise<EmbeddingResponse> {
    return this.embedding(params);
  }

  /** Deployments with cooldowns, counts, latencies, limits and last errors; never a key. */
  async status(): Promise<RouterStatus> {
    const library = await this.#library();
    return library.routers.status(this.id);
  }

  /** New arguments; counters and cooldowns of the deployments that stay are kept. @throws BadRequestError */
  async update(options: RouterOptions): Promise<void> {
    const library = await this.#library();
    await library.routers.create(options, this.id);
    this.#options = options;
  }

  /** Cancels what it has in flight. Calls after it fail. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const made = this.#made;
    this.#made = undefined;
    await made?.done.catch(() => {});
    made?.by.routers.dispose(this.id);
  }

  async #library(): Promise<Library> {
    const library = await this.#calls.library();
    await this.#ready(library);
    return library;
  }

  /** Makes it where it is not yet made: a library that was disposed of is another one afterwards. */
  readonly #ready = async (by: Library): Promise<void> => {
    if (this.#disposed)
      throw createError("BadRequestError", { message: "the router was disposed; make a new one" });
    if (this.#made?.by !== by) this.#made = { by, done: by.routers.create(this.#options, this.id) };
    const made = this.#made;
    try {
      await made.done;
    } catch (thrown) {
      // What is wrong may be mended: a variable that is set later.
      if (this.#made === made) this.#made = undefined;
      throw thrown;
    }
  };
}
