// What a service tells of its calls while they run, to whoever watches them. Where nobody does nothing is built.

import type { CallToPrice } from "../cost/cost-of-call.ts";
import type { Answered } from "../engine/engine.ts";
import type { Target } from "../engine/target.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type { AttemptRecord, OpenAIError } from "../protocol/errors.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
  Usage,
} from "../protocol/messages.ts";
import type { ChatCall, EmbedCall, TextCall } from "../providers/types.ts";

export interface Observer {
  /** Whether somebody watches the calls that begin now. */
  readonly any: boolean;
  /** undefined = nobody watches this one. */
  begin(call: BegunCall): Observation | undefined | Promise<Observation | undefined>;
}

export interface BegunCall {
  call_id: string;
  kind: "completion" | "stream" | "embedding";
  params: CompletionParams | EmbeddingParams;
  /** Unix milliseconds. */
  began: number;
  /** Of a routed call. */
  model_group: string | undefined;
}

/** Known once it is settled where a call goes. */
export interface MadeCall {
  target: Target;
  call: ChatCall | EmbedCall | TextCall;
  mocked: boolean;
  cache_key: string | undefined;
  /** What an answer is priced by. */
  toPrice(answer: Answered): CallToPrice;
}

export interface EndedCall {
  /** Unix milliseconds. */
  ended: number;
  attempts: readonly AttemptRecord[];
  usage: Partial<Usage> | undefined;
  cost_usd: number | null;
  ms_first_chunk: number | null;
  cache_hit: boolean;
  /** Of a stream what came of it, also where it failed. */
  answer: ModelResponse | EmbeddingResponse | undefined;
  error: OpenAIError | undefined;
}

/** One call that is watched. None of these throws or waits. */
export interface Observation {
  /** Somebody is told of each chunk of a stream. */
  readonly wants_chunks: boolean;
  made(made: MadeCall): void;
  /** A request is about to be sent. */
  sending(): void;
  chunks(chunks: readonly CompactChunk[]): void;
  /** Runs the call in the context of its span. */
  within<T>(work: () => Promise<T>): Promise<T>;
  ended(end: EndedCall): void;
}
