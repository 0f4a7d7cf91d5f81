// Middleware around the calls of a service, like the skins of an onion: the first that was added sees a call first and
// its answer last. Those that were there when a call began go with it to its end.

import type { ChunkSink } from "../engine/engine.ts";
import type { Stop } from "../engine/stop.ts";
import { attributionOf } from "../protocol/attribution.ts";
import { asOpenAIError } from "../protocol/errors.ts";
import type {
  Middleware,
  MiddlewareAnswer,
  MiddlewareCall,
  MiddlewareParams,
  StreamTotals,
} from "../protocol/middleware.ts";
import { ChunkGate } from "./chunk-gate.ts";
import { refusal } from "./refusal.ts";

/** Throws BadRequestError for params that are none. */
export type CheckParams = (kind: MiddlewareCall["kind"], params: unknown) => Promise<MiddlewareParams>;

export class Middlewares {
  readonly #check: CheckParams;
  #list: readonly Middleware[] = [];

  constructor(check: CheckParams) {
    this.#check = check;
  }

  /** Where there is none a call goes its way untouched. */
  get any(): boolean {
    return this.#list.length > 0;
  }

  /** Gives back how it is taken out again. */
  use(one: Middleware): () => void {
    this.#list = [...this.#list, one];
    return () => {
      this.#list = this.#list.filter((other) => other !== one);
    };
  }

  async around<P extends MiddlewareParams, A extends MiddlewareAnswer>(
    kind: MiddlewareCall["kind"],
    params: P,
    run: (params: P) => Promise<A>,
  ): Promise<A> {
    return this.#around(this.#list, callOf(kind, params), (given) => run(given as P));
  }

  async stream<P extends MiddlewareParams>(
    params: P,
    sink: ChunkSink,
    stop: Stop,
    run: (params: P, sink: ChunkSink) => Promise<StreamTotals>,
  ): Promise<StreamTotals> {
    const list = this.#list;
    const call = callOf("stream", params);
    const hooks = list.filter((one) => one.chunk).reverse();
    const gate = hooks.length > 0 ? new ChunkGate(sink, hooks, call, stop) : undefined;
    return this.#around(list, call, async (given) => {
      const end = await run(given as P, gate ?? sink);
      // The answer may have been whole already when the last chunk was refused.
      if (gate?.refused) throw gate.refused;
      return gate ? { ...end, chunks: gate.given } : end;
    });
  }

  async #around<A extends MiddlewareAnswer>(
    list: readonly Middleware[],
    call: Changing,
    run: (params: MiddlewareParams) => Promise<A>,
  ): Promise<A> {
    try {
      for (const one of list) {
        if (!one.before) continue;
        const changed = await told(one, () => one.before?.(call));
        if (changed !== undefined) call.params = await this.#check(call.kind, changed);
      }
      let answer = await run(call.params);
      for (const one of list.toReversed()) {
        if (one.after)
          answer = ((await told(one, () => one.after?.(answer, call))) as A | undefined) ?? answer;
      }
      return answer;
    } catch (thrown) {
      let error = asOpenAIError(thrown);
      for (const one of list.toReversed()) {
        if (one.failed) error = (await told(one, () => one.failed?.(error, call))) ?? error;
      }
      throw error;
    }
  }
}

/** A call as `before` may change it. */
export type Changing = MiddlewareCall & { params: MiddlewareParams };

function callOf(kind: MiddlewareCall["kind"], params: MiddlewareParams): Changing {
  const attribution = attributionOf(params as Readonly<Record<string, unknown>>);
  return { kind, params, attribution } as Changing;
}

/** What a hook throws ends the call: as it is where it is an error of ours, else as a refusal that names it. */
async function told<T>({ name }: Middleware, hook: () => T): Promise<Awaited<T>> {
  try {
    return await hook();
  } catch (thrown) {
    throw refusal(name, thrown);
  }
}
