// LiteLLM's Router: what it is made of and what is remembered, over all of its calls. A call's own way is in walk.ts; one
// deadline stands over it, and every answer says how it came.

import type { Stop } from "../engine/stop.ts";
import type { OnStatus } from "../protocol/call-status.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
  Usage,
} from "../protocol/messages.ts";
import type { RouterStatus } from "../protocol/route-trace.ts";
import { Admission } from "./admission.ts";
import type { Asked } from "./call-needs.ts";
import { Continuation } from "./continuation.ts";
import { cool } from "./cooldown.ts";
import { startDeadline } from "./deadline.ts";
import type { Deployment } from "./deployment.ts";
import { Groups } from "./groups.ts";
import type { RouterHost, StreamTotals } from "./host.ts";
import { Limiter } from "./limiter.ts";
import { type Settled, settleOptions } from "./options.ts";
import { RetryBudgets } from "./retry-budgets.ts";
import { RoutedCall } from "./routed-call.ts";
import { addressWarnings, type Params, steeringOf } from "./routed-params.ts";
import { Spending } from "./spending.ts";
import { RouterState } from "./state.ts";
import { statusOf } from "./status.ts";
import { type Answer, type Attempt, known, SHARED, Walk } from "./walk.ts";

export class Router {
  readonly id: string;
  readonly #host: RouterHost;
  readonly #limiter: Limiter;
  readonly #admission: Admission;
  readonly #spending = new Spending();
  readonly #budgets = new RetryBudgets();
  readonly #unlisten: () => void;
  readonly #live = new Set<Stop>();
  #state: RouterState;
  #settled: Settled;
  #groups: Groups;
  #disposed = false;
  #retired = false;

  /** @throws BadRequestError naming the option that cannot be read. */
  constructor(id: string, options: unknown, host: RouterHost) {
    this.id = id;
    this.#host = host;
    this.#limiter = new Limiter(host.limits, host.clock.monotonic);
    this.#admission = new Admission(this.#limiter, host.clock.monotonic);
    this.#settled = settleOptions(options, host.env);
    this.#state = new RouterState(this.#settled.latencies);
    this.#groups = this.#take(this.#settled);
    this.#unlisten = host.limits.onChange(() => this.#shared());
  }

  /** New options. Counters and cooldowns of the ids that stay are kept; calls in flight end on what they began with. */
  update(options: unknown): void {
    this.#settled = settleOptions(options, this.#host.env);
    this.#groups = this.#take(this.#settled);
    this.#admission.changed();
  }

  #take(settled: Settled): Groups {
    this.#state.replace(settled.deployments);
    this.#limiter.replace(settled.deployments, settled.shared_limits);
    this.#spending.replace(settled.budgets);
    this.#budgets.replace(settled.deployments);
    return new Groups(this.#state.slots(), settled.aliases);
  }

  get deployments(): readonly Deployment[] {
    return this.#settled.deployments;
  }
  /** Whether prices, abilities and context windows of the models matter to it. */
  get wantsFacts(): boolean {
    return this.#settled.pre_call_checks || this.#settled.strategy === "cost-based-routing";
  }

  status(): RouterStatus {
    return {
      router_id: this.id,
      strategy: this.#settled.strategy,
      model_names: this.#groups.names(),
      deployments: statusOf(this.#state.slots(), this.#limiter, this.#host.clock.monotonic()),
      limits: this.#limiter.shared(),
      waiting: this.#admission.waiting(),
      warnings: this.#settled.warnings,
    };
  }

  /** Whether deployments stand behind the name. */
  knows(model: string): boolean {
    return this.#groups.find(model) !== undefined;
  }

  /** Names to call it by that are no patterns, each with one of its deployments. */
  get named(): { name: string; deployment: Deployment }[] {
    return this.#groups.names().flatMap((name) => {
      const [deployment] = name.includes("*") ? [] : this.members(name);
      return deployment ? [{ name, deployment }] : [];
    });
  }
  /** Whom a call of this name may reach. */
  members(model: string): Deployment[] {
    return this.#groups.find(model)?.slots.map(({ deployment }) => deployment) ?? [];
  }

  /** Takes no more calls; what is in flight ends as it would have. */
  retire(): void {
    this.#retired = true;
    if (this.#live.size === 0) this.dispose();
  }

  /** Ends what is in flight; nothing of it stays. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#unlisten();
    const fields = { message: "the router was disposed", code: "ABORT_ERR" };
    for (const stop of this.#live) stop.stop(this.#host.error("Cancelled", fields));
    this.#admission.changed();
  }

  async completion(params: CompletionParams, stop: Stop, onStatus?: OnStatus): Promise<ModelResponse> {
    const { run, clock } = this.#host;
    return this.#call(
      params,
      { stop, stream: false, delivered: () => false, onStatus },
      async (request, deployment, own) => {
        const at = clock.monotonic();
        const value = await run.completion(request as CompletionParams, own, deployment);
        const { usage, edgequake } = value;
        const { cost_usd, cache_hit } = edgequake ?? {};
        return answerOf(value, usage, { ms_total: clock.monotonic() - at, cost_usd, cache_hit });
      },
    );
  }

  /** Tried again and elsewhere only while nothing was delivered, unless what was may be gone on with. */
  async stream(
    params: CompletionParams,
    sink: Parameters<RouterHost["run"]["stream"]>[1],
    stop: Stop,
    onStatus?: OnStatus,
  ): Promise<StreamTotals> {
    const { run, clock } = this.#host;
    const { continue_streams = this.#settled.continue_streams } = steeringOf(params);
    const continuation = new Continuation(params, continue_streams);
    const began = clock.monotonic();
    let chunks = 0;
    let first = 0;
    const counted = {
      ...sink,
      push: (more: CompactChunk[]) => {
        if (chunks === 0) first = clock.monotonic() - began;
        chunks += more.length;
        sink.push(continuation.pass(more));
      },
    };
    const asked = { stop, stream: true, delivered: () => chunks > 0, onStatus, continuation };
    const attempt = async (request: Record<string, unknown>, deployment: string, own: Stop) => {
      const at = clock.monotonic();
      const value = await run.stream(request as CompletionParams, counted, own, deployment);
      const { usage, cost_usd, cache_hit, ms_first_chunk } = value;
      const ms_total = clock.monotonic() - at;
      return { ...answerOf(value, usage ?? undefined, { ms_total, cost_usd, cache_hit }), ms_first_chunk };
    };
    try {
      const end = await this.#call(params, asked, attempt);
      return continuation.resumed ? continued(end, chunks, first) : end;
    } catch (thrown) {
      const error = known(this.#host, thrown);
      if (continuation.resumed) error.chunks_sent = chunks;
      throw error;
    }
  }

  async embedding(params: EmbeddingParams, stop: Stop, onStatus?: OnStatus): Promise<EmbeddingResponse> {
    const { run, clock } = this.#host;
    return this.#call(
      params as unknown as Params,
      { stop, stream: false, delivered: () => false, onStatus },
      async (request, deployment, own) => {
        const at = clock.monotonic();
        const value = await run.embedding(request as unknown as EmbeddingParams, own, deployment);
        const ms_total = clock.monotonic() - at;
        const { cost_usd, cache_hit } = value.edgequake ?? {};
        return answerOf(value, value.usage, { ms_total, cost_usd, cache_hit });
      },
    );
  }

  /** The deadline over everything, and what every answer says of its way. */
  async #call<T extends ModelResponse | EmbeddingResponse | StreamTotals>(
    params: Params,
    asked: Asked,
    attempt: Attempt<T>,
  ): Promise<T> {
    if (this.#disposed || this.#retired)
      throw this.#host.error("BadRequestError", { message: "the router was disposed" });
    const steering = steeringOf(params);
    const settled = this.#settled;
    const { monotonic } = this.#host.clock;
    const call = new RoutedCall(this.id, String(params["model"]), monotonic, asked.onStatus);
    const deadline = startDeadline(this.#host, asked, steering, settled);
    const means = {
      host: this.#host,
      deadline,
      admission: this.#admission,
      spending: this.#spending,
      budgets: this.#budgets,
      groups: this.#groups,
      settled,
    };
    this.#live.add(asked.stop);
    try {
      const value = await new Walk(means, asked, steering, call, attempt).go(params);
      return call.tell(value, addressWarnings(params));
    } catch (thrown) {
      throw call.finish(known(this.#host, thrown));
    } finally {
      this.#live.delete(asked.stop);
      deadline.lift();
      if (this.#retired && this.#live.size === 0) this.dispose();
    }
  }

  /** Cooldowns that another process met. */
  #shared(): void {
    const now = this.#host.clock.monotonic();
    for (const { key, ms, why } of this.#host.limits.cooldowns()) {
      const slot = key.startsWith(SHARED) ? this.#state.get(key.slice(SHARED.length)) : undefined;
      if (slot) cool(slot.state, { ms, because: why }, now);
    }
    this.#admission.freed();
  }
}

/** The totals over what was delivered in all; what the part that broke off cost nobody told. */
function continued(end: StreamTotals, chunks: number, ms_first_chunk: number): StreamTotals {
  const message =
    "the answer broke off and was gone on with by another request; usage is of that one, and the cost of both is unknown";
  return {
    ...end,
    chunks,
    ms_first_chunk: Math.round(ms_first_chunk * 1000) / 1000,
    cost_usd: null,
    warnings: [...end.warnings, { param: "continue_streams", message }],
  };
}

function answerOf<T>(
  value: T,
  usage: Partial<Usage> | undefined,
  told: { ms_total: number; cost_usd: number | null | undefined; cache_hit: boolean | undefined },
): Answer<T> {
  const { ms_total, cost_usd, cache_hit = false } = told;
  const { prompt_tokens, completion_tokens } = usage ?? {};
  const known = prompt_tokens !== undefined || completion_tokens !== undefined;
  return {
    value,
    tokens: known ? (prompt_tokens ?? 0) + (completion_tokens ?? 0) : undefined,
    completion_tokens,
    ms_total,
    ms_first_chunk: null,
    cost_usd: cost_usd ?? null,
    kept: cache_hit,
  };
}
