// What index.ts loads with the first call: validation and the service, in this process.

import { randomUUID } from "node:crypto";
import { Stop } from "./engine/stop.ts";
import type { CompletionStream } from "./protocol/completion-stream.ts";
import { asOpenAIError, Cancelled, OpenAIError } from "./protocol/errors.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "./protocol/messages.ts";
import type { Result } from "./protocol/methods.ts";
import * as schema from "./protocol/schema.ts";
import { Service } from "./service.ts";
import { check } from "./validate.ts";

export interface Library {
  completion(params: CompletionParams, signal: AbortSignal | undefined): Promise<ModelResponse>;
  /** Never rejects: the stream carries the failure. */
  stream(params: CompletionParams, stream: CompletionStream): Promise<void>;
  embedding(params: EmbeddingParams, signal: AbortSignal | undefined): Promise<EmbeddingResponse>;
  configure(config: unknown): void;
  providers(): Promise<Result<"edgequake/providers">>;
  models(params: {
    provider?: string;
    api_base?: string;
    api_key?: string;
  }): Promise<Result<"edgequake/models">>;
  dispose(): Promise<void>;
}

export function createLibrary(): Library {
  const service = new Service({
    env: process.env,
    onWarning: (message) => process.emitWarning(message, "EdgeQuakeWarning"),
  });
  return {
    async completion(params, signal) {
      const checked = checkCompletion(params);
      return withSignal(signal, (stop) => service.completion(checked, stop));
    },
    async stream(params, stream) {
      const stop = new Stop();
      let control: { pause(): void; resume(): void } | undefined;
      stream.attach({
        cancel: () => stop.stop(cancelled()),
        pause: () => control?.pause(),
        resume: () => control?.resume(),
      });
      try {
        const end = await service.stream(
          checkCompletion(params),
          {
            push: (chunks) => stream.push(chunks),
            control: (given) => {
              control = given;
            },
          },
          stop,
        );
        stream.finish({ stream_id: randomUUID(), ...end });
      } catch (thrown) {
        stream.fail(asOpenAIError(thrown));
      }
    },
    async embedding(params, signal) {
      const checked = check(schema.embeddingParams, params) as EmbeddingParams;
      return withSignal(signal, (stop) => service.embedding(checked, stop));
    },
    configure: (config) => service.configure(config),
    providers: () => service.providers(),
    models: (params) => service.models(params),
    dispose: () => service.dispose(),
  };
}

/** LiteLLM takes an exception as mock_response; it is thrown as it is. */
function checkCompletion(params: CompletionParams): CompletionParams {
  const { mock_response } = params as { mock_response?: unknown };
  if (mock_response instanceof OpenAIError) throw mock_response;
  return check(schema.completionParams, params) as CompletionParams;
}

async function withSignal<T>(signal: AbortSignal | undefined, run: (stop: Stop) => Promise<T>): Promise<T> {
  const stop = new Stop();
  if (!signal) return run(stop);
  if (signal.aborted) throw cancelled();
  const onAbort = (): void => stop.stop(cancelled());
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await run(stop);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function cancelled(): Cancelled {
  return new Cancelled({ message: "the caller stopped the call", code: "ABORT_ERR" });
}
