// What index.ts loads with the first call: validation and the service, in this process.

import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import type { RouterConfig } from "./config/litellm-config.ts";
import { readRouterFile } from "./config/router-file.ts";
import { Stop } from "./engine/stop.ts";
import { Callbacks } from "./observe/callbacks.ts";
import { Middlewares } from "./observe/middleware.ts";
import type { OnStatus } from "./protocol/call-status.ts";
import type { CallbackLists } from "./protocol/callbacks.ts";
import type { CompletionStream } from "./protocol/completion-stream.ts";
import { inflateEmbeddings } from "./protocol/embeddings.ts";
import { asOpenAIError, Cancelled, OpenAIError } from "./protocol/errors.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "./protocol/messages.ts";
import type { Result } from "./protocol/methods.ts";
import type { Middleware, MiddlewareCall, MiddlewareParams } from "./protocol/middleware.ts";
import { isPlainCompletion, isPlainEmbedding } from "./protocol/plain-params.ts";
import type { TextCompletionParams, TextCompletionResponse } from "./protocol/text-completion.ts";
import type { Routers } from "./routing.ts";
import { Service } from "./service.ts";
import { checkWith } from "./validate.ts";

/** What is of a call in this process and no argument of it. */
export interface OwnOptions {
  signal: AbortSignal | undefined;
  onStatus: OnStatus | undefined;
}

export interface Library {
  completion(params: CompletionParams, own: OwnOptions): Promise<ModelResponse>;
  /** Never rejects: the stream carries the failure. */
  stream(params: CompletionParams, stream: CompletionStream, onStatus?: OnStatus): Promise<void>;
  embedding(params: EmbeddingParams, own: OwnOptions): Promise<EmbeddingResponse>;
  textCompletion(params: TextCompletionParams, own: OwnOptions): Promise<TextCompletionResponse>;
  routers: Routers;
  /** The Router arguments of a LiteLLM config.yaml. @throws BadRequestError */
  routerFile(path: string): Promise<RouterConfig["options"]>;
  /** Gives back how it is taken out again. */
  use(middleware: Middleware): () => void;
  configure(config: unknown): void;
  providers(): Promise<Result<"edgequake/providers">>;
  models(params: {
    provider?: string;
    api_base?: string;
    api_key?: string;
  }): Promise<Result<"edgequake/models">>;
  dispose(): Promise<void>;
}

/** `callbacks` are the program's own lists, which it may change at any time. */
export function createLibrary(callbacks: CallbackLists): Library {
  const onWarning = (message: string): void => process.emitWarning(message, "EdgeQuakeWarning");
  const middleware = new Middlewares(checkParams);
  const observer = new Callbacks(callbacks, onWarning);
  const service = new Service({ env: process.env, onWarning, middleware, observer });
  return {
    async completion(params, { signal, onStatus }) {
      const checked = await checkCompletion(params);
      return withSignal(signal, (stop) => service.completion(checked, stop, onStatus));
    },
    async stream(params, stream, onStatus) {
      const stop = new Stop();
      let control: { pause(): void; resume(): void } | undefined;
      stream.attach({
        cancel: () => stop.stop(cancelled()),
        pause: () => control?.pause(),
        resume: () => control?.resume(),
      });
      try {
        const end = await service.stream(
          await checkCompletion(params),
          {
            push: (chunks) => stream.push(chunks),
            control: (given) => {
              control = given;
            },
          },
          stop,
          onStatus,
        );
        stream.finish({ stream_id: randomUUID(), ...end });
      } catch (thrown) {
        stream.fail(asOpenAIError(thrown));
      }
    },
    async embedding(params, { signal, onStatus }) {
      const checked = isPlainEmbedding(params) ? params : await checkWith("embeddingParams", params);
      const call = checked as EmbeddingParams;
      if (call.encoding_format != null)
        return withSignal(signal, (stop) => service.embedding(call, stop, { onStatus }));
      const response = await withSignal(signal, (stop) =>
        service.embedding(call, stop, { base64: "either", onStatus }),
      );
      return inflateEmbeddings(response);
    },
    async textCompletion(params, { signal, onStatus }) {
      const call = (await checkWith("textCompletionParams", params)) as TextCompletionParams;
      return withSignal(signal, (stop) => service.textCompletion(call, stop, onStatus));
    },
    routers: service.routers,
    async routerFile(path) {
      const { options, warnings } = await readRouterFile(resolve(path));
      for (const warning of warnings) onWarning(warning);
      return options;
    },
    use: (one) => middleware.use(one),
    configure: (config) => service.configure(config),
    providers: () => service.providers(),
    models: (params) => service.models(params),
    async dispose() {
      await service.dispose();
      await observer.settled();
    },
  };
}

/** LiteLLM takes an exception as mock_response; it is thrown as it is. */
async function checkCompletion(params: CompletionParams): Promise<CompletionParams> {
  const { mock_response } = params as { mock_response?: unknown };
  if (mock_response instanceof OpenAIError) throw mock_response;
  if (isPlainCompletion(params)) return params;
  return (await checkWith("completionParams", params)) as CompletionParams;
}

/** What middleware made of a call is checked as a caller's own. */
async function checkParams(kind: MiddlewareCall["kind"], params: unknown): Promise<MiddlewareParams> {
  if (kind === "models") return checkWith("modelsParams", params);
  if (kind === "text_completion")
    return (await checkWith("textCompletionParams", params)) as TextCompletionParams;
  if (kind === "embedding")
    return (
      isPlainEmbedding(params) ? params : await checkWith("embeddingParams", params)
    ) as EmbeddingParams;
  return checkCompletion(params as CompletionParams);
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
