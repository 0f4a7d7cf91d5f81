// The exported API as functions from JSON to JSON, for extensions in another extension host: there neither exports nor
// classes arrive. They never throw: a failure is `{error}`, with the fields of LiteLLM's classes. The leave, the ledger
// and the budget of the caller are the exports' own.

import { randomUUID } from "node:crypto";
import { BadRequestError, NotFoundError } from "../../server/protocol/errors.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "../../server/protocol/messages.ts";
import type { ModelsResult } from "../../server/protocol/results.ts";
import type { EdgeQuakeExports, JsonFailure, JsonPieces } from "../api.ts";
import { JsonStream, type JsonStreamOptions, jsonError, LIMITS } from "./json-stream.ts";

/** Of one window, all callers together. */
const MOST_STREAMS = 100;

export class JsonApi {
  readonly #exports: EdgeQuakeExports;
  readonly #limits: JsonStreamOptions;
  readonly #streams = new Map<string, JsonStream>();

  constructor(exports: EdgeQuakeExports, limits: JsonStreamOptions = LIMITS) {
    this.#exports = exports;
    this.#limits = limits;
  }

  /** By the name after `edgequake.api.`. */
  readonly commands: Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>> = {
    completion: (caller, params) => this.completion(caller, params),
    embedding: (caller, params) => this.embedding(caller, params),
    models: (caller, params) => this.models(caller, params),
    "stream.start": (caller, params) => this.start(caller, params),
    "stream.next": (stream_id) => this.next(stream_id),
    "stream.cancel": (stream_id) => this.cancel(stream_id),
  };

  completion(caller: unknown, params: unknown): Promise<ModelResponse | JsonFailure> {
    return told(() => this.#api(caller).completion({ ...called(params), stream: false }));
  }

  embedding(caller: unknown, params: unknown): Promise<EmbeddingResponse | JsonFailure> {
    return told(async () => {
      const answer = await this.#api(caller).embedding(objectOf(params) as unknown as EmbeddingParams);
      // A typed array would arrive as an object with numbers for keys.
      const data = answer.data.map((one) => ({
        ...one,
        embedding: typeof one.embedding === "string" ? one.embedding : Array.from(one.embedding),
      }));
      return { ...answer, data };
    });
  }

  models(caller: unknown, params: unknown): Promise<ModelsResult | JsonFailure> {
    return told(() => this.#api(caller).models(params == null ? {} : objectOf(params)));
  }

  /** The stream begins at once; what it brings waits for `next`. */
  start(caller: unknown, params: unknown): Promise<{ stream_id: string } | JsonFailure> {
    return told(async () => {
      if (this.#streams.size >= MOST_STREAMS) {
        throw new BadRequestError({
          message: `${MOST_STREAMS} streams are open: read them to their ends, or cancel them`,
        });
      }
      const stream = this.#api(caller).completion({ ...called(params), stream: true });
      const stream_id = randomUUID();
      const gone = (): boolean => this.#streams.delete(stream_id);
      this.#streams.set(stream_id, new JsonStream(stream, gone, this.#limits));
      return { stream_id };
    });
  }

  /** Waits until something is there. Asked again until `done`. */
  next(stream_id: unknown): Promise<JsonPieces | JsonFailure> {
    return told(async () => {
      const stream = this.#streams.get(String(stream_id));
      if (!stream) throw noStream(stream_id);
      if (stream.busy)
        throw new BadRequestError({ message: "wait for the answer before you ask for the next one" });
      return stream.next();
    });
  }

  /** Closes the connection to the provider. Whether there was something to cancel. */
  cancel(stream_id: unknown): Promise<{ cancelled: boolean } | JsonFailure> {
    return told(async () => {
      const stream = this.#streams.get(String(stream_id));
      stream?.cancel();
      return { cancelled: stream !== undefined };
    });
  }

  dispose(): void {
    for (const stream of [...this.#streams.values()]) stream.cancel();
  }

  #api(caller: unknown) {
    return this.#exports.getAPI(1, caller as string);
  }
}

async function told<T>(work: () => T | Promise<T>): Promise<T | JsonFailure> {
  try {
    return await work();
  } catch (thrown) {
    return { error: jsonError(thrown) };
  }
}

function called(params: unknown): CompletionParams {
  return objectOf(params) as unknown as CompletionParams;
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new BadRequestError({ message: "give the caller's id, then the arguments as one object" });
}

function noStream(stream_id: unknown): NotFoundError {
  return new NotFoundError({
    message: `there is no stream "${String(stream_id).slice(0, 64)}": it has ended, or nobody asked for its next chunks for a minute`,
    param: "stream_id",
  });
}
