// What a router needs from around it: how a call is made, time and chance, prices, and the errors callers know. The
// router is loaded on demand as a file of its own, so what others test by class is made here and never there.

import type { ChunkSink } from "../engine/engine.ts";
import type { Clock } from "../engine/run.ts";
import type { Stop } from "../engine/stop.ts";
import type { ErrorFields, OpenAIError } from "../protocol/errors.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "../protocol/messages.ts";
import type { StreamEnd } from "../protocol/results.ts";
import type { SharedLimits } from "../store/shared-limits.ts";
import type { Deployment } from "./deployment.ts";

export type StreamTotals = Omit<StreamEnd, "stream_id">;

export interface Runner {
  /** Each makes exactly one request: `num_retries` is 0. `deployment` is who it is counted for. */
  completion(params: CompletionParams, stop: Stop, deployment: string): Promise<ModelResponse>;
  stream(params: CompletionParams, sink: ChunkSink, stop: Stop, deployment: string): Promise<StreamTotals>;
  embedding(params: EmbeddingParams, stop: Stop, deployment: string): Promise<EmbeddingResponse>;
}

export interface RouterHost {
  run: Runner;
  clock: Clock;
  limits: SharedLimits;
  env(name: string): string | undefined;
  error(name: string, fields: ErrorFields): OpenAIError;
  /** Tokens a request takes of a tpm limit: its input, and the most it may answer if it says so. */
  estimate?(params: Readonly<Record<string, unknown>>): number;
  /** USD of a token in and a token out together; null = unknown. */
  price?(deployment: Deployment): number | null;
  /** Why the deployment's model cannot take the call (context window, abilities); undefined = it can. */
  unfit?(
    deployment: Deployment,
    params: Readonly<Record<string, unknown>>,
    tokens: number,
  ): string | undefined;
}
