// The routers of a service: made, asked, updated and let go by id. The router itself is loaded with the first one, as a
// file of its own; the errors that leave it are the classes callers test for.

import { randomUUID } from "node:crypto";
import type { Clock } from "./engine/run.ts";
import type { Stop } from "./engine/stop.ts";
import { capabilitiesOf } from "./models/capabilities.ts";
import type { Attribution } from "./protocol/attribution.ts";
import type { OnStatus } from "./protocol/call-status.ts";
import { createError, type ErrorFields, OpenAIError } from "./protocol/errors.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "./protocol/messages.ts";
import type { ModelEntry } from "./protocol/results.ts";
import type { RouterStatus } from "./protocol/route-trace.ts";
import { estimateTokens } from "./providers/estimate-tokens.ts";
import type { Deployment } from "./router/deployment.ts";
import type { RouterHost, Runner, StreamTotals } from "./router/host.ts";
import type { Router as RouterClass } from "./router/router.ts";
import type { ModelFacts as Facts } from "./routing-fit.ts";
import { MemoryLimits } from "./store/memory-limits.ts";
import type { SharedLimits } from "./store/shared-limits.ts";

export interface RoutersOptions {
  env: NodeJS.ProcessEnv;
  clock: Clock;
  onWarning(message: string): void;
  /** One request each, without retries of its own. */
  run: Runner;
  /** Of all windows; default of each router by itself. */
  limits?: SharedLimits | undefined;
}

export class Routers {
  readonly #options: RoutersOptions;
  readonly #routers = new Map<string, { router: RouterClass; facts: Facts }>();
  readonly #configured = new Set<string>();

  constructor(options: RoutersOptions) {
    this.#options = options;
  }

  /** The same for a router of the configuration, which calls of the API leave alone. @throws BadRequestError */
  async configure(id: string, options: unknown): Promise<void> {
    this.#configured.add(id);
    await this.#make(options, id);
  }

  /** It takes no more calls; what it has in flight ends as it would have. */
  retire(id: string): void {
    this.#routers.get(id)?.router.retire();
    this.#routers.delete(id);
    this.#configured.delete(id);
  }

  has(id: string): boolean {
    return this.#routers.has(id);
  }
  knows(id: string, model: string): boolean {
    return this.#routers.get(id)?.router.knows(model) ?? false;
  }
  /** Names it is called by, and for what. */
  groups(id: string): { name: string; mode: ModelEntry["mode"] }[] {
    const named = this.#routers.get(id)?.router.named ?? [];
    return named.map(({ name, deployment }) => ({ name, mode: modeOf(deployment) }));
  }

  /** Whom a call of this name may reach; [] where the router does not know it. */
  members(id: string, model: string): Deployment[] {
    return this.#routers.get(id)?.router.members(model) ?? [];
  }

  /** Makes a router; one of that id takes the options over and keeps its counters. @throws BadRequestError */
  async create(
    options: unknown,
    id: string = randomUUID(),
  ): Promise<{ router_id: string; warnings: string[] }> {
    this.#leave(id);
    return this.#make(options, id);
  }

  async #make(options: unknown, id: string): Promise<{ router_id: string; warnings: string[] }> {
    const [{ Router }, { ModelFacts }] = await Promise.all([
      import("./router/router.ts"),
      import("./routing-fit.ts"),
    ]);
    const { router, facts } = await ours(() => {
      const had = this.#routers.get(id);
      had?.router.update(options);
      const facts = had?.facts ?? new ModelFacts();
      const made = had ?? { router: new Router(id, options, this.#host(id, facts)), facts };
      this.#routers.set(id, made);
      return made;
    });
    if (router.wantsFacts) await facts.learn(router.deployments);
    const { warnings } = router.status();
    for (const warning of warnings) this.#options.onWarning(`router: ${warning}`);
    return { router_id: id, warnings };
  }

  /** Ends what it has in flight. Whether there was one of that id. */
  dispose(id: string): boolean {
    this.#leave(id);
    return this.#end(id);
  }

  #end(id: string): boolean {
    this.#routers.get(id)?.router.dispose();
    return this.#routers.delete(id);
  }

  disposeAll(): void {
    for (const id of [...this.#routers.keys()]) this.#end(id);
  }

  /** @throws NotFoundError */
  status(id: string): RouterStatus {
    return this.#get(id).status();
  }
  statuses(): RouterStatus[] {
    return Array.from(this.#routers.values(), ({ router }) => router.status());
  }
  completion(id: string, params: CompletionParams, stop: Stop, onStatus?: OnStatus): Promise<ModelResponse> {
    return ours(() => this.#get(id).completion(params, stop, onStatus));
  }
  stream(
    id: string,
    params: CompletionParams,
    sink: Parameters<Runner["stream"]>[1],
    stop: Stop,
    onStatus?: OnStatus,
  ): Promise<StreamTotals> {
    return ours(() => this.#get(id).stream(params, sink, stop, onStatus));
  }
  embedding(
    id: string,
    params: EmbeddingParams,
    stop: Stop,
    onStatus?: OnStatus,
  ): Promise<EmbeddingResponse> {
    return ours(() => this.#get(id).embedding(params, stop, onStatus));
  }

  #leave(id: string): void {
    if (!this.#configured.has(id)) return;
    throw createError("BadRequestError", {
      message: `the router "${id}" is of the configuration; change it there, or choose another router_id`,
      param: "router_id",
    });
  }

  /** The group of a routed call's deployment. */
  groupOf({ router, deployment }: Attribution): string | undefined {
    if (router === undefined || deployment === undefined) return undefined;
    return this.#routers.get(router)?.router.deployments.find(({ id }) => id === deployment)?.model_name;
  }

  #get(id: string): RouterClass {
    const found = this.#routers.get(id);
    if (found) return found.router;
    throw createError("NotFoundError", {
      message: `there is no router "${id}"; make it with createRouter`,
      param: "router_id",
    });
  }

  #host(id: string, facts: Facts): RouterHost {
    const { env, clock, run, limits } = this.#options;
    // Whom the ledger counts a request for.
    const marked = <T extends CompletionParams | EmbeddingParams>(params: T, deployment: string): T => ({
      ...params,
      attribution: { ...(params["attribution"] as object | undefined), router: id, deployment },
    });
    return {
      clock,
      env: (name) => env[name],
      error: (name: string, fields: ErrorFields) => createError(name, fields),
      limits: limits ?? new MemoryLimits(clock.monotonic),
      run: {
        completion: (params, stop, deployment) =>
          run.completion(marked(params, deployment), stop, deployment),
        stream: (params, sink, stop, deployment) =>
          run.stream(marked(params, deployment), sink, stop, deployment),
        embedding: (params, stop, deployment) => run.embedding(marked(params, deployment), stop, deployment),
      },
      estimate: tokensOf,
      price: (deployment) => facts.price(deployment),
      unfit: (deployment, params, tokens) => facts.unfit(deployment, params, tokens),
    };
  }
}

/** As the deployment tells, else as its model is known. */
function modeOf({ model_info, params: { model } }: Deployment): ModelEntry["mode"] {
  const { mode = capabilitiesOf(model.slice(model.indexOf("/") + 1))?.mode } = model_info;
  if (mode === "embedding") return "embedding";
  return mode === "audio_transcription" || mode === "image_generation" ? "unknown" : "chat";
}

/** Input by estimate, and what the answer may take if the caller says so. */
function tokensOf(params: Readonly<Record<string, unknown>>): number {
  const { messages, input, max_tokens, max_completion_tokens } = params;
  const most = max_completion_tokens ?? max_tokens;
  const contents = Array.isArray(messages) ? messages.map((one: { content?: unknown }) => one.content) : [];
  const text = input === undefined ? "" : typeof input === "string" ? input : JSON.stringify(input);
  return estimateTokens(text, contents) + (typeof most === "number" ? most : 0);
}

/** The router's file has its own copy of the error classes; what it throws is made anew as ours, by name. */
async function ours<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof OpenAIError || !(thrown instanceof Error)) throw thrown;
    if (typeof (thrown as OpenAIError).retryable !== "boolean") throw thrown;
    throw createError(thrown.name, thrown as OpenAIError);
  }
}
